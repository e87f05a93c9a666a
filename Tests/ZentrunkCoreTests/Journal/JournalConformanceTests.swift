import Testing
@_spi(Adapter) import ZentrunkCore
@_spi(Adapter) import ZentrunkTestKit

@Suite("The conformance kits of journals and locks")
struct JournalConformanceTests {
    @Test("The journal in memory conforms", arguments: JournalConformance.cases)
    func memory(rule: JournalConformance.Case) async throws {
        try await rule.run { InMemoryJournal() }
    }

    @Test("A journal that forgets former values does not conform")
    func forgetful() async {
        await withKnownIssue {
            await JournalConformance.run {
                FilteredJournal(base: InMemoryJournal()) { entry in
                    guard case .intended(var intent) = entry.event else { return entry }
                    intent.former = nil
                    var forgotten = entry
                    forgotten.event = .intended(intent)
                    return forgotten
                }
            }
        }
    }

    @Test("Locks that do not exclude each other do not conform")
    func unrelated() async throws {
        let rule = try #require(ConnectionLocksConformance.cases.first)
        await withKnownIssue {
            try await rule.run { (InProcessLocks(), InProcessLocks()) }
        }
    }
}
