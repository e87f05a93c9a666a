import Synchronization
import Testing
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTestKit

@testable @_spi(Adapter) import ZentrunkCore

@Suite("What one command computes")
struct PlannerTests {
    /// Counts the connections whose facts are asked for: once per blueprint.
    private final class Counter: Sendable {
        private let asked = Mutex<[Connection]>([])

        var connections: [Connection] { asked.withLock { $0 } }
        func add(_ connection: Connection) { asked.withLock { $0.append(connection) } }
    }

    private struct CountingAdapter: PlatformAdapter {
        static let platform = MemoryAdapter.platform
        static let template = MemoryAdapter.template

        let base: any PlatformAdapter
        let counter: Counter
        var kinds: [any ResourceKind] { base.kinds }
        var account: String { base.account }

        init(_ base: any PlatformAdapter, _ counter: Counter) { (self.base, self.counter) = (base, counter) }

        init(settings: PlatformSettings, values: [String: JSONValue], transport: any HTTPTransport) throws {
            self.init(try MemoryAdapter(settings: settings, values: values, transport: transport), Counter())
        }

        func facts(for connection: Connection, carrier: JSONValue) throws -> JSONValue {
            counter.add(connection)
            return try base.facts(for: connection, carrier: carrier)
        }
    }

    private static func count(
        _ bench: EngineBench, _ plan: (Planner, [PastRun]) async throws -> Plan
    ) async throws -> Int {
        let own = try bench.connector().engine.planner
        let counter = Counter()
        let planner = Planner(
            template: own.template, ownTemplate: nil, adapter: CountingAdapter(own.adapter, counter),
            carrier: own.carrier, kinds: own.kinds, platform: own.platform, journal: own.journal)
        _ = try await plan(planner, bench.journal.runs(of: planner.identity(.main)))
        #expect(Set(counter.connections).count == counter.connections.count)
        return counter.connections.count
    }

    @Test("The blueprint of a connection is made once in a plan: one for what it was, one for what it will be")
    func blueprints() async throws {
        let bench = EngineBench()
        let request = try EngineBench.request()
        #expect(try await Self.count(bench) { try await $0.plan(request, after: $1, nil) } == 1)
        try await bench.connect()
        #expect(try await Self.count(bench) { try await $0.plan(request, after: $1, nil) } == 1)
        let change = try EngineBench.request(["note": "n"], numbers: [])
        #expect(try await Self.count(bench) { try await $0.plan(change, after: $1, nil) } == 2)
        #expect(try await Self.count(bench) { try await $0.plan(DisconnectionRequest(), after: $1, nil) } == 1)
    }

    @Test("A run takes the steps that the plan was measured with")
    func graph() async throws {
        let bench = EngineBench()
        var plan = try await bench.plan(EngineBench.request())
        let graph = try #require(plan.context.graph)
        #expect(graph.depth(after: plan.context.readDepth) == plan.depth)
        #expect(!graph.steps.isEmpty)
        // Without steps, nothing is written, whatever the plan contains.
        var empty = plan
        empty.resources = []
        plan.context.graph = try RunGraph(empty, kinds: bench.kinds())
        let before = bench.vendor.text
        _ = await (try bench.connector()).apply(plan, consent: true)
        #expect(bench.vendor.writes == [] && bench.vendor.text == before)
    }
}
