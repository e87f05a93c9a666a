import GRDB
import Testing
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTestKit

@testable @_spi(Adapter) import ZentrunkCore
@testable @_spi(Adapter) import ZentrunkJournal

@Suite("The journal on SQLite")
struct SQLiteJournalTests {
    private let folder = TemporaryFolder()

    private func open() throws -> SQLiteJournal { try SQLiteJournal(directory: folder.path) }

    @Test("An intent and its former values are kept even if the run and the journal were not closed")
    func durability() async throws {
        let run = try RunRecord.example()
        let dead = try open()
        try await dead.begin(run)
        try await dead.intend(.route(1, "+14155550100", from: "app-1"), in: run)
        try await dead.settle(.route(1, "+14155550100", from: "app-1"), .done(id: "14155550100"), in: run)
        let record = try #require(try await open().connections().first)
        #expect(record.connection == run.connection)
        #expect(record.former == [.route("14155550100"): ["app_id": "app-1", "alias": .null]])
        #expect(try await open().writes(of: run.id).map(\.outcome) == [nil], "an outcome waits for the next flush")
        #expect(try await dead.writes(of: run.id).map(\.outcome) == [.done(id: "14155550100")])
        try await dead.intend(.create(2, "trunk"), in: run)
        #expect(try await open().writes(of: run.id).map(\.outcome) == [.done(id: "14155550100"), nil])
    }

    @Test("All data is kept when the journal is reopened")
    func reopening() async throws {
        let run = try RunRecord.example()
        let record = try ConnectionRecord.example(
            objects: [InstanceID("trunk"): .object("trunk", "t")], former: [.route("1"): ["z": 1, "a": 2]])
        let journal = try open()
        try await journal.begin(run)
        try await journal.intend(.create(1, "trunk"), in: run)
        try await open().finish(run, .done(record))
        #expect(try await open().connections() == [record])
        #expect(try await open().connection(.example()) == record)
        #expect(try await open().connection(.example(ConnectionName("other"))) == nil)
    }

    @Test("Every commit is flushed to disk, through a write-ahead log")
    func pragmas() async throws {
        let journal = try open()
        let (mode, synchronous) = try await journal.database.read { database in
            (
                try String.fetchOne(database, sql: "PRAGMA journal_mode"),
                try Int.fetchOne(database, sql: "PRAGMA synchronous")
            )
        }
        #expect(mode == "wal")
        #expect(synchronous == 2)
    }

    @Test("Two journals can share a folder")
    func sharing() async throws {
        let journals = [try open(), try open()]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, journal) in journals.enumerated() {
                group.addTask {
                    let name = try ConnectionName("c\(index)")
                    let run = try RunRecord.example("run-\(index)", of: name)
                    try await journal.begin(run)
                    for sequence in 1...30 {
                        try await journal.intend(.create(sequence, "k\(sequence)"), in: run)
                        try await journal.settle(.create(sequence, "k\(sequence)"), .done(id: "x"), in: run)
                    }
                    try await journal.finish(run, .done(.example(name)))
                }
            }
            try await group.waitForAll()
        }
        for journal in journals { #expect(try await journal.connections().count == 2) }
        for index in journals.indices {
            let writes = try await journals[0].writes(of: "run-\(index)")
            #expect(writes.map(\.intent.sequence) == Array(1...30))
            #expect(writes.allSatisfy { $0.outcome == .done(id: "x") })
        }
    }

    @Test("Several journals can open a new folder at the same time")
    func firstOpening() async throws {
        let path = folder.path
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 { group.addTask { _ = try SQLiteJournal(directory: path) } }
            try await group.waitForAll()
        }
        #expect(try await open().connections().isEmpty)
    }

    @Test("Intents recorded in parallel need fewer commits than there are intents")
    func groupCommit() async throws {
        let journal = try open()
        let run = try RunRecord.example()
        try await journal.begin(run)
        let before = try await flushes(journal)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for sequence in 1...100 {
                group.addTask {
                    try await journal.intend(.route(sequence, "+1415555\(1000 + sequence)", from: "a"), in: run)
                }
            }
            try await group.waitForAll()
        }
        #expect(try await open().connections().first?.former.count == 100)
        #expect(try await journal.writes(of: run.id).count == 100)
        let commits = try await flushes(journal) - before
        #expect(commits < 100)
    }

    @Test("A refused change does not affect others in the same commit")
    func isolation() async throws {
        let journal = try open()
        let run = try RunRecord.example()
        let stranger = try RunRecord.example("never begun")
        try await journal.begin(run)
        let refusals = try await withThrowingTaskGroup(of: Int.self) { group in
            for sequence in 1...40 {
                group.addTask {
                    do {
                        try await journal.intend(.create(sequence, "k"), in: sequence % 4 == 0 ? stranger : run)
                        return 0
                    } catch {
                        return 1
                    }
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(refusals == 10)
        #expect(try await journal.writes(of: run.id).count == 30)
    }

    @Test("Times come from the clock")
    func times() async throws {
        let folder = TemporaryFolder()
        let journal = try SQLiteJournal(directory: folder.path)
        let run = try RunRecord.example()
        try await journal.begin(run)
        try await journal.intend(.create(1, "trunk"), in: run)
        try await journal.finish(run, .gone)
        let told = try #require(try await journal.runs(of: nil).first)
        #expect(told.begun?.contains(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/) == true)
        #expect(told.ended?.utf8.count == told.begun?.utf8.count)
    }

    /// Returns the number of commits in the log. The last frame of every commit contains the size of the database.
    private func flushes(_ journal: SQLiteJournal) async throws -> Int {
        let log = try FileReading.bytes(journal.file + "-wal")
        return stride(from: 32, to: log.count, by: 24 + 4096).filter { log[$0 + 4..<$0 + 8].contains { $0 != 0 } }.count
    }
}
