import Testing
@_spi(Adapter) import ZentrunkJournal
@_spi(Adapter) import ZentrunkTestKit

@Suite("Conformance of the journal on SQLite")
struct JournalConformanceTests {
    @Test("Conforms", arguments: JournalConformance.cases)
    func conforms(rule: JournalConformance.Case) async throws {
        let folder = TemporaryFolder()
        try await rule.run { try SQLiteJournal(directory: folder.path) }
    }
}
