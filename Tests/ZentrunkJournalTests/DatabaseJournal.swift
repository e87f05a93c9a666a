import GRDB
@_spi(Adapter) import ZentrunkCore

struct DatabaseJournal: Journal {
    let database: any DatabaseWriter
    let locks: any ConnectionLocks

    init(_ database: any DatabaseWriter, locks: any ConnectionLocks) throws {
        (self.database, self.locks) = (database, locks)
        try database.write { database in
            try database.execute(
                sql: """
                    CREATE TABLE IF NOT EXISTS entries (
                      number INTEGER PRIMARY KEY, run TEXT NOT NULL, carrier TEXT NOT NULL, connection TEXT NOT NULL,
                      milestone BOOLEAN NOT NULL, text TEXT NOT NULL);
                    CREATE INDEX IF NOT EXISTS by_run ON entries (run);
                    CREATE INDEX IF NOT EXISTS by_carrier ON entries (carrier, connection);
                    CREATE INDEX IF NOT EXISTS by_connection ON entries (connection) WHERE milestone
                    """)
        }
    }

    func append(_ entries: [JournalEntry]) async throws {
        try await work {
            try await database.write { database in
                for entry in entries {
                    let known = "SELECT EXISTS (SELECT * FROM entries WHERE run = ?)"
                    guard try entry.isStart || Bool.fetchOne(database, sql: known, arguments: [entry.run]) == true
                    else { throw ZentrunkError(.journal, "the run \(entry.run) has not begun") }
                    try database.execute(
                        sql: "INSERT INTO entries (run, carrier, connection, milestone, text) VALUES (?, ?, ?, ?, ?)",
                        arguments: [
                            entry.run, entry.identity.carrierAccount, Self.key(entry.identity), entry.isMilestone,
                            entry.text,
                        ])
                }
            }
        }
    }

    func ride(_ entry: JournalEntry) async {
        // It may be lost, so it may also be durable at once. A store with group commit can let it wait instead.
        try? await append([entry])
    }

    func identities(of carrierAccount: String?) async throws -> [ConnectionIdentity] {
        let first = "SELECT text FROM entries WHERE number IN (SELECT min(number) FROM entries"
        let entries =
            if let carrierAccount {
                try await read(first + " WHERE carrier = ? GROUP BY connection)", [carrierAccount])
            } else {
                try await read(first + " GROUP BY connection)", [])
            }
        return entries.map(\.identity)
    }

    func milestones(of identity: ConnectionIdentity?) async throws -> [JournalEntry] {
        guard let identity else {
            return try await read("SELECT text FROM entries WHERE milestone ORDER BY number", [])
        }
        return try await read(
            "SELECT text FROM entries WHERE milestone AND connection = ? ORDER BY number", [Self.key(identity)])
    }

    func entries(of run: String) async throws -> [JournalEntry] {
        try await read("SELECT text FROM entries WHERE run = ? ORDER BY number", [run])
    }

    private func read(_ sql: String, _ arguments: StatementArguments) async throws -> [JournalEntry] {
        try await work {
            try await database.read { try String.fetchAll($0, sql: sql, arguments: arguments) }
                .map { try JournalEntry(text: $0) }
        }
    }

    /// Works in a task of its own: a run is undone, and its undo recorded, after its task was cancelled.
    private func work<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        do {
            return try await Task { try await body() }.value
        } catch let error as ZentrunkError {
            throw error
        } catch {
            throw ZentrunkError(.journal, "the database of the journal failed", cause: error)
        }
    }

    private static func key(_ identity: ConnectionIdentity) -> String {
        [identity.carrierAccount, identity.platform.description, identity.platformAccount, identity.name.description]
            .joined(separator: "\n")
    }
}
