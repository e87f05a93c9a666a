import Foundation
import Testing
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@testable import ZentrunkLiveKitSandbox

@Suite("LiveKit's calls in the sandbox")
struct LiveKitCallTests {
    /// What both halves hold, made by hand.
    struct Setup {
        var trunks: [JSONObject] = [["numbers": ["+14155550100"]]]
        var rules: [JSONObject] = [agentRule(["trunk_ids": ["ST_a"]])]
        var uri = LiveKitService.sipHost + ";transport=tcp"
        var login: JSONObject = [:]
        var outbound: JSONObject = [
            "numbers": ["+14155550100"], "transport": "SIP_TRANSPORT_TCP", "auth_username": "acme01",
            "auth_password": "Br1ck+Lamp_42",
        ]
        var isSecure = false
        var workers: Set<String>?
    }

    /// One change, with what becomes of a call.
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var status: Int?
        var phrase: String
        var code: Int?
        var change: @Sendable (inout Setup) -> Void

        init(
            _ title: String, _ status: Int?, _ phrase: String, code: Int?,
            _ change: @escaping @Sendable (inout Setup) -> Void
        ) {
            testDescription = title
            self.status = status
            self.phrase = phrase
            self.code = code
            self.change = change
        }
    }

    private static func agentRule(_ more: JSONObject) -> JSONObject {
        let rule: JSONObject = [
            "rule": ["dispatch_rule_individual": ["room_prefix": "call-"]],
            "room_config": ["agents": [["agent_name": "bot"]]],
        ]
        return rule.merging(more)
    }

    private static let digest: JSONObject = [
        "numbers": ["+14155550100"], "auth_username": "in01", "auth_password": "secret",
    ]
    private static let unmatched = "Does not match any SIP Trunks"

    private static let inboundCases: [Case] = [
        Case("healthy", 200, "OK", code: 3000) { _ in },
        Case("no plus sign", 200, "OK", code: 3000) { $0.trunks = [["numbers": ["1 (415) 555-0100"]]] },
        Case("another number", 404, unmatched, code: 4090) { $0.trunks = [["numbers": ["+14155550101"]]] },
        Case("a trunk for every number", 200, "OK", code: 3000) { $0.trunks = [[:]] },
        Case("a trunk for the caller and one for everybody", 503, "Try again later", code: 5360) {
            $0.trunks.append(["numbers": ["+14155550100"], "allowed_numbers": ["+14155550177"]])
        },
        Case("another project's host", 404, "No trunk found", code: 4090) {
            $0.uri = "other.sip.livekit.cloud;transport=tcp"
        },
        Case("the project's host in a region", 200, "OK", code: 3000) {
            $0.uri = LiveKitService.sipHost.replacing(".sip.", with: ".eu.sip.") + ";transport=tcp"
        },
        Case("a source that is not allowed", 404, unmatched, code: 4090) {
            $0.trunks[0]["allowed_addresses"] = ["192.0.2.0/24"]
        },
        Case("Plivo's networks are allowed", 200, "OK", code: 3000) {
            $0.trunks[0]["allowed_addresses"] = .array(PlivoService.signallingNetworks.map { .string($0) })
        },
        Case("a caller that is not allowed", 404, unmatched, code: 4090) {
            $0.trunks[0]["allowed_numbers"] = ["+14155550199"]
        },
        Case("a digest that the URI lacks", 407, "Unauthorized", code: 4150) { $0.trunks = [digest] },
        Case("a wrong digest", 401, "Unauthorized", code: 4150) {
            $0.trunks = [digest]
            $0.login = ["authentication_needed": true, "username": "in01", "password": "other"]
        },
        Case("the right digest", 200, "OK", code: 3000) {
            $0.trunks = [digest]
            $0.login = ["authentication_needed": true, "username": "in01", "password": "secret"]
        },
        Case("a username without a password asks for nothing", 200, "OK", code: 3000) {
            $0.trunks[0]["auth_username"] = "in01"
        },
        Case("no rule", 486, "Rejected", code: 4410) { $0.rules = [] },
        Case("a rule for another trunk", 486, "Rejected", code: 4410) { $0.rules[0]["trunk_ids"] = ["ST_other"] },
        Case("a rule for every trunk", 200, "OK", code: 3000) { $0.rules[0]["trunk_ids"] = nil },
        Case("a rule for another number", 486, "Rejected", code: 4410) { $0.rules[0]["numbers"] = ["14155550100"] },
        Case("a rule without an agent", 486, "Rejected", code: 4410) { $0.rules[0]["room_config"] = nil },
        Case("a worker without a name", 200, "OK", code: 3000) {
            $0.rules[0]["room_config"] = nil
            $0.workers = [""]
        },
        Case("no such worker", 486, "Rejected", code: 4410) { $0.workers = ["robot"] },
        Case("encryption is required and not offered", 400, "Bad Request", code: 4000) {
            $0.trunks[0]["media_encryption"] = "SIP_MEDIA_ENCRYPT_REQUIRE"
        },
        Case("encryption is offered and disabled", 400, "Bad Request", code: 4000) {
            $0.uri = LiveKitService.sipHost + ";transport=tls"
        },
        Case("media decides", 200, "OK", code: 3000) {
            $0.trunks[0]["media_encryption"] = "SIP_MEDIA_ENCRYPT_REQUIRE"
            $0.trunks[0]["media"] = ["encryption": "SIP_MEDIA_ENCRYPT_DISABLE"]
        },
    ]

    private static let outboundCases: [Case] = [
        Case("healthy", 200, "OK", code: 3000) { _ in },
        Case("TLS at a trunk that is not secure", 403, "Forbidden", code: 4110) {
            $0.outbound["transport"] = "SIP_TRANSPORT_TLS"
        },
        Case("TCP at a secure trunk", 494, "Security Agreement Required", code: 4520) { $0.isSecure = true },
        Case("no username", 407, "Proxy Authentication Required", code: 4180) { $0.outbound["auth_username"] = nil },
        Case("a wrong password", 403, "Forbidden", code: 4180) { $0.outbound["auth_password"] = "other" },
        Case("encryption without TLS", 403, "Forbidden", code: 4110) {
            $0.outbound["media"] = ["encryption": "SIP_MEDIA_ENCRYPT_ALLOW"]
        },
        Case("a host that does not exist", nil, "", code: nil) { $0.outbound["address"] = "sip.example.com" },
    ]

    @Test("An inbound call ends as documented", arguments: inboundCases)
    func inbound(_ broken: Case) async throws {
        try await run { caller async throws in
            _ = try await build(broken, caller)
            expect(broken, caller.sandbox.call(.inbound(to: "+14155550100")))
        }
    }

    @Test("An outbound call ends as documented", arguments: outboundCases)
    func outbound(_ broken: Case) async throws {
        try await run { caller async throws in
            _ = try await build(broken, caller)
            expect(broken, caller.sandbox.call(.outbound(from: "+14155550100", at: LiveKitService.self)))
        }
    }

    @Test("A call that needs a PIN is answered without an agent")
    func pin() async throws {
        try await run { caller async throws in
            let asksPIN = Case("", nil, "", code: nil) {
                $0.rules[0]["rule"] = ["dispatch_rule_direct": ["room_name": "r", "pin": "1234"]]
            }
            _ = try await build(asksPIN, caller)
            let outcome = caller.sandbox.call(.inbound(to: "+14155550100"))
            #expect(outcome.isAnswered)
            #expect(outcome.reply.agent == nil)
        }
    }

    private func run(_ body: (Caller) async throws -> Void) async throws {
        var options = SandboxOptions()
        options.services = [LiveKitService(quirks: LiveKitQuirks())]
        try await Caller.run(options, body)
    }

    private func expect(_ broken: Case, _ outcome: SandboxCallOutcome) {
        #expect(outcome.reply.status == broken.status, "\(outcome.reply.reason)")
        #expect(outcome.reply.phrase == broken.phrase)
        #expect(outcome.hangup?.code == broken.code, "\(outcome.reply.reason)")
    }

    /// - Returns: The id of the outbound trunk at LiveKit.
    private func build(_ broken: Case, _ caller: Caller) async throws -> String {
        var setup = Setup()
        broken.change(&setup)
        let domain = try await caller.buildCarrierHalf(uri: setup.uri, login: setup.login, isSecure: setup.isSecure)
        let service = caller.sandbox.service(LiveKitService.self)
        service.setAgents(setup.workers)
        for (index, trunk) in setup.trunks.enumerated() {
            service.addInboundTrunk(trunk.merging(["sip_trunk_id": index == 0 ? "ST_a" : "ST_b"]))
        }
        for rule in setup.rules { service.addDispatchRule(rule) }
        let address: JSONObject = ["address": .string(domain)]
        return service.addOutboundTrunk(address.merging(setup.outbound))
    }

    // MARK: API

    private func call(_ caller: Caller, _ path: String, _ body: JSONObject, grants: JSONObject) async throws
        -> Caller.Reply
    {
        let token = LiveKitClient.token(grants, at: Date())
        return try await caller.send(
            "POST", "/twirp/livekit." + path, .object(body), to: caller.sandbox.url(of: LiveKitService.self),
            authorization: "Bearer \(token)", headers: ["Content-Type": "application/json"])
    }

    private func dial(_ caller: Caller, _ trunk: String, _ more: JSONObject = [:]) async throws -> Caller.Reply {
        let body: JSONObject = [
            "sipTrunkId": .string(trunk), "sipCallTo": "+442079460000", "roomName": "test", "waitUntilAnswered": true,
            "participantIdentity": "callee",
        ]
        return try await call(
            caller, "SIP/CreateSIPParticipant", body.merging(more), grants: ["sip": ["call": true]])
    }

    @Test("A call through the API is answered, and its room lists it while it lasts")
    func answered() async throws {
        try await run { caller async throws in
            let trunk = try await build(Self.outboundCases[0], caller)
            caller.sandbox.exchange.setPace(.init(talking: .seconds(3600)))
            let reply = try await dial(caller, trunk)
            #expect(reply.status == 200, "\(reply.json.text())")
            #expect(reply["/participant_identity"] == "callee")
            let list: JSONObject = ["video": ["roomList": true]]
            let rooms = try await call(caller, "RoomService/ListRooms", [:], grants: list)
            #expect(rooms["/rooms/0/name"] == "test")
            #expect(rooms["/rooms/0/num_participants"] == 1)
            let admin: JSONObject = ["video": ["roomAdmin": true, "room": "test"]]
            let room: JSONObject = ["room": "test"]
            let people = try await call(caller, "RoomService/ListParticipants", room, grants: admin)
            #expect(people["/participants/0/kind"] == "SIP")
            #expect(people["/participants/0/attributes"]?["sip.callStatus"] == "active")
            let gone = try await call(
                caller, "RoomService/RemoveParticipant", ["room": "test", "identity": "callee"], grants: admin)
            #expect(gone.status == 200)
            let after = try await call(caller, "RoomService/ListParticipants", room, grants: admin)
            #expect(after["/participants"] == [])
            let denied = try await call(caller, "RoomService/ListParticipants", room, grants: list)
            #expect(denied["/code"] == "unauthenticated")
        }
    }

    @Test(
        "A phone's answer is in the error's metadata, and in the HTTP status only roughly",
        arguments: [
            (SandboxExchange.Phone.busy, 429, "486"), (.doesNotAnswer, 429, "480"), (.declines, 403, "603"),
            (.unallocated, 404, "404"),
        ] as [(SandboxExchange.Phone, Int, String)])
    func phones(phone: SandboxExchange.Phone, status: Int, code: String) async throws {
        try await run { caller async throws in
            let trunk = try await build(Self.outboundCases[0], caller)
            caller.sandbox.exchange.setPhone("+442079460000", phone)
            let reply = try await dial(caller, trunk)
            #expect(reply.status == status)
            #expect(reply["/meta/sip_status_code"]?.string == code)
        }
    }

    @Test("An inbound call opens a room with its trunk, rule and Call-ID")
    func arrival() async throws {
        try await run { caller async throws in
            _ = try await build(Self.inboundCases[0], caller)
            caller.sandbox.exchange.setPace(.init(ringing: .seconds(3600), talking: .seconds(3600)))
            let outcome = caller.sandbox.call(.inbound(to: "+14155550100"))
            let rooms = try await call(
                caller, "RoomService/ListRooms", [:], grants: ["video": ["roomList": true]])
            let name = try #require(rooms["/rooms/0/name"]?.string)
            #expect(name.hasPrefix("call-_+14155550177_"))
            let people = try await call(
                caller, "RoomService/ListParticipants", ["room": .string(name)],
                grants: ["video": ["roomAdmin": true, "room": .string(name)]])
            let attributes = people["/participants/0/attributes"]
            #expect(attributes?["sip.callStatus"] == "ringing")
            #expect(attributes?["sip.trunkID"] == "ST_a")
            #expect(attributes?["sip.callIDFull"]?.string == outcome.callID)
        }
    }
}
