import GRDB
@_spi(Adapter) import ZentrunkCore

/// The migration from tables that held the state of each connection to a table of entries, from which the state is
/// folded.
///
/// The old tables have the state after all runs, so that the states between them are computed backwards: without what a
/// run created and recorded, the state is that before the run. The last run that described the connection gets the
/// state as its description, even if that run is open or has left something.
struct EntryMigration {
    private let database: Database
    /// What each run that completed its work recorded, by the run's number.
    private var described: [Int64: ConnectionRecord] = [:]

    /// Moves everything from the old tables to the new ones, which are empty.
    ///
    /// - Throws: ``JournalDamage`` if a row of an old table is not as it was written.
    static func run(_ database: Database) throws {
        var migration = EntryMigration(database: database)
        var identities: [Int64: ConnectionIdentity] = [:]
        for connection in try ConnectionRow.fetch(database, "true ORDER BY id", []) {
            identities[connection.id] = connection.identity
            try migration.describe(connection)
        }
        let table = EntryTable(database: database)
        let times = try migration.times()
        for run in try RunRow.fetch(database, "true ORDER BY number", []) {
            guard let identity = identities[run.connection] else {
                throw JournalDamage(reason: "a run in it belongs to no connection")
            }
            try table.add(migration.entries(of: run, identity, times[run.number]), strict: true)
        }
    }

    private init(database: Database) { self.database = database }

    // MARK: Descriptions

    private mutating func describe(_ connection: ConnectionRow) throws {
        guard let description = connection.description else { return }
        let runs = try RunRow.fetch(database, "connection = ? ORDER BY number", [connection.id])
        let bearer = try Self.bearer(of: description, among: runs)
        var formers = try FormerRow.fetch(database, "connection = ?", [connection.id])
        var record = ConnectionRecord(identity: connection.identity, connection: description)
        for row in try ObjectRow.fetch(database, "connection = ?", [connection.id]) {
            record.objects[row.instance] = row.object
        }
        for run in runs.reversed() {
            guard run.ending != .gone else { break }
            record.former = Dictionary(formers.map { ($0.object, $0.fields) }) { first, _ in first }
            if run.number == bearer {
                described[run.number] = record
            } else if run.ending == .done {
                record.connection = try Connection(journalText: run.description)
                described[run.number] = record
            }
            guard run.ending != .undone else { continue }
            let taken = formers.filter { $0.run == run.number }.map(\.object)
            let brought = try created(by: run).union(taken)
            record.objects = record.objects.filter { !brought.contains($0.value) }
            formers.removeAll { $0.run == run.number }
        }
    }

    /// Returns the number of the run that left the connection with this description: the last completed one, or one
    /// after it that left something or was being undone.
    private static func bearer(of description: Connection, among runs: [RunRow]) throws -> Int64? {
        let completed = runs.lastIndex { $0.ending == .done || $0.ending == .gone }
        let later = runs[(completed.map { $0 + 1 } ?? 0)...].filter { $0.ending == .left || $0.ending == nil }
        if let completed, runs[completed].ending == .done,
            try Connection(journalText: runs[completed].description) == description
        {
            return runs[completed].number
        }
        let described = try later.last { try Connection(journalText: $0.description) == description }
        if let described { return described.number }
        return completed.flatMap { runs[$0].ending == .done ? runs[$0].number : nil } ?? later.last?.number
    }

    /// Returns the objects that a run created, whether or not it deleted them again.
    private func created(by run: RunRow) throws -> Set<RecordedObject> {
        let outcomes = try outcomes(of: run)
        return Set(
            try WriteRow.fetch(database, "run = ? AND operation = 'create'", [run.number]).compactMap { write in
                guard case .done(let id) = outcomes[write.sequence] else { return nil }
                return RecordedObject(kind: write.kind, id: id)
            })
    }

    // MARK: Entries

    private func entries(
        of run: RunRow, _ identity: ConnectionIdentity, _ times: (begun: String?, ended: String?)?
    ) throws -> [JournalEntry] {
        var entries: [JournalEntry] = []
        func add(_ event: JournalEntry.Event, at time: String? = nil) {
            entries.append(JournalEntry(run: run.id, identity: identity, time: time, event))
        }
        add(.began(run.operation, try Connection(journalText: run.description)), at: times?.begun)
        let outcomes = try outcomes(of: run)
        let befores = Dictionary(
            try BeforeRow.fetch(database, "run = ?", [run.number]).map { ($0.sequence, $0.fields) }
        ) { first, _ in first }
        for write in try WriteRow.fetch(database, "run = ? ORDER BY sequence", [run.number]) {
            add(.intended(write.intent(before: befores[write.sequence])))
            if let outcome = outcomes[write.sequence] { add(.settled(Int(write.sequence), outcome)) }
        }
        if let record = described[run.number] {
            add(.described(record))
            if run.ending != .done {
                add(.ended(.done, nil))
                add(.reopened)
            }
        }
        if let ending = run.ending { add(.ended(ending, run.remark), at: times?.ended) }
        return entries
    }

    private func outcomes(of run: RunRow) throws -> [Int64: WriteOutcome] {
        let rows = try OutcomeRow.fetch(database, "run = ?", [run.number])
        return Dictionary(rows.map { ($0.sequence, $0.outcome) }) { first, _ in first }
    }

    /// Returns the times of all runs, by number. They were not sealed, so that any other form is left out by the reader
    /// of the entries.
    private func times() throws -> [Int64: (begun: String?, ended: String?)] {
        func time(_ value: DatabaseValue) -> String? {
            guard case .string(let text) = value.storage else { return nil }
            return text.replacing(" ", with: "T") + "Z"
        }
        var times: [Int64: (begun: String?, ended: String?)] = [:]
        for row in try Row.fetchAll(database, sql: "SELECT number, begun_at, ended_at FROM runs") {
            guard case .int64(let number) = (row[0] as DatabaseValue).storage else { continue }
            times[number] = (time(row[1]), time(row[2]))
        }
        return times
    }
}
