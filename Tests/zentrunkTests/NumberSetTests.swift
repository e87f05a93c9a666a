import Foundation
import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("Connections with many numbers")
struct NumberSetTests {
    private static func numbers(_ count: Int) throws -> [PhoneNumber] {
        try (0..<count).map { try PhoneNumber("+1415556\($0 + 1000)") }
    }

    @Test("Each of 120 numbers takes at most two further writes, and no password changes", arguments: Pairing.all)
    func many(_ pairing: Pairing) async throws {
        try await World.run { world async throws in
            let numbers = try Self.numbers(120)
            for number in numbers { world.sandbox.own(number: number.e164, application: "4711") }
            let before = world.sandbox.state
            let connector = try world.connector(pairing)
            var first = ConnectionRequest(
                numbers: [numbers[0]], values: try Combination(pairing: pairing).request.values, mayReroute: true)
            try await world.connect(connector, first)
            let written = world.writes.count
            first.numbers = numbers
            let events = RunEvents()
            let reading = Task { await events.reduce(into: 0) { if case .reading = $1.kind { $0 += 1 } } }
            let plan = try await connector.plan(first, reporting: events)
            #expect(!plan.needsConsent)
            let report = await connector.apply(plan, consent: false, reporting: events)
            #expect(report.outcome == .connected, "\(report.error?.message ?? "")")
            #expect(await reading.value >= 9)
            #expect(world.writes.count - written <= 2 * (numbers.count - 1))
            let plivo = PlivoState(world.sandbox.state)
            #expect(plivo.rows("trunks").count == 2)
            #expect(plivo.rows("credentials").count <= 1)
            for number in numbers { #expect(plivo.route(of: number).string?.contains("/Zentrunk/Trunk/") == true) }
            let passwords = world.sandbox.requests.dropFirst(written).filter { $0.vendor == "plivo" }
                .flatMap { Canary.passwords(in: $0.document ?? .null) }
            #expect(passwords.count <= 1)
            #expect(try await world.connect(connector, ConnectionRequest()).outcome == .unchanged)
            #expect(try await world.disconnect(connector).outcome == .disconnected)
            #expect(world.sandbox.state == before)
            #expect(try world.violations(pairing) == [])
        }
    }

    @Test("A further number takes an import and a route; if trunks list their numbers, the trunks and a route")
    func oneMore() async throws {
        let expected = ["elevenlabs": 2, "vapi": 2, "livekit": 3]
        for pairing in Pairing.all {
            try await World.run { world async throws in
                let connector = try world.connector(pairing)
                try await world.connect(connector, Combination(pairing: pairing).request)
                let written = world.writes.count
                let more = ConnectionRequest(numbers: [try PhoneNumber("+14155550105")])
                let report = try await world.connect(connector, more, consent: false)
                #expect(report.outcome == .connected, "\(report.error?.message ?? "")")
                #expect(world.writes.count - written == expected[pairing.id] ?? 2)
            }
        }
    }
}
