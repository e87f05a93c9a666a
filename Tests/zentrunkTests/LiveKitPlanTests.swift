import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
import ZentrunkLiveKitSandbox
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@testable import ZentrunkCommandLine

@Suite("LiveKit's rules about numbers and dispatch rules are known before anything is written")
struct LiveKitPlanTests {
    private static let number = "+14155550100"

    @Test("A second connection with the same number is refused with LiveKit's own reason, and the first is named")
    func secondConnection() async throws {
        try await World.run { world async throws in
            let connector = try world.connector(.liveKit)
            try await world.connect(connector, try Combination(pairing: .liveKit).request)
            let written = world.writes.count
            var other = Combination(pairing: .liveKit)
            other.name = try ConnectionName("two")
            var request = try other.request
            request.mayReroute = true
            request.mayAdopt = true
            let error = try #require(try await world.connect(connector, request).error)
            #expect(error.code == .collision)
            #expect(error.message.contains("Conflicting inbound SIP Trunks"))
            #expect(error.message.contains("without AllowedNumbers set"))
            #expect(error.remedies == [.disconnect(.init("livekit", ConnectionRequest().name), numbers: [Self.number])])
            #expect(world.writes.count == written)
        }
    }

    struct Trunk: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var members: JSONObject
        /// The command that frees the number; nil if LiveKit accepts both trunks.
        var command: String?

        static let all = [
            Trunk(
                testDescription: "the number alone", members: ["numbers": [.string(number)]],
                command: "lk sip inbound delete ST_"),
            Trunk(
                testDescription: "another spelling", members: ["numbers": ["1 (415) 555-0100"]],
                command: "lk sip inbound delete ST_"),
            Trunk(
                testDescription: "with other numbers", members: ["numbers": [.string(number), "+14155550177"]],
                command: "--numbers +14155550177"),
            Trunk(
                testDescription: "other addresses",
                members: ["numbers": [.string(number)], "allowed_addresses": ["192.0.2.1"]],
                command: "lk sip inbound delete ST_"),
            Trunk(
                testDescription: "some callers only",
                members: ["numbers": [.string(number)], "allowed_numbers": ["+14155550188"]]),
            Trunk(testDescription: "any number", members: ["auth_username": "u", "auth_password": "not-a-secret"]),
            Trunk(testDescription: "another number", members: ["numbers": ["+14155550177"]]),
        ]
    }

    @Test(
        "A number in another trunk is a collision only if LiveKit refuses both trunks", arguments: Trunk.all,
        [true, false])
    func foreignTrunk(_ trunk: Trunk, isNew: Bool) async throws {
        try await World.run { world async throws in
            let connector = try world.connector(.liveKit)
            var asked = Combination(pairing: .liveKit)
            if !isNew {
                // The number is added to a connection whose objects are in the journal.
                var first = asked
                first.count = 1
                let request = ConnectionRequest(
                    numbers: [try PhoneNumber("+14155550105")], values: try first.request.values)
                try await world.connect(connector, request)
            }
            var members = trunk.members
            members["name"] = "theirs"
            world.sandbox.service(LiveKitService.self).addInboundTrunk(members)
            let written = world.writes.count
            asked.count = 1
            let report = try await world.connect(connector, try asked.request)
            guard let command = trunk.command else {
                #expect(report.outcome == .connected, "\(report.error?.message ?? "")")
                return
            }
            #expect(report.error?.code == .collision)
            #expect(report.error?.message.contains("(\"theirs\")") == true)
            #expect(report.error.map { RemedyText(commandLine: "").steps($0) }?.first?.contains(command) == true)
            #expect(world.writes.count == written)
        }
    }

    @Test("A catch-all rule causes a warning only; the connection's own rule names its trunk and the agent")
    func catchAll() async throws {
        try await World.run { world async throws in
            let rule = world.sandbox.service(LiveKitService.self).addDispatchRule([
                "name": "everything", "rule": ["dispatch_rule_individual": ["room_prefix": "x"]],
            ])
            let connector = try world.connector(.liveKit)
            let asked = Combination(pairing: .liveKit, hasAgent: true)
            let plan = try await connector.plan(asked.request)
            #expect(plan.warnings.contains { $0.message.contains(rule) && $0.message.contains("names no trunk") })
            let report = await connector.apply(plan, consent: false)
            #expect(report.outcome == .connected, "\(report.error?.message ?? "")")
            try asked.pairing.check(world.sandbox.state, asked)
            #expect(try await connector.plan(asked.request).warnings.map(\.object?.id) == [rule])
        }
    }

    @Test("A rule with the same key on our trunk is refused in the plan")
    func sameKey() async throws {
        try await World.run { world async throws in
            let connector = try world.connector(.liveKit)
            let asked = Combination(pairing: .liveKit)
            try await world.connect(connector, asked.request)
            let plan = try await connector.plan(asked.request)
            let ours = try #require(plan.resources.first { $0.instance.key == "rule" })
            let trunk = try #require(plan.resources.first { $0.instance.key == "lk-inbound" }?.id)
            try await world.kind(ours.kind, of: .liveKit).delete(try #require(ours.id))
            world.sandbox.service(LiveKitService.self).addDispatchRule([
                "name": "theirs", "trunk_ids": [.string(trunk)],
                "rule": ["dispatch_rule_direct": ["room_name": "lobby"]],
            ])
            let error = try #require(try await world.connect(connector, asked.request).error)
            #expect(error.code == .collision)
            #expect(error.message.contains("Dispatch rule for the same trunk"))
            #expect(RemedyText(commandLine: "").steps(error).first?.hasPrefix("lk sip dispatch delete SDR_") == true)
        }
    }

    @Test("A host changed by hand is repaired even without the journal, if the host is given")
    func foreignHost() async throws {
        try await World.run { world async throws in
            let asked = Combination(pairing: .liveKit)
            let connector = try world.connector(.liveKit)
            try await world.connect(connector, asked.request)
            let plan = try await connector.plan(asked.request)
            let uri = try #require(plan.resources.first { $0.instance.key == "uri" })
            let kind = try world.kind(uri.kind, of: .liveKit)
            let live = LiveObject(id: try #require(uri.id), fields: try #require(uri.liveFields))
            try await kind.update(live, ["uri": "elsewhere.example.com;transport=udp", "authentication_needed": false])
            let request = ConnectionRequest(fallbacks: [
                "sip-host": try #require(Pairing.liveKit.needed["sip-host"]?.text)
            ])
            let report = try await world.connect(try world.connector(.liveKit), request)
            #expect(report.outcome == .connected, "\(report.error?.message ?? "")")
            try asked.pairing.check(world.sandbox.state, asked)
        }
    }

    @Test(
        "The rule has the requested room and sources",
        arguments: [
            ["rule": "individual"], ["rule": "individual", "room-prefix": "in-"],
            ["rule": "callee", "room-prefix": "to"],
            ["rule": "direct", "room": "lobby"], ["restrict-sources": "true"],
        ])
    func rooms(_ values: [String: String]) async throws {
        try await World.run { world async throws in
            let connector = try world.connector(.liveKit)
            var asked = Combination(pairing: .liveKit, hasAgent: true)
            try await world.connect(connector, asked.request)
            asked.values = values
            let report = try await world.connect(connector, asked.request)
            #expect(report.error == nil, "\(report.error?.message ?? "")")
            try asked.pairing.check(world.sandbox.state, asked)
            #expect(try await world.connect(world.connector(.liveKit), asked.request).outcome == .unchanged)
            #expect(try world.violations(.liveKit) == [])
        }
    }
}
