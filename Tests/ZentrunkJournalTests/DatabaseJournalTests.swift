import GRDB
import Testing
import ZentrunkCore
import ZentrunkTestKit

@Suite("The journal of the article about journals")
struct DatabaseJournalTests {
    @Test(arguments: JournalConformance.cases)
    func conforms(rule: JournalConformance.Case) async throws {
        try await rule.run { try DatabaseJournal(DatabaseQueue(), locks: InProcessLocks()) }
    }
}
