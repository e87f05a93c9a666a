import GRDB
import Synchronization
@_spi(Adapter) import ZentrunkCore

/// A queue that combines entries arriving during a commit into one transaction, the next one.
///
/// Each commit costs a disk flush, however small it is, so concurrent writes share one. Callers wait without blocking a
/// thread. The entries of a cancelled task are committed as well, because undo has to be recorded, too.
final class GroupCommit: Sendable {
    private struct Waiting: Sendable {
        let entries: [JournalEntry]
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct Inbox {
        var waiting: [Waiting] = []
        /// Entries that have no waiting caller. They are part of the next transaction, before the others.
        var riders: [JournalEntry] = []
        var isScheduled = false
    }

    private let database: DatabaseQueue
    private let inbox = Mutex(Inbox())

    init(_ database: DatabaseQueue) { self.database = database }

    /// Commits entries. Returns once they are on disk.
    func commit(_ entries: [JournalEntry]) async throws {
        try await withCheckedThrowingContinuation { continuation in
            let mustSchedule = inbox.withLock { inbox in
                inbox.waiting.append(Waiting(entries: entries, continuation: continuation))
                defer { inbox.isScheduled = true }
                return !inbox.isScheduled
            }
            guard mustSchedule else { return }
            database.asyncWriteWithoutTransaction { database in self.drain(database) }
        }
    }

    /// Adds an entry to the next transaction, without waiting for it.
    func ride(_ entry: JournalEntry) {
        inbox.withLock { $0.riders.append(entry) }
    }

    /// Reads in one transaction, after all entries that were committed before. The body also gets the entries that
    /// ride: they are in no table yet.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (EntryTable, _ riders: [JournalEntry]) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            database.asyncWriteWithoutTransaction { database in
                continuation.resume(
                    with: Result {
                        try database.beginTransaction(.deferred)
                        // Nothing was written, so a rollback ends the transaction just as well.
                        defer { try? database.rollback() }
                        return try body(EntryTable(database: database), self.inbox.withLock { $0.riders })
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
            try Self.transact(database, riders, waiting.flatMap(\.entries))
            for one in waiting { one.continuation.resume() }
        } catch {
            var riders = riders
            if waiting.count > 1 {
                // The failure of one caller's entries must not affect the others.
                for one in waiting {
                    one.continuation.resume(
                        with: Result {
                            try Self.transact(database, riders, one.entries)
                            riders = []
                        })
                }
            } else {
                waiting.first?.continuation.resume(throwing: error)
            }
            let left = riders
            inbox.withLock { $0.riders.insert(contentsOf: left, at: 0) }
        }
    }

    /// Runs an immediate transaction. A deferred one that reads first could not start writing while another process
    /// writes.
    private static func transact(_ database: Database, _ riders: [JournalEntry], _ entries: [JournalEntry]) throws {
        try database.inTransaction(.immediate) {
            let table = EntryTable(database: database)
            try table.add(riders, strict: false)
            try table.add(entries, strict: true)
            return .commit
        }
    }
}
