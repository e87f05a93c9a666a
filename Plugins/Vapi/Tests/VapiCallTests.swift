import Testing
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit
import ZentrunkVapiSandbox

@Suite("Vapi's calls in the sandbox")
struct VapiCallTests {
    /// What both halves hold, made by hand.
    struct Setup {
        var gateways: [JSONValue] = PlivoService.signallingNetworks.map { network in
            let parts = network.split(separator: "/")
            return [
                "ip": .string(String(parts[0])), "netmask": .integer(Int64(parts[1]) ?? 32), "outboundEnabled": false,
            ]
        }
        var outbound: JSONObject = ["inboundEnabled": false, "port": 5060, "outboundProtocol": "udp"]
        var credential: JSONObject = ["provider": "byo-sip-trunk", "outboundLeadingPlusEnabled": true]
        var number = "+14155550100"
        var line: JSONObject = ["assistantId": "a1"]
        var hasOwnCredential = true
        var host = "{id}.sip.vapi.ai"
        var transport = "udp"
        var addresses: JSONValue = ["44.229.228.186/32", "44.238.177.138/32"]
        var dialsTrunk = true
    }

    /// One change, with what becomes of a call.
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var expected: Expected
        var change: @Sendable (inout Setup) -> Void

        struct Expected: Sendable {
            var status: Int?
            var phrase: String
            var code: Int?
            var owner: SandboxOwner
        }

