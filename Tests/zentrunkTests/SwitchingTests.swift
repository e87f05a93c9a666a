import Testing
import ZentrunkCore
import ZentrunkJSON
import ZentrunkSandbox

@Suite("Switching options of a live connection", .sweep(.switching))
struct SwitchingTests {
    /// All states of every platform.
    static let all = Pairing.all.flatMap { pairing in Combination.states(pairing) }

    @Test("Each switch from every state has the same result as a new connection", arguments: all)
    func switches(_ from: Combination) async throws {
        try await World.run { world async throws in
            let before = world.sandbox.state
            let connector = try world.connector(from.pairing)
            try await world.connect(connector, from.request)
            let fresh = Account(world.sandbox.state)
            for to in Self.neighbours(of: from) {
                Sweep.count()
                for next in [to, from] {
                    let report = try await world.connect(connector, next.request)
                    #expect(report.outcome == .connected, "to \(next): \(report.error?.message ?? "unchanged")")
                    try from.pairing.check(world.sandbox.state, next)
                }
                #expect(Account(world.sandbox.state).difference(from: fresh) == [], "\(to) and back")
                #expect(try await world.connect(connector, from.request, consent: false).outcome == .unchanged)
            }
            #expect(try await world.disconnect(connector).outcome == .disconnected)
            #expect(world.sandbox.state == before)
            #expect(try world.violations(from.pairing) == [])
        }
    }

    @Test("Switching an option has the same result as a new connection with it", arguments: Combination.fullest)
    func equalsFresh(_ from: Combination) async throws {
        for to in Self.neighbours(of: from) {
            Sweep.count()
            var states: [Account] = []
            for path in [[from, to], [to]] {
                try await World.run { world async throws in
                    let connector = try world.connector(from.pairing)
                    for step in path { #expect(try await world.connect(connector, step.request).error == nil) }
                    states.append(Account(world.sandbox.state))
                }
            }
            #expect(states[0].difference(from: states[1]) == [], "\(to)")
        }
    }

    /// Returns the states that differ in one option.
    static func neighbours(of from: Combination) -> [Combination] {
        let states = Combination.states(from.pairing)
        func distance(_ to: Combination) -> Int {
            let both = from.comesIn && to.comesIn
            return [
                from.direction != to.direction,
                from.goesOut && to.goesOut && from.authentication != to.authentication,
                from.isSecure != to.isSecure, both && from.asksInbound != to.asksInbound,
                both && from.hasFailover != to.hasFailover,
                // A direction without inbound calls removes their options, which later return to their defaults.
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
