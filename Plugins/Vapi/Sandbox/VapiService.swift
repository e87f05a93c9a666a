import Synchronization
public import ZentrunkJSON
public import ZentrunkSandbox

/// Behaviours of Vapi that are not confirmed.
public struct VapiQuirks: Sendable {
    /// Whether a credential that a phone number still uses can be deleted. Undocumented. If true, the deletion succeeds
    /// and is recorded as a violation, because clients must not rely on either behaviour.
    public var deletesUsedCredentials = true
    /// The region of the organization. Its SIP host takes no calls for organizations of other regions.
    public var region = VapiRegion.us

    public init() {}
}

/// Vapi's API for SIP trunk credentials, the phone numbers on them, and calls. <https://docs.vapi.ai/advanced/sip/sip-trunk>
///
/// Bodies are validated like on the live service: unknown properties are refused by name, and a hostname in a gateway
/// that accepts inbound calls fails. Responses echo the sent members, without defaults and without the password.
public final class VapiService: PlatformService {
    public static let vendor = "vapi"
    /// The sandbox's private key. Not a secret, and made to look fake.
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

    var region: VapiRegion { quirks.region }

    func reading<Result: Sendable>(_ read: (VapiStore) -> Result) -> Result { store.withLock { read($0) } }

    func changing<Result: Sendable>(_ change: (inout VapiStore) -> Result) -> Result { store.withLock { change(&$0) } }

    public func answer(_ request: SandboxRequest) -> SandboxAnswer {
        store.withLock { store in
            do throws(VapiRefusal) {
                return try store.answer(request)
            } catch {
                return error.answer
            }
        }
    }

    // MARK: Setting up state

    /// Adds a credential without going through the API. Nothing is checked.
    ///
    /// - Returns: Its id.
    @discardableResult
    public func addCredential(_ members: JSONObject = ["provider": "byo-sip-trunk", "gateways": []]) -> String {
        store.withLock { $0.credentials.add(members) }
    }

    /// Adds a phone number without going through the API, such as one imported under another label. Nothing is checked.
    ///
    /// - Parameters:
    ///   - number: The number as Vapi shows it, with or without a plus sign.
    ///   - more: Additional members, which override the given ones.
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

    /// Sets which assistants, squads and workflows exist; nil for every one that is named. The empty string stands for a
    /// server of the organization, which decides what answers a number without any of them.
    public func setAgents(_ agents: Set<String>?) { store.withLock { $0.agents = agents } }

    /// Changes members of a phone number, such as a `status` that Vapi itself sets. Nothing is checked.
    public func changePhoneNumber(_ id: String, _ members: JSONObject) {
        store.withLock { $0.phoneNumbers.update(id, with: members) }
    }
}
