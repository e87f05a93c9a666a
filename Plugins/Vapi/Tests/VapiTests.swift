import Testing
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit
import ZentrunkVapiSandbox

@Suite("Vapi's credentials and numbers in the sandbox")
struct VapiTests {
    private static let carrier: JSONValue = ["ip": "1234567.zt.plivo.com", "inboundEnabled": false]

    @Test("A missing or wrong key is refused in the framework's shape", arguments: [nil, "Bearer x", "Basic x"])
    func wrongKey(authorization: String?) async throws {
        try await withSandbox { caller async throws in
            let reply = try await caller.vapi("GET", "/credential", authorization: authorization)
            #expect(reply.status == 401)
            #expect(reply["/statusCode"] == 401)
            #expect(reply["/error"] == "Unauthorized")
            #expect(reply["/message"]?.string != nil)
        }
    }

    @Test("A credential is returned as sent, without defaults and without its password")
    func echo() async throws {
        try await withSandbox { caller async throws in
            let gateways: JSONValue = [Self.carrier, ["ip": "13.52.9.0", "netmask": 25, "outboundEnabled": false]]
            let reply = try await caller.vapi(
                "POST", "/credential",
                [
                    "provider": "byo-sip-trunk", "name": "n", "gateways": gateways,
                    "outboundAuthenticationPlan": ["authUsername": "acme01", "authPassword": "secret+1"],
                ])
            #expect(reply.status == 201)
            #expect(reply["/gateways"] == gateways)
            #expect(reply["/outboundAuthenticationPlan"] == ["authUsername": "acme01"])
            #expect(reply["/outboundLeadingPlusEnabled"] == nil)
            let id = try #require(reply["/id"]?.string)
            #expect(try await caller.vapi("GET", "/credential/\(id)").json == reply.json)
            #expect(try await caller.vapi("GET", "/credential").json == [reply.json])
            let state = caller.sandbox.state["vapi"]?["credentials"]?.array?.first
            #expect(
                state?["outboundAuthenticationPlan"]?["authPassword"] == SandboxMarker.marker(for: "secret+1"))
        }
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        var body: JSONValue
        var complaint: String
        var testDescription: String { complaint }
    }

    @Test(
        "An invalid credential is refused with one sentence for each fault",
        arguments: [
            Refusal(body: ["gateways": [carrier]], complaint: "provider must be given"),
            Refusal(body: ["provider": "byo-sip-trunk"], complaint: "gateways must be given"),
            Refusal(
                body: ["provider": "openai", "gateways": [carrier]],
                complaint: "provider must be one of the following values: byo-sip-trunk"),
            Refusal(
                body: ["provider": "byo-sip-trunk", "gateways": [carrier], "type": "inbound"],
                complaint: "property type should not exist"),
            Refusal(
                body: ["provider": "byo-sip-trunk", "gateways": [["ip": "192.0.2.1", "transport": "udp"]]],
                complaint: "gateways.0.property transport should not exist"),
            Refusal(
                body: ["provider": "byo-sip-trunk", "gateways": [["port": 5060]]],
                complaint: "gateways.0.ip must be given"),
            Refusal(
                body: ["provider": "byo-sip-trunk", "gateways": [["ip": "192.0.2.1", "netmask": 23]]],
                complaint: "gateways.0.netmask must not be less than 24"),
            Refusal(
                body: ["provider": "byo-sip-trunk", "gateways": [["ip": "192.0.2.1", "netmask": 33]]],
                complaint: "gateways.0.netmask must not be greater than 32"),
            Refusal(
                body: ["provider": "byo-sip-trunk", "gateways": [["ip": "192.0.2.1", "port": 0]]],
                complaint: "gateways.0.port must not be less than 1"),
            Refusal(
                body: ["provider": "byo-sip-trunk", "gateways": [["ip": "192.0.2.1", "outboundProtocol": "sctp"]]],
                complaint: "gateways.0.outboundProtocol must be one of the following values: tls/srtp, tcp, tls, udp"),
            Refusal(
                body: ["provider": "byo-sip-trunk", "gateways": [], "name": ""],
                complaint: "name must be longer than or equal to 1 characters"),
            Refusal(
                body: [
                    "provider": "byo-sip-trunk", "gateways": [],
                    "name": .string(String(repeating: "n", count: 41)),
                ], complaint: "name must be shorter than or equal to 40 characters"),
        ])
    func credentialRules(_ refusal: Refusal) async throws {
        try await withSandbox { caller async throws in
            let reply = try await caller.vapi("POST", "/credential", refusal.body)
            #expect(reply.status == 400)
            #expect(reply["/message"] == [.string(refusal.complaint)])
            #expect(reply["/error"] == "Bad Request")
        }
    }

    @Test(
        "A hostname fails in a gateway that accepts inbound calls, which is the default",
        arguments: [
            ["ip": "sip.example.com"], ["ip": "sip.example.com", "inboundEnabled": true], ["ip": "192.0.2"],
        ] as [JSONValue])
    func hostname(gateway: JSONValue) async throws {
        try await withSandbox { caller async throws in
            let body: JSONValue = ["provider": "byo-sip-trunk", "gateways": [gateway]]
            let reply = try await caller.vapi("POST", "/credential", body)
            #expect(reply.status == 400)
            #expect(reply["/message"]?.string?.contains("SIP gateway creation failed") == true)
        }
    }

    @Test("A patch keeps omitted members and replaces given ones completely")
    func patch() async throws {
        try await withSandbox { caller async throws in
            let id = try await caller.createdCredential([Self.carrier, ["ip": "192.0.2.1"]])
            let plan: JSONValue = ["outboundAuthenticationPlan": ["authUsername": "a", "authPassword": "b"]]
            #expect(try await caller.vapi("PATCH", "/credential/\(id)", plan).status == 200)
            let reply = try await caller.vapi(
                "PATCH", "/credential/\(id)",
                ["gateways": [["ip": "192.0.2.9"]], "outboundAuthenticationPlan": ["authUsername": "c"]])
            #expect(reply["/gateways"] == [["ip": "192.0.2.9"]])
            #expect(reply["/provider"] == "byo-sip-trunk")
            let stored = caller.sandbox.state["vapi"]?["credentials"]?.array?.first
            #expect(stored?["outboundAuthenticationPlan"] == ["authUsername": "c"])
            #expect(try await caller.vapi("PATCH", "/credential/\(id)", ["id": "x"]).status == 400)
            #expect(try await caller.vapi("PATCH", "/credential/nobody", [:]).status == 404)
        }
    }

    @Test("A body larger than one read of the socket arrives completely")
    func largeBody() async throws {
        try await withSandbox { caller async throws in
            let gateways = JSONValue.array(
                (0..<200).map { ["ip": .string("192.0.2.\($0)"), "outboundEnabled": false] })
            let id = try await caller.createdCredential(gateways)
            #expect(try await caller.vapi("GET", "/credential/\(id)")["/gateways"] == gateways)
        }
    }

    @Test("Deleting returns the object; one in use is refused or recorded as a violation", arguments: [true, false])
    func delete(used: Bool) async throws {
        var quirks = VapiQuirks()
        quirks.deletesUsedCredentials = used
        try await withSandbox(quirks) { caller async throws in
            let vapi = caller.sandbox.service(VapiService.self)
            let free = try await caller.createdCredential()
            let taken = try await caller.createdCredential()
            let number = vapi.addPhoneNumber("+14155550100", name: "other", credential: taken)
            let deleted = try await caller.vapi("DELETE", "/credential/\(free)")
            #expect(deleted.status == 200)
            #expect(deleted["/id"] == .string(free))
            #expect(try await caller.vapi("GET", "/credential/\(free)").status == 404)
            #expect(try await caller.vapi("DELETE", "/credential/\(taken)").status == (used ? 200 : 400))
            #expect(caller.sandbox.violations.count == (used ? 1 : 0))
            let gone = try await caller.vapi("DELETE", "/phone-number/\(number)")
            #expect(gone.status == 200)
            #expect(gone["/number"] == "+14155550100")
        }
    }

    @Test("A number is imported on a credential and becomes active")
    func phoneNumber() async throws {
        try await withSandbox { caller async throws in
            let credential = try await caller.createdCredential()
            let reply = try await caller.vapi(
                "POST", "/phone-number",
                [
                    "provider": "byo-phone-number", "number": "+14155550100", "credentialId": .string(credential),
                    "name": "n", "assistantId": "a",
                ])
            #expect(reply.status == 201)
            #expect(reply["/status"] == "active")
            #expect(reply["/numberE164CheckEnabled"] == nil)
            let path = "/phone-number/\(try #require(reply["/id"]?.string))"
            #expect(try await caller.vapi("PATCH", path, ["name": "m"]).status == 400)
            let patched = try await caller.vapi("PATCH", path, ["provider": "byo-phone-number", "name": "m"])
            #expect(patched.status == 200)
            #expect(patched["/name"] == "m")
            #expect(patched["/assistantId"] == "a")
        }
    }

    struct NumberRefusal: Sendable, CustomTestStringConvertible {
        var change: JSONObject
        var complaint: String
        var testDescription: String { complaint }
    }

    @Test(
        "An invalid number is refused",
        arguments: [
            NumberRefusal(change: ["number": "14155550100"], complaint: "E.164"),
            NumberRefusal(change: ["number": "+04155550100"], complaint: "E.164"),
            NumberRefusal(change: ["number": "+1 415 555 0100"], complaint: "E.164"),
            NumberRefusal(change: ["number": "a-b", "numberE164CheckEnabled": false], complaint: "letters and digits"),
            NumberRefusal(change: ["number": "+1"], complaint: "longer than or equal to 3"),
            NumberRefusal(change: ["credentialId": "c"], complaint: "must be a UUID"),
            NumberRefusal(change: ["assistantId": .null], complaint: "assistantId must be a string"),
            NumberRefusal(change: ["serverUrl": "https://x"], complaint: "property serverUrl should not exist"),
        ])
    func numberRules(_ refusal: NumberRefusal) async throws {
        try await withSandbox { caller async throws in
            let credential = try await caller.createdCredential()
            let body: JSONObject = [
                "provider": "byo-phone-number", "number": "+14155550100", "credentialId": .string(credential),
            ]
            let reply = try await caller.vapi("POST", "/phone-number", .object(body.merging(refusal.change)))
            #expect(reply.status == 400)
            #expect(reply["/message/0"]?.string?.contains(refusal.complaint) == true)
        }
    }

    @Test(
        "Without the E.164 check, letters and digits are accepted, with or without a plus sign",
        arguments: ["14155550100", "+14155550100", "abc"])
    func unchecked(number: String) async throws {
        try await withSandbox { caller async throws in
            let credential = try await caller.createdCredential()
            let body: JSONValue = [
                "provider": "byo-phone-number", "number": .string(number), "credentialId": .string(credential),
                "numberE164CheckEnabled": false,
            ]
            #expect(try await caller.vapi("POST", "/phone-number", body).status == 201)
        }
    }

    @Test("A number needs an existing trunk credential")
    func unknownCredential() async throws {
        try await withSandbox { caller async throws in
            let other = caller.sandbox.service(VapiService.self).addCredential(["provider": "openai", "apiKey": "x"])
            for id in [other, "5a4db0c5-0000-4000-8000-00000000dead"] {
                let body: JSONValue = [
                    "provider": "byo-phone-number", "number": "+14155550100", "credentialId": .string(id),
                ]
                let reply = try await caller.vapi("POST", "/phone-number", body)
                #expect(reply.status == 400)
                #expect(reply["/message"]?.string?.contains(id) == true)
            }
        }
    }
}
