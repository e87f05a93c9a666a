import Synchronization

/// A journal that lasts as long as the process, for tests and for backends with records of their own.
public final class InMemoryJournal: Journal {
    fileprivate struct State {
        var runs: [String: [JournalEntry]] = [:]
        var milestones: [JournalEntry] = []
        var milestonesByIdentity: [ConnectionIdentity: [JournalEntry]] = [:]
        var identitiesByAccount: [String: [ConnectionIdentity]] = [:]
    }

    private let state = Mutex(State())
    /// The locks between runs of one connection.
    @_spi(Adapter) public let locks: any ConnectionLocks

    /// Creates an empty journal, whose locks are those of this process's tasks.
    public convenience init() { self.init(locks: InProcessLocks()) }

    /// Creates an empty journal with these locks between runs.
    @_spi(Adapter) public init(locks: any ConnectionLocks) { self.locks = locks }

    /// All entries, run by run in the order in which the runs began.
    package var entries: [JournalEntry] {
        state.withLock { state in state.milestones.filter(\.isStart).flatMap { state.runs[$0.run] ?? [] } }
    }

    @_spi(Adapter) public func append(_ entries: [JournalEntry]) async throws {
        try state.withLock { state in
            var begun: Set<String> = []
            for entry in entries {
                if entry.isStart { begun.insert(entry.run) }
                guard begun.contains(entry.run) || state.runs[entry.run] != nil else {
                    throw ZentrunkError(.journal, "run \(entry.run) was never begun in this journal")
                }
            }
            for entry in entries { state.add(entry) }
        }
    }

    @_spi(Adapter) public func ride(_ entry: JournalEntry) async {
        state.withLock { state in
            guard entry.isStart || state.runs[entry.run] != nil else { return }
            state.add(entry)
        }
    }

    public func identities(of carrierAccount: String?) async throws -> [ConnectionIdentity] {
        state.withLock { state in
            guard let carrierAccount else { return state.identitiesByAccount.values.flatMap { $0 } }
            return state.identitiesByAccount[carrierAccount] ?? []
        }
    }

    @_spi(Adapter) public func milestones(of identity: ConnectionIdentity?) async throws -> [JournalEntry] {
        state.withLock { state in
            guard let identity else { return state.milestones }
            return state.milestonesByIdentity[identity] ?? []
        }
    }

    @_spi(Adapter) public func entries(of run: String) async throws -> [JournalEntry] {
        state.withLock { $0.runs[run] ?? [] }
    }
}

extension InMemoryJournal.State {
    fileprivate mutating func add(_ entry: JournalEntry) {
        runs[entry.run, default: []].append(entry)
        guard entry.isMilestone else { return }
        milestones.append(entry)
        if milestonesByIdentity[entry.identity] == nil {
            identitiesByAccount[entry.identity.carrierAccount, default: []].append(entry.identity)
        }
        milestonesByIdentity[entry.identity, default: []].append(entry)
    }
}
