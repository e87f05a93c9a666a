import GRDB
import ZentrunkCore
import ZentrunkJSON

/// The operations of the journal's methods on the tables, inside an open transaction.
struct JournalTransaction {
    let database: Database

    /// Checks that a run is new.
    ///
    /// - Throws: `ZentrunkError` `journal` if there is a run with that id, because the writes of both would be mixed.
    func requireUnknown(_ run: RunRecord) throws {
        guard try self.run(run.id) == nil else { throw journalError("run \(run.id) was begun before") }
    }

    /// Records an intent.
    ///
    /// - Parameter beginning: Whether to begin the run if it is unknown.
    /// - Throws: `ZentrunkError` `journal` if the run is unknown and does not begin.
    func intend(_ intent: WriteIntent, in run: RunRecord, beginning: Bool) throws {
        var row = try begun(run, beginning)
        if row.ending != nil {
            (row.ending, row.remark) = (nil, nil)
            try row.insert(database, .replace)
            try execute("UPDATE runs SET ended_at = NULL WHERE number = ?", [row.number])
        }
        // The same write may be recorded again before it is repeated; it is then open again.
        try WriteRow(run: row.number, intent).insert(database, .replace)
        try execute("DELETE FROM outcomes WHERE run = ? AND sequence = ?", [row.number, intent.sequence])
        if let before = intent.before {
            try BeforeRow(run: row.number, sequence: Int64(intent.sequence), fields: before).insert(database, .replace)
        }
        guard let former = intent.former, let id = intent.id else { return }
        let object = RecordedObject(kind: intent.kind, id: id)
        let remembered = FormerRow(connection: row.connection, object: object, fields: former, run: row.number)
        try remembered.insert(database, .keep)
    }

    /// Records an outcome. Has no effect for a run that was never begun.
    func settle(_ intent: WriteIntent, _ outcome: WriteOutcome, in run: RunRecord) throws {
        guard let row = try self.run(run.id) else { return }
        try OutcomeRow(run: row.number, sequence: Int64(intent.sequence), outcome: outcome).insert(database, .replace)
        guard case .notDone = outcome, intent.former != nil, let id = intent.id else { return }
        try execute(
            "DELETE FROM formers WHERE connection = ? AND kind = ? AND id = ? AND run = ?",
            [row.connection, intent.kind, id, row.number])
    }

    /// Records the ending of a run.
    ///
    /// - Parameter beginning: Whether to begin the run if it is unknown.
    /// - Throws: `ZentrunkError` `journal` if the run is unknown and does not begin.
    func finish(_ run: RunRecord, _ ending: RunEnding, beginning: Bool) throws {
        var row = try begun(run, beginning)
        switch ending {
        case .done(let record):
            row.ending = .done
            try describe(row.connection, record)
            try remember(record.former, row.connection)
        case .gone:
            row.ending = .gone
            try forget(row.connection)
        case .undone(let remark):
            (row.ending, row.remark) = (.undone, remark)
            try takeBackDescription(row)
            try takeBackHints(row)
            try execute("DELETE FROM formers WHERE connection = ? AND run = ?", [row.connection, row.number])
        case .left(let remark, let record):
            (row.ending, row.remark) = (.left, remark)
            if let record { try describe(row.connection, record) } else { try hint(row) }
        }
        try row.insert(database, .replace)
        try execute("UPDATE runs SET ended_at = CURRENT_TIMESTAMP WHERE number = ?", [row.number])
    }
}

extension JournalTransaction {
    private func run(_ id: String) throws -> RunRow? { try RunRow.fetchOne(database, "id = ?", [id]) }

    private func begun(_ run: RunRecord, _ beginning: Bool) throws -> RunRow {
        if let row = try self.run(run.id) { return row }
        guard beginning else { throw journalError("run \(run.id) was never begun in this journal") }
        let row = RunRow(
            number: try nextNumber(RunRow.table, "number"), id: run.id, connection: try connection(run.identity).id,
            operation: run.operation, description: run.connection.journalText)
        try row.insert(database)
        return row
    }

