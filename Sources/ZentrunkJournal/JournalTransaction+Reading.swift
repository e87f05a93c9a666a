import GRDB
import ZentrunkCore
import ZentrunkJSON

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
            try WriteRow.fetch(database, "run = ? AND operation = 'create'", [run.number]).compactMap { write in
                guard case .done(let id) = outcomes[write.sequence] else { return nil }
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
            switch write.operation {
            case .create: objects[write.instance] = object
            case .delete where objects[write.instance] == object: objects[write.instance] = nil
            case .update, .delete, .restore: break
            }
        }
        return objects
    }
}
