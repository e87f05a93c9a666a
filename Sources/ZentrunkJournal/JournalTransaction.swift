import GRDB
import ZentrunkCore
import ZentrunkJSON

/// What the journal's methods do to the tables, inside a transaction that someone else opened.
struct JournalTransaction {
    let database: Database

    /// - Throws: `ZentrunkError` `journal` when a run of that id is known: two of them would mix their writes.
    func requireUnknown(_ run: RunRecord) throws {
        guard try self.run(run.id) == nil else { throw journalError("run \(run.id) was begun before") }
    }

    /// - Parameter beginning: Whether a run that is not known yet begins with this.
    /// - Throws: `ZentrunkError` `journal` when the run is not known otherwise.
    func intend(_ intent: WriteIntent, in run: RunRecord, beginning: Bool) throws {
        var row = try begun(run, beginning)
        if row.ending != nil {
            (row.ending, row.remark) = (nil, nil)
            try row.insert(database, .replace)
            try execute("UPDATE runs SET ended_at = NULL WHERE number = ?", [row.number])
        }
        // The same write may be announced once more before it is sent once more: then it is open again.
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

    /// Does nothing for a run that was never begun.
    func settle(_ intent: WriteIntent, _ outcome: WriteOutcome, in run: RunRecord) throws {
        guard let row = try self.run(run.id) else { return }
        try OutcomeRow(run: row.number, sequence: Int64(intent.sequence), outcome: outcome).insert(database, .replace)
        guard case .notDone = outcome, intent.former != nil, let id = intent.id else { return }
        try execute(
            "DELETE FROM formers WHERE connection = ? AND kind = ? AND id = ? AND run = ?",
            [row.connection, intent.kind, id, row.number])
    }

    /// - Parameter beginning: Whether a run that is not known yet begins with this.
    /// - Throws: `ZentrunkError` `journal` when the run is not known otherwise.
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

    /// The connection's row, made when there is none.
    private func connection(_ identity: ConnectionIdentity) throws -> ConnectionRow {
        if let row = try ConnectionRow.fetchOne(database, ConnectionRow.isIdentity, identity.journalArguments) {
            return row
        }
        let row = ConnectionRow(id: try nextNumber(ConnectionRow.table, "id"), identity: identity)
        try row.insert(database)
        return row
    }

    /// Known before the row is written, because its checksum covers it; rows are never removed, so none comes twice.
    private func nextNumber(_ table: String, _ column: String) throws -> Int64 {
        let last = try database.cachedStatement(sql: "SELECT max(\(column)) FROM \(table)")
        return try (Int64.fetchOne(last) ?? 0) + 1
    }

    /// Keeps the record's description and hints; its former values are not looked at.
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

    /// Makes the former values these, and no others; what was known already stays the memory of the run that noted it.
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

    /// Keeps what the run made as hints. Where another id is known one of both is wrong, and a wrong hint makes the reader look
    /// everywhere.
    private func hint(_ run: RunRow) throws {
        let rows = try objects(of: run).map {
            ObjectRow(connection: run.connection, instance: $0.key, object: $0.value)
        }
        try ObjectRow.insert(rows, database, .keep)
    }

    /// The connection is again what the run before left it as.
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

    /// Drops the hints to objects that the run created or took over; the others were right before it and are again.
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
    /// The condition under which a row is that of `ConnectionIdentity/journalArguments`.
    static let isIdentity = "carrier_account = ? AND platform = ? AND platform_account = ? AND name = ?"
}

extension ConnectionIdentity {
    /// The identity in the order of ``ConnectionRow/isIdentity``.
    var journalArguments: StatementArguments {
        [carrierAccount, platform.description, platformAccount, name.description]
    }
}
