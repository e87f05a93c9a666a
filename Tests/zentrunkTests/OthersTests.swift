import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkElevenLabsSandbox
import ZentrunkJSON
import ZentrunkLiveKitSandbox
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit
import ZentrunkVapiSandbox

@testable import ZentrunkCommandLine

@Suite("What others made beside a connection is looked at in every plan, also when nothing of the connection changes")
struct OthersTests {
    private static let number = "+14155550100"
    private static let caller = "+14155550188"

    /// An object that another user adds next to a connection with one number.
    struct Intruder: Sendable, CustomTestStringConvertible {
        enum Effect: Sendable { case breaks, warns, nothing }

        var testDescription: String
        var pairing: Pairing
        var effect: Effect
        /// The start of the command that removes it, without the object's id; nil if it needs no removal.
        var command: String?
        /// Adds the object and returns its id.
        var add: @Sendable (_ sandbox: Sandbox, _ ownTrunk: String) -> String

        static let all = trunks + rules + records

        private static let trunks = [
            trunk("a trunk of the number", .breaks, ["numbers": [.string(number)]]),
            trunk("a trunk of the number in another spelling", .breaks, ["numbers": ["1 (415) 555-0100"]]),
            trunk(
                "a trunk of the number and others", .breaks, ["numbers": [.string(number), "+14155550177"]],
                command: "lk sip inbound update --id "),
            trunk(
                "a trunk of the number for some callers", .warns,
                ["numbers": [.string(number)], "allowed_numbers": [.string(caller)]]),
            trunk("a trunk of another number", .nothing, ["numbers": ["+14155550177"]]),
            trunk("a trunk of every number", .nothing, ["auth_username": "u", "auth_password": "not-a-secret"]),
        ]

        private static let rules = [
            rule("a rule with the same key", .breaks, [:]),
            rule("a rule with a PIN", .warns, [:], ["room_name": "lobby", "pin": "1234"]),
            rule("a rule for the number", .warns, ["numbers": [.string(number)]]),
            rule("a rule for a caller", .warns, ["inbound_numbers": [.string(caller)]]),
            rule(
                "a rule for a caller of the number", .warns,
                ["inbound_numbers": [.string(caller)], "numbers": [.string(number)]]),
            rule("a rule for another number", .nothing, ["numbers": ["+14155550177"]]),
            rule("a rule of another trunk", .nothing, ["trunk_ids": ["ST_other"]]),
            rule("a rule of every trunk", .warns, ["trunk_ids": []], command: nil),
        ]

        private static let records = [
            Intruder(
                testDescription: "a second record", pairing: .vapi, effect: .warns, command: "vapi phone delete ",
                add: { sandbox, _ in sandbox.service(VapiService.self).addPhoneNumber("14155550100", name: "theirs") }),
            Intruder(
                testDescription: "a record of another number", pairing: .vapi, effect: .nothing,
                add: { sandbox, _ in sandbox.service(VapiService.self).addPhoneNumber("+14155550177", name: "theirs") }),
            Intruder(
                testDescription: "a second record", pairing: .elevenLabs, effect: .warns,
                command: "elevenlabs agents phone-numbers delete ",
                add: { sandbox, _ in
                    sandbox.service(ElevenLabsService.self).addPhoneNumber(number, label: "theirs", provider: .twilio)
                }),
        ]

        private static func trunk(
            _ what: String, _ effect: Effect, _ members: JSONObject, command: String = "lk sip inbound delete "
        ) -> Intruder {
            Intruder(testDescription: what, pairing: .liveKit, effect: effect, command: command) { sandbox, _ in
                sandbox.service(LiveKitService.self).addInboundTrunk(members.merging(["name": "theirs"]))
            }
        }

        private static func rule(
            _ what: String, _ effect: Effect, _ members: JSONObject, _ room: JSONObject = ["room_name": "lobby"],
            command: String? = "lk sip dispatch delete "
        ) -> Intruder {
            Intruder(testDescription: what, pairing: .liveKit, effect: effect, command: command) { sandbox, trunk in
                let own: JSONObject = ["trunk_ids": [.string(trunk)], "rule": ["dispatch_rule_direct": .object(room)]]
                return sandbox.service(LiveKitService.self).addDispatchRule(
                    own.merging(members).merging(["name": "theirs"]))
            }
        }
    }

    /// Creates a connection with one number, and an intruder next to it.
    private func intrude(_ intruder: Intruder, _ world: World, _ journal: any Journal) async throws -> String {
        let asked = Combination(pairing: intruder.pairing, hasAgent: true)
        let report = try await world.connect(try world.connector(intruder.pairing, journal: journal), asked.request)
        try #require(report.error == nil)
        let trunk = report.resources.first { $0.instance.key == "lk-inbound" }?.id
        return intruder.add(world.sandbox, trunk ?? "")
    }

