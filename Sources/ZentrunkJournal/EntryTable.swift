import GRDB
@_spi(Adapter) import ZentrunkCore

/// The entries of a journal in the database, inside an open transaction.
struct EntryTable {
    let database: Database

    /// Adds entries, in order.
    ///
    /// - Parameter strict: Whether an entry of a run that has not begun is an error; otherwise it is left out.
    /// - Throws: `ZentrunkError` `journal` for such an entry.
    func add(_ entries: [JournalEntry], strict: Bool) throws {
        var number = try last(EntryRow.table, "number")
        for entry in entries {
            guard let identity = try identity(of: entry) else {
                guard strict else { continue }
                throw journalError("run \(entry.run) was never begun in this journal")
            }
            number += 1
            try EntryRow.insert(
                [
                    number.databaseValue, entry.run.databaseValue, identity.databaseValue,
                    (entry.isMilestone ? 1 : 0).databaseValue, entry.text.databaseValue,
                ], into: database)
        }
    }

    /// Returns the connections of this account of the carrier, or all if nil.
    func identities(of carrierAccount: String?) throws -> [ConnectionIdentity] {
        let rows =
            if let carrierAccount {
                try IdentityRow.fetch(database, "carrier_account = ?", [carrierAccount])
            } else {
                try IdentityRow.fetch(database, "true", [])
            }
        return rows.map(\.identity)
    }

    /// Returns the milestones of this connection, or of all if nil, in order.
    func milestones(of identity: ConnectionIdentity?) throws -> [JournalEntry] {
        guard let identity else {
            // Naming all connections makes SQLite use the index of milestones instead of reading every entry.
            return try EntryRow.entries(
                database, "is_milestone = 1 AND identity IN (SELECT id FROM identities) ORDER BY number", [])
        }
        guard let row = try IdentityRow.fetchOne(database, identity) else { return [] }
        return try EntryRow.entries(database, "is_milestone = 1 AND identity = ? ORDER BY number", [row.id])
    }

    /// Returns the entries of a run, in order.
    func entries(of run: String) throws -> [JournalEntry] {
        try EntryRow.entries(database, "run = ? ORDER BY number", [run])
    }

    /// Returns the number of the entry's connection, which the start of a run creates; nil if the run has not begun.
    private func identity(of entry: JournalEntry) throws -> Int64? {
        let begun = try database.cachedStatement(sql: "SELECT identity FROM entries WHERE run = ? LIMIT 1")
        if let identity = try Int64.fetchOne(begun, arguments: [entry.run]) { return identity }
        guard entry.isStart else { return nil }
        if let row = try IdentityRow.fetchOne(database, entry.identity) { return row.id }
        let (id, identity) = (try last(IdentityRow.table, "id") + 1, entry.identity)
        try IdentityRow.insert(
            [
                id.databaseValue, identity.carrierAccount.databaseValue, identity.platform.description.databaseValue,
                identity.platformAccount.databaseValue, identity.name.description.databaseValue,
            ], into: database)
        return id
    }

    /// Returns the largest number in the table. The next one must be known before a row is written, because the
    /// checksum covers it. Rows are never deleted, so numbers are unique.
    private func last(_ table: String, _ column: String) throws -> Int64 {
        try Int64.fetchOne(database.cachedStatement(sql: "SELECT max(\(column)) FROM \(table)")) ?? 0
    }
}

/// A connection of which a run ever began.
struct IdentityRow: SealedRow {
    static let table = "identities"
    static let columns = ["id", "carrier_account", "platform", "platform_account", "name"]

    let id: Int64
    let identity: ConnectionIdentity
}

extension IdentityRow {
    init(from columns: inout ColumnReader) throws {
        id = try columns.integer()
        identity = ConnectionIdentity(
            carrierAccount: try columns.text(), platform: PlatformID(try columns.text()),
            platformAccount: try columns.text(), name: try ConnectionName(journalText: columns.text()))
    }

    /// Returns the row of a connection; nil if there is none.
    static func fetchOne(_ database: Database, _ identity: ConnectionIdentity) throws -> IdentityRow? {
        try fetch(
            database, "carrier_account = ? AND platform = ? AND platform_account = ? AND name = ?",
            [
                identity.carrierAccount, identity.platform.description, identity.platformAccount,
                identity.name.description,
            ]
        ).first
    }
}

/// An entry, as text.
struct EntryRow: SealedRow {
    static let table = "entries"
    static let columns = ["number", "run", "identity", "is_milestone", "text"]

    let text: String
}

extension EntryRow {
    init(from columns: inout ColumnReader) throws {
        _ = try (columns.integer(), columns.text(), columns.integer(), columns.integer())
        text = try columns.text()
    }

    /// Returns the entries that meet the condition, which includes the start of each run.
    ///
    /// - Throws: ``JournalDamage`` if one cannot be read or the start of a run is missing, `ZentrunkError` if a newer
    ///   version has written one.
    static func entries(
        _ database: Database, _ condition: String, _ arguments: StatementArguments
    ) throws -> [JournalEntry] {
        var begun: Set<String> = []
        return try fetch(database, condition, arguments).map { row in
            let entry = try row.entry()
            if entry.isStart { begun.insert(entry.run) }
            guard begun.contains(entry.run) else { throw JournalDamage(reason: "the start of a run in it is missing") }
            return entry
        }
    }

    private func entry() throws -> JournalEntry {
        do { return try JournalEntry(text: text) } catch let error as ZentrunkError where error.remedies.isEmpty {
            throw JournalDamage(reason: error.message)
        }
    }
}
