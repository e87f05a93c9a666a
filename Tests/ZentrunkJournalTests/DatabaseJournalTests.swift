import GRDB
import Testing
@_spi(Adapter) import ZentrunkCore
@_spi(Adapter) import ZentrunkTestKit

@Suite("The journal of the article about journals")
struct DatabaseJournalTests {
    @Test(arguments: JournalConformance.cases)
    func conforms(rule: JournalConformance.Case) async throws {
        try await rule.run { try DatabaseJournal(DatabaseQueue(), locks: InProcessLocks()) }
    }
}
