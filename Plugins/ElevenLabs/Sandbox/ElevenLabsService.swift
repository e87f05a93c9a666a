import Synchronization
public import ZentrunkJSON
public import ZentrunkSandbox

/// The phone numbers of ElevenLabs' agents platform, and their calls. <https://elevenlabs.io/docs/api-reference/phone-numbers/list>
///
/// Like the live service, it silently drops unknown members instead of refusing them; they are recorded as violations.
/// Errors have all documented shapes.
public final class ElevenLabsService: PlatformService {
    public static let vendor = "elevenlabs"
    /// The sandbox's API key. Not a secret, and made to look fake.
    public static let apiKey = "sandbox-xi-api-key-not-a-secret"

    /// The provider that a number was imported from.
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

    /// The state. `phone_numbers` has each number as read responses show it, plus its `id`, its `agent_id` and both
    /// trunk configurations, which use the names of requests and include defaults.
    public var state: JSONValue { store.withLock { $0.state } }

    public func reset() { store.withLock { $0 = ElevenLabsStore(quirks: quirks) } }

    func reading<Result: Sendable>(_ read: (ElevenLabsStore) -> Result) -> Result { store.withLock { read($0) } }

    func changing<Result: Sendable>(_ change: (inout ElevenLabsStore) -> Result) -> Result {
        store.withLock { change(&$0) }
    }

    public func answer(_ request: SandboxRequest) -> SandboxAnswer {
        store.withLock { store in
            do throws(ElevenLabsRefusal) {
                return try store.answer(request)
            } catch {
                return error.answer
            }
        }
    }

    // MARK: Setting up state

    /// Adds a number that was not imported through the API, such as one under another label or from another provider.
    /// Nothing is checked.
    ///
    /// - Parameters:
    ///   - number: The number as ElevenLabs shows it.
    ///   - more: Further members, named as in an update: `agent_id`, `inbound_trunk_config`, …
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

    /// Sets which agents exist for calls; nil for every one that is named. Writes accept others all the same.
    public func setAgents(_ agents: Set<String>?) { store.withLock { $0.existingAgents = agents } }

    /// Adds an agent. Other agent ids are also accepted, unless ``ElevenLabsQuirks/checksAgents`` is true.
    public func addAgent(_ id: String, name: String) { store.withLock { $0.agents[id] = name } }
}