    @Test(
        "The object is named with the command that removes it, with and without the journal", arguments: Intruder.all,
        [true, false])
    func named(_ intruder: Intruder, hasJournal: Bool) async throws {
        try await World.run { world async throws in
            let journal = InMemoryJournal()
            let id = try await intrude(intruder, world, journal)
            let written = world.writes.count
            let connector = try world.connector(intruder.pairing, journal: hasJournal ? journal : InMemoryJournal())
            let host = intruder.pairing.needed["sip-host"]?.text
            let request = ConnectionRequest(fallbacks: host.map { ["sip-host": $0] } ?? [:])
            let plan = try await connector.plan(request)
            #expect(plan.isEmpty)
            #expect(plan.isUnchanged == (intruder.effect != .breaks))
            #expect(plan.collisions.map(\.id) == (intruder.effect == .breaks ? [id] : []))
            #expect(plan.warnings.compactMap(\.object?.id) == (intruder.effect == .warns ? [id] : []))
            #expect(plan.warnings.allSatisfy { $0.code == .conflict })
            let remedies = plan.collisions.flatMap(\.remedies) + plan.warnings.flatMap(\.remedies)
            let next = RemedyText(commandLine: "").steps(remedies)
            let command = intruder.effect == .nothing ? nil : intruder.command
            #expect(next.count == (command == nil ? 0 : 1))
            if let command { #expect(next.first?.hasPrefix(command + id) == true, "\(next)") }
            let report = await connector.apply(plan, consent: true)
            #expect(report.outcome == (intruder.effect == .breaks ? .failed : .unchanged))
            #expect(report.error?.remedies ?? [] == (intruder.effect == .breaks ? remedies : []))
            #expect(world.writes.count == written)
        }
    }

    @Test("A change that the vendor would refuse is refused before the first write")
    func change() async throws {
        try await World.run { world async throws in
            let journal = InMemoryJournal()
            let intruder = try #require(Intruder.all.first)
            _ = try await intrude(intruder, world, journal)
            let written = world.writes.count
            let request = ConnectionRequest(values: ["secure": "true"])
            let report = try await world.connect(try world.connector(.liveKit, journal: journal), request)
            #expect(report.error?.code == .collision)
            #expect(world.writes.count == written)
        }
    }

    @Test("The object does not prevent a disconnect")
    func disconnecting() async throws {
        try await World.run { world async throws in
            let journal = InMemoryJournal()
            let id = try await intrude(try #require(Intruder.all.first), world, journal)
            let report = try await world.disconnect(try world.connector(.liveKit, journal: journal))
            #expect(report.outcome == .disconnected, "\(report.error?.message ?? "")")
            let left = Pairing.liveKit.rows(world.sandbox.state, "inbound_trunks").map { $0["sip_trunk_id"]?.string }
            #expect(left == [id])
        }
    }

    @Test("Show, plan and connect name the object in text and JSON")
    func command() async throws {
        try await Desk.run { desk async throws in
            let command = ["livekit", "--number", Self.number, "--agent", "a"]
            #expect(try await desk.zentrunk(["connect"] + command).status == 0)
            let id = desk.sandbox.service(LiveKitService.self).addInboundTrunk([
                "name": "theirs", "numbers": [.string(Self.number)],
            ])
            let freeing = "lk sip inbound delete \(id)"
            for (arguments, status) in [
                (["show", "livekit", "--exit-code"], Int32(8)), (["plan"] + command, 5), (["connect"] + command, 5),
                (["connect", "livekit"], 5),
            ] {
                let told = try await desk.zentrunk(arguments)
                #expect(told.status == status, "\(told.stderr)")
                let words = told.stdout + told.stderr
                #expect(words.contains(id) && words.contains("next: \(freeing)"), "\(words)")
                for claim in ["No drift", "No changes", "Unchanged", "is routed to"] { #expect(!words.contains(claim)) }
                let json = try await desk.zentrunk(arguments + ["--json"]).json
                #expect(json["outcome"] != "unchanged")
                #expect(json.text().contains(freeing), "\(json.text())")
            }
            let shown = try await desk.zentrunk("show", "livekit", "--json").json["warnings"]?.array ?? []
            #expect(shown.map { $0["code"] } == ["collision"])
            #expect(shown.first?["object"]?["id"]?.string == id)
            #expect(shown.first?["next"] == [.string(freeing)])
        }
    }
}
