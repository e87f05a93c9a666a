import Testing
import ZentrunkElevenLabsSandbox
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("ElevenLabs' calls in the sandbox")
struct ElevenLabsCallTests {
    /// What both halves hold, made by hand.
    struct Setup {
        var number = "+14155550100"
        var agent: JSONValue = "agent_1"
        var inbound: JSONValue = ["media_encryption": "disabled"]
        var outbound: JSONObject = [
            "transport": "tcp", "media_encryption": "disabled",
            "credentials": ["username": "acme01", "password": "Br1ck+Lamp_42"],
        ]
        var uri = "sip.rtc.elevenlabs.io:5060;transport=tcp"
        var login: JSONObject = [:]
        var isSecure = false
        var count = 1
        var provider = ElevenLabsService.Provider.sipTrunk
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

    private static let digest: JSONValue = [
        "media_encryption": "disabled", "credentials": ["username": "in01", "password": "secret"],
    ]
    private static let unmatched = "Does not match any SIP Trunks"

    private static let inboundCases: [Case] = [
        Case("healthy", 200, "OK", code: 3000) { _ in },
        Case("no plus sign", 404, unmatched, code: 4090) { $0.number = "14155550100" },
        Case("not imported", 404, unmatched, code: 4090) { $0.number = "+14155550101" },
        Case("from another provider", 404, unmatched, code: 4090) { $0.provider = .twilio },
        Case("imported twice", 503, "Try again later", code: 5360) { $0.count = 2 },
        Case("no agent", 486, "Rejected", code: 4410) { $0.agent = .null },
        Case("no inbound trunk", 404, unmatched, code: 4090) { $0.inbound = .null },
        Case("the caller is allowed", 200, "OK", code: 3000) { $0.inbound = ["allowed_numbers": ["+14155550177"]] },
        Case("only others are allowed", 404, unmatched, code: 4090) {
            $0.inbound = ["allowed_numbers": ["+14155550100"]]
        },
        Case("Plivo's networks are allowed", 200, "OK", code: 3000) {
            $0.inbound = ["allowed_addresses": .array(PlivoService.signallingNetworks.map { .string($0) })]
        },
        Case("one network is not allowed", 404, unmatched, code: 4090) {
            $0.inbound = ["allowed_addresses": .array(PlivoService.signallingNetworks.dropFirst().map { .string($0) })]
        },
        Case("sources are not checked over UDP", 200, "OK", code: 3000) {
            $0.inbound = ["allowed_addresses": ["192.0.2.0/24"]]
            $0.uri = "sip.rtc.elevenlabs.io;transport=udp"
        },
        Case("a digest that the URI lacks", 407, "Unauthorized", code: 4150) { $0.inbound = digest },
        Case("a wrong digest", 401, "Unauthorized", code: 4150) {
            $0.inbound = digest
            $0.login = ["authentication_needed": true, "username": "in01", "password": "other"]
        },
        Case("the right digest", 200, "OK", code: 3000) {
            $0.inbound = digest
            $0.login = ["authentication_needed": true, "username": "in01", "password": "secret"]
        },
        Case("encryption is required and not offered", 400, "Bad Request", code: 4000) {
            $0.inbound = ["media_encryption": "required"]
        },
        Case("encryption is offered and disabled", 400, "Bad Request", code: 4000) {
            $0.uri = "sip.rtc.elevenlabs.io:5061;transport=tls"
        },
        Case("encryption is offered and allowed", 200, "OK", code: 3000) {
            $0.inbound = ["media_encryption": "allowed"]
            $0.uri = "sip.rtc.elevenlabs.io:5061;transport=tls"
        },
        Case("TLS on the port of TCP", nil, "", code: 4170) { $0.uri = "sip.rtc.elevenlabs.io:5060;transport=tls" },
        Case("another region's host", 404, unmatched, code: 4090) {
            $0.uri = "sip.rtc.eu.residency.elevenlabs.io:5060;transport=tcp"
        },
    ]

    private static let outboundCases: [Case] = [
        Case("healthy", 200, "OK", code: 3000) { _ in },
        Case("encryption by default", 403, "Forbidden", code: 4110) { $0.outbound["media_encryption"] = nil },
        Case("TLS at a trunk that is not secure", 403, "Forbidden", code: 4110) { $0.outbound["transport"] = "tls" },
        Case("TCP at a secure trunk", 494, "Security Agreement Required", code: 4520) { $0.isSecure = true },
        Case("TLS with encryption at a secure trunk", 200, "OK", code: 3000) {
            $0.isSecure = true
            $0.outbound = $0.outbound.merging(["transport": "tls", "media_encryption": "required"])
        },
        Case("no username", 407, "Proxy Authentication Required", code: 4180) { $0.outbound["credentials"] = nil },
        Case("a wrong password", 403, "Forbidden", code: 4180) {
            $0.outbound["credentials"] = ["username": "acme01", "password": "other"]
        },
        Case("a domain that is no trunk's", 404, "Not Found", code: 4070) { $0.outbound["address"] = "1.zt.plivo.com" },
        Case("a host that does not exist", nil, "", code: nil) { $0.outbound["address"] = "sip.example.com" },
    ]

