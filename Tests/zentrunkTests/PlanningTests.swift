import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@testable import ZentrunkCommandLine

@Suite("Obstacles are reported before the first write")
struct PlanningTests {
    /// A change by others, with the plan's expected reaction.
    struct Obstacle: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// The option that the refusal suggests; nil if there is none.
        var option: @Sendable (Pairing) -> String?
        var put: @Sendable (Sandbox, Pairing, PhoneNumber) -> Void

        static let all = [
            Obstacle(testDescription: "routed to an application", option: { _ in "--reroute" }) { sandbox, _, number in
                sandbox.own(number: number.e164, application: "4711")
            },
            Obstacle(testDescription: "routed to a foreign trunk", option: { _ in "--reroute" }) { sandbox, _, number in
                let trunk = sandbox.services.plivo.addTrunk(name: "theirs", direction: "inbound")
                sandbox.services.plivo.own(number: number.e164, route: .trunk(trunk))
            },
            Obstacle(testDescription: "not voice-enabled", option: { _ in nil }) { sandbox, _, number in
                sandbox.own(number: number.e164, voiceEnabled: false)
            },
            Obstacle(testDescription: "at the platform under another label", option: \.adoption) {
                $1.addForeignRecord($0, $2)
            },
        ]
    }

    @Test(
        "An obstacle is a collision that names the number's object and the option", arguments: Combination.fullest,
        Obstacle.all)
    func obstacles(_ asked: Combination, _ obstacle: Obstacle) async throws {
        try await World.run { world async throws in
            let number = try #require(asked.numbers.first)
            obstacle.put(world.sandbox, asked.pairing, number)
            let before = world.sandbox.state
            let report = try await world.connect(try world.connector(asked.pairing), asked.request)
            #expect(report.outcome == .failed)
            #expect(report.aftermath == .nothingWritten)
            let error = try #require(report.error)
            #expect(error.code == .collision)
            #expect(error.message.contains(number.e164))
            let option = obstacle.option(asked.pairing)
            #expect(error.remedies.flatMap { RemedyText.options($0) ?? [] } == [option].compactMap { $0 })
            #expect(world.writes.isEmpty)
            #expect(world.sandbox.state == before)
        }
    }

    @Test("A number that is not on the account is refused", arguments: Combination.fullest)
    func foreignNumber(_ asked: Combination) async throws {
        try await World.run { world async throws in
            var request = try asked.request
            request.numbers = [try PhoneNumber("+442071234567")]
            let report = try await world.connect(try world.connector(asked.pairing), request)
            #expect(report.error?.code == .collision)
            #expect(report.error?.message.contains("+442071234567 is not on the carrier's account") == true)
            #expect(report.error?.remedies == [.listNumbers])
            #expect(world.writes.isEmpty)
        }
    }

    @Test("A change of live objects needs consent", arguments: Combination.fullest)
    func consent(_ asked: Combination) async throws {
        try await World.run { world async throws in
            let connector = try world.connector(asked.pairing)
            try await world.connect(connector, asked.request)
            let state = world.sandbox.state
            let insecure = ConnectionRequest(values: ["secure": "false"])
            let refused = try await world.connect(connector, insecure, consent: false)
            #expect(refused.error?.code == .consent)
            #expect(world.sandbox.state == state)
            let agreed = try await world.connect(connector, insecure, consent: true)
            #expect(agreed.outcome == .connected)
            var changed = asked
            changed.isSecure = false
            try asked.pairing.check(world.sandbox.state, changed)
            #expect(try world.violations(asked.pairing) == [])
        }
    }

    @Test("A digest is stable and depends on the live objects", arguments: Combination.fullest)
    func digest(_ asked: Combination) async throws {
        try await World.run { world async throws in
            let connector = try world.connector(asked.pairing)
            let first = try await connector.plan(asked.request).digest
            #expect(try await connector.plan(asked.request).digest == first)
            world.sandbox.own(number: try #require(asked.numbers.first).e164, application: "4711")
            #expect(try await connector.plan(asked.request).digest != first)
            #expect(world.writes.isEmpty)
        }
    }

    @Test("A wrong key is reported with its variable, and nothing is written", arguments: Pairing.all, [true, false])
    func unauthenticated(_ pairing: Pairing, atCarrier: Bool) async throws {
        try await World.run { world async throws in
            let vendor = atCarrier ? "plivo" : pairing.vendor
            world.sandbox.setFaults([SandboxFault(vendor: vendor, effect: .unauthorized)])
            let connector = try world.connector(pairing)
            let request = try Combination(pairing: pairing).request
            let error = await #expect(throws: ZentrunkError.self) { try await connector.plan(request) }
            #expect(error?.code == .unauthenticated)
            #expect(error?.status == 401)
            #expect(error?.place == (atCarrier ? .carrier : .platform))
            let variables =
                atCarrier
                ? ["PLIVO_AUTH_TOKEN"] : pairing.adapter.platform.settings.filter(\.isSecret).map(\.variable)
            #expect(variables.contains { error?.message.contains($0) == true })
            #expect(world.writes.isEmpty)
        }
    }
}
