import Synchronization
public import ZentrunkJSON
public import ZentrunkSandbox

/// What nobody has confirmed of Vapi.
public struct VapiQuirks: Sendable {
    /// Whether a credential that a phone number still uses can be deleted. Undocumented; on: it can, and that is noted
    /// as a violation, since a client that relies on either answer is wrong.
    public var deletesUsedCredentials = true

    public init() {}
}

/// Vapi's API for SIP trunk credentials and the phone numbers on them. <https://docs.vapi.ai/advanced/sip/sip-trunk>
///
/// Bodies are validated as the live service is known to: unknown properties are refused by name, a hostname in a
/// gateway that takes inbound calls fails, and what was sent is echoed without defaults and without the password.
public final class VapiService: PlatformService {
    public static let vendor = "vapi"
    /// The sandbox's private key; no secret, and made to look like none.
    public static let apiKey = "sandbox-private-key-not-a-secret"

    private let quirks: VapiQuirks
    private let store: Mutex<VapiStore>

    public convenience init() { self.init(quirks: VapiQuirks()) }

    public init(quirks: VapiQuirks) {
        self.quirks = quirks
        store = Mutex(VapiStore(quirks: quirks))
    }

    public var vendor: String { Self.vendor }

    public func environment(at url: String) -> [String: String] {
        ["VAPI_API_KEY": Self.apiKey, "VAPI_API_URL": url]
    }

    public var state: JSONValue { store.withLock { $0.state } }

    public func reset() { store.withLock { $0 = VapiStore(quirks: quirks) } }

    public func answer(_ request: SandboxRequest) -> SandboxAnswer {
        store.withLock { store in
            do throws(VapiRefusal) {
                return try store.answer(request)
            } catch {
                return error.answer
            }
        }
    }

    // MARK: Putting state in

    /// Adds a credential that nobody here made, as it stands: nothing is checked.
    ///
    /// - Returns: Its id.
    @discardableResult
    public func addCredential(_ members: JSONObject = ["provider": "byo-sip-trunk", "gateways": []]) -> String {
        store.withLock { $0.credentials.add(members) }
    }

    /// Adds a phone number that nobody here made, such as one imported under another label. Nothing is checked.
    ///
    /// - Parameters:
    ///   - number: As Vapi shall show it, with a plus sign or without.
    ///   - more: Further members, and others instead of the given ones.
    /// - Returns: Its id.
    @discardableResult
    public func addPhoneNumber(_ number: String, name: String, credential: String? = nil, more: JSONObject = [:])
        -> String
    {
        var members: JSONObject = [
            "provider": "byo-phone-number", "number": .string(number), "name": .string(name), "status": "active",
        ]
        if let credential { members["credentialId"] = .string(credential) }
        return store.withLock { $0.phoneNumbers.add(members.merging(more)) }
    }

    /// Lays members over a phone number's, such as a `status` that Vapi itself sets. Nothing is checked.
    public func changePhoneNumber(_ id: String, _ members: JSONObject) {
        store.withLock { $0.phoneNumbers.update(id, with: members) }
    }
}
