import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit
import ZentrunkVapiSandbox

@Suite("Members that stop or divert calls")
struct DiversionTests {
    /// A change by hand to an object of a connection.
    struct Hand: Sendable, CustomTestStringConvertible {
        var pairing: Pairing
        var key: String
        var fields: JSONObject
        /// The member that the warning names.
        var member: String
        var hasAgent = true
        var isWarning = true
        var testDescription: String { "\(pairing.id) \(key) \(member)\(hasAgent ? " with an agent" : "")" }

        private static let destination: JSONValue = ["type": "number", "number": "+14155550188"]
        static let all = [
            Hand(pairing: .vapi, key: "line", fields: ["hooks": [["on": "call.ringing", "do": []]]], member: "hooks"),
            Hand(
                pairing: .vapi, key: "line", fields: ["fallbackDestination": destination],
                member: "fallbackDestination",
                hasAgent: false),
            // No warning, because an assistant answers.
            Hand(
                pairing: .vapi, key: "line", fields: ["fallbackDestination": destination],
                member: "fallbackDestination",
                isWarning: false),
            Hand(pairing: .vapi, key: "line", fields: ["status": "blocked"], member: "status"),
            Hand(pairing: .vapi, key: "line", fields: ["status": "active"], member: "status", isWarning: false),
            Hand(pairing: .vapi, key: "sip", fields: ["techPrefix": "99"], member: "techPrefix"),
        ]

        private static let caller: JSONValue = ["+14155550188"]
        private static let addresses: JSONValue = ["192.0.2.0/24"]

        /// Members that a template mentions; some of them are repaired.
        static let limits =
            ["allowed_numbers": caller, "allowed_addresses": addresses, "remote_domains": ["example.com"]].map {
                name, value in
                Hand(
                    pairing: .elevenLabs, key: "line",
                    fields: ["inbound_trunk_config": ["media_encryption": "disabled", name: value]], member: name)
            }
            + [("allowedNumbers", caller), ("allowedAddresses", addresses)].map { name, value in
                Hand(pairing: .liveKit, key: "lk-inbound", fields: [name: value], member: name)
            }
            + [
                Hand(pairing: .liveKit, key: "rule", fields: ["numbers": ["+14155550177"]], member: "numbers"),
                Hand(pairing: .liveKit, key: "rule", fields: ["inboundNumbers": caller], member: "inboundNumbers"),
                Hand(
                    pairing: .liveKit, key: "rule",
                    fields: ["rule": ["dispatchRuleIndividual": ["roomPrefix": "call-", "pin": "1234"]]], member: "pin"),
            ]
    }

    @Test("A warning names the member, its object and a next step", arguments: Hand.all)
    func warned(_ hand: Hand) async throws {
        try await World.run { world async throws in
            let connector = try world.connector(hand.pairing)
            let asked = Combination(pairing: hand.pairing, hasAgent: hand.hasAgent)
            try await world.connect(connector, asked.request)
            let made = try await connector.plan(asked.request)
            #expect(made.warnings == [])
            let resource = try #require(made.resources.first { $0.instance.key == hand.key })
            let id = try #require(resource.id)
            if resource.kind == "vapi.phone-number" {
                world.sandbox.service(VapiService.self).changePhoneNumber(id, hand.fields)
            } else {
                let live = LiveObject(id: id, fields: try #require(resource.liveFields))
                try await world.kind(resource.kind, of: hand.pairing).changeByHand(live, hand.fields)
            }
            let before = world.sandbox.state
            let plan = try await connector.plan(ConnectionRequest())
            #expect(plan.isUnchanged)
            #expect(plan.warnings.map(\.code) == (hand.isWarning ? [.diversion] : []))
            if let warning = plan.warnings.first {
                #expect(warning.message.contains(hand.member) && warning.message.contains(id), "\(warning.message)")
                #expect(warning.object?.id == id)
                #expect(!warning.remedies.isEmpty)
            }
            #expect(await connector.apply(plan, consent: true).outcome == .unchanged)
            #expect(world.sandbox.state == before)
        }
    }

    @Test(
        "A limit set by hand causes a warning or a repair, and a PIN is not shown",
        arguments: Hand.limits)
    func limited(_ hand: Hand) async throws {
        try await World.run { world async throws in
            let connector = try world.connector(hand.pairing)
            let asked = Combination(pairing: hand.pairing, hasAgent: true)
            try await world.connect(connector, asked.request)
            let resource = try #require(
                try await connector.plan(asked.request).resources.first { $0.instance.key == hand.key })
            let live = LiveObject(id: try #require(resource.id), fields: try #require(resource.liveFields))
            try await world.kind(resource.kind, of: hand.pairing).changeByHand(live, hand.fields)
            let plan = try await connector.plan(ConnectionRequest())
            let warned = plan.warnings.filter { $0.code == .diversion && $0.message.contains(hand.member) }
            let mended = plan.resources.flatMap(\.changes).filter { $0.path.tokens.contains(hand.member) }
            #expect(warned.count + mended.count == 1, "\(plan.warnings) \(plan.resources.flatMap(\.changes))")
            #expect(
                warned.allSatisfy { $0.object?.id == live.id && !$0.remedies.isEmpty && !$0.message.contains("1234") })
        }
    }
}
