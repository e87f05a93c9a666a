import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
import ZentrunkSandbox

/// Both halves agree, a second run writes nothing, and disconnecting leaves the accounts as before.
enum MatrixChecks {
    static func cases(_ pairing: Pairing) -> [AdapterConformance.Case] {
        Combination.matrix(pairing).map { asked in
            AdapterConformance.Case(asked.title) { try await run(asked) }
        }
    }

    private static func run(_ asked: Combination) async throws {
        Sweep.count()
        try await World.run(for: asked.pairing) { world async throws in
            let before = world.sandbox.state
            let journal = InMemoryJournal()
            let connector = try world.connector(asked.pairing, journal: journal)
            let plan = try await connector.plan(asked.request)
            #expect(world.writes.isEmpty)
            let report = await connector.apply(plan, consent: false)
            #expect(report.outcome == .connected, "\(report.error?.message ?? "")")
            #expect(report.depth == plan.depth)
            #expect(results(report) == expected(plan))
            let connected = world.sandbox.state
            try asked.pairing.check(connected, asked)
            #expect(report.trunkDomain == domain(connected))
            #expect(unknownHosts(connected, world.sandbox) == [], "sipHosts of the imitation lacks a host")

            let written = world.writes.count
            for again in [connector, try world.connector(asked.pairing)] {
                let report = try await world.connect(again, asked.request, consent: false)
                #expect(report.outcome == .unchanged, "\(report.error?.message ?? "")")
                #expect(report.depth <= 2)
            }
            #expect(world.writes.count == written)

            let end = try await world.disconnect(connector)
            #expect(end.outcome == .disconnected, "\(end.error?.message ?? "")")
            #expect(world.sandbox.state == before)
            #expect(try world.violations(asked.pairing) == [])
        }
    }

    private static func domain(_ state: JSONValue) -> String? {
        let trunks = state[PlivoService.vendor]?["trunks"]?.array ?? []
        return trunks.first { $0["trunk_direction"] == "outbound" }?["trunk_domain"]?.string
    }

    /// The hosts of the connection that the sandbox's SIP side does not have, so that a probe could not reach them.
    private static func unknownHosts(_ state: JSONValue, _ sandbox: Sandbox) -> [String] {
        let uris = (state[PlivoService.vendor]?["uris"]?.array ?? []).compactMap { $0["uri"]?.string }
        let hosts = uris.map { (try? OriginationURI($0))?.host.name ?? $0 } + [domain(state)].compactMap { $0 }
        return hosts.filter { sandbox.sipHost($0) == nil }
    }

    private static func results(_ report: Report) -> [InstanceID: String] {
        Dictionary(report.resources.map { ($0.instance, $0.deeds.doneWord) }) { "\($0), \($1)" }
    }

    private static func expected(_ plan: Plan) -> [InstanceID: String] {
        Dictionary(plan.resources.map { ($0.instance, $0.deeds.doneWord) }) { "\($0), \($1)" }
    }
}
