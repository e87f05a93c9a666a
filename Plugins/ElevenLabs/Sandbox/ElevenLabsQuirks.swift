/// What nobody has confirmed of ElevenLabs.
public struct ElevenLabsQuirks: Sendable {
    /// What a second import of one number does.
    public enum DuplicateImport: Sendable {
        /// There are two records then. Noted as a violation all the same.
        case secondRecord
        case conflict409
        case badRequest400
    }

    /// What an update does with the members that a trunk's new configuration leaves out.
    public enum TrunkUpdate: Sendable {
        /// They go back to their defaults; only a password stays, as documented.
        case replace
        /// They stay as they are.
        case merge
    }

    /// What a key may do. <https://elevenlabs.io/docs/api-reference/authentication>
    public enum Permission: String, Sendable {
        case read = "convai_read"
        case write = "convai_write"
    }

    /// Undocumented.
    public var duplicateImport = DuplicateImport.secondRecord
    /// Undocumented; an update of which the two leave different things behind is noted as a violation.
    public var trunkUpdate = TrunkUpdate.replace
    /// Whether null takes a number's trunk away on update, as it does the agent. The schema allows null and says no
    /// more. Off: the trunk stays.
    public var nullRemovesTrunk = true
    /// Off: `/v1/convai/v2/phone-numbers` answers 404, as before autumn 2026.
    public var hasPagedList = true
    /// Whether the paged list's `phone_number` finds the very number only. Off: every number that contains it.
    public var matchesNumbersExactly = true
    /// Whether a number that takes calls from every address shows `0.0.0.0/0`, as the dashboard does. Off: an empty
    /// list.
    public var showsOpenAsAnyAddress = false
    /// Whether an agent must exist, see ``ElevenLabsService/addAgent(_:name:)``. Off: every id is taken for an agent's.
    public var checksAgents = false
    /// What the key may do. A missing permission is 401 by all reports, against the documentation's 403.
    public var permissions: Set<Permission> = [.read, .write]

    public init() {}
}