    /// Returns the connection's row, creating it if necessary.
    private func connection(_ identity: ConnectionIdentity) throws -> ConnectionRow {
        if let row = try ConnectionRow.fetchOne(database, ConnectionRow.isIdentity, identity.journalArguments) {
            return row
        }
        let row = ConnectionRow(id: try nextNumber(ConnectionRow.table, "id"), identity: identity)
        try row.insert(database)
        return row
    }

    /// Returns the next free number. It must be known before the row is written, because the checksum covers it. Rows
    /// are never deleted, so numbers are unique.
    private func nextNumber(_ table: String, _ column: String) throws -> Int64 {
        let last = try database.cachedStatement(sql: "SELECT max(\(column)) FROM \(table)")
        return try (Int64.fetchOne(last) ?? 0) + 1
    }

    /// Stores the record's description and hints, but not its former values.
    private func describe(_ connection: Int64, _ record: ConnectionRecord) throws {
        try describe(connection, as: record.connection)
        let known = try ObjectRow.fetch(database, "connection = ?", [connection])
        for row in known where record.objects[row.instance] == nil {
            try execute(
                "DELETE FROM objects WHERE connection = ? AND key = ? AND number = ?",
                [connection, row.instance.key, row.instance.number?.e164 ?? ""])
        }
        let unchanged = Dictionary(known.map { ($0.instance, $0.object) }) { first, _ in first }
        let changed = record.objects.filter { unchanged[$0.key] != $0.value }
        let rows = changed.map { ObjectRow(connection: connection, instance: $0.key, object: $0.value) }
        try ObjectRow.insert(rows, database, .replace)
    }

    /// Replaces the former values. Values that were already known still belong to the run that recorded them.
    private func remember(_ former: [RecordedObject: JSONObject], _ connection: Int64) throws {
        let known = try FormerRow.fetch(database, "connection = ?", [connection])
        for row in known where former[row.object] == nil {
            try execute(
                "DELETE FROM formers WHERE connection = ? AND kind = ? AND id = ?",
                [connection, row.object.kind, row.object.id])
        }
        let unchanged = Dictionary(known.map { ($0.object, $0) }) { first, _ in first }
        let changed = former.filter { unchanged[$0.key]?.fields != $0.value }
        let rows = changed.map { object, fields in
            FormerRow(connection: connection, object: object, fields: fields, run: unchanged[object]?.run)
        }
        try FormerRow.insert(rows, database, .replace)
    }

    /// Stores the run's objects as hints. If another id is known, one of the two is wrong; known ids stay, because a
    /// wrong hint makes the reader search the lists.
    private func hint(_ run: RunRow) throws {
        let rows = try objects(of: run).map {
            ObjectRow(connection: run.connection, instance: $0.key, object: $0.value)
        }
        try ObjectRow.insert(rows, database, .keep)
    }

    /// Restores the connection's description as the previous run left it.
    private func takeBackDescription(_ run: RunRow) throws {
        let current = try ConnectionRow.fetchOne(database, "id = ?", [run.connection])?.description
        guard let current, try current == Connection(journalText: run.description) else { return }
        let before = try RunRow.fetchOne(
            database,
            "connection = ? AND number < ? AND ending IN ('done', 'gone') ORDER BY number DESC LIMIT 1",
            [run.connection, run.number])
        let description = try before.flatMap { run in
            run.ending == .done ? try Connection(journalText: run.description) : nil
        }
        guard description != current else { return }
        try describe(run.connection, as: description)
        if description == nil { try execute("DELETE FROM objects WHERE connection = ?", [run.connection]) }
    }

    /// Deletes the hints to objects that the run created or took over. The others were correct before the run and are
    /// again.
    private func takeBackHints(_ run: RunRow) throws {
        let taken = try FormerRow.fetch(database, "connection = ? AND run = ?", [run.connection, run.number])
        for object in try created(by: run).union(taken.map(\.object)) {
            try execute(
                "DELETE FROM objects WHERE connection = ? AND kind = ? AND id = ?",
                [run.connection, object.kind, object.id])
        }
    }

    private func forget(_ connection: Int64) throws {
        try describe(connection, as: nil)
        try execute("DELETE FROM objects WHERE connection = ?", [connection])
        try execute("DELETE FROM formers WHERE connection = ?", [connection])
    }

