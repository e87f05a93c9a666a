import Testing
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTestKit

@testable @_spi(Adapter) import ZentrunkCore

@Suite("Engine: what a plan decides for each object")
struct EnginePlanningTests {
    static let line = "line \(EngineBench.number)"
    static let route = "route \(EngineBench.number)"

    // MARK: New connections

    @Test(
        "A new connection creates what its options call for",
        arguments: [
            (
                ["agent": "a1"],
                ["create out", "create gateway", "create uri", "create in", "create \(line)", "update \(route)"]
            ),
            (
                ["direction": "inbound"],
                ["create gateway", "create uri", "create in", "create \(line)", "update \(route)"]
            ),
            (["direction": "outbound"], ["create out", "create gateway", "create \(line)"]),
            (
                ["direction": "outbound", "authentication": "credentials"],
                ["create login", "create out", "create gateway", "create \(line)"]
            ),
            (
                ["direction": "inbound", "failover": .text(EngineBench.failover)],
                [
                    "create gateway", "create uri", "create failover", "create in", "create \(line)",
                    "update \(route)",
                ]
            ),
        ] as [([String: ParameterValue], [String])])
    func fresh(_ values: [String: ParameterValue], _ deeds: [String]) async throws {
        let plan = try await EngineBench().plan(EngineBench.request(values))
        #expect(plan.deeds == deeds)
        #expect(plan.collisions == [])
        #expect(!plan.needsConsent)
        #expect(plan.resources.filter { !$0.isRoute }.allSatisfy { $0.id == nil })
    }

