import GRDB
@_spi(Adapter) public import ZentrunkCore

/// A journal in an SQLite database. It survives crashes, and several processes may use it at once.
///
/// ``append(_:)`` returns once the entries are flushed to disk; concurrent ones share one flush. Entries that ride stay
/// in memory until the next flush. Cancelling a task does not cancel its entries, because undo has to be recorded, too.
/// Only the owner can read the files, and rows that were damaged on disk are refused.
///
/// Every method throws `ZentrunkError` `journal`, which names the file and the next steps.
public final class SQLiteJournal: Journal {
    /// The path of the database; `-wal` and `-shm` files exist next to it while it is in use.
    public let file: String
    let database: DatabaseQueue
    @_spi(Adapter) public let locks: any ConnectionLocks
    private let commits: GroupCommit

    private static let fileName = "zentrunk.sqlite"

    /// Opens the journal, creating it if necessary. Blocks the caller's thread for about a millisecond.
    ///
    /// - Parameter directory: The state folder, `ZENTRUNK_STATE_DIR`; created with mode 0700 if it is missing.
    /// - Throws: `ZentrunkError` `journal` if the folder or the file is a link, belongs to another user,
    ///   can be written by others, cannot be written, is damaged, or was written by a newer version.
    public convenience init(directory: String) throws {
        let folder = try StateFolder.opening(directory)
        let file = "\(folder.path)/\(Self.fileName)"
        do {
            let database = try Self.open(folder)
            self.init(file, database, locks: try FileLocks(directory: folder.path))
        } catch {
            throw journalError(error, file: file)
        }
    }

    private init(_ file: String, _ database: DatabaseQueue, locks: any ConnectionLocks) {
        self.file = file
        self.database = database
        self.locks = locks
        commits = GroupCommit(database)
    }

    /// Adds entries with the present time; see `Journal/append(_:)`.
    @_spi(Adapter) public func append(_ entries: [JournalEntry]) async throws {
        try await naming { try await commits.commit(entries.map(Self.timed)) }
    }

    /// Adds an entry with the present time, which is written to disk together with the next ones that are appended.
    @_spi(Adapter) public func ride(_ entry: JournalEntry) async { commits.ride(Self.timed(entry)) }

    public func identities(of carrierAccount: String?) async throws -> [ConnectionIdentity] {
        try await naming {
            try await commits.read { table, riders in
                let known = try table.identities(of: carrierAccount)
                let begun = riders.filter(\.isStart).map(\.identity)
                    .filter { carrierAccount == nil || $0.carrierAccount == carrierAccount }
                return known + Set(begun).subtracting(known)
            }
        }
    }

    @_spi(Adapter) public func milestones(of identity: ConnectionIdentity?) async throws -> [JournalEntry] {
        try await naming {
            try await commits.read { table, riders in
                try table.milestones(of: identity)
                    + riders.filter { $0.isMilestone && (identity == nil || $0.identity == identity) }
            }
        }
    }

    @_spi(Adapter) public func entries(of run: String) async throws -> [JournalEntry] {
        try await naming {
            try await commits.read { table, riders in
                let entries = try table.entries(of: run) + riders.filter { $0.run == run }
                // A rider of a run that has not begun is going to be dropped.
                return entries.first?.isStart == true ? entries : []
            }
        }
    }

    private static func timed(_ entry: JournalEntry) -> JournalEntry {
        var entry = entry
        entry.time = UTCTime.now()
        return entry
    }

    /// Converts all errors of the body to the one that callers expect.
    private func naming<Value>(_ body: () async throws -> Value) async throws -> Value {
        do { return try await body() } catch { throw journalError(error, file: file) }
    }
}

extension SQLiteJournal {
    /// Opens the journal for reading, if it exists; creates no folder, file or lock.
    ///
    /// If the folder can be written, it is opened for writing, so that a journal of an older version can be migrated.
    /// Otherwise the database is opened read-only.
    ///
    /// - Parameter directory: The state folder, `ZENTRUNK_STATE_DIR`.
    /// - Returns: nil if it contains no journal.
    /// - Throws: `ZentrunkError` `journal` if the folder or the file is a link, belongs to another user,
    ///   can be written by others, is damaged, or was written by another version.
    public static func reading(directory: String) throws -> SQLiteJournal? {
        guard let folder = try StateFolder.existing(directory), folder.size(of: fileName) != nil else { return nil }
        let file = "\(folder.path)/\(fileName)"
        do {
            let locks: any ConnectionLocks = try FileLocks(existingIn: folder.path) ?? InProcessLocks()
            if folder.isWritable(with: fileName) {
                do { return SQLiteJournal(file, try open(folder), locks: locks) } catch let error as DatabaseError {
                    // A full disk cannot hold a log, but reading needs none.
                    let codes: [ResultCode] = [.SQLITE_FULL, .SQLITE_IOERR, .SQLITE_READONLY, .SQLITE_CANTOPEN]
                    guard codes.contains(error.resultCode) else { throw error }
                }
            }
            return SQLiteJournal(file, try openReadOnly(folder, file), locks: locks)
        } catch {
            throw journalError(error, file: file)
        }
    }

    private static func open(_ folder: borrowing StateFolder) throws -> DatabaseQueue {
        let file = "\(folder.path)/\(fileName)"
        return try folder.locked {
            try secureFiles(folder, creating: true)
            let database = try DatabaseQueue(path: file, configuration: configuration)
            try JournalSchema.migrate(database)
            return database
        }
    }

    private static func secureFiles(_ folder: borrowing StateFolder, creating: Bool) throws {
        try folder.secure(fileName, creating: creating)
        // SQLite creates these with the database's mode, so they must not be more accessible.
        for suffix in ["-wal", "-shm", "-journal"] { try folder.secure(fileName + suffix, creating: false) }
    }

    private static func openReadOnly(_ folder: borrowing StateFolder, _ file: String) throws -> DatabaseQueue {
        try secureFiles(folder, creating: false)
        func open(_ path: String) throws -> DatabaseQueue {
            var configuration = Configuration()
            configuration.label = "zentrunk.journal"
            configuration.readonly = true
            let database = try DatabaseQueue(path: path, configuration: configuration)
            try JournalSchema.requireCurrent(database)
            return database
        }
        do { return try open(file) } catch let error as DatabaseError {
            // Without a log, the file itself is complete. <https://www.sqlite.org/uri.html#uriimmutable>
            guard folder.size(of: fileName + "-wal") ?? 0 == 0 else { throw error }
            let special: [Character: String] = ["%": "%25", "?": "%3f", "#": "%23"]
            return try open("file:\(file.map { special[$0] ?? String($0) }.joined())?immutable=1")
        }
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.label = "zentrunk.journal"
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { database in
            // Not `journalMode = .wal`, which would lower `synchronous` to NORMAL, so that a commit could be lost.
            guard try String.fetchOne(database, sql: "PRAGMA journal_mode = WAL") == "wal" else {
                throw DatabaseError(message: "this folder's file system cannot hold a write-ahead log")
            }
            try database.execute(sql: "PRAGMA synchronous = FULL; PRAGMA cell_size_check = ON")
        }
        return configuration
    }
}