    private func describe(_ connection: Int64, as description: Connection?) throws {
        guard var row = try ConnectionRow.fetchOne(database, "id = ?", [connection]) else {
            throw JournalDamage(reason: "a run in it belongs to no connection")
        }
        row.description = description
        try row.insert(database, .replace)
    }

    private func execute(_ sql: String, _ arguments: StatementArguments) throws {
        try database.cachedStatement(sql: sql).execute(arguments: arguments)
    }
}

extension ConnectionRow {
    /// The condition for rows with the values of `ConnectionIdentity/journalArguments`.
    static let isIdentity = "carrier_account = ? AND platform = ? AND platform_account = ? AND name = ?"
}

extension ConnectionIdentity {
    /// The identity in the order of ``ConnectionRow/isIdentity``.
    var journalArguments: StatementArguments {
        [carrierAccount, platform.description, platformAccount, name.description]
    }
}

// MARK: Reading

extension JournalTransaction {
    /// Returns what is known of every connection.
    func records() throws -> [ConnectionRecord] {
        try ConnectionRow.fetch(database, "true", []).compactMap(record)
    }

    /// Returns what is known of one connection; nil if nothing is.
    func record(_ identity: ConnectionIdentity) throws -> ConnectionRecord? {
        try ConnectionRow.fetchOne(database, ConnectionRow.isIdentity, identity.journalArguments).flatMap(record)
    }

    /// Returns the runs of one connection, or of all if nil, in the order in which they began.
    func runs(of identity: ConnectionIdentity?) throws -> [PastRun] {
        var rows: [RunRow] = []
        var identities: [Int64: ConnectionIdentity] = [:]
        if let identity {
            guard
                let row = try ConnectionRow.fetchOne(database, ConnectionRow.isIdentity, identity.journalArguments)
            else { return [] }
            identities[row.id] = row.identity
            rows = try RunRow.fetch(database, "connection = ? ORDER BY number", [row.id])
        } else {
            for row in try ConnectionRow.fetch(database, "true", []) { identities[row.id] = row.identity }
            rows = try RunRow.fetch(database, "true ORDER BY number", [])
        }
        return try pastRuns(rows, identities)
    }

    /// Returns the run with this id; nil if it was never begun.
    func pastRun(_ id: String) throws -> PastRun? {
        guard let row = try RunRow.fetchOne(database, "id = ?", [id]) else { return nil }
        let owner = try ConnectionRow.fetchOne(database, "id = ?", [row.connection])
        return try pastRuns([row], owner.map { [$0.id: $0.identity] } ?? [:]).first
    }

    private func pastRuns(_ rows: [RunRow], _ identities: [Int64: ConnectionIdentity]) throws -> [PastRun] {
        let times = try times(of: rows)
        return try rows.map { row in
            guard let identity = identities[row.connection] else {
                throw JournalDamage(reason: "a run in it belongs to no connection")
            }
            let connection = try Connection(journalText: row.description)
            return PastRun(
                RunRecord(id: row.id, identity: identity, operation: row.operation, connection: connection),
                outcome: row.ending, remark: row.remark, begun: times[row.number]?.begun,
                ended: times[row.number]?.ended)
        }
    }

    /// Returns the writes of a run and their outcomes; empty if it was never begun.
    func writes(of run: String) throws -> [PastWrite] {
        guard let run = try RunRow.fetchOne(database, "id = ?", [run]) else { return [] }
        let outcomes = try outcomes(of: run)
        var befores: [Int64: JSONObject] = [:]
        for row in try BeforeRow.fetch(database, "run = ?", [run.number]) { befores[row.sequence] = row.fields }
        return try WriteRow.fetch(database, "run = ? ORDER BY sequence", [run.number]).map { write in
            PastWrite(write.intent(before: befores[write.sequence]), outcomes[write.sequence])
        }
    }

    private func outcomes(of run: RunRow) throws -> [Int64: WriteOutcome] {
        var outcomes: [Int64: WriteOutcome] = [:]
        for row in try OutcomeRow.fetch(database, "run = ?", [run.number]) { outcomes[row.sequence] = row.outcome }
        return outcomes
    }

