import GRDB
import Synchronization

/// A queue that combines changes arriving during a commit into one transaction, the next one.
///
/// Each commit costs a disk flush, however small it is, so concurrent writes share one. Callers wait without blocking a
/// thread. The change of a cancelled task is committed as well, because undo has to be recorded, too.
final class GroupCommit: Sendable {
    typealias Change = @Sendable (Database) throws -> Void

    private struct Waiting: Sendable {
        let change: Change
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct Inbox {
        var waiting: [Waiting] = []
        /// Changes that have no waiting caller. They are part of the next transaction, before the others.
        var riders: [Change] = []
        var isScheduled = false
    }

    private let database: DatabaseQueue
    private let inbox = Mutex(Inbox())

    init(_ database: DatabaseQueue) { self.database = database }

    /// Commits a change. Returns once it is on disk.
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

    /// Adds a change to the next transaction, without waiting for it.
    func ride(_ change: @escaping Change) {
        inbox.withLock { $0.riders.append(change) }
    }

    /// Reads in one transaction, after all changes that were submitted before.
    func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        if inbox.withLock({ !$0.riders.isEmpty }) { try await commit { _ in } }
        return try await withCheckedThrowingContinuation { continuation in
            database.asyncWriteWithoutTransaction { database in
                continuation.resume(
                    with: Result {
                        try database.beginTransaction(.deferred)
                        // Nothing was written, so a rollback ends the transaction just as well.
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
            // One failing change must not affect the others.
            for one in waiting {
                one.continuation.resume(with: Result { try Self.transact(database, [one.change]) })
            }
        }
    }

    /// Runs an immediate transaction. A deferred one that reads first could not start writing while another process
    /// writes.
    private static func transact(_ database: Database, _ changes: [Change]) throws {
        try database.inTransaction(.immediate) {
            for change in changes { try change(database) }
            return .commit
        }
    }
}
