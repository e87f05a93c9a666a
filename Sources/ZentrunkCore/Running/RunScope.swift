import Synchronization

/// What belongs to one plan or one run, and not to the connector or the account that serve many: its events, the waits
/// and the number of its requests. All tasks of a run share its scope.
///
/// Not inlined, because of the compiler's defect that `Scripts/check-locks` looks for.
package final class RunScope: Sendable {
    /// The scope that this task's requests belong to.
    @TaskLocal package static var current: RunScope?

    private struct State {
        var run: String?
        var requests: [Side: Int] = [:]
    }

    /// The connection; nil for work on a whole account.
    let connection: ConnectionIdentity?
    let events: RunEvents?
    /// Writes logs, metrics and spans of this work; nil to write none.
    let observation: Observation?
    private let state = Mutex(State())

    /// Creates the scope of work that begins.
    ///
    /// - Parameter events: Receive the waits; by default those of the work that this is a part of.
    init(_ events: RunEvents?, about connection: ConnectionIdentity? = nil, _ observation: Observation? = nil) {
        self.observation = observation
        self.events = events ?? Self.current?.events
        self.connection = connection
    }

    /// The run's id; nil before it has begun, and for a plan.
    var run: String? {
        @inline(never) get { state.withLock { $0.run } }
    }

    /// Sets the run's id, which all later events carry.
    @inline(never)
    func begin(_ run: String) { state.withLock { $0.run = run } }

    /// The requests of this work so far, including retries.
    var requests: [Side: Int] {
        @inline(never) get { state.withLock { $0.requests } }
    }

    @inline(never)
    func count(_ side: Side) { state.withLock { $0.requests[side, default: 0] += 1 } }
}
