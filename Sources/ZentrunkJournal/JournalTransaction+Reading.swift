import GRDB
import ZentrunkCore

extension JournalTransaction {
    /// What is known of every connection.
    func records() throws -> [ConnectionRecord] {
        try ConnectionRow.fetch(database, "true", []).compactMap(record)
    }

    /// What is known of one connection, or nil.
    func record(_ identity: ConnectionIdentity) throws -> ConnectionRecord? {
        try ConnectionRow.fetchOne(database, ConnectionRow.isIdentity, identity.journalArguments).flatMap(record)
    }

    private func record(_ row: ConnectionRow) throws -> ConnectionRecord? {
        guard var record = try settledRecord(row) ?? unfinishedRecord(row) else { return nil }
        for former in try FormerRow.fetch(database, "connection = ?", [row.id]) {
            record.former[former.object] = former.fields
        }
        return record
    }

    /// As a run that ended has described it.
    private func settledRecord(_ row: ConnectionRow) throws -> ConnectionRecord? {
        guard let description = row.description else { return nil }
        var record = ConnectionRecord(identity: row.identity, connection: description)
        for object in try ObjectRow.fetch(database, "connection = ?", [row.id]) {
            record.objects[object.instance] = object.object
        }
        return record
    }

    /// As runs meant it to be that wrote something and neither completed nor undid it: without this, what they
    /// remembered would be lost to the `disconnect` that cleans up behind them.
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
            for (instance, object) in try objects(of: run) { record.objects[instance] = object }
        }
        return record
    }

    /// What a run created and, as far as is known, did not delete again.
    private func objects(of run: RunRow) throws -> [InstanceID: RecordedObject] {
        var outcomes: [Int64: WriteOutcome] = [:]
        for row in try OutcomeRow.fetch(database, "run = ?", [run.number]) { outcomes[row.sequence] = row.outcome }
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
