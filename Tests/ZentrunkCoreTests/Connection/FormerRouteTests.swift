import Testing
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTestKit

@testable @_spi(Adapter) import ZentrunkCore

@Suite("The connection that a number's calls went through before")
struct FormerRouteTests {
    private let number: PhoneNumber
    private let route: KindDescription

    init() throws {
        number = try PhoneNumber(EngineBench.number)
        route = try EngineBench().connector().engine.kinds.route.description
    }

    /// A connection with a trunk.
    private func record(_ name: String, trunk: String, before: JSONObject? = nil) throws -> ConnectionRecord {
        let connection = Connection(
            platform: "memory", name: try ConnectionName(name), numbers: [number], values: [:])
        var record = ConnectionRecord(
            identity: .init(
                carrierAccount: "ACCOUNT1", platform: "memory", platformAccount: "one", name: connection.name),
            connection: connection,
            objects: [InstanceID("in"): RecordedObject(kind: MemoryCarrier.trunk, id: trunk)])
        if let before { record.former[RecordedObject(kind: route.name, id: number.digits)] = before }
        return record
    }

    private func live(_ trunk: String) -> LiveObject { LiveObject(id: number.digits, fields: fields(trunk)) }

    private func fields(_ trunk: String) -> JSONObject {
        guard let field = route.references.first(where: { $0.kind == MemoryCarrier.trunk })?.field else { return [:] }
        return JSONObject([(field, .string(trunk))])
    }

    @Test("It is the one whose trunk the journal has as the number's former route")
    func found() throws {
        let search = FormerRoute(
            [try record("old", trunk: "t1"), try record("new", trunk: "t2", before: fields("t1"))], route: route)
        #expect(try search.connection(of: number, live("t2")).identity.name.description == "old")
    }

    @Test("It is not guessed: of a number elsewhere, one that came from an application, and one that is back already")
    func unknown() throws {
        let old = try record("old", trunk: "t1")
        let cases: [([ConnectionRecord], String, String)] = [
            ([old, try record("new", trunk: "t2", before: fields("t1"))], "t3", "not routed through a connection"),
            ([old, try record("new", trunk: "t2", before: ["application": "4711"])], "t2", "before memory/new"),
            ([old, try record("new", trunk: "t2")], "t2", "before memory/new"),
            ([old, try record("new", trunk: "t2", before: fields("t1"))], "t1", "before memory/old"),
            ([], "t1", "not routed through a connection"),
        ]
        for (records, trunk, words) in cases {
            let search = FormerRoute(records, route: route)
            let error = #expect(throws: ZentrunkError.self) { try search.connection(of: number, live(trunk)) }
            #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
            #expect(error?.code == .invalid && error?.remedies.isEmpty == false)
        }
    }

    @Test("A switch that died before it wrote the route is named, with the ways to go on")
    func died() throws {
        let (old, new) = (try record("old", trunk: "t1"), try record("new", trunk: "t2"))
        let search = FormerRoute([old, new], route: route)
        func run(_ id: String, _ record: ConnectionRecord, _ operation: RunOperation = .connect) -> PastRun {
            PastRun(
                RunRecord(id: id, identity: record.identity, operation: operation, connection: record.connection),
                outcome: nil)
        }
        let error = #expect(throws: ZentrunkError.self) {
            try search.connection(
                of: number, live("t1"), interrupted: [run("R1", new), run("R2", old), run("R3", new, .disconnect)])
        }
        #expect(error?.message.contains("run R1, which was to route it through memory/new, did not end") == true)
        #expect(
            error?.remedies == [
                .undo(run: "R1"), .command(["zentrunk", "switch", number.e164, "--to", "memory/new"]),
            ])
        let other = #expect(throws: ZentrunkError.self) {
            try search.connection(of: number, live("t1"), interrupted: [run("R2", old)])
        }
        #expect(other?.message.contains("R2") == false)
    }

    @Test("A way back that was interrupted after its write is not taken once more")
    func interrupted() throws {
        let oldest = try record("oldest", trunk: "t0")
        let old = try record("old", trunk: "t1", before: fields("t0"))
        let new = try record("new", trunk: "t2", before: fields("t1"))
        let search = FormerRoute([oldest, old, new], route: route)
        func write(from trunk: String) -> [PastWrite] {
            let intent = WriteIntent(
                sequence: 1, deed: .change, instance: InstanceID("route", number: number), kind: route.name,
                id: number.digits, name: nil, fields: [:], former: nil, before: fields(trunk))
            return [PastWrite(intent, nil)]
        }
        #expect(try search.connection(of: number, live("t1"), after: write(from: "t2")).identity == old.identity)
        // That switch came from where the number came from.
        #expect(try search.connection(of: number, live("t2"), after: write(from: "t1")).identity == old.identity)
        #expect(try search.connection(of: number, live("t1"), after: write(from: "t0")).identity == oldest.identity)
    }
}
