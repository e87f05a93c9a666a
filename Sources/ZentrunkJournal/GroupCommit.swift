import GRDB
import Synchronization

/// Puts changes that arrive while a commit is running into one transaction together, the next one.
///
/// A commit costs a disk flush, however little it holds: writes that start side by side pay for one between them.
/// Callers wait without holding a thread, and a cancelled task's change is committed all the same, because undo has to
/// be noted too.
final class GroupCommit: Sendable {
    typealias Change = @Sendable (Database) throws -> Void

    private struct Waiting: Sendable {
        let change: Change
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct Inbox {
        var waiting: [Waiting] = []
        /// What nobody waits for: it goes along with the next transaction, before what it holds.
        var riders: [Change] = []
        var isScheduled = false
    }

    private let database: DatabaseQueue
    private let inbox = Mutex(Inbox())

    init(_ database: DatabaseQueue) { self.database = database }

    /// Returns once the change is on disk.
    func commit(_ change: @escaping Change) async throws {
        try await withCheckedThrowingContinuation { continuation in
            let mustSchedule = inbox.withLock { inbox in
                inbox.waiting.append(Waiting(change: change, continuation: continuation))
                defer { inbox.isScheduled = true }
                return !inbox.isScheduled
            }
            guard mustSchedule else { return }
            database.asyncWriteWithoutTransaction { database in self.drain(database) }
        }
    }

    /// Notes a change that the next transaction takes along.
    func ride(_ change: @escaping Change) {
        inbox.withLock { $0.riders.append(change) }
    }

    /// Reads in one transaction, after everything that was handed in before.
    func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        if inbox.withLock({ !$0.riders.isEmpty }) { try await commit { _ in } }
        return try await withCheckedThrowingContinuation { continuation in
            database.asyncWriteWithoutTransaction { database in
                continuation.resume(
                    with: Result {
                        try database.beginTransaction(.deferred)
                        // Nothing was written, so there is nothing to commit, and a roll-back always ends it.
                        defer { try? database.rollback() }
                        return try body(database)
                    })
            }
        }
    }

    private func drain(_ database: Database) {
        let (waiting, riders) = inbox.withLock { inbox in
            defer { inbox = Inbox() }
            return (inbox.waiting, inbox.riders)
        }
        do {
            try Self.transact(database, riders + waiting.map(\.change))
            for one in waiting { one.continuation.resume() }
        } catch {
            inbox.withLock { $0.riders.insert(contentsOf: riders, at: 0) }
            guard waiting.count > 1 else { return waiting.forEach { $0.continuation.resume(throwing: error) } }
            // One bad change must not take the others down.
            for one in waiting {
                one.continuation.resume(with: Result { try Self.transact(database, [one.change]) })
            }
        }
    }

    /// Immediate, because a transaction that reads first could not be made a writing one while another process writes.
    private static func transact(_ database: Database, _ changes: [Change]) throws {
        try database.inTransaction(.immediate) {
            for change in changes { try change(database) }
            return .commit
        }
    }
}
