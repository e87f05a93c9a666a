import Foundation
import GRDB
import Testing
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTestKit

@testable @_spi(Adapter) import ZentrunkCore
@testable @_spi(Adapter) import ZentrunkJournal

@Suite("Journals of older versions")
struct MigrationTests {
    private let folder = TemporaryFolder()

    /// Creates a file of version 3, written by that version: 18 connections in every state, with adopted records,
    /// routes, and runs that died, left something or were undone.
    private func makeOld(_ changes: String = "") throws {
        try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
        try FileReading.setMode(folder.path, 0o700)
        let database = try DatabaseQueue(path: folder.file)
        try database.writeWithoutTransaction { try $0.execute(sql: Self.fixture("version-3.sql") + changes) }
        try database.close()
    }

    private static func fixture(_ name: String) throws -> String {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Fixtures/" + name
        return String(decoding: try FileReading.bytes(path), as: UTF8.self)
    }

    private static func lines(_ name: String) throws -> [String] {
        try fixture(name).split(separator: "\n").map(String.init)
    }

    /// Splits the dump in the same way, since texts in it have line breaks.
    private func lines(_ journal: SQLiteJournal) async throws -> [String] {
        try await JournalDump.lines(journal).joined(separator: "\n").split(separator: "\n").map(String.init)
    }

    @Test("Records, runs and writes are as the older version returned them, with their times")
    func same() async throws {
        try makeOld()
        let journal = try SQLiteJournal(directory: folder.path)
        let (found, expected) = (try await lines(journal), try Self.lines("version-3.expected.txt"))
        #expect(found.count == expected.count)
        for (found, expected) in zip(found, expected) { #expect(found == expected) }
        let runs = try await journal.runs(of: nil)
        #expect(runs.allSatisfy { $0.begun?.contains(/^2026-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) == true })
        #expect(runs.allSatisfy { ($0.ended == nil) == ($0.outcome == nil) })
        #expect(try await tables(journal) == ["entries", "grdb_migrations", "identities"])
    }

    @Test("Undoing each connection's last run leaves what the older version left")
    func undoing() async throws {
        try makeOld()
        let journal = try SQLiteJournal(directory: folder.path)
        let last = Dictionary(try await journal.runs(of: nil).map { ($0.record.identity, $0) }) { _, later in later }
        for run in last.values where run.outcome != .gone && run.outcome != .undone {
            await journal.reopen(run.record)
            try await journal.finish(run.record, .undone("taken back"))
        }
        let found = try await lines(journal).filter { !$0.hasPrefix("  write") }
        let expected = try Self.lines("version-3.undone.txt")
        #expect(found.count == expected.count)
        for (found, expected) in zip(found, expected) { #expect(found == expected) }
    }

    @Test("A file of version 1 is migrated, by several processes at once")
    func first() async throws {
        try makeOld("DROP TABLE befores; DELETE FROM grdb_migrations WHERE identifier NOT LIKE '1:%';")
        let path = folder.path
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 { group.addTask { _ = try SQLiteJournal(directory: path) } }
            try await group.waitForAll()
        }
        let journal = try SQLiteJournal(directory: folder.path)
        func withoutBefores(_ lines: [String]) -> [String] {
            lines.map { $0.replacing(#/ before .* outcome /#, with: " outcome ") }
        }
        #expect(try await withoutBefores(lines(journal)) == withoutBefores(Self.lines("version-3.expected.txt")))
        let dead = try #require(try await journal.runs(of: nil).last { $0.outcome == nil })
        var change = try WriteIntent.route(7, "+14155550100", from: "app-1")
        change.before = ["app_id": "app-1"]
        try await journal.intend(change, in: dead.record)
        #expect(try await journal.writes(of: dead.record.id).last == PastWrite(change, nil))
    }

    @Test(
        "A damaged file of an older version is refused and stays as it was",
        arguments: ["formers", "objects", "writes"])
    func damaged(table: String) async throws {
        try makeOld("UPDATE \(table) SET kind = kind || 'x' WHERE kind = 'acme.line';")
        for _ in 0..<2 {
            let error = await failure { _ = try SQLiteJournal(directory: folder.path) }
            #expect(error?.code == .journal)
            #expect(error?.message.contains("a row of its table \(table)") == true)
        }
        let database = try DatabaseQueue(path: folder.file)
        #expect(try await database.read { try $0.tableExists("runs") && !$0.tableExists("entries") })
        #expect(try await database.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM runs") ?? 0 } == 29)
    }

    @Test("A file that cannot be migrated since it cannot be written is refused for reading, and nothing is changed")
    func readOnly() async throws {
        try makeOld()
        let database = try DatabaseQueue(path: folder.file)
        #expect(throws: ZentrunkError.self) { try JournalSchema.requireCurrent(database) }
    }

    @Test("The version before this one refuses a new file as newer")
    func oldProgram() async throws {
        let journal = try SQLiteJournal(directory: folder.path)
        // What the migrator of version 3 asks: is a migration applied that it does not know?
        var migrator = DatabaseMigrator()
        for name in ["1: connections, runs, writes", "2: what was before each write", "3: templates of their own"] {
            migrator.registerMigration(name) { _ in }
        }
        let old = migrator
        #expect(try await journal.database.read { try old.hasBeenSuperseded($0) })
    }

    private func tables(_ journal: SQLiteJournal) async throws -> [String] {
        try await journal.database.read {
            try String.fetchAll($0, sql: "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        }
    }
}
