import Testing
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTestKit

@testable @_spi(Adapter) import ZentrunkCore

@Suite("Parts of planning that read and decide")
struct PlanningPartTests {
    private let bench = EngineBench()

    @Test("Digits without a plus are refused unless the account has exactly these")
    func digits() async throws {
        let numbers = AccountNumbers(kinds: try bench.kinds())
        let missing = try PhoneNumber("+14155550109")
        var request = try EngineBench.request(numbers: [missing.e164])
        request.withoutPlus = [missing: "14155550109"]
        var state = LiveState()
        state.routes[missing] = .some(nil)
        var error: ZentrunkError?
        do { try await numbers.checkDigits(of: request, &state) } catch let caught as ZentrunkError { error = caught }
        #expect(error?.code == .notFound && error?.place == .carrier)
        #expect(error?.message.contains("the account has no number 14155550109") == true)
        // The account's numbers were read, to suggest similar ones.
        #expect(bench.vendor.reads.map(\.kind) == [MemoryCarrier.route])
        // A number of the account is accepted, and nothing is read for it.
        state.routes[missing] = LiveObject(id: "14155550109", fields: [:])
        bench.vendor.clearCalls()
        try await numbers.checkDigits(of: request, &state)
        #expect(bench.vendor.calls.isEmpty)
    }

    private func decision(_ example: PlanningExample) -> ConnectionDecision {
        let engine = example.connector.engine
        return ConnectionDecision(
            template: engine.template, kinds: example.kinds, platform: MemoryAdapter.platform, state: example.state,
            blueprints: Blueprints(make: engine.planner.blueprint))
    }

    @Test("A recorded connection is what the record says; an unrecorded one is what its objects show")
    func decided() throws {
        let example = try PlanningExample(["agent": "a1", "secure": true])
        var draft = example.blueprint.connection
        let request = ConnectionRequest()
        let recorded = try decision(example).decide(request, from: draft, isRecorded: true)
        #expect(recorded.connection == draft && recorded.former == nil)
        draft.values = [:]
        draft.numbers = []
        let inferred = try decision(example).decide(request, from: draft, isRecorded: false)
        #expect(inferred.former?.values["secure"] == true && inferred.former?.values["agent"] == "a1")
        #expect(inferred.connection.numbers.map(\.e164) == [EngineBench.number])
        var twice = example
        let out = try #require(twice.state.owned[InstanceID("out")])
        twice.state.twins[InstanceID("out")] = [.init(kind: out.kind, object: LiveObject(id: "x", fields: [:]))]
        #expect(throws: ZentrunkError.self) {
            _ = try decision(twice).decide(request, from: draft, isRecorded: false)
        }
    }

    @Test("A number that another machine added counts if it is routed to the connection's trunk")
    func others() async throws {
        try await bench.connect(numbers: [EngineBench.number, EngineBench.second])
        let engine = try bench.connector().engine
        let reader = LiveReader(
            kinds: engine.kinds, owner: engine.kinds.owner("memory", .main),
            references: LiveReferences(engine.template, engine.kinds), events: nil)
        let halves = HalvesReading(
            kinds: engine.kinds, template: engine.template, platform: MemoryAdapter.platform,
            journal: InMemoryJournal(), reader: reader)
        let all = try EngineBench.numbers([EngineBench.number, EngineBench.second])
        var connection = try PlanningExample().blueprint.connection
        var state = try await reader.read(wanted: [:], hints: [:], numbers: [all[0]])
        #expect(try await halves.numbersOfOthers(connection, &state) == [all[1]])
        connection.numbers = all
        #expect(try await halves.numbersOfOthers(connection, &state) == nil)
        bench.vendor.change(MemoryCarrier.route, all[1].digits, ["trunk": .null, "application": "4711"])
        connection.numbers = [all[0]]
        state = try await reader.read(wanted: [:], hints: [:], numbers: [all[0]])
        #expect(try await halves.numbersOfOthers(connection, &state) == [])
    }

    @Test("A blueprint keeps an edge for each reference, with the member that holds the value")
    func edges() throws {
        let edges: [ResourceEdge] = try PlanningExample(["agent": "a1"]).blueprint.edges
        let route = edges.filter { $0.from.key == "route" }
        #expect(route.map(\.member) == ["trunk"])
        #expect(route.flatMap(\.targets) == [InstanceID("in")])
        #expect(edges.allSatisfy { !$0.targets.isEmpty && !$0.field.isEmpty })
    }

    @Test("A scope counts the requests of its own work, and passes waits to the work that it is a part of")
    func scope() {
        let events = RunEvents()
        let outer = RunScope(events)
        outer.count(.carrier)
        RunScope.$current.withValue(outer) {
            let inner = RunScope(nil)
            inner.count(.platform)
            inner.count(.platform)
            #expect(inner.requests == [.platform: 2] && outer.requests == [.carrier: 1])
            #expect(inner.events != nil)
        }
        #expect(RunScope(nil).events == nil && outer.run == nil)
        outer.begin("run-1")
        #expect(outer.run == "run-1")
    }
}
