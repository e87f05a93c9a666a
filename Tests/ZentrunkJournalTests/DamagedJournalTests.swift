import Foundation
import GRDB
import Testing
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTestKit

@testable @_spi(Adapter) import ZentrunkCore
@testable @_spi(Adapter) import ZentrunkJournal

@Suite("A journal that cannot be read or written")
struct DamagedJournalTests {
    private let folder = TemporaryFolder()
    private let former: [RecordedObject: JSONObject] = [.route("14155550100"): ["app_id": "app-1"]]

    /// Creates and closes a journal with one connection.
    private func fill() async throws -> ConnectionRecord {
        let journal = try SQLiteJournal(directory: folder.path)
        let run = try RunRecord.example()
        let record = try ConnectionRecord.example(objects: [InstanceID("trunk"): .object("trunk", "t")], former: former)
        try await journal.begin(run)
        try await journal.intend(.create(1, "trunk"), in: run)
        try await journal.settle(.create(1, "trunk"), .done(id: "t"), in: run)
        try await journal.finish(run, .done(record))
        try journal.database.close()
        return record
    }

    private func expectDamage(_ error: ZentrunkError?) {
        #expect(error?.code == .journal)
        #expect(error?.message.contains("the journal \(folder.file) is corrupt") == true)
        #expect(error?.remedies.suffix(2) == [.withoutJournal, .moveJournal])
    }

    @Test("A file that is not a journal is refused")
    func foreignFile() async throws {
        _ = try await fill()
        try Data(repeating: 0x2a, count: 8192).write(to: URL(fileURLWithPath: folder.file))
        try FileReading.setMode(folder.file, 0o600)
        expectDamage(await failure { _ = try SQLiteJournal(directory: folder.path) })
    }

    @Test(
        "A journal is refused if a value in it was changed",
        arguments: [
            ("UPDATE entries SET text = replace(text, 'app-1', 'app-2')", "entries"),
            ("UPDATE entries SET text = 'not JSON'", "entries"),
            ("UPDATE entries SET run = run || ' '", "entries"),
            ("UPDATE entries SET number = number + 100", "entries"),
            ("UPDATE entries SET text = CAST(text AS BLOB)", "entries"),
            ("UPDATE identities SET name = upper(name)", "identities"),
        ])
    func changedValue(sql: String, table: String) async throws {
        _ = try await fill()
        let journal = try SQLiteJournal(directory: folder.path)
        try await journal.database.write { try $0.execute(sql: sql) }
        let error = await failure { _ = try await journal.connections() }
        expectDamage(error)
        #expect(error?.message.contains(table) == true)
        #expect(error?.message.contains("app-") == false)
    }

    @Test(
        "A journal is refused if an entry is invalid, even with a valid checksum",
        arguments: [
            "[\"no object\"]", "{}", "{\"v\":1}", "not JSON",
            Self.entry.replacing("\"reopened\"", with: "\"vanished\""),
            Self.entry.replacing("}", with: ",\"more\":1}"),
        ])
    func invalidEntry(text: String) async throws {
        _ = try await fill()
        let journal = try SQLiteJournal(directory: folder.path)
        try await forge(text, in: journal)
        expectDamage(await failure { _ = try await journal.connections() })
    }

    @Test("A journal is refused if the start of a run is missing")
    func missingStart() async throws {
        _ = try await fill()
        let journal = try SQLiteJournal(directory: folder.path)
        try await journal.database.write { try $0.execute(sql: "DELETE FROM entries WHERE text LIKE '%began%'") }
        expectDamage(await failure { _ = try await journal.connections() })
        expectDamage(await failure { _ = try await journal.writes(of: "run-1") })
    }

    @Test("An entry of a newer version is refused as such")
    func newerEntry() async throws {
        _ = try await fill()
        let journal = try SQLiteJournal(directory: folder.path)
        try await forge(Self.entry.replacing("\"v\":1", with: "\"v\":2"), in: journal)
        let error = await failure { _ = try await journal.connections() }
        #expect(error?.message.contains("newer version") == true)
    }

    private static var entry: String {
        JournalEntry(run: "run-1", identity: .example(), .reopened).text
    }

    /// Adds an entry with arbitrary content and a matching checksum.
    private func forge(_ text: String, in journal: SQLiteJournal) async throws {
        try await journal.database.write { database in
            let values = [
                99.databaseValue, "run-1".databaseValue, 1.databaseValue, 1.databaseValue, text.databaseValue,
            ]
            try EntryRow.insert(values, into: database)
        }
    }

    @Test("A journal written by a newer version is refused")
    func newer() async throws {
        _ = try await fill()
        let journal = try SQLiteJournal(directory: folder.path)
        try await journal.database.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('99: later')") }
        let error = await failure { _ = try SQLiteJournal(directory: folder.path) }
        #expect(error?.code == .journal)
        #expect(error?.message.contains("newer version") == true)
    }