        init(
            _ title: String, _ status: Int?, _ phrase: String, code: Int?, _ owner: SandboxOwner,
            _ change: @escaping @Sendable (inout Setup) -> Void
        ) {
            testDescription = title
            expected = Expected(status: status, phrase: phrase, code: code, owner: owner)
            self.change = change
        }
    }

    private static let inboundCases: [Case] = [
        Case("healthy", 200, "OK", code: 3000, .none) { _ in },
        Case("the plain host", 200, "OK", code: 3000, .none) { $0.host = "sip.vapi.ai" },
        Case("over TCP", 200, "OK", code: 3000, .none) { $0.transport = "tcp" },
        Case("over TLS", 200, "OK", code: 3000, .none) { $0.transport = "tls" },
        Case("one network is missing", 401, "Unauthorized", code: 4150, .platformConfig) { $0.gateways.removeLast() },
        Case("no inbound gateway", 401, "Unauthorized", code: 4150, .platformConfig) { $0.gateways = [] },
        Case("the number has no plus sign", 404, "Number Not Provisioned", code: 4090, .platformConfig) {
            $0.number = "14155550100"
        },
        Case("another number", 404, "Number Not Provisioned", code: 4090, .platformConfig) {
            $0.number = "+14155550101"
        },
        Case("the number has another credential", 404, "Number Not Provisioned", code: 4090, .platformConfig) {
            $0.hasOwnCredential = false
        },
        Case("the number is blocked", 404, "Number Not Provisioned", code: 4090, .platformConfig) {
            $0.line["status"] = "blocked"
        },
        Case("no assistant", 404, "Not Found", code: 4090, .platformConfig) { $0.line = [:] },
        Case("a squad", 200, "OK", code: 3000, .none) { $0.line = ["squadId": "s1"] },
        Case("a server", 200, "OK", code: 3000, .none) { $0.line = ["server": ["url": "https://example.com"]] },
        Case("another credential's host", 404, "Not Found", code: 4090, .carrierConfig) { $0.host = "x.sip.vapi.ai" },
        Case("the EU host", 404, "Not Found", code: 4090, .carrierConfig) { $0.host = "sip.eu.vapi.ai" },
    ]

    private static let outboundCases: [Case] = [
        Case("healthy", 200, "OK", code: 3000, .none) { _ in },
        Case("no plus sign", 200, "OK", code: 3000, .none) { $0.credential["outboundLeadingPlusEnabled"] = false },
        Case("a prefix", 404, "Prefix Not Supported", code: 4100, .platformConfig) {
            $0.credential["techPrefix"] = "99"
        },
        Case("one address is missing", 403, "Forbidden", code: 4180, .carrierConfig) {
            $0.addresses = ["44.229.228.186"]
        },
        Case("TLS at a trunk that is not secure", 403, "Forbidden", code: 4110, .carrierConfig) {
            $0.outbound = $0.outbound.merging(["port": 5061, "outboundProtocol": "tls"])
        },
        Case("encrypted media at a trunk that is not secure", 403, "Forbidden", code: 4110, .carrierConfig) {
            $0.outbound = $0.outbound.merging(["port": 5061, "outboundProtocol": "tls/srtp"])
        },
        Case("the port of TLS over UDP", nil, "", code: nil, .platformConfig) { $0.outbound["port"] = 5061 },
        Case("another host", nil, "", code: nil, .platformConfig) { $0.dialsTrunk = false },
    ]

    @Test("An inbound call ends as Vapi documents it", arguments: inboundCases)
    func inbound(_ broken: Case) async throws {
        try await run(broken) { sandbox, _ in sandbox.call(.inbound(to: "+14155550100")) }
    }

    @Test("An outbound call ends as Plivo documents it", arguments: outboundCases)
    func outbound(_ broken: Case) async throws {
        try await run(broken) { sandbox, number in
            sandbox.call(.outbound(from: "+14155550100", at: VapiService.self))
        }
    }

    private func run(_ broken: Case, _ call: (Sandbox, String) -> SandboxCallOutcome) async throws {
        try await withSandbox { caller async throws in
            let number = try await build(broken, caller)
            let outcome = call(caller.sandbox, number)
            #expect(outcome.reply.status == broken.expected.status, "\(outcome.reply.reason)")
            #expect(outcome.reply.phrase == broken.expected.phrase)
            #expect(outcome.hangup?.code == broken.expected.code, "\(outcome.reply.reason)")
            #expect(outcome.reply.owner == broken.expected.owner)
        }
    }

    /// - Returns: The id of the number at Vapi.
    private func build(_ broken: Case, _ caller: Caller) async throws -> String {
        var setup = Setup()
        broken.change(&setup)
        let list = try await caller.created("IPAccessControlList", ["name": "acl", "ip_addresses": setup.addresses])
        let trunk = try await caller.created(
            "Trunk", ["name": "out", "trunk_direction": "outbound", "ipacl_uuid": .string(list)])
        let service = caller.sandbox.service(VapiService.self)
        let host = setup.dialsTrunk ? "\(trunk).zt.plivo.com" : "sip.example.com"
        let gateways = [.object(setup.outbound.merging(["ip": .string(host)]))] + setup.gateways
        let id = service.addCredential(setup.credential.merging(["gateways": .array(gateways)]))
        let other = service.addCredential()
        let uri = setup.host.replacing("{id}", with: id) + ";transport=\(setup.transport)"
        let inbound = caller.sandbox.services.plivo.addTrunk(name: "in", direction: "inbound", uri: uri)
        caller.sandbox.services.plivo.own(number: "14155550100", route: .trunk(inbound))
        return service.addPhoneNumber(
            setup.number, name: "line", credential: setup.hasOwnCredential ? id : other, more: setup.line)
    }

    @Test("A call is placed through the API, and read until it has ended")
    func api() async throws {
        try await withSandbox { caller async throws in
            let number = try await build(Self.outboundCases[0], caller)
            let body: JSONObject = [
                "phoneNumberId": .string(number), "assistantId": "a1", "customer": ["number": "+442079460000"],
                "assistantOverrides": ["maxDurationSeconds": 30],
            ]
            let reply = try await caller.vapi("POST", "/call", .object(body))
            #expect(reply.status == 201)
            #expect(reply["/status"] == "queued")
            let id = try #require(reply["/id"]?.string)
            let read = try await caller.vapi("GET", "/call/\(id)")
            #expect(read["/status"] == "ended")
            #expect(read["/endedReason"] == "customer-ended-call")
            #expect(read["/type"] == "outboundPhoneCall")
            let list = try await caller.vapi("GET", "/call?phoneNumberId=\(number)&createdAtGt=2026-01-01T00:00:00Z")
            #expect(list.json.array?.count == 1)
            #expect(try await caller.vapi("GET", "/call?phoneNumberId=other").json == [])
        }
    }

    @Test("A call that rings shows its stages, and its control address only while it lasts")
    func stages() async throws {
        try await withSandbox { caller async throws in
            let number = try await build(Self.outboundCases[0], caller)
            caller.sandbox.exchange.setPace(.init(ringing: .seconds(3600)))
            let body: JSONObject = [
                "phoneNumberId": .string(number), "assistantId": "a1", "customer": ["number": "+442079460000"],
            ]
            let id = try #require(try await caller.vapi("POST", "/call", .object(body))["/id"]?.string)
            let read = try await caller.vapi("GET", "/call/\(id)")
            #expect(read["/status"] == "ringing")
            #expect(read["/monitor/controlUrl"]?.string?.hasPrefix("https://") == true)
            #expect(try await caller.plivo("GET", "Zentrunk/Call/")["/meta/total_count"] == 0)
        }
    }

    @Test(
        "The reason for the end follows from the phone",
        arguments: [
            (SandboxExchange.Phone.busy, "customer-busy"), (.doesNotAnswer, "customer-did-not-answer"),
            (.declines, "call.in-progress.error-sip-outbound-call-failed-to-connect"),
            (.unallocated, "sip-outbound-unallocated-number"),
        ])
    func reasons(phone: SandboxExchange.Phone, reason: String) async throws {
        try await withSandbox { caller async throws in
            let number = try await build(Self.outboundCases[0], caller)
            caller.sandbox.exchange.setPhone("+442079460000", phone)
            let body: JSONObject = [
                "phoneNumberId": .string(number), "assistantId": "a1", "customer": ["number": "+442079460000"],
            ]
            let id = try #require(try await caller.vapi("POST", "/call", .object(body))["/id"]?.string)
            #expect(try await caller.vapi("GET", "/call/\(id)")["/endedReason"]?.string == reason)
        }
    }

    @Test(
        "A body that is not documented is refused",
        arguments: [
            (["number": "x"], "property number should not exist"),
            ([:], "Need Either `phoneNumberId` Or `phoneNumber`."),
            (
                ["assistantOverrides": ["maxDurationSeconds": 5]],
                "assistantOverrides.maxDurationSeconds must not be less than 10"
            ),
        ] as [(JSONObject, String)])
    func refusals(body: JSONObject, message: String) async throws {
        try await withSandbox { caller async throws in
            let reply = try await caller.vapi("POST", "/call", .object(body))
            #expect(reply.status == 400)
            #expect(reply["/message"]?.text().contains(message) == true, "\(reply.json.text())")
        }
    }
}