    /// Returns the timestamps of runs. They are for information only and not sealed, so values in an unexpected form
    /// are left out.
    private func times(of runs: [RunRow]) throws -> [Int64: (begun: String?, ended: String?)] {
        guard let first = runs.first?.number, let last = runs.last?.number else { return [:] }
        let rows = try Row.fetchAll(
            database, sql: "SELECT number, begun_at, ended_at FROM runs WHERE number BETWEEN ? AND ?",
            arguments: [first, last])
        func time(_ value: DatabaseValue) -> String? {
            guard case .string(let text) = value.storage else { return nil }
            let parts = text.split(separator: " ")
            guard parts.count == 2, text.utf8.count == 19, text.utf8.allSatisfy({ (0x20...0x3a).contains($0) }) else {
                return nil
            }
            return "\(parts[0])T\(parts[1])Z"
        }
        var times: [Int64: (begun: String?, ended: String?)] = [:]
        for row in rows {
            guard case .int64(let number) = (row[0] as DatabaseValue).storage else { continue }
            times[number] = (time(row[1]), time(row[2]))
        }
        return times
    }

    private func record(_ row: ConnectionRow) throws -> ConnectionRecord? {
        guard var record = try settledRecord(row) ?? unfinishedRecord(row) else { return nil }
        for former in try FormerRow.fetch(database, "connection = ?", [row.id]) {
            record.former[former.object] = former.fields
        }
        return record
    }

    /// Returns the connection as a completed run has described it.
    private func settledRecord(_ row: ConnectionRow) throws -> ConnectionRecord? {
        guard let description = row.description else { return nil }
        var record = ConnectionRecord(identity: row.identity, connection: description)
        for object in try ObjectRow.fetch(database, "connection = ?", [row.id]) {
            record.objects[object.instance] = object.object
        }
        return record
    }

    /// Returns the connection as its unfinished runs intended it: those that wrote something and were neither completed
    /// nor undone. Without this, the `disconnect` that cleans up after them would lose what they recorded.
    private func unfinishedRecord(_ row: ConnectionRow) throws -> ConnectionRecord? {
        let unfinished = try RunRow.fetch(
            database,
            """
            connection = ?1 AND (ending IS NULL OR ending = 'left')
                AND runs.number > (
                    SELECT coalesce(max(number), 0) FROM runs WHERE connection = ?1 AND ending IN ('done', 'gone'))
                AND EXISTS (SELECT 1 FROM writes WHERE writes.run = runs.number)
            ORDER BY runs.number
            """, [row.id])
        guard let described = unfinished.last(where: { $0.operation == .connect }) ?? unfinished.last else {
            return nil
        }
        var record = ConnectionRecord(
            identity: row.identity, connection: try Connection(journalText: described.description))
        for run in unfinished {
            record.objects.merge(try objects(of: run)) { known, _ in known }
        }
        return record
    }

    /// Returns the objects that a run created, whether or not it deleted them again.
    func created(by run: RunRow) throws -> Set<RecordedObject> {
        let outcomes = try outcomes(of: run)
        return Set(
            try WriteRow.fetch(database, "run = ?", [run.number]).compactMap { write in
                guard write.deed == .make, case .done(let id) = outcomes[write.sequence] else { return nil }
                return RecordedObject(kind: write.kind, id: id)
            })
    }

    /// Returns the objects that a run created and, as far as is known, did not delete again.
    func objects(of run: RunRow) throws -> [InstanceID: RecordedObject] {
        let outcomes = try outcomes(of: run)
        var objects: [InstanceID: RecordedObject] = [:]
        for write in try WriteRow.fetch(database, "run = ? ORDER BY sequence", [run.number]) {
            guard case .done(let id) = outcomes[write.sequence] else { continue }
            let object = RecordedObject(kind: write.kind, id: id)
            switch write.deed {
            case .make: objects[write.instance] = object
            case .remove where objects[write.instance] == object: objects[write.instance] = nil
            default: break
            }
        }
        return objects
    }
}