    @Test("An inbound call ends as documented", arguments: inboundCases)
    func inbound(_ broken: Case) async throws {
        try await withSandbox { caller async throws in
            _ = try await build(broken, caller)
            expect(broken, caller.sandbox.call(.inbound(to: "+14155550100")))
        }
    }

    @Test("An outbound call ends as documented", arguments: outboundCases)
    func outbound(_ broken: Case) async throws {
        try await withSandbox { caller async throws in
            _ = try await build(broken, caller)
            expect(broken, caller.sandbox.call(.outbound(from: "+14155550100", at: ElevenLabsService.self)))
        }
    }

    private func expect(_ broken: Case, _ outcome: SandboxCallOutcome) {
        #expect(outcome.reply.status == broken.status, "\(outcome.reply.reason)")
        #expect(outcome.reply.phrase == broken.phrase)
        #expect(outcome.hangup?.code == broken.code, "\(outcome.reply.reason)")
    }

    /// - Returns: The id of the number at ElevenLabs.
    private func build(_ broken: Case, _ caller: Caller) async throws -> String {
        var setup = Setup()
        broken.change(&setup)
        let domain = try await caller.buildCarrierHalf(uri: setup.uri, login: setup.login, isSecure: setup.isSecure)
        let service = caller.sandbox.service(ElevenLabsService.self)
        let address: JSONObject = ["address": .string(domain)]
        let more: JSONObject = [
            "agent_id": setup.agent, "inbound_trunk_config": setup.inbound,
            "outbound_trunk_config": .object(address.merging(setup.outbound)),
        ]
        var id = ""
        for _ in 0..<setup.count {
            id = service.addPhoneNumber(setup.number, label: "line", provider: setup.provider, more: more)
        }
        return id
    }

    private static let path = "/v1/convai/sip-trunk/outbound-call"

    @Test("A call through the API has a conversation, and SIP messages")
    func api() async throws {
        try await withSandbox { caller async throws in
            let number = try await build(Self.outboundCases[0], caller)
            let body: JSONObject = [
                "agent_id": "agent_1", "agent_phone_number_id": .string(number), "to_number": "+442079460000",
                "conversation_initiation_client_data": [
                    "conversation_config_override": ["conversation": ["max_duration_seconds": 2]]
                ],
            ]
            let reply = try await caller.elevenLabs("POST", Self.path, .object(body))
            #expect(reply["/success"] == true)
            let id = try #require(reply["/conversation_id"]?.string)
            let read = try await caller.elevenLabs("GET", "/v1/convai/conversations/\(id)")
            #expect(read["/status"] == "done")
            #expect(read["/metadata/call_duration_secs"] == 2)
            #expect(read["/metadata/phone_call/call_id"] == reply["/sip_call_id"])
            let list = try await caller.elevenLabs("GET", "/v1/convai/conversations?phone_number_ids=\(number)")
            #expect(list["/conversations"]?.array?.count == 1)
            let messages = try await caller.elevenLabs("GET", "/v1/convai/conversations/\(id)/sip-messages")
            #expect(messages["/sip_messages"]?.array?.map { $0["direction"] } == ["in", "out"])
            let record = try await caller.plivo("GET", "Zentrunk/Call/")
            #expect(record["/objects/0/hangup_cause_code"] == 3010)
            #expect(record["/objects/0/call_id"] == reply["/sip_call_id"])
        }
    }

    @Test("A failed call is a success of the request")
    func failed() async throws {
        try await withSandbox { caller async throws in
            let number = try await build(Self.outboundCases[5], caller)
            let body: JSONObject = [
                "agent_id": "agent_1", "agent_phone_number_id": .string(number), "to_number": "+442079460000",
            ]
            let reply = try await caller.elevenLabs("POST", Self.path, .object(body))
            #expect(reply.status == 200)
            #expect(reply["/success"] == false)
            #expect(reply["/conversation_id"] == .null)
            #expect(reply["/message"]?.string == "INVITE failed: sip status: 407: Proxy Authentication Required")
            let messages = try await caller.elevenLabs("GET", "/v1/convai/phone-numbers/\(number)/sip-messages")
            #expect(messages["/sip_messages"]?.array?.count == 2)
        }
    }

    @Test("Without the required members, the framework's response names them")
    func missing() async throws {
        try await withSandbox { caller async throws in
            let reply = try await caller.elevenLabs("POST", Self.path, [:])
            #expect(reply.status == 422)
            #expect(reply["/detail"]?.array?.count == 3)
        }
    }
}