    @Test("If the disk is full, the error says so, nothing is recorded, and writing works again once there is space")
    func full() async throws {
        let journal = try SQLiteJournal(directory: folder.path)
        let run = try RunRecord.example()
        try await journal.begin(run)
        try await journal.database.write { try $0.execute(sql: "PRAGMA max_page_count = 1") }
        var large = WriteIntent.create(1, "trunk")
        large.fields = ["text": .string(String(repeating: "x", count: 100_000))]
        let intent = large
        let error = await failure { try await journal.intend(intent, in: run) }
        #expect(error?.code == .journal)
        #expect(error?.message == "the disk of the journal \(journal.file) is full")
        #expect(try await journal.connections().isEmpty)
        try await journal.database.write { try $0.execute(sql: "PRAGMA max_page_count = 100000") }
        try await journal.intend(intent, in: run)
        #expect(try await journal.connections().count == 1)
    }

    @Test("If the journal cannot be written, the error says so")
    func readOnly() async throws {
        let journal = try SQLiteJournal(directory: folder.path)
        try await journal.database.write { try $0.execute(sql: "PRAGMA query_only = ON") }
        try await journal.begin(.example())
        let error = await failure { try await journal.intend(.create(1, "trunk"), in: .example()) }
        #expect(error?.code == .journal)
        #expect(error?.message.contains("cannot be written") == true)
    }

    @Test("A journal with a cut or altered file is refused or returns only what was written", arguments: 0..<8)
    func torn(seed: UInt64) async throws {
        let record = try await fill()
        let original = try FileReading.bytes(folder.file)
        var random = Multiplier(state: seed)
        for round in 0..<25 {
            var bytes = original
            if round.isMultiple(of: 5) {
                bytes.removeLast(Int.random(in: 1..<bytes.count, using: &random))
            } else {
                for _ in 0..<8 {
                    bytes[.random(in: bytes.indices, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                }
            }
            try Data(bytes).write(to: URL(fileURLWithPath: folder.file))
            try FileReading.setMode(folder.file, 0o600)
            for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: folder.file + suffix) }
            try await expectRefusalOrTruth(record)
        }
    }

    @Test("A journal with a damaged log is refused or returns only what was written", arguments: 0..<4)
    func tornLog(seed: UInt64) async throws {
        let journal = try SQLiteJournal(directory: folder.path)
        let run = try RunRecord.example()
        let record = try ConnectionRecord.example(objects: [InstanceID("trunk"): .object("trunk", "t")], former: former)
        try await journal.begin(run)
        try await journal.intend(.create(1, "trunk"), in: run)
        try await journal.settle(.create(1, "trunk"), .done(id: "t"), in: run)
        try await journal.finish(run, .done(record))
        // The files as after a crash: nothing was closed, and all data is in the log.
        let (main, log) = (try FileReading.bytes(folder.file), try FileReading.bytes(folder.file + "-wal"))
        try journal.database.close()
        try #require(log.count > 4096)
        var random = Multiplier(state: seed)
        for round in 0..<20 {
            var bytes = log
            if round.isMultiple(of: 2) {
                bytes.removeLast(Int.random(in: 1..<bytes.count, using: &random))
            } else {
                for _ in 0..<4 {
                    bytes[.random(in: bytes.indices, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                }
            }
            try Data(main).write(to: URL(fileURLWithPath: folder.file))
            try Data(bytes).write(to: URL(fileURLWithPath: folder.file + "-wal"))
            for suffix in ["", "-wal"] { try FileReading.setMode(folder.file + suffix, 0o600) }
            try? FileManager.default.removeItem(atPath: folder.file + "-shm")
            try await expectRefusalOrTruth(record)
        }
    }

    /// Everything that the journal returns must be true. Entries may be missing, because live objects take precedence.
    private func expectRefusalOrTruth(_ record: ConnectionRecord) async throws {
        do {
            let journal = try SQLiteJournal(directory: folder.path)
            // Without this, the journal could close after the next round has created its files, and remove their log.
            defer { try? journal.database.close() }
            for found in try await journal.connections() {
                #expect(found.connection == record.connection)
                #expect(found.former.allSatisfy { record.former[$0.key] == $0.value })
                #expect(found.objects.allSatisfy { record.objects[$0.key] == $0.value })
            }
            for past in try await journal.runs(of: nil) {
                #expect(past.record == (try RunRecord.example()))
                for write in try await journal.writes(of: past.record.id) {
                    #expect(write.intent == .create(1, "trunk"))
                    #expect(write.outcome == nil || write.outcome == .done(id: "t"))
                }
            }
            let run = try RunRecord.example("run-2")
            try await journal.begin(run)
            try await journal.intend(.create(1, "trunk"), in: run)
            try await journal.finish(run, .gone)
        } catch let error as ZentrunkError {
            #expect(error.code == .journal)
        }
    }
}

/// Knuth's MMIX generator: the same numbers on every machine.
private struct Multiplier: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 33)
    }
}
