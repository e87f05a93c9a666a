import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
@_spi(Adapter) import ZentrunkJournal
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("Changes to a live connection")
struct LiveConnectionTests {
    @Test(
        "A moved number is routed back to its application, even if another process disconnects",
        arguments: Combination.fullest)
    func reroute(_ asked: Combination) async throws {
        try await withFolder { folder async throws in
            try await World.run { world async throws in
                let number = try #require(asked.numbers.first)
                world.sandbox.own(number: number.e164, application: "4711")
                let before = world.sandbox.state
                var request = try asked.request
                request.mayReroute = true
                let first = try world.connector(asked.pairing, journal: try SQLiteJournal(directory: folder))
                #expect(try await world.connect(first, request).outcome == .connected)
                try asked.pairing.check(world.sandbox.state, asked)
                #expect(try await world.connect(first, asked.request).outcome == .unchanged)
                let second = try world.connector(asked.pairing, journal: try SQLiteJournal(directory: folder))
                let written = world.writes.count
                #expect(try await second.plan(DisconnectionRequest()).collisions == [])
                #expect(world.writes.count == written)
                let report = try await world.disconnect(second)
                #expect(report.outcome == .disconnected)
                #expect(report.resources.contains { $0.deeds == [.giveBackRoute] && $0.instance.number == number })
                #expect(world.sandbox.services.plivo.route(of: number.e164) == .application("4711"))
                #expect(world.sandbox.state == before)
                #expect(try world.violations(asked.pairing) == [])
            }
        }
    }

    @Test(
        "Without the journal, disconnecting asks for the number's route and uses it",
        arguments: Combination.fullest)
    func routeTo(_ asked: Combination) async throws {
        try await World.run { world async throws in
            let number = try #require(asked.numbers.first)
            let before = world.sandbox.state
            try await world.connect(try world.connector(asked.pairing), asked.request)
            let connected = world.sandbox.state
            let other = try world.connector(asked.pairing)
            let refused = try await world.disconnect(other)
            #expect(refused.error?.code == .collision)
            #expect(refused.error?.remedies.contains(.route(.nowhere)) == true)
            #expect(world.sandbox.state == connected)
            let report = try await world.disconnect(other, DisconnectionRequest(routeTo: .nothing))
            #expect(report.outcome == .disconnected)
            #expect(world.sandbox.services.plivo.route(of: number.e164) == nil)
            #expect(world.sandbox.state == before)
        }
    }

