/// How a run ended.
public struct Report: Sendable {
    public enum Outcome: String, Sendable, Hashable { case connected, unchanged, disconnected, undone, failed }

    public var connection: Connection
    public var outcome: Outcome
    public var resources: [ResourceResult]
    /// The domain that the platform dials for outbound calls; nil when there is no outbound half.
    public var trunkDomain: String?
    /// The longest chain of dependent round trips that was run.
    public var depth: Int
    /// Requests sent, reads included.
    public var requests: [Side: Int]
    public var duration: Duration
    /// Why it failed; nil when it did not.
    public var error: ZentrunkError?
    /// Whether everything was put back; nil when nothing had been written.
    public var undone: Bool?
    /// What could not be put back or finished, a sentence each.
    public var left: [String]
    public var warnings: [Warning]
    /// What of others' objects cannot be put back any more, a phrase each: by this disconnect or undo, or by a later one.
    public var losses: [String] = []
    /// Where the calls of numbers go now, as far as it was read back; at the end of a connect those that this run routed, or all
    /// of them when it routed none.
    public var numbers: [NumberEnd] = []
    /// The run's id in the journal; nil when no run began.
    public var run: String?
    /// Whether everything that was written was read back and is as it was meant. false after a success means that something
    /// could not be read back; `warnings` say what. Always false after a failure.
    public var verified: Bool { error == nil && hasReadBack }
    /// Whether no read that verifies failed.
    var hasReadBack = true
    /// Whether it failed because another run makes the same connection.
    var metRival = false
}

extension Report {
    /// The report of a command that failed before there was a plan: nothing was written.
    public init(failed connection: Connection, _ error: ZentrunkError) {
        self.init(
            connection: connection, outcome: .failed, resources: [], trunkDomain: nil, depth: 0, requests: [:],
            duration: .zero, error: error, undone: nil, left: [], warnings: [])
    }
}

/// Where a number's inbound calls go after a run.
public struct NumberEnd: Sendable, Hashable {
    public enum Target: Sendable, Hashable {
        /// To the platform.
        case platform
        /// To what they went to before the connection, as in `application 123`; nil: nowhere.
        case former(String?)
        /// To what the user chose; nil: nowhere.
        case chosen(String?)
        /// To something else that was set by hand, and stays.
        case elsewhere(String)
    }

    public var number: PhoneNumber
    public var target: Target

    public init(number: PhoneNumber, target: Target) {
        self.number = number
        self.target = target
    }
}

/// What happened to one instance.
public struct ResourceResult: Sendable, Hashable {
    public enum Action: String, Sendable, Hashable { case created, updated, replaced, kept, deleted, restored }

    public var instance: InstanceID
    public var kind: String
    public var id: String?
    public var action: Action

    public init(instance: InstanceID, kind: String, id: String?, action: Action) {
        self.instance = instance
        self.kind = kind
        self.id = id
        self.action = action
    }
}
