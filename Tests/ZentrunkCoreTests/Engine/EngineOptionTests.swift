import Testing
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTestKit

@testable @_spi(Adapter) import ZentrunkCore

@Suite("Engine: options of a connection, given, kept and inferred")
struct EngineOptionTests {
    private func options() throws -> ConnectionOptions {
        ConnectionOptions(template: try Template(parsing: MemoryAdapter.template, file: "memory"), platform: "memory")
    }

    private func connection(_ values: [String: JSONValue], numbers: [String] = [EngineBench.number]) throws
        -> Connection
    {
        Connection(platform: "memory", name: .main, numbers: try EngineBench.numbers(numbers), values: values)
    }

    // MARK: Given

    struct Given: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var base: [String: JSONValue]?
        var values: [String: ParameterValue] = [:]
        var fallbacks: [String: String] = [:]
        var result: [String: JSONValue]?

        init(
            _ description: String, base: [String: JSONValue]?, values: [String: ParameterValue] = [:],
            fallbacks: [String: String] = [:], gives result: [String: JSONValue]?
        ) {
            testDescription = description
            self.base = base
            self.values = values
            self.fallbacks = fallbacks
            self.result = result
        }
    }

    private static let defaults: [String: JSONValue] = [
        "direction": "both", "secure": false, "authentication": "none",
    ]

    @Test(
        "A value comes from the request, then the connection, then the environment, then the default",
        arguments: [
            Given("a new one", base: nil, gives: defaults),
            Given("given", base: nil, values: ["agent": "a1"], gives: defaults.merging(["agent": "a1"]) { $1 }),
            Given(
                "spelt otherwise", base: nil, values: ["direction": "Inbound", "secure": "yes"],
                gives: defaults.merging(["direction": "inbound", "secure": true]) { $1 }),
            Given(
                "from the environment", base: nil, fallbacks: ["agent": "e"],
                gives: defaults.merging(["agent": "e"]) { $1 }),
            Given(
                "given and in the environment", base: nil, values: ["agent": "a1"], fallbacks: ["agent": "e"],
                gives: defaults.merging(["agent": "a1"]) { $1 }),
            Given("kept", base: ["agent": "a1"], gives: defaults.merging(["agent": "a1"]) { $1 }),
            Given(
                "changed", base: ["agent": "a1"], values: ["agent": "a2"],
                gives: defaults.merging(["agent": "a2"]) { $1 }),
            Given(
                "taken away", base: ["agent": "a1"], values: ["agent": nil], fallbacks: ["agent": "e"], gives: defaults),
            // A choice cannot be without a value.
            Given("a choice taken away", base: ["secure": true], values: ["secure": nil], gives: defaults),
            Given("unknown", base: nil, values: ["agnet": "a1"], gives: nil),
            Given("of another form", base: nil, values: ["direction": "sideways"], gives: nil),
            Given("no id", base: nil, values: ["agent": "a b"], gives: nil),
        ])
    func given(_ given: Given) throws {
        let request = ConnectionRequest(values: given.values, fallbacks: given.fallbacks)
        let base = try given.base.map { try connection($0) }
        guard let result = given.result else {
            let error = #expect(throws: ZentrunkError.self) { try options().connection(request, over: base) }
            return #expect(error?.code == .invalid)
        }
        #expect(try options().connection(request, over: base).values == result)
    }

    @Test("Numbers are added behind those that are there, each once")
    func numbers() throws {
        let request = ConnectionRequest(numbers: try EngineBench.numbers([EngineBench.second, EngineBench.number]))
        let made = try options().connection(request, over: connection([:]))
        #expect(made.numbers.map(\.e164) == [EngineBench.number, EngineBench.second])
    }

    @Test(
        "What the template refuses is refused, of a number by its name, and waits for what may still get a value",
        arguments: [
            (["agent": "a1", "direction": "outbound"] as [String: JSONValue], EngineBench.number, true),
            (["agent": "a1", "direction": "both"], EngineBench.number, false),
            (["direction": "outbound"], EngineBench.number, false), (["direction": "both"], "+919999999999", true),
        ])
    func refusals(_ values: [String: JSONValue], _ number: String, _ isRefused: Bool) throws {
        let described = try connection(values, numbers: [number])
        var refused: ZentrunkError?
        do { try options().checkRefusals(described) } catch { refused = error as? ZentrunkError }
        #expect((refused?.code == .unsupported) == isRefused)
        // A connection that is only shown gets a warning instead.
        let warnings = try options().warnings(about: described, isThere: true)
        #expect(warnings.contains { $0.code == .unsupported } == isRefused)
        #expect(try !options().warnings(about: described, isThere: false).contains { $0.code == .unsupported })
    }

    @Test("A refusal about an option that is not decided yet waits")
    func undecided() throws {
        let template = try Template(parsing: EngineTemplates.choosy, file: "choosy")
        let options = ConnectionOptions(template: template, platform: "memory")
        let described = try connection(["direction": "both"])
        #expect(throws: ZentrunkError.self) { try options.checkRefusals(described) }
        try options.checkRefusals(described) { $0 != "agent" }
        #expect(throws: ZentrunkError.self) { try options.checkRequired(described) }
        try options.checkRequired(connection(["direction": "both", "key": "k"]))
    }

    @Test("The template's warnings are in the plan, with their codes")
    func warnings() async throws {
        let plan = try await EngineBench().plan(EngineBench.request([:]))
        #expect(plan.warnings.map(\.code.description) == ["no-agent"])
        #expect(try await EngineBench().plan(EngineBench.request()).warnings == [])
    }

    @Test("What can be refused without asking anybody is refused before anybody is asked")
    func early() async throws {
        let bench = EngineBench()
        for request in [
            try EngineBench.request(["agent": "a1", "direction": "outbound"]),
            try EngineBench.request(["unknown": "x"]), try EngineBench.request(numbers: ["+919999999999"]),
        ] {
            #expect(await code { try await bench.plan(request) } != nil)
        }
        #expect(bench.vendor.calls == [])
    }

    @Test("A new connection needs a number")
    func noNumber() async throws {
        #expect(await code { try await EngineBench().plan(EngineBench.request(numbers: [])) } == .noNumber)
    }

    // MARK: Kept

    @Test("An agent that was set by hand is kept where the connection has none, and goes when it is asked to")
    func kept() async throws {
        let bench = EngineBench()
        try await bench.connect([:])
        let line = try bench.only(MemoryAdapter.line)
        bench.vendor.change(MemoryAdapter.line, line, ["agent": "hand"])
        let plan = try await bench.plan(ConnectionRequest())
        #expect(plan.deeds == [])
        #expect(plan.connection.values["agent"] == "hand")
        #expect(try await bench.plan(EngineBench.request(["agent": nil], numbers: [])).deeds.count == 1)
        #expect(try await bench.plan(EngineBench.request(["agent": "a2"], numbers: [])).deeds.count == 1)
    }

    // MARK: Inferred

    static let described: [[String: ParameterValue]] = ["both", "inbound", "outbound"].flatMap { direction in
        ["none", "credentials"].flatMap { authentication in
            ["true", "false"].map { secure -> [String: ParameterValue] in
                var values: [String: ParameterValue] = ["note": "n", "agent": "a1", "failover": .unset]
                values["direction"] = .text(direction)
                values["authentication"] = .text(authentication)
                values["secure"] = .text(secure)
                if direction == "outbound" { values["agent"] = .unset }
                if direction == "inbound" { values["failover"] = .text(EngineBench.failover) }
                return values
            }
        }
    }

    @Test("Without the journal the live objects show what the options were", arguments: described)
    func inferred(_ values: [String: ParameterValue]) async throws {
        let bench = EngineBench()
        let report = try await bench.connect(
            values.filter { $0.value != nil }, numbers: [EngineBench.number, EngineBench.second])
        #expect(report.outcome == .connected, "\(report.error?.message ?? "")")
        let connector = try bench.connector(journal: InMemoryJournal())
        let plan = try await connector.plan(ConnectionRequest())
        #expect(plan.deeds == [])
        var expected = report.connection.values
        // Nothing at an inbound connection shows how outbound calls would be recognised.
        if values["direction"] == "inbound" { expected["authentication"] = plan.connection.values["authentication"] }
        #expect(plan.connection.values == expected)
        #expect(Set(plan.connection.numbers) == Set(report.connection.numbers))
        // And the next machine may change it.
        let change = try await connector.plan(EngineBench.request(["note": "m"], numbers: []))
        #expect(change.deeds == [EngineBench.number, EngineBench.second].map { "update line \($0)" })
    }

    @Test("A list of the objects of all numbers shows its option", arguments: ["none", "all"])
    func inferredFromList(_ ring: String) async throws {
        let bench = EngineBench()
        let template = try Template(parsing: EngineTemplates.ringing, file: "ringing")
        let request = try EngineBench.request(["ring": .text(ring)], numbers: [EngineBench.number, EngineBench.second])
        try await bench.connect(request, by: bench.connector(template: template))
        let connector = try bench.connector(journal: InMemoryJournal(), template: template)
        let plan = try await connector.plan(ConnectionRequest())
        #expect(plan.connection.values["ring"] == .string(ring))
        #expect(plan.deeds == [])
    }

    enum Damage: String, CaseIterable, Sendable { case value, user, used, platform }

    @Test(
        "Values that were changed and objects that are missing leave the description that fits best",
        arguments: Damage.allCases)
    func damaged(_ damage: Damage) async throws {
        let bench = EngineBench()
        try await bench.connect(["agent": "a1", "secure": "true"])
        switch damage {
        case .value:
            bench.vendor.change(
                MemoryCarrier.uri, try bench.id("uri", of: MemoryCarrier.uri), ["uri": "x.example.com"])
        case .user: bench.vendor.remove(MemoryAdapter.line, try bench.only(MemoryAdapter.line))
        case .used: bench.vendor.remove(MemoryAdapter.gateway, try bench.only(MemoryAdapter.gateway))
        case .platform: bench.vendor.removeAll(of: MemoryVendor.platformKinds)
        }
        let connector = try bench.connector(journal: InMemoryJournal())
        let request = try EngineBench.request([:], mayBeOneSided: true)
        let plan = try await connector.plan(request)
        #expect(plan.connection.values["secure"] == true)
        #expect(plan.connection.values["direction"] == "both")
    }

    @Test("Objects that no description has are asked about, unless every choice is given")
    func unfitting() async throws {
        let bench = EngineBench()
        let template = try Template(parsing: EngineTemplates.either, file: "either")
        let tag = AccountTag(of: "ACCOUNT1")
        bench.vendor.insert(MemoryAdapter.gateway, ["name": .string("zc_memory_main_gateway_\(tag)"), "type": "sip"])
        bench.vendor.insert(MemoryAdapter.pool, ["name": .string("zc_memory_main_pool_\(tag)"), "numbers": []])
        let connector = try bench.connector(template: template)
        let whole: [String: ParameterValue] = ["direction": "both", "secure": "false", "mode": "pool"]
        #expect(await code { try await connector.plan(EngineBench.request([:])) } == .invalid)
        #expect(await code { try await connector.plan(EngineBench.request(["mode": "pool"])) } == .invalid)
        let plan = try await connector.plan(EngineBench.request(whole))
        #expect(plan.deeds == ["update pool", "delete gateway"])
    }

    @Test("The text around a reference is removed, and different values of one option are distinguished")
    func values() throws {
        let bench = EngineBench()
        let connector = try bench.connector()
        var state = LiveState()
        for (number, agent) in [(EngineBench.number, "a1"), (EngineBench.second, "a2")] {
            state.owned[InstanceID("line", number: try PhoneNumber(number))] = .init(
                kind: MemoryAdapter.line,
                object: LiveObject(id: agent, fields: ["number": .string(number), "agent": .string(agent)]))
        }
        let inference = OptionInference(
            template: connector.engine.template, kinds: connector.engine.kinds, state: state,
            makeBlueprint: connector.engine.planner.blueprint)
        #expect(inference.valuesOfOwnObjects()["agent"] == ["a1", "a2"])
        #expect(inference.valuesOfOwnObjects()["note"] == [nil])
        #expect(inference.valuesOfForeignRecords(about: try connection([:])) == [:])
    }
}
