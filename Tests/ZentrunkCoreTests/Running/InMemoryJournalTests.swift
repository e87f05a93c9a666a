import Synchronization
import Testing
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTestKit

@testable @_spi(Adapter) import ZentrunkCore

@Suite("In-memory journal")
struct InMemoryJournalTests {
    private let journal = InMemoryJournal()
    private let identity = ConnectionIdentity(
        carrierAccount: "MA1", platform: "vapi", platformAccount: "us", name: .main)
    private let route = RecordedObject(kind: "plivo.number-route", id: "14155550100")

    private func run(_ id: String, _ operation: RunOperation = .connect) -> RunRecord {
        let connection = Connection(platform: "vapi", name: .main, numbers: [], values: ["direction": "both"])
        return RunRecord(id: id, identity: identity, operation: operation, connection: connection)
    }

    private func intent(_ sequence: Int, _ deed: Deed = .make, former: JSONObject? = nil)
        -> WriteIntent
    {
        WriteIntent(
            sequence: sequence, deed: deed, instance: InstanceID(former == nil ? "sip" : "route"),
            kind: former == nil ? "vapi.credential" : route.kind,
            id: former == nil ? (deed == .make ? nil : "1") : route.id,
            name: nil, fields: [:], former: former)
    }

    @Test("A run begins once, and an unknown run can neither intend nor finish")
    func runs() async throws {
        try await journal.begin(run("1"))
        await #expect(throws: ZentrunkError.self) { () async throws in try await journal.begin(run("1")) }
        await #expect(throws: ZentrunkError.self) { () async throws in
            try await journal.intend(intent(1), in: run("2"))
        }
        await #expect(throws: ZentrunkError.self) { () async throws in try await journal.finish(run("2"), .gone) }
        #expect(journal.runs.map(\.record.id) == ["1"])
    }

    @Test("Objects created by a dead run are known to the next run")
    func diedRun() async throws {
        try await journal.begin(run("1"))
        #expect(try await journal.connection(identity) == nil)
        try await journal.intend(intent(1), in: run("1"))
        #expect(try await journal.connection(identity)?.objects == [:])
        try await journal.settle(intent(1), .done(id: "1"), in: run("1"))
        let known = try await journal.connection(identity)
        #expect(known?.objects == [InstanceID("sip"): RecordedObject(kind: "vapi.credential", id: "1")])
        #expect(known?.connection.direction == .both)

        try await journal.intend(intent(2, .remove), in: run("1"))
        try await journal.settle(intent(2, .remove), .done(id: "1"), in: run("1"))
        #expect(try await journal.connection(identity)?.objects == [:])
    }

    @Test("The first former values are kept, whatever later runs record")
    func firstFormerStays() async throws {
        for (id, app) in [("1", "first"), ("2", "second")] {
            try await journal.begin(run(id))
            try await journal.intend(intent(1, .moveRoute, former: ["application_id": .string(app)]), in: run(id))
        }
        #expect(try await journal.connection(identity)?.former == [route: ["application_id": "first"]])
    }

    @Test("Undoing a run deletes what it recorded, and nothing else")
    func undone() async throws {
        try await journal.begin(run("1"))
        let record = ConnectionRecord(
            identity: identity, connection: run("1").connection, former: [route: ["application_id": "kept"]])
        try await journal.finish(run("1"), .done(record))
        try await journal.begin(run("2"))
        try await journal.intend(intent(1, .moveRoute, former: ["application_id": "later"]), in: run("2"))
        try await journal.finish(run("2"), .undone("because"))
        #expect(try await journal.connection(identity) == record)
    }

    @Test("After the first run is undone, nothing is recorded")
    func undoneFirst() async throws {
        try await journal.begin(run("1"))
        try await journal.intend(intent(1, .moveRoute, former: ["application_id": "later"]), in: run("1"))
        try await journal.finish(run("1"), .undone("because"))
        #expect(try await journal.connections().isEmpty)
    }

    @Test("A connection that is gone is deleted with its former values")
    func gone() async throws {
        try await journal.begin(run("1"))
        try await journal.intend(intent(1, .moveRoute, former: ["application_id": "x"]), in: run("1"))
        try await journal.finish(run("1"), .done(ConnectionRecord(identity: identity, connection: run("1").connection)))
        try await journal.begin(run("2", .disconnect))
        try await journal.finish(run("2", .disconnect), .gone)
        #expect(try await journal.connection(identity) == nil)
    }

    @Test("The record of a run that left objects describes the connection")
    func left() async throws {
        let object = RecordedObject(kind: "vapi.credential", id: "9")
        try await journal.begin(run("1"))
        let record = ConnectionRecord(
            identity: identity, connection: run("1").connection, objects: [InstanceID("sip"): object])
        try await journal.finish(run("1"), .left("because", record))
        #expect(try await journal.connection(identity) == record)
    }

    @Test("Recording an intent again replaces the previous one and reopens it")
    func again() async throws {
        try await journal.begin(run("1"))
        try await journal.intend(intent(1), in: run("1"))
        try await journal.settle(intent(1), .unknown("lost"), in: run("1"))
        try await journal.intend(intent(1), in: run("1"))
        #expect(journal.runs.first?.intents.count == 1)
        #expect(journal.runs.first?.outcomes == [:])
    }

    @Test("What a connect reads does not depend on other connections, and a plan reads the writes of one past run")
    func work() async throws {
        let counting = CountingJournal(journal)
        var reads: [Int] = []
        for round in 1...10 {
            for customer in 0..<1000 {
                let identity = ConnectionIdentity(
                    carrierAccount: "MA\(customer)", platform: "vapi", platformAccount: "us", name: .main)
                let connection = Connection(platform: "vapi", name: .main, numbers: [], values: [:])
                let run = RunRecord(
                    id: "\(customer)-\(round)", identity: identity, operation: .connect, connection: connection)
                let before = counting.count
                // What a plan and a run ask.
                var record = try await counting.connection(identity)
                _ = try await counting.connections(.main, on: "vapi", of: identity.carrierAccount)
                _ = try await counting.runs(of: identity)
                record = record ?? ConnectionRecord(identity: identity, connection: connection)
                try await counting.begin(run)
                for sequence in 1...3 {
                    try await counting.intend(intent(sequence), in: run)
                    try await counting.settle(intent(sequence), .done(id: "\(sequence)"), in: run)
                }
                try await counting.finish(run, .done(try #require(record)))
                reads.append(counting.count - before)
            }
            // The first customer of a round reads what the last one does.
            #expect(Set(reads.suffix(1000)).count == 1)
        }
        let perRound = stride(from: 0, to: reads.count, by: 1000).map { reads[$0] }
        // Two milestones for each past run and question, and the entries of one run.
        #expect(zip(perRound.dropFirst(), perRound.dropFirst(2)).allSatisfy { $1 - $0 == 3 * 2 })
    }
}

/// A journal that counts the entries and connections that it returns.
private final class CountingJournal: Journal {
    private let base: InMemoryJournal
    private let returned = Mutex(0)

    init(_ base: InMemoryJournal) { self.base = base }

    var count: Int { returned.withLock { $0 } }
    var locks: any ConnectionLocks { base.locks }

    private func counted<Element>(_ elements: [Element]) -> [Element] {
        returned.withLock { $0 += elements.count }
        return elements
    }

    func append(_ entries: [JournalEntry]) async throws { try await base.append(entries) }
    func ride(_ entry: JournalEntry) async { await base.ride(entry) }
    func identities(of carrierAccount: String?) async throws -> [ConnectionIdentity] {
        counted(try await base.identities(of: carrierAccount))
    }
    func milestones(of identity: ConnectionIdentity?) async throws -> [JournalEntry] {
        counted(try await base.milestones(of: identity))
    }
    func entries(of run: String) async throws -> [JournalEntry] { counted(try await base.entries(of: run)) }
}
