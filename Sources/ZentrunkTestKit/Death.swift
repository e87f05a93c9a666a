import Synchronization
package import ZentrunkCore

/// Simulates a killed process: from one moment on, nothing reaches the vendors or the journal.
package final class Death: Sendable {
    private let momentsLeft: Mutex<Int>

    /// Creates a death at that moment, counted from 1.
    package init(atMoment moment: Int) { momentsLeft = Mutex(moment) }

    /// Whether the process is dead.
    package var hasCome: Bool { momentsLeft.withLock { $0 <= 0 } }

    /// Marks a moment at which the process may die.
    package func moment() throws {
        let isOver = momentsLeft.withLock { left in
            left -= 1
            return left <= 0
        }
        if isOver { throw TransportError(code: .connect, delivery: .notSent, message: "the process is dead") }
    }
}

/// A transport of a process that dies: before a write is sent, or before its response arrives.
package struct MortalTransport: HTTPTransport {
    private let base: any HTTPTransport
    private let death: Death

    package init(base: any HTTPTransport, death: Death) {
        self.base = base
        self.death = death
    }

    package func send(_ request: TransportRequest) async throws -> TransportResponse {
        guard request.access == .write else {
            if death.hasCome { try death.moment() }
            return try await base.send(request)
        }
        try death.moment()
        let response = try await base.send(request)
        do { try death.moment() } catch {
            throw TransportError(code: .interrupted, delivery: .unknown, message: "the process is dead")
        }
        return response
    }
}

/// A journal of a process that dies: before an entry is written, or after.
package struct MortalJournal: Journal {
    private let base: any Journal
    private let death: Death

    package init(base: any Journal, death: Death) {
        self.base = base
        self.death = death
    }

    package func connections() async throws -> [ConnectionRecord] { try await base.connections() }
    package func connection(_ identity: ConnectionIdentity) async throws -> ConnectionRecord? {
        try await base.connection(identity)
    }
    package func runs(of identity: ConnectionIdentity?) async throws -> [PastRun] { try await base.runs(of: identity) }
    package func run(_ id: String) async throws -> PastRun? { try await base.run(id) }
    package func writes(of run: String) async throws -> [PastWrite] { try await base.writes(of: run) }
    package var locks: any ConnectionLocks { base.locks }

    package func begin(_ run: RunRecord) async throws { try await noting { try await base.begin(run) } }
    package func intend(_ intent: WriteIntent, in run: RunRecord) async throws {
        try await noting { try await base.intend(intent, in: run) }
    }
    package func settle(_ intent: WriteIntent, _ outcome: WriteOutcome, in run: RunRecord) async throws {
        try await noting { try await base.settle(intent, outcome, in: run) }
    }
    package func finish(_ run: RunRecord, _ ending: RunEnding) async throws {
        try await noting { try await base.finish(run, ending) }
    }

    private func noting(_ note: () async throws -> Void) async throws {
        try death.moment()
        try await note()
        try death.moment()
    }
}
