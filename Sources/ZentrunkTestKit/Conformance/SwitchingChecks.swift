import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
import ZentrunkSandbox

/// Each option of a live connection can be switched, and back.
enum SwitchingChecks {
    static func cases(_ pairing: Pairing) -> [AdapterConformance.Case] {
        Combination.states(pairing).map { from in
            AdapterConformance.Case("from \(from.title)") { try await switchAndBack(from) }
        } + [
            AdapterConformance.Case("each switch equals a new connection") {
                try await equalsFresh(.fullest(pairing))
            }
        ]
    }

    private static func switchAndBack(_ from: Combination) async throws {
        try await World.run(for: from.pairing) { world async throws in
            let before = world.sandbox.state
            let connector = try world.connector(from.pairing)
            try await world.connect(connector, from.request)
            let fresh = Account(world.sandbox.state, of: from.pairing)
            for to in neighbours(of: from) {
                Sweep.count()
                for next in [to, from] {
                    let report = try await world.connect(connector, next.request)
                    #expect(report.outcome == .connected, "to \(next): \(report.error?.message ?? "unchanged")")
                    try from.pairing.check(world.sandbox.state, next)
                }
                #expect(Account(world.sandbox.state, of: from.pairing).difference(from: fresh) == [], "\(to) and back")
                #expect(try await world.connect(connector, from.request, consent: false).outcome == .unchanged)
            }
            #expect(try await world.disconnect(connector).outcome == .disconnected)
            #expect(world.sandbox.state == before)
            #expect(try world.violations(from.pairing) == [])
        }
    }

    /// What one option makes of a connection equals a new one with it.
    private static func equalsFresh(_ from: Combination) async throws {
        for to in neighbours(of: from) {
            Sweep.count()
            var states: [Account] = []
            for path in [[from, to], [to]] {
                try await World.run(for: from.pairing) { world async throws in
                    let connector = try world.connector(from.pairing)
                    for step in path { #expect(try await world.connect(connector, step.request).error == nil) }
                    states.append(Account(world.sandbox.state, of: from.pairing))
                }
            }
            #expect(states[0].difference(from: states[1]) == [], "\(to)")
        }
    }

    /// What one switch makes of a state.
    private static func neighbours(of from: Combination) -> [Combination] {
        let states = Combination.states(from.pairing)
        func distance(_ to: Combination) -> Int {
            let both = from.comesIn && to.comesIn
            return [
                from.direction != to.direction,
                from.goesOut && to.goesOut && from.authentication != to.authentication,
                from.isSecure != to.isSecure, both && from.asksInbound != to.asksInbound,
                both && from.hasFailover != to.hasFailover,
                // What only inbound calls have is taken along by a direction without them, and comes back as it is by default.
                from.comesIn != to.comesIn
                    && (from.comesIn ? from : to) != plain(from.comesIn ? from : to),
            ].count { $0 }
        }
        return states.filter { $0 != from && distance($0) == 1 }
    }

    private static func plain(_ state: Combination) -> Combination {
        var plain = state
        plain.asksInbound = false
        plain.hasFailover = false
        return plain
    }
}
