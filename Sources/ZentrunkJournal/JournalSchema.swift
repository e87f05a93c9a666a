import GRDB
@_spi(Adapter) import ZentrunkCore

/// The tables and their migrations.
///
/// Released migrations are never changed; add a new one at the end. Every `checksum` is that of a ``SealedRow``. It
/// does not cover the timestamp columns of the first tables, which were for information only.
enum JournalSchema {
    /// Migrates the database to the current version. Call it while holding the folder's lock, so that two processes do
    /// not migrate at once.
    ///
    /// - Throws: `ZentrunkError` `journal` if a newer version of this package has written the database,
    ///   `DatabaseError` otherwise.
    static func migrate(_ database: DatabaseQueue) throws {
        try requireNotNewer(database)
        try migrator.migrate(database)
    }

    /// Checks that a read-only database has the current version.
    ///
    /// - Throws: `ZentrunkError` `journal` if another version of this package has written the database,
    ///   `DatabaseError` otherwise.
    static func requireCurrent(_ database: DatabaseQueue) throws {
        try requireNotNewer(database)
        guard try database.read(migrator.hasCompletedMigrations) else {
            throw journalError(
                "the journal \(database.path) was written by an older version of zentrunk and cannot be brought up to date, since its folder cannot be written"
            )
        }
    }

    private static func requireNotNewer(_ database: DatabaseQueue) throws {
        guard try !database.read(migrator.hasBeenSuperseded) else {
            throw journalError(
                "the journal \(database.path) was written by a newer version of zentrunk",
                remedy: .advice("update zentrunk"))
        }
    }

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1: connections, runs, writes") { try $0.execute(sql: first) }
        migrator.registerMigration("2: what was before each write") { try $0.execute(sql: second) }
        // No change to the tables: descriptions may contain a template from now on, which older versions would drop.
        migrator.registerMigration("3: templates of their own") { _ in }
        migrator.registerMigration("4: entries") { database in
            try database.execute(sql: fourth)
            try EntryMigration.run(database)
            for table in ["outcomes", "befores", "writes", "formers", "objects", "runs", "connections"] {
                try database.drop(table: table)
            }
        }
        return migrator
    }

    private static let first = """
        CREATE TABLE connections (
            id INTEGER PRIMARY KEY,
            carrier_account TEXT NOT NULL,
            platform TEXT NOT NULL,
            platform_account TEXT NOT NULL,
            name TEXT NOT NULL,
            -- JSON; NULL while no run has ended with the connection in place.
            description TEXT,
            checksum INTEGER NOT NULL,
            UNIQUE (carrier_account, platform, platform_account, name)
        );
        -- Hints: each is verified before it is believed.
        CREATE TABLE objects (
            connection INTEGER NOT NULL REFERENCES connections,
            key TEXT NOT NULL,
            number TEXT NOT NULL,
            kind TEXT NOT NULL,
            id TEXT NOT NULL,
            checksum INTEGER NOT NULL,
            PRIMARY KEY (connection, key, number)
        ) WITHOUT ROWID;
        CREATE TABLE runs (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            connection INTEGER NOT NULL REFERENCES connections,
            operation TEXT NOT NULL,
            description TEXT NOT NULL,
            -- NULL while the run is open: under way, or dead.
            ending TEXT,
            remark TEXT,
            checksum INTEGER NOT NULL,
            begun_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
            ended_at TEXT
        );
        CREATE INDEX runs_of_connection ON runs (connection);
        -- What changed objects were before the connection took them, and which run remembered it.
        CREATE TABLE formers (
            connection INTEGER NOT NULL REFERENCES connections,
            kind TEXT NOT NULL,
            id TEXT NOT NULL,
            fields TEXT NOT NULL,
            run INTEGER REFERENCES runs,
            checksum INTEGER NOT NULL,
            PRIMARY KEY (connection, kind, id)
        ) WITHOUT ROWID;
        CREATE TABLE writes (
            run INTEGER NOT NULL REFERENCES runs,
            sequence INTEGER NOT NULL,
            operation TEXT NOT NULL,
            key TEXT NOT NULL,
            number TEXT,
            kind TEXT NOT NULL,
            id TEXT,
            name TEXT,
            fields TEXT NOT NULL,
            former TEXT,
            checksum INTEGER NOT NULL,
            noted_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
            PRIMARY KEY (run, sequence)
        ) WITHOUT ROWID;
        -- Apart from the writes, so that noting one never rewrites what was intended.
        CREATE TABLE outcomes (
            run INTEGER NOT NULL REFERENCES runs,
            sequence INTEGER NOT NULL,
            outcome TEXT NOT NULL,
            detail TEXT NOT NULL,
            checksum INTEGER NOT NULL,
            noted_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
            PRIMARY KEY (run, sequence)
        ) WITHOUT ROWID;
        """

    /// In a table of its own, because rows sealed by an older version must not change.
    private static let second = """
        CREATE TABLE befores (
            run INTEGER NOT NULL REFERENCES runs,
            sequence INTEGER NOT NULL,
            fields TEXT NOT NULL,
            checksum INTEGER NOT NULL,
            PRIMARY KEY (run, sequence)
        ) WITHOUT ROWID;
        """

    /// Everything is an entry; `text` is `JournalEntry/text`.
    private static let fourth = """
        CREATE TABLE identities (
            id INTEGER PRIMARY KEY,
            carrier_account TEXT NOT NULL,
            platform TEXT NOT NULL,
            platform_account TEXT NOT NULL,
            name TEXT NOT NULL,
            checksum INTEGER NOT NULL,
            UNIQUE (carrier_account, platform, platform_account, name)
        );
        CREATE TABLE entries (
            number INTEGER PRIMARY KEY,
            run TEXT NOT NULL,
            identity INTEGER NOT NULL REFERENCES identities,
            is_milestone INTEGER NOT NULL,
            text TEXT NOT NULL,
            checksum INTEGER NOT NULL
        );
        CREATE INDEX entries_of_run ON entries (run);
        CREATE INDEX milestones ON entries (identity) WHERE is_milestone = 1;
        """
}
