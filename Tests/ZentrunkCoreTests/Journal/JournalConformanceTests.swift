import Testing
import ZentrunkCore
import ZentrunkTestKit

@Suite("The conformance kits of journals and locks")
struct JournalConformanceTests {
    @Test("The journal in memory conforms", arguments: JournalConformance.cases)
    func memory(rule: JournalConformance.Case) async throws {
        try await rule.run { InMemoryJournal() }
    }

    @Test("A journal that forgets former values does not conform")
    func forgetful() async {
        await withKnownIssue {
            await JournalConformance.run { ForgetfulJournal() }
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

/// A journal in memory that records intents without their former values.
private struct ForgetfulJournal: Journal {
    private let journal = InMemoryJournal()

    var locks: any ConnectionLocks { journal.locks }

    func connections() async throws -> [ConnectionRecord] { try await journal.connections() }
    func connection(_ identity: ConnectionIdentity) async throws -> ConnectionRecord? {
        try await journal.connection(identity)
    }
    func begin(_ run: RunRecord) async throws { try await journal.begin(run) }
    func intend(_ intent: WriteIntent, in run: RunRecord) async throws {
        var forgotten = intent
        forgotten.former = nil
        try await journal.intend(forgotten, in: run)
    }
    func settle(_ intent: WriteIntent, _ outcome: WriteOutcome, in run: RunRecord) async throws {
        try await journal.settle(intent, outcome, in: run)
    }
    func finish(_ run: RunRecord, _ ending: RunEnding) async throws { try await journal.finish(run, ending) }
    func runs(of identity: ConnectionIdentity?) async throws -> [PastRun] { try await journal.runs(of: identity) }
    func run(_ id: String) async throws -> PastRun? { try await journal.run(id) }
    func writes(of run: String) async throws -> [PastWrite] { try await journal.writes(of: run) }
}
