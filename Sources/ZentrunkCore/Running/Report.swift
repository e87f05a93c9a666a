/// The result of a run.
public struct Report: Sendable {
    /// The result of a run.
    public enum Outcome: String, Sendable, Hashable { case connected, unchanged, disconnected, undone, failed }

    /// The connection after the run.
    public var connection: Connection
    /// How the run ended.
    public var outcome: Outcome
    /// Returns what happened to each instance.
    public var resources: [ResourceResult]
    /// The domain that the platform dials for outbound calls; nil without outbound calls.
    public var trunkDomain: String?
    /// The longest chain of dependent round trips in the run.
    public var depth: Int
    /// The requests to each side, including reads.
    public var requests: [Side: Int]
    /// The duration of the run.
    public var duration: Duration
    /// The cause of a failure; nil after a success.
    public var error: ZentrunkError?
    /// What a failure leaves behind; nil after a success.
    public var aftermath: Aftermath?
    /// Findings that did not stop the run.
    public var warnings: [Warning]
    /// Parts of foreign objects that can no longer be restored, by this disconnect or undo or by a later one, as
    /// phrases.
    public var losses: [String] = []
    /// Where calls to the numbers go now, as far as it was read back. After a connect, only the numbers that this run
    /// routed, or all of them if it routed none.
    public var numbers: [NumberEnd] = []
    /// The run's id in the journal; nil if no run began.
    public var run: String?
    /// Whether everything that was written was read back and is as intended. After a success, false means that
    /// something could not be read back; `warnings` has the details. Always false after a failure.
    public var verified: Bool { error == nil && hasReadBack }
    /// Whether no verifying read failed.
    var hasReadBack = true
    /// Whether the run failed because another run is creating the same connection.
    var metRival = false
}

extension Report {
    /// What could not be undone or completed, as sentences; empty after a success.
    public var left: [String] { aftermath?.leftovers.map(\.sentence) ?? [] }

    /// Creates the report of a command that failed before there was a plan, and so wrote nothing.
    public init(failed connection: Connection, _ error: ZentrunkError) {
        self.init(
            connection: connection, outcome: .failed, resources: [], trunkDomain: nil, depth: 0, requests: [:],
            duration: .zero, error: error, aftermath: .nothingWritten, warnings: [])
    }
}

/// Where a number's inbound calls go after a run.
public struct NumberEnd: Sendable, Hashable {
    /// What a number is routed to.
    public enum Target: Sendable, Hashable {
        /// The platform.
        case platform
        /// The route from before the connection, such as `application 123`; nil: none.
        case former(String?)
        /// The route that the user chose; nil: none.
        case chosen(String?)
        /// A route that was set by hand and is kept.
        case elsewhere(String)
    }

    /// The number.
    public var number: PhoneNumber
    /// What the number is routed to.
    public var target: Target

    /// Creates a result.
    public init(number: PhoneNumber, target: Target) {
        self.number = number
        self.target = target
    }
}

/// What happened to one instance.
public struct ResourceResult: Sendable, Hashable {
    /// The instance.
    public var instance: InstanceID
    /// The kind's name.
    public var kind: String
    /// The object's id, if it is known.
    public var id: String?
    /// What the run did to the object, in this order; empty if it kept the object.
    public var deeds: [Deed]

    /// Creates a result.
    public init(instance: InstanceID, kind: String, id: String?, deeds: [Deed]) {
        self.instance = instance
        self.kind = kind
        self.id = id
        self.deeds = deeds
    }
}
