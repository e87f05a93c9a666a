import Testing
import ZentrunkJSON

@testable @_spi(Adapter) import ZentrunkCore

@Suite("Order of steps in a run")
struct RunGraphTests {
    private struct Secrets: SIPSecretDeriver {
        func makeUsername() -> String { "user" }
        func isOurs(_ username: String) -> Bool { true }
        func password(for username: String) -> Secret { Secret("password") }
    }

    private struct TestCarrier: Carrier {
        let account = "MA"
        let facts: JSONValue = [:]
        let secrets: any SIPSecretDeriver = Secrets()
        let redactor = Redactor()
        let limiters = PlatformLimiters()
        let applicationField = "application_id"
        let domainField = "domain"
        let kinds: [any ResourceKind] = [
            ScriptedKind(
                description: .init("uri", title: "URI", side: .carrier, idField: "id", fields: ["name": .string])),
            ScriptedKind(
                description: .init(
                    "trunk", title: "trunk", side: .carrier, idField: "id",
                    fields: ["name": .string, "domain": .string.readOnly(), "uri": .string.referring(to: "uri")])),
            ScriptedKind(
                description: .init(
                    "route", title: "route", side: .carrier, role: .route, idField: "number", nameField: nil,
                    numberField: "number",
                    fields: ["number": .string, "trunk": .string.referring(to: "trunk")])),
        ]
    }

    private struct TestPlatform: PlatformAdapter {
        static let platform = PlatformDescription(id: "test", title: "Test", settings: [], verified: "2026-11-22")
        static let template: [UInt8] = []
        let kinds: [any ResourceKind] = [ScriptedKind()]
        let account = ""

        init() {}
        init(settings: PlatformSettings, values: [String: JSONValue], transport: any HTTPTransport) {}
        func facts(for connection: Connection, carrier: JSONValue) -> JSONValue { [:] }
    }

    private func resource(
        _ key: String, _ kind: String, _ deeds: [Deed], after: [String] = [], body: String? = nil,
        restoration: PlannedResource.Restoration? = nil
    ) throws -> PlannedResource {
        PlannedResource(
            instance: InstanceID(key), kind: kind, deeds: deeds, id: "1", after: after.map { InstanceID($0) },
            changes: [], note: nil,
            needsConsent: false, live: nil, body: try body.flatMap { try TemplateNode.settled($0) },
            isRoute: kind == "route", restoration: restoration)
    }

    private func graph(_ resources: [PlannedResource]) throws -> RunGraph {
        let connection = Connection(platform: "test", name: .main, numbers: [], values: [:])
        let identity = ConnectionIdentity(carrierAccount: "MA", platform: "test", platformAccount: "", name: .main)
        let plan = Plan(
            operation: .connect, identity: identity, connection: connection, resources: resources, collisions: [],
            warnings: [], depth: 0,
            digest: "", context: Plan.Context())
        return try RunGraph(plan, kinds: KindTable(carrier: TestCarrier(), adapter: TestPlatform()))
    }

    private func step(_ deed: Deed, _ key: String) -> RunGraph.Work {
        .deed(deed, .init(instance: InstanceID(key), id: "1"))
    }

    /// Whether `first` must be done before `second` may start.
    private func isBefore(_ first: RunGraph.Work, _ second: RunGraph.Work, in graph: RunGraph) throws -> Bool {
        let target = try #require(graph.steps.firstIndex { $0.work == first })
        var waiting = try #require(graph.steps.first { $0.work == second }).prerequisites
        while let next = waiting.popLast() {
            if next == target { return true }
            waiting += graph.steps[next].prerequisites
        }
        return false
    }

    @Test("Routes leave, objects are created, routes are set, unused objects are deleted, then all is read back")
    func phases() throws {
        let graph = try graph([
            resource("leaving", "route", [.giveBackRoute], restoration: .values(["trunk": .null])),
            resource("new", "uri", [.make]),
            resource("changed", "trunk", [.change], after: ["new"]),
            resource("coming", "route", [.moveRoute]),
            resource("old-uri", "uri", [.remove]),
            resource("old-trunk", "trunk", [.remove]),
            resource("kept", "uri", []),
        ])
        let order: [RunGraph.Work] = [
            step(.giveBackRoute, "leaving"), step(.make, "new"), step(.change, "changed"), step(.moveRoute, "coming"),
            step(.remove, "old-trunk"), step(.remove, "old-uri"), .readBack,
        ]
        for (first, second) in zip(order, order.dropFirst()) {
            #expect(try isBefore(first, second, in: graph), "\(first) before \(second)")
            #expect(try !isBefore(second, first, in: graph), "\(second) not before \(first)")
        }
        #expect(Set(graph.steps.map(\.work)) == Set(order + [.gate, .lastLook]))
        #expect(graph.steps.last?.work == .readBack)
    }

