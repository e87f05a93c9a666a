import Foundation
import Testing
import ZentrunkJSON
@_spi(Adapter) import ZentrunkJournal
@_spi(Adapter) import ZentrunkTestKit

@testable @_spi(Adapter) import ZentrunkCore

@Suite("A journal opened for reading only")
struct ReadingTests {
    private let folder = TemporaryFolder()

    @Test("Without a folder or a file, there is no journal, and none is created")
    func missing() throws {
        #expect(try SQLiteJournal.reading(directory: folder.path) == nil)
        #expect(!FileManager.default.fileExists(atPath: folder.path))
        try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
        try FileReading.setMode(folder.path, 0o700)
        #expect(try SQLiteJournal.reading(directory: folder.path) == nil)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test("Everything written is read, even from a journal that was not closed, and no locks are created")
    func reading() async throws {
        let record = try ConnectionRecord.example()
        do { try await write(record) }
        try FileManager.default.removeItem(atPath: folder.path + "/locks")
        let journal = try #require(try SQLiteJournal.reading(directory: folder.path))
        #expect(try await journal.connections() == [record])
        #expect(try await journal.runs(of: nil).count == 1)
        #expect(try await journal.locks.holder(of: .example()) == nil)
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/locks"))
    }

    @Test(
        "A journal in a read-only folder can be read and refuses writes",
        .enabled(if: geteuid() != 0, "root may write everywhere"))
    func readOnly() async throws {
        let record = try ConnectionRecord.example()
        do { try await write(record) }
        try FileReading.setMode(folder.file, 0o400)
        try FileReading.setMode(folder.path, 0o500)
        defer { try? FileReading.setMode(folder.path, 0o700) }
        let journal = try #require(try SQLiteJournal.reading(directory: folder.path))
        #expect(try await journal.connections() == [record])
        let error = await failure { try await journal.intend(.create(1, "trunk"), in: .example("run-2")) }
        #expect(error?.code == .journal)
    }

    @Test("Reading also refuses a journal that is a link or that others can write")
    func guarded() async throws {
        do { try await write(try .example()) }
        try FileReading.setMode(folder.path, 0o770)
        let error = await failure { _ = try SQLiteJournal.reading(directory: folder.path) }
        #expect(error?.code == .journal)
        #expect(error?.message.contains("other users can write") == true)
    }

    private func write(_ record: ConnectionRecord) async throws {
        let journal = try SQLiteJournal(directory: folder.path)
        let run = try RunRecord.example()
        try await journal.begin(run)
        try await journal.finish(run, .done(record))
    }
}
