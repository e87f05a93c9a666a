import Foundation
import Testing
@_spi(Adapter) import ZentrunkCore
@_spi(Adapter) import ZentrunkTestKit

@Suite("A journal of another kind: a file of text")
struct FileJournalTests {
    @Test("Conforms", arguments: JournalConformance.cases)
    func conforms(rule: JournalConformance.Case) async throws {
        let folder = TemporaryFolder()
        try await rule.run { try FileJournal(directory: folder.path) }
    }

    @Test("It needs at most 200 lines")
    func size() throws {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/FileJournal.swift"
        let lines = try FileReading.bytes(path).count { $0 == 0x0a }
        #expect(lines <= 200)
    }

    @Test("What was appended is there for another process, and a torn line is left out as a whole")
    func crash() async throws {
        let folder = TemporaryFolder()
        let run = try RunRecord.example()
        let dead = try FileJournal(directory: folder.path)
        try await dead.begin(run)
        try await dead.intend(.create(1, "trunk"), in: run)
        try await dead.settle(.create(1, "trunk"), .done(id: "t"), in: run)
        let file = folder.path + "/entries"
        let whole = try FileReading.bytes(file)
        try await dead.finish(run, .done(.example()))
        let torn = try FileReading.bytes(file).dropLast(7)
        #expect(torn.count > whole.count)
        try Data(torn).write(to: URL(fileURLWithPath: file))
        let next = try FileJournal(directory: folder.path)
        #expect(try await next.writes(of: run.id) == [PastWrite(.create(1, "trunk"), nil)])
        #expect(try await next.run(run.id)?.outcome == nil)
        try await next.finish(run, .gone)
        #expect(try await FileJournal(directory: folder.path).run(run.id)?.outcome == .gone)
    }
}