    @Test("A platform's objects are deleted before the carrier's that they use", arguments: Combination.fullest)
    func orderOfDeletion(_ asked: Combination) async throws {
        try await World.run { world async throws in
            // A number from an application is routed back, so no trunk has to be deleted first.
            world.sandbox.own(number: try #require(asked.numbers.first).e164, application: "4711")
            let connector = try world.connector(asked.pairing)
            var request = try asked.request
            request.mayReroute = true
            try await world.connect(connector, request)
            let connected = world.writes.count
            #expect(try await world.disconnect(connector).outcome == .disconnected)
            let vendors = world.writes.dropFirst(connected).dropFirst().map(\.vendor)
            let platform = vendors.filter { $0 != "plivo" }
            #expect(!platform.isEmpty && platform.count < vendors.count)
            #expect(Array(vendors.prefix(platform.count)) == platform)
        }
    }

    @Test("Two connections and an unrelated trunk pair do not affect each other", arguments: Combination.fullest)
    func sideBySide(_ asked: Combination) async throws {
        try await World.run { world async throws in
            let plivo = world.sandbox.services.plivo
            let theirs = plivo.addTrunk(name: "theirs in", direction: "inbound")
            plivo.addTrunk(name: "theirs out", direction: "outbound")
            plivo.own(number: "+14155550109", route: .trunk(theirs))
            let connector = try world.connector(asked.pairing)
            var (a, b) = (asked, asked)
            a.name = try ConnectionName("a")
            b.name = try ConnectionName("b")
            b.authentication = asked.pairing.authentications.first ?? b.authentication
            b.isSecure = false
            let before = world.sandbox.state
            try await world.connect(connector, a.request)
            let onlyA = world.sandbox.state
            let first = try a.request
            let second = ConnectionRequest(
                name: b.name, numbers: [try PhoneNumber("+14155550105")], values: try b.request.values)
            // Both in parallel: one connector serves many connections.
            async let unchanged = world.connect(connector, first)
            async let connected = world.connect(connector, second)
            #expect(try await unchanged.outcome == .unchanged)
            #expect(try await connected.outcome == .connected)
            try asked.pairing.check(world.sandbox.state, a)
            let live = try await connector.liveConnections()
            #expect(live.map(\.name) == [a.name, b.name])

            // Connection b cannot take a number of connection a, whatever is allowed.
            var greedy = try b.request
            greedy.mayReroute = true
            greedy.mayAdopt = true
            #expect(try await world.connect(connector, greedy).error?.code == .collision)

            try await world.disconnect(connector, DisconnectionRequest(name: b.name))
            #expect(world.sandbox.state == onlyA)
            try await world.disconnect(connector, DisconnectionRequest(name: a.name))
            #expect(world.sandbox.state == before)
            #expect(try world.violations(asked.pairing) == [])
        }
    }

    @Test("An added number keeps everything else, and can be removed again", arguments: Combination.fullest)
    func addedNumber(_ asked: Combination) async throws {
        try await World.run { world async throws in
            var more = asked
            more.count = 2
            let added = try #require(more.numbers.last)
            world.sandbox.own(number: added.e164, application: "4711")
            let before = world.sandbox.state
            let connector = try world.connector(asked.pairing)
            try await world.connect(connector, asked.request)
            let addition = ConnectionRequest(numbers: [added], mayReroute: true)
            let report = try await world.connect(connector, addition, consent: false)
            #expect(report.outcome == .connected, "\(report.error?.message ?? "")")
            #expect(try report.connection.numbers == more.numbers)
            try asked.pairing.check(world.sandbox.state, more)
            let less = try await world.disconnect(connector, DisconnectionRequest(numbers: [added]))
            #expect(less.outcome == .disconnected, "\(less.error?.message ?? "")")
            try asked.pairing.check(world.sandbox.state, asked)
            #expect(world.sandbox.services.plivo.route(of: added.e164) == .application("4711"))
            try await world.disconnect(connector)
            #expect(world.sandbox.state == before)
            #expect(try world.violations(asked.pairing) == [])
        }
    }

    /// The number cannot be unassigned, and its trunk stays.
    @Test(
        "A number that had no route cannot be removed alone, and the attempt changes nothing",
        arguments: Combination.fullest)
    func numberWithoutFormerRoute(_ asked: Combination) async throws {
        try await World.run { world async throws in
            var two = asked
            two.count = 2
            let before = world.sandbox.state
            let connector = try world.connector(asked.pairing)
            try await world.connect(connector, two.request)
            let leaving = try #require(two.numbers.last)
            let report = try await world.disconnect(connector, DisconnectionRequest(numbers: [leaving]))
            #expect(report.outcome == .failed)
            #expect(report.error?.message.contains(leaving.e164) == true)
            try asked.pairing.check(world.sandbox.state, two)
            world.sandbox.own(number: "+14155550109", application: "4711")
            world.sandbox.own(number: "+14155550109")
            let target = DisconnectionRequest(numbers: [leaving], routeTo: .application("4711"))
            let moved = try await world.disconnect(connector, target)
            #expect(moved.outcome == .disconnected, "\(moved.error?.message ?? "")")
            #expect(world.sandbox.services.plivo.route(of: leaving.e164) == .application("4711"))
            try asked.pairing.check(world.sandbox.state, asked)
            try await world.disconnect(connector)
            world.sandbox.own(number: leaving.e164)
            #expect(world.sandbox.state == before)
        }
    }

    @Test("Without a journal, an added number keeps everything else", arguments: Combination.fullest)
    func addedNumberElsewhere(_ asked: Combination) async throws {
        try await World.run { world async throws in
            try await world.connect(try world.connector(asked.pairing), asked.request)
            var more = asked
            more.count = 2
            var values = asked.pairing.needed
            if asked.pairing.needsAgent { values[asked.pairing.agent.name] = .text(asked.pairing.agent.value) }
            let request = ConnectionRequest(numbers: [try #require(more.numbers.last)], values: values)
            let report = try await world.connect(try world.connector(asked.pairing), request)
            #expect(report.outcome == .connected, "\(report.error?.message ?? "")")
            try asked.pairing.check(world.sandbox.state, more)
        }
    }

    @Test("An agent is set, changed and removed, and kept if it is not named", arguments: Combination.fullest)
    func agent(_ asked: Combination) async throws {
        try await World.run { world async throws in
            let connector = try world.connector(asked.pairing)
            let name = asked.pairing.agent.name
            // If inbound calls need an agent, only an outbound connection can be without one.
            var asked = asked
            if asked.pairing.needsAgent {
                asked.direction = "outbound"
                asked.asksInbound = false
            }
            var without = asked
            without.hasAgent = false
            try await world.connect(connector, without.request)
            try asked.pairing.check(world.sandbox.state, without)
            let given = ConnectionRequest(values: [name: .text(asked.pairing.agent.value)])
            #expect(try await world.connect(connector, given).outcome == .connected)
            try asked.pairing.check(world.sandbox.state, asked)
            #expect(try await world.connect(connector, ConnectionRequest()).outcome == .unchanged)
            let nothing: [String: ParameterValue] = [name: nil]
            let taken = try await world.connect(connector, ConnectionRequest(values: nothing))
            #expect(taken.outcome == .connected, "\(taken.error?.message ?? "")")
            try asked.pairing.check(world.sandbox.state, without)
            #expect(try await world.connect(connector, ConnectionRequest()).outcome == .unchanged)
            #expect(try world.violations(asked.pairing) == [])
        }
    }
}
