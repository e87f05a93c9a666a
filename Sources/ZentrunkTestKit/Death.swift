import Synchronization
@_spi(Adapter) package import ZentrunkCore

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

/// A journal of a process that dies: before entries are written, or after.
package struct MortalJournal: Journal {
    private let base: any Journal
    private let death: Death

    package init(base: any Journal, death: Death) {
        self.base = base
        self.death = death
    }

    package func identities(of carrierAccount: String?) async throws -> [ConnectionIdentity] {
        try await base.identities(of: carrierAccount)
    }
    package func milestones(of identity: ConnectionIdentity?) async throws -> [JournalEntry] {
        try await base.milestones(of: identity)
    }
    package func entries(of run: String) async throws -> [JournalEntry] { try await base.entries(of: run) }
    package var locks: any ConnectionLocks { base.locks }

    package func append(_ entries: [JournalEntry]) async throws {
        try death.moment()
        try await base.append(entries)
        try death.moment()
    }

    /// The process learns only at its next write or append that it is dead.
    package func ride(_ entry: JournalEntry) async {
        guard (try? death.moment()) != nil else { return }
        await base.ride(entry)
        try? death.moment()
    }
}
