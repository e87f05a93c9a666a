import Synchronization
@_spi(Adapter) package import ZentrunkCore

/// A journal over another one, whose entries pass through a function on their way.
package struct FilteredJournal: Journal {
    private let base: any Journal
    private let filter: @Sendable (JournalEntry) throws -> JournalEntry?

    /// Creates a journal.
    ///
    /// - Parameters:
    ///   - base: The journal that keeps the entries.
    ///   - filter: Returns what is recorded instead of an entry, nil for nothing. Its error fails the append; an entry
    ///     that rides is then lost.
    package init(base: any Journal, filter: @escaping @Sendable (JournalEntry) throws -> JournalEntry?) {
        self.base = base
        self.filter = filter
    }

    package func append(_ entries: [JournalEntry]) async throws { try await base.append(entries.compactMap(filter)) }

    package func ride(_ entry: JournalEntry) async {
        if let entry = (try? filter(entry)) ?? nil { await base.ride(entry) }
    }

    package func identities(of carrierAccount: String?) async throws -> [ConnectionIdentity] {
        try await base.identities(of: carrierAccount)
    }
    package func milestones(of identity: ConnectionIdentity?) async throws -> [JournalEntry] {
        try await base.milestones(of: identity)
    }
    package func entries(of run: String) async throws -> [JournalEntry] { try await base.entries(of: run) }
    package var locks: any ConnectionLocks { base.locks }
}

extension FilteredJournal {
    private final class Count: Sendable {
        private let value = Mutex(0)
        func next() -> Int {
            value.withLock { value in
                value += 1
                return value
            }
        }
    }

    /// Returns a journal that fails from one of its intents on, or at the end of a run.
    ///
    /// - Parameters:
    ///   - base: The journal that keeps the entries.
    ///   - first: The first intent that fails, counted from 1.
    ///   - finishes: Whether the end of a run can be recorded.
    package static func failing(_ base: InMemoryJournal, atIntent first: Int, finishes: Bool = true) -> FilteredJournal
    {
        let intents = Count()
        return FilteredJournal(base: base) { entry in
            let isRefused =
                switch entry.event {
                case .intended: intents.next() >= first
                case .ended: !finishes
                case .began, .reopened, .settled, .described: false
                }
            if isRefused { throw ZentrunkError(.journal, "the disk is full") }
            return entry
        }
    }
}
