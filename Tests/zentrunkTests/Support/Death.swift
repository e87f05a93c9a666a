import HTTPTypes
import Synchronization
import ZentrunkCore
import ZentrunkJournal

/// Simulates a killed process: from one moment on, nothing reaches the vendors or the journal.
final class Death: Sendable {
    private let momentsLeft: Mutex<Int>

    init(atMoment moment: Int) { momentsLeft = Mutex(moment) }

    var hasCome: Bool { momentsLeft.withLock { $0 <= 0 } }

    /// Marks a moment at which the process may die.
    func moment() throws {
        let isOver = momentsLeft.withLock { left in
            left -= 1
            return left <= 0
        }
        if isOver { throw TransportError(code: .connect, delivery: .notSent, message: "the process is dead") }
    }
}

struct MortalLine: HTTPTransport {
    let base: any HTTPTransport
    let death: Death

    func send(_ request: TransportRequest) async throws -> TransportResponse {
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

struct MortalJournal: Journal {
    let base: SQLiteJournal
    let death: Death

    func connections() async throws -> [ConnectionRecord] { try await base.connections() }
    func connection(_ identity: ConnectionIdentity) async throws -> ConnectionRecord? {
        try await base.connection(identity)
    }
    func runs(of identity: ConnectionIdentity?) async throws -> [PastRun] { try await base.runs(of: identity) }
    func run(_ id: String) async throws -> PastRun? { try await base.run(id) }
    func writes(of run: String) async throws -> [PastWrite] { try await base.writes(of: run) }
    var locks: any ConnectionLocks { base.locks }

    func begin(_ run: RunRecord) async throws { try await noting { try await base.begin(run) } }
    func intend(_ intent: WriteIntent, in run: RunRecord) async throws {
        try await noting { try await base.intend(intent, in: run) }
    }
    func settle(_ intent: WriteIntent, _ outcome: WriteOutcome, in run: RunRecord) async throws {
        try await noting { try await base.settle(intent, outcome, in: run) }
    }
    func finish(_ run: RunRecord, _ ending: RunEnding) async throws {
        try await noting { try await base.finish(run, ending) }
    }

    private func noting(_ note: () async throws -> Void) async throws {
        try death.moment()
        try await note()
        try death.moment()
    }
}
