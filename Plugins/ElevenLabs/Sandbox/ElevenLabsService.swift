import Synchronization
public import ZentrunkJSON
public import ZentrunkSandbox

/// The phone numbers of ElevenLabs' agents platform. <https://elevenlabs.io/docs/api-reference/phone-numbers/list>
///
/// As on the live service, what a request must not hold is dropped without a word rather than refused; the violations
/// tell. Errors come in all the shapes that are on record.
public final class ElevenLabsService: PlatformService {
    public static let vendor = "elevenlabs"
    /// The sandbox's key; no secret, and made to look like none.
    public static let apiKey = "sandbox-xi-api-key-not-a-secret"

    /// Where a number was imported from.
    public enum Provider: String, Sendable, CaseIterable {
        case twilio, exotel
        case sipTrunk = "sip_trunk"
    }

    private let quirks: ElevenLabsQuirks
    private let store: Mutex<ElevenLabsStore>

    public convenience init() { self.init(quirks: ElevenLabsQuirks()) }

    public init(quirks: ElevenLabsQuirks) {
        self.quirks = quirks
        store = Mutex(ElevenLabsStore(quirks: quirks))
    }

    public var vendor: String { Self.vendor }

    public func environment(at url: String) -> [String: String] {
        ["ELEVENLABS_API_KEY": Self.apiKey, "ELEVENLABS_API_URL": url]
    }

    /// `phone_numbers`: each as reads show it, with its `id`, `agent_id` and both configurations as requests name them,
    /// defaults filled in.
    public var state: JSONValue { store.withLock { $0.state } }

    public func reset() { store.withLock { $0 = ElevenLabsStore(quirks: quirks) } }

    public func answer(_ request: SandboxRequest) -> SandboxAnswer {
        store.withLock { store in
            do throws(ElevenLabsRefusal) {
                return try store.answer(request)
            } catch {
                return error.answer
            }
        }
    }

    // MARK: Putting state in

    /// Adds a number that nobody here imported, such as one under another label or from another provider. Nothing is
    /// checked.
    ///
    /// - Parameters:
    ///   - number: As ElevenLabs shall show it.
    ///   - more: Further members as an update has them: `agent_id`, `inbound_trunk_config`, …
    /// - Returns: Its id.
    @discardableResult
    public func addPhoneNumber(
        _ number: String, label: String, provider: Provider = .sipTrunk, more: JSONObject = [:]
    ) -> String {
        var record = ElevenLabsPhoneNumber(number, label: label, provider: provider)
        record.apply(more, quirks)
        let added = record
        store.withLock { $0.phoneNumbers.append(added) }
        return added.id
    }

    /// Makes an agent known. Others are taken for known as well, unless ``ElevenLabsQuirks/checksAgents`` is on.
    public func addAgent(_ id: String, name: String) { store.withLock { $0.agents[id] = name } }
}
