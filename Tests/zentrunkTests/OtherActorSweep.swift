import Synchronization
import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("Changes by others during a run are lost only within a single request", .sweep(.actor))
struct OtherActorSweep {
    /// A change by hand, with the concurrent work of the run.
    struct Case: Sendable, CustomTestStringConvertible {
        var asked: Combination
        var key: String
        var fields: JSONObject
        var work: Work
        var testDescription: String { "\(work) \(asked.pairing.id) \(key) \(JSONValue.object(fields).text())" }

        static let all = (Sweep.isFull ? Work.allCases : [.change]).flatMap { work in
            Combination.fullest.flatMap { asked in
                wanted(asked.pairing.drifts).map {
                    Case(asked: asked, key: $0.key, fields: $0.fields, work: work)
                }
            }
        }

        /// One change of each object, or all known changes.
        private static func wanted(
            _ drifts: [(key: String, fields: JSONObject)]
        ) -> [(key: String, fields: JSONObject)] {
            var seen: Set<String> = []
            return drifts.filter { Sweep.isFull || seen.insert($0.key).inserted }
        }
    }

    enum Work: String, CaseIterable, Sendable { case change, disconnect }

    private struct Touched: Sendable {
        var kind: String
        var id: String
        var fields: JSONObject?
    }

    @Test(
        "A change of each object at each write survives, is reported, or falls between a look and its write",
        arguments: Case.all)
    func each(_ example: Case) async throws {
        let asked = example.asked
        var plain = asked
        plain.isSecure.toggle()
        plain.hasFailover.toggle()
        let start = plain
        try await World.run { world async throws in
            var undisturbed: Account?
            for write in 0... {
                world.sandbox.reset()
                world.sandbox.own(number: try #require(asked.numbers.first).e164, application: "4711")
                let before = Account(world.sandbox.state)
                let journal = InMemoryJournal()
                let healthy = try world.connector(asked.pairing, journal: journal)
                try await world.connect(healthy, Self.request(start))
                guard write > 0 else {
                    try await run(example, world, healthy)
                    undisturbed = Account(world.sandbox.state)
                    continue
                }
                Sweep.count()
                let target = try await self.target(example, world, healthy)
                let touched = Mutex(target)
                let line = Mutex<Interruption?>(nil)
                let disturbed = try world.connector(asked.pairing, journal: journal) { base in
                    let interruption = Interruption(base, at: write) {
                        let kind = try world.kind(target.kind, of: asked.pairing)
                        // An object that the run has already deleted cannot be changed.
                        guard let live = try await kind.read(target.id) else { return }
                        try await kind.changeByHand(live, example.fields)
                        let fields = try await kind.read(target.id)?.fields
                        if fields != live.fields { touched.withLock { $0.fields = fields } }
                    }
                    line.withLock { $0 = interruption }
                    return interruption
                }
                let report = try await run(example, world, disturbed)
                let interruption = try #require(line.withLock { $0 })
                guard interruption.hasCome else { return #expect(write > 2) }
                try await check(touched.withLock { $0 }, report, interruption, world, example, "write \(write)")
                // With consent, the same command succeeds nevertheless.
                let clean = try await run(example, world, try world.connector(asked.pairing, journal: journal))
                #expect(clean.error == nil, "write \(write): \(clean.error?.message ?? "")")
                let after = Account(world.sandbox.state)
                #expect(after.difference(from: try #require(undisturbed)) == [], "write \(write)")
                try await world.disconnect(healthy)
                #expect(Account(world.sandbox.state).difference(from: before) == [], "write \(write)")
            }
        }
    }

    private static func request(_ asked: Combination) throws -> ConnectionRequest {
        var request = try asked.request
        request.mayReroute = true
        return request
    }

    @discardableResult
    private func run(_ example: Case, _ world: World, _ connector: Connector) async throws -> Report {
        switch example.work {
        case .change: try await world.connect(connector, Self.request(example.asked))
        case .disconnect: try await world.disconnect(connector)
        }
    }

    private func target(_ example: Case, _ world: World, _ connector: Connector) async throws -> Touched {
        let plan = try await connector.plan(DisconnectionRequest())
        let found = try #require(plan.resources.first { $0.instance.key == example.key })
        return Touched(kind: found.kind, id: try #require(found.id), fields: nil)
    }

    private func check(
        _ touched: Touched, _ report: Report, _ line: Interruption, _ world: World, _ example: Case, _ what: Comment
    ) async throws {
        guard let fields = touched.fields else { return }
        let now = try await world.kind(touched.kind, of: example.asked.pairing).read(touched.id)
        guard now?.fields != fields else {
            // The change survives, so the run cannot have ended as if it had not happened.
            return #expect(report.error != nil, what)
        }
        guard example.work != .disconnect else { return }
        // The change was lost, so it was overwritten without a look in between.
        let isLost = line.writes(of: touched.id).contains { $0.isBlind }
        #expect(isLost, what)
    }
}