    @Test("Each number has a line and a route of its own, and the rest once")
    func numbers() async throws {
        let numbers = [EngineBench.number, EngineBench.second]
        let plan = try await EngineBench().plan(EngineBench.request(numbers: numbers))
        #expect(
            plan.deeds == ["create out", "create gateway", "create uri", "create in"]
                + numbers.map { "create line \($0)" } + numbers.map { "update route \($0)" })
    }

    @Test("A plan sends reads alone, and planning twice gives the same digest")
    func readsOnly() async throws {
        let bench = EngineBench()
        let before = bench.vendor.text
        let first = try await bench.plan(EngineBench.request())
        let again = try await bench.plan(EngineBench.request())
        #expect(first.digest == again.digest)
        #expect(bench.vendor.writes == [])
        #expect(bench.vendor.text == before)
        #expect(bench.journal.runs.isEmpty)
    }

    // MARK: Changes

    struct Change: Sendable, CustomTestStringConvertible {
        var values: [String: ParameterValue]
        var numbers: [String] = []
        var deeds: [String]
        var needsConsent = true

        var testDescription: String { "\(values) \(numbers)" }
    }

    @Test(
        "A change of options writes the objects that it is about, with consent",
        arguments: [
            Change(values: [:], deeds: [], needsConsent: false),
            Change(values: ["agent": "a1"], deeds: [], needsConsent: false),
            Change(values: ["agent": "a2"], deeds: ["update \(line)"]),
            Change(values: ["note": "x"], deeds: ["update \(line)"]),
            // Nothing is known that takes an agent away.
            Change(values: ["agent": nil], deeds: ["replace \(line)"]),
            Change(values: ["secure": "true"], deeds: ["update out", "update gateway", "update uri", "update in"]),
            Change(values: ["failover": .text(EngineBench.failover)], deeds: ["create failover", "update in"]),
            Change(
                values: ["authentication": "credentials"], deeds: ["create login", "update out", "update gateway"]),
            Change(values: ["direction": "inbound"], deeds: ["update gateway", "delete out"]),
            Change(
                values: ["direction": "outbound", "agent": nil],
                deeds: ["update gateway", "replace \(line)", "update \(route)", "delete in", "delete uri"]),
            // Whoever names a number agrees that it is added.
            Change(
                values: [:], numbers: [EngineBench.second],
                deeds: ["create line \(EngineBench.second)", "update route \(EngineBench.second)"],
                needsConsent: false),
        ])
    func changes(_ change: Change) async throws {
        let bench = EngineBench()
        #expect(try await bench.connect().outcome == .connected)
        let plan = try await bench.plan(EngineBench.request(change.values, numbers: change.numbers))
        #expect(plan.deeds == change.deeds)
        #expect(plan.needsConsent == change.needsConsent)
        #expect(plan.isUnchanged == change.deeds.isEmpty)
        #expect(await bench.applies(plan) == [])
        #expect(try await bench.plan(ConnectionRequest()).deeds == [])
    }

    @Test("A fallback ends by being made equal to the first URI, and a note by writing null")
    func clearing() async throws {
        let bench = EngineBench()
        try await bench.connect(["agent": "a1", "failover": .text(EngineBench.failover), "note": "x"])
        let plan = try await bench.plan(EngineBench.request(["failover": nil, "note": nil], numbers: []))
        #expect(plan.deeds == ["update in", "update \(Self.line)", "delete failover"])
        #expect(await bench.applies(plan) == [])
        let trunk = bench.vendor[MemoryCarrier.trunk, try bench.id("in", of: MemoryCarrier.trunk)]
        #expect(trunk?["fallback"] == trunk?["uri"])
        #expect(bench.vendor[MemoryAdapter.line, try bench.only(MemoryAdapter.line)]?["note"] == nil)
    }

    // MARK: Drift

    struct Drift: Sendable, CustomTestStringConvertible {
        var kind: String
        var key: String
        /// nil deletes the object.
        var fields: JSONObject?
        var deeds: [String]

        var testDescription: String { "\(key) \(fields.map { JSONValue.object($0).text() } ?? "deleted")" }
    }

    @Test(
        "What was changed by hand goes back to the description, and members that no option sets stay",
        arguments: [
            Drift(kind: MemoryAdapter.line, key: "line", fields: ["agent": "other"], deeds: ["update \(line)"]),
            // The template sets the note in one of its branches, so its being there is drift.
            Drift(kind: MemoryAdapter.line, key: "line", fields: ["note": "by hand"], deeds: ["update \(line)"]),
            Drift(kind: MemoryAdapter.gateway, key: "gateway", fields: ["prefix": "9"], deeds: []),
            Drift(kind: MemoryCarrier.uri, key: "uri", fields: ["uri": "else.example.com"], deeds: ["update uri"]),
            Drift(kind: MemoryCarrier.trunk, key: "in", fields: ["direction": "outbound"], deeds: ["replace in"]),
            Drift(kind: MemoryAdapter.line, key: "line", fields: nil, deeds: ["create \(line)"]),
            Drift(kind: MemoryCarrier.trunk, key: "out", fields: nil, deeds: ["create out", "update gateway"]),
            Drift(kind: MemoryCarrier.uri, key: "uri", fields: nil, deeds: ["create uri", "update in"]),
        ])
    func drift(_ drift: Drift) async throws {
        let bench = EngineBench()
        try await bench.connect()
        let id = try bench.id(drift.key, of: drift.kind)
        if let fields = drift.fields {
            bench.vendor.change(drift.kind, id, fields)
        } else {
            bench.vendor.remove(drift.kind, id)
        }
        let plan = try await bench.plan(ConnectionRequest(mayReroute: true))
        // A replaced trunk takes the route along.
        #expect(plan.deeds.filter { !$0.contains("route") } == drift.deeds)
        #expect(await bench.applies(plan) == [])
        #expect(try await bench.plan(ConnectionRequest()).deeds == [])
    }

    @Test("A host that was added to a gateway by hand is kept; one that an earlier description set is removed")
    func listElements() async throws {
        let bench = EngineBench()
        try await bench.connect()
        let id = try bench.only(MemoryAdapter.gateway)
        let own = try #require(bench.vendor[MemoryAdapter.gateway, id]?["hosts"]?.array)
        bench.vendor.change(
            MemoryAdapter.gateway, id, ["hosts": .array(own + [["host": "theirs.example.com", "port": 5070]])])
        #expect(try await bench.plan(ConnectionRequest()).deeds == [])
        #expect(try await bench.connect(["direction": "inbound"], numbers: []).outcome == .connected)
        let hosts = bench.vendor[MemoryAdapter.gateway, id]?["hosts"]?.array?.compactMap { $0["host"]?.string }
        #expect(
            hosts.map(Set.init) == ["a.carrier.example.com", "b.carrier.example.com", "theirs.example.com"])
    }

    @Test("Adding a number to an object that shares numbers needs no consent, and anything else does")
    func sharedNumbers() async throws {
        let bench = EngineBench()
        let connector = try bench.connector(template: Template(parsing: EngineTemplates.pool, file: "pool"))
        let numbers = [EngineBench.number, EngineBench.second]
        try await bench.connect(EngineBench.request([:], numbers: [numbers[0]]), by: connector)
        let adding = try await connector.plan(EngineBench.request([:], numbers: [numbers[1]]))
        #expect(adding.deeds == ["update pool"])
        #expect(!adding.needsConsent)
        let noted = try await connector.plan(EngineBench.request(["note": "x"], numbers: [numbers[1]]))
        #expect(noted.needsConsent)
        // A change by hand that goes back along the way needs consent, too.
        bench.vendor.change(MemoryAdapter.pool, try bench.only(MemoryAdapter.pool), ["numbers": []])
        #expect(try await connector.plan(EngineBench.request([:], numbers: [numbers[1]])).needsConsent)
    }

    @Test("What cannot be cleared is replaced: what refers to it is moved, and others' members go along")
    func replacement() async throws {
        let bench = EngineBench()
        try await bench.connect()
        let old = try bench.id("in", of: MemoryCarrier.trunk)
        bench.vendor.change(MemoryCarrier.trunk, old, ["direction": "outbound"])
        let plan = try await bench.plan(ConnectionRequest())
        #expect(plan.deeds == ["replace in", "update \(Self.route)"])
        #expect(plan["route"]?.changes.first?.knownAfter == ["in"])
        #expect(plan.needsConsent)
        #expect(await bench.applies(plan) == [])
        #expect(bench.vendor[MemoryCarrier.trunk, old] == nil)
        let new = try bench.id("in", of: MemoryCarrier.trunk)
        #expect(bench.vendor.route(of: EngineBench.number) == "trunk \(new)")
    }
}

extension EngineBench {
    /// Carries the plan out.
    ///
    /// - Returns: What went wrong.
    func applies(_ plan: Plan) async -> [String] {
        guard let connector = try? connector() else { return ["no connector"] }
        let report = await connector.apply(plan, consent: true)
        return [report.error?.message].compactMap { $0 } + report.left + (report.verified ? [] : ["not verified"])
    }
}
