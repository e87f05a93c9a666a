import Testing
import ZentrunkJSON

@testable import ZentrunkCore

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

    private func intent(_ sequence: Int, _ operation: WriteIntent.Operation = .create, former: JSONObject? = nil)
        -> WriteIntent
    {
        WriteIntent(
            sequence: sequence, operation: operation, instance: InstanceID(former == nil ? "sip" : "route"),
            kind: former == nil ? "vapi.credential" : route.kind,
            id: former == nil ? (operation == .create ? nil : "1") : route.id,
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

        try await journal.intend(intent(2, .delete), in: run("1"))
        try await journal.settle(intent(2, .delete), .done(id: "1"), in: run("1"))
        #expect(try await journal.connection(identity)?.objects == [:])
    }

    @Test("The first former values are kept, whatever later runs record")
    func firstFormerStays() async throws {
        for (id, app) in [("1", "first"), ("2", "second")] {
            try await journal.begin(run(id))
            try await journal.intend(intent(1, .update, former: ["application_id": .string(app)]), in: run(id))
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
        try await journal.intend(intent(1, .update, former: ["application_id": "later"]), in: run("2"))
        try await journal.finish(run("2"), .undone("because"))
        #expect(try await journal.connection(identity) == record)
    }

    @Test("After the first run is undone, nothing is recorded")
    func undoneFirst() async throws {
        try await journal.begin(run("1"))
        try await journal.intend(intent(1, .update, former: ["application_id": "later"]), in: run("1"))
        try await journal.finish(run("1"), .undone("because"))
        #expect(try await journal.connections().isEmpty)
    }

    @Test("A connection that is gone is deleted with its former values")
    func gone() async throws {
        try await journal.begin(run("1"))
        try await journal.intend(intent(1, .update, former: ["application_id": "x"]), in: run("1"))
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
}
