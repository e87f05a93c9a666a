/// Behaviours of ElevenLabs that are not confirmed.
public struct ElevenLabsQuirks: Sendable {
    /// The effect of importing the same number twice.
    public enum DuplicateImport: Sendable {
        /// Creates a second record. Also recorded as a violation.
        case secondRecord
        case conflict409
        case badRequest400
    }

    /// The effect of an update on the members that a trunk's new configuration omits.
    public enum TrunkUpdate: Sendable {
        /// Omitted members are reset to their defaults. Only the password is kept, as documented.
        case replace
        /// Omitted members keep their values.
        case merge
    }

    /// The permissions of an API key. <https://elevenlabs.io/docs/api-reference/authentication>
    public enum Permission: String, Sendable {
        case read = "convai_read"
        case write = "convai_write"
    }

    /// The effect of a duplicate import. Undocumented.
    public var duplicateImport = DuplicateImport.secondRecord
    /// The effect of an update on omitted trunk members. Undocumented. An update that the two modes would store
    /// differently is recorded as a violation.
    public var trunkUpdate = TrunkUpdate.replace
    /// Whether null in an update removes a number's trunk, as it removes the agent. The schema allows null without
    /// further explanation. If false, the trunk is kept.
    public var nullRemovesTrunk = true
    /// Whether the paged list exists. If false, `/v1/convai/v2/phone-numbers` returns 404, as before autumn 2026.
    public var hasPagedList = true
    /// Whether the paged list's `phone_number` filter matches the exact number only. If false, it matches substrings.
    public var matchesNumbersExactly = true
    /// Whether a number that accepts calls from every address shows `0.0.0.0/0`, like the dashboard. If false, it shows
    /// an empty list.
    public var showsOpenAsAnyAddress = false
    /// Whether an agent must exist, see ``ElevenLabsService/addAgent(_:name:)``. If false, every agent id is accepted.
    public var checksAgents = false
    /// The SIP hosts of the workspace. Hosts of other regions take no calls for it.
    public var sipHosts: Set<String> = ["sip.rtc.elevenlabs.io", "sip-static.rtc.elevenlabs.io"]
    /// How long after a call its SIP messages can be read, in seconds. About 60 on the live service.
    public var sipMessageDelay = 0.0
    /// The key's permissions. A missing permission is 401 according to all reports, although the documentation says
    /// 403.
    public var permissions: Set<Permission> = [.read, .write]

    public init() {}
}
