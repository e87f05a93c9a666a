// What the engine records and asks, on the storage of any journal.

extension Journal {
    /// Returns all known connections, in any order. Reads the runs of each: to find one, use ``connection(_:)``.
    public func connections() async throws -> [ConnectionRecord] {
        try await connections(identities(of: nil))
    }

    /// Returns what is known of one connection; nil if nothing is. Reads the writes of the last completed run and of
    /// those after it, and of no other.
    public func connection(_ identity: ConnectionIdentity) async throws -> ConnectionRecord? {
        var entries: [JournalEntry] = []
        for run in JournalState(folding: try await milestones(of: identity)).decisiveRuns {
            entries += try await self.entries(of: run)
        }
        return JournalState(folding: entries).record
    }

    /// Returns the known connections of this name, one for each account of the platform, in any order.
    package func connections(
        _ name: ConnectionName, on platform: PlatformID, of carrierAccount: String
    ) async throws -> [ConnectionRecord] {
        try await connections(identities(of: carrierAccount).filter { $0.platform == platform && $0.name == name })
    }

    /// Returns the known ones among these connections, in the same order.
    package func connections(_ identities: [ConnectionIdentity]) async throws -> [ConnectionRecord] {
        var records: [ConnectionRecord] = []
        for identity in identities {
            if let record = try await connection(identity) { records.append(record) }
        }
        return records
    }

    /// Returns the runs of one connection, or of all if nil, in the order in which they began.
    public func runs(of identity: ConnectionIdentity?) async throws -> [PastRun] {
        RunHistory.all(in: try await milestones(of: identity)).map(\.past)
    }

    /// Returns the run with this id; nil if the journal does not have it.
    public func run(_ id: String) async throws -> PastRun? {
        RunHistory.all(in: try await entries(of: id)).first?.past
    }

    /// Returns the writes of the run with this id and their outcomes, in order; empty if the run is unknown.
    @_spi(Adapter) public func writes(of run: String) async throws -> [PastWrite] {
        RunHistory.all(in: try await entries(of: run)).first?.writes ?? []
    }

    /// Returns the runs of these connections that died or left something, and that no later run has completed, in the order
    /// in which they began.
    package func interruptedRuns(of identities: [ConnectionIdentity]) async throws -> [PastRun] {
        var runs: [PastRun] = []
        for identity in identities { runs += try await self.runs(of: identity).unfinished }
        return runs.sorted { $0.id < $1.id }
    }

    /// Returns the writes of the connection's runs that died or left something, and that no later run has completed.
    package func interruptedWrites(of identity: ConnectionIdentity) async throws -> [PastWrite] {
        var writes: [PastWrite] = []
        for run in try await runs(of: identity).unfinished { writes += try await self.writes(of: run.record.id) }
        return writes
    }
}

extension Journal {
    /// Records the start of a run. Until ``finish(_:_:)`` the run is open, so a later run can detect that this one
    /// died. The start becomes durable with the run's first intent.
    ///
    /// - Throws: ``ZentrunkError`` `journal`, also if a run with that id was begun before, because the writes of both
    ///   would be mixed.
    package func begin(_ run: RunRecord) async throws {
        guard try await entries(of: run.id).isEmpty else {
            throw ZentrunkError(.journal, "run \(run.id) was begun before")
        }
        await ride(JournalEntry(run, .began(run.operation, run.connection)))
    }

    /// Records that the run is being undone, so that it is open until it ends once more.
    package func reopen(_ run: RunRecord) async { await ride(JournalEntry(run, .reopened)) }

    /// Records a write before it is sent. Returns once the record would survive a crash.
    ///
    /// If the intent has former values and none are known for that object of the connection, they are kept from now
    /// on, also beyond this run.
    package func intend(_ intent: WriteIntent, in run: RunRecord) async throws {
        try await append([JournalEntry(run, .intended(intent))])
    }

    /// Records the outcome of a write. It may be lost in a crash until the next intent is recorded: it is then
    /// determined again by a read.
    ///
    /// If the write was certainly not done, the former values of its intent no longer count.
    package func settle(_ intent: WriteIntent, _ outcome: WriteOutcome, in run: RunRecord) async throws {
        await ride(JournalEntry(run, .settled(intent.sequence, outcome)))
    }

    /// Records how the run ended, and what is known of its connection from now on.
    package func finish(_ run: RunRecord, _ ending: RunEnding) async throws {
        let record = ending.record.map { JournalEntry(run, .described($0)) }
        try await append([record].compactMap { $0 } + [JournalEntry(run, .ended(ending.outcome, ending.remark))])
    }
}

extension RunEnding {
    /// What is known of the connection afterwards, if the ending says it.
    fileprivate var record: ConnectionRecord? {
        switch self {
        case .done(let record): record
        case .left(_, let record): record
        case .gone, .undone: nil
        }
    }
}