    @Test("The last look follows all creates, runs in parallel with routes, and precedes deletions")
    func lastLook() throws {
        let made = try [resource("new", "uri", [.make]), resource("coming", "route", [.moveRoute])]
        let graph = try graph(made)
        #expect(try isBefore(step(.make, "new"), .lastLook, in: graph))
        // It adds no round trip: neither waits for the other.
        #expect(try !isBefore(.lastLook, step(.moveRoute, "coming"), in: graph))
        #expect(try !isBefore(.lastLook, .readBack, in: graph))
        let deleting = try self.graph(made + [resource("old", "uri", [.remove])])
        #expect(try isBefore(step(.make, "new"), .lastLook, in: deleting))
        #expect(try !isBefore(.lastLook, step(.moveRoute, "coming"), in: deleting))
        #expect(try isBefore(.lastLook, step(.remove, "old"), in: deleting))
        // A run that creates nothing has no rivals.
        let keeping = try self.graph([resource("kept", "uri", []), resource("changed", "trunk", [.change])])
        #expect(!keeping.steps.contains { $0.work == .lastLook })
    }

    @Test("Independent objects are created in parallel")
    func sideBySide() throws {
        let graph = try graph([
            resource("a", "uri", [.make]), resource("b", "uri", [.make]), resource("c", "trunk", [.make], after: ["a"]),
        ])
        #expect(try !isBefore(step(.make, "a"), step(.make, "b"), in: graph))
        #expect(try !isBefore(step(.make, "b"), step(.make, "a"), in: graph))
        #expect(try isBefore(step(.make, "a"), step(.make, "c"), in: graph))
        #expect(try !isBefore(step(.make, "b"), step(.make, "c"), in: graph))
    }

    @Test("A replaced object is renamed first and deleted only after the routes are set")
    func replacement() throws {
        let graph = try graph([
            resource("trunk", "trunk", Deed.replacement), resource("route", "route", [.moveRoute], after: ["trunk"]),
        ])
        #expect(try isBefore(step(.rename, "trunk"), step(.make, "trunk"), in: graph))
        #expect(try isBefore(step(.make, "trunk"), step(.moveRoute, "route"), in: graph))
        #expect(try isBefore(step(.moveRoute, "route"), step(.remove, "trunk"), in: graph))
    }

    @Test("A trunk that detaches numbers is deleted before other deletions and changes")
    func detaching() throws {
        let graph = try graph([
            resource("uri", "uri", [.remove]), resource("trunk", "trunk", [.remove]),
            resource("thing", "test.thing", [.change]),
            resource("route", "route", [.detachRoute], restoration: .byDeleting(InstanceID("trunk"))),
            resource("other", "route", [.giveBackRoute], restoration: .values([:])),
        ])
        #expect(try isBefore(step(.giveBackRoute, "other"), step(.remove, "trunk"), in: graph))
        #expect(try isBefore(step(.remove, "trunk"), step(.change, "thing"), in: graph))
        #expect(try isBefore(step(.remove, "trunk"), step(.remove, "uri"), in: graph))
        #expect(!graph.steps.contains { $0.work.subject?.instance == InstanceID("route") })
        #expect(graph.steps.filter { $0.work == step(.remove, "trunk") }.count == 1)
    }

    @Test("An adopted record is restored with the objects")
    func adopted() throws {
        let graph = try graph([resource("thing", "test.thing", [.putBack], restoration: .values(["name": "old"]))])
        #expect(graph.steps.map(\.work).filter { $0 != .gate } == [step(.putBack, "thing"), .readBack])
    }

    @Test("A plan without changes has no steps and adds no round trips")
    func empty() throws {
        let graph = try graph([resource("a", "uri", [])])
        #expect(graph.steps.isEmpty)
        #expect(graph.depth(after: 2) == 2)
    }

    @Test(
        "Depth is the longest chain: looks in parallel with other work add nothing, stale ones do",
        arguments: [
            // create, read back
            (["create"], 3), (["create", "create"], 4),
            // look, update, read back
            (["update"], 4),
            // create and update, whose look ran alongside the create
            (["create", "update"], 4),
            // read and delete, read back
            (["delete"], 4),
        ])
    func depth(_ actions: [String], _ expected: Int) throws {
        let deeds: [String: [Deed]] = ["create": [.make], "update": [.change], "delete": [.remove]]
        let resources = try actions.enumerated().map { index, action in
            try resource(
                "r\(index)", "uri", try #require(deeds[action]),
                after: index == 0 ? [] : ["r\(index - 1)"])
        }
        #expect(try graph(resources).depth(after: 1) == expected)
    }

    @Test("Only fields that a create does not return are read before later steps")
    func readsAfterCreate() throws {
        let byID = try graph([
            resource("trunk", "trunk", [.make]),
            resource("thing", "test.thing", [.make], after: ["trunk"], body: #"{"name": "${trunk.id}"}"#),
        ])
        #expect(byID.readsAfterCreate == [])
        #expect(byID.depth(after: 1) == 4)
        let byDomain = try graph([
            resource("trunk", "trunk", [.make]),
            resource("thing", "test.thing", [.make], after: ["trunk"], body: #"{"name": "${trunk.domain}"}"#),
        ])
        #expect(byDomain.readsAfterCreate.map(\.instance) == [InstanceID("trunk")])
        #expect(byDomain.depth(after: 1) == 5)
    }
}
