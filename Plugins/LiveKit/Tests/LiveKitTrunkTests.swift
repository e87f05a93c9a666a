import Testing
import ZentrunkJSON
import ZentrunkLiveKitSandbox
import ZentrunkSandbox

@Suite("LiveKit's trunks in the sandbox")
struct LiveKitTrunkTests {
    static let outbound: JSONObject = ["address": "1.zt.plivo.com", "numbers": ["+14155550100"]]

    struct Refusal: Sendable, CustomTestStringConvertible {
        var noun: String
        var change: JSONObject
        var complaint: String
        var testDescription: String { "\(noun) \(JSONValue.object(change).text())" }

        var members: JSONObject {
            (noun == "SIPOutboundTrunk" ? LiveKitTrunkTests.outbound : ["numbers": ["+14155550100"]]).merging(change)
        }

        static func inbound(_ change: JSONObject, _ complaint: String) -> Refusal {
            Refusal(noun: "SIPInboundTrunk", change: change, complaint: complaint)
        }

        static func outbound(_ change: JSONObject, _ complaint: String) -> Refusal {
            Refusal(noun: "SIPOutboundTrunk", change: change, complaint: complaint)
        }
    }

    static let refusals: [Refusal] = [
        .inbound(
            ["numbers": []],
            "for security, one of the fields must be set: AuthUsername+AuthPassword, AllowedAddresses or Numbers"),
        .inbound(["headers": ["Contact": "a"]], "invalid header name: header name Contact not supported"),
        .inbound(["headers": ["content-Type": "a"]], "invalid header name: header name content-Type not supported"),
        .inbound(["headers": ["Accept": "a"]], "invalid header name: header name Accept not supported"),
        .inbound(["headers": ["t": "a"]], "invalid header name: header name t not supported"),
        .inbound(["headers": ["": "a"]], "invalid header name: header name cannot be empty"),
        .inbound(
            ["headers": [String(repeating: "a", count: 256): "a"]],
            "invalid header name: header name too long (max 255 characters)"),
        .inbound(
            ["headers": ["X A": "a"]],
            "invalid header name: header name X A contains invalid characters: char 32 not allowed"),
        .inbound(
            ["headers": ["X-A": "a\r\nb"]], "invalid header value for X-A: header X-A: value: char 13 not allowed"),
        .inbound(
            ["headers": ["X-A": "\u{1}"]], "invalid header value for X-A: header X-A: value: char 1 not allowed"),
        .inbound(
            ["headers": ["X-A": .string(String(repeating: "a", count: 1025))]],
            "invalid header value for X-A: header X-A: value too long (max 1024 characters)"),
        .inbound(
            ["headersToAttributes": ["X:A": "a"]],
            "invalid header name: header name X:A contains invalid characters: char 58 not allowed"),
        .inbound(["attributesToHeaders": ["a": ""]], "invalid header name: header name cannot be empty"),
        .inbound(["media": ["codecs": [["name": "PCMU/8000"]]]], "codec name must not contain '/'"),
        .inbound(["media": ["codecs": [["name": "PCM U"]]]], "invalid codec name"),
        .inbound(["media": ["codecs": [[:]]]], "missing codec name"),
        .inbound(["media": ["mediaTimeout": "601s"]], "media_timeout must not exceed 10m0s"),
        .inbound(["media": ["mediaTimeout": "-1s"]], "media_timeout must not be negative"),
        .outbound(["numbers": []], "no trunk numbers specified"),
        .outbound(["address": ""], "no outbound address specified"),
        .outbound(["address": "a.example;transport=tcp"], "trunk address should not contain transport parameter"),
        .outbound(["address": "sip:a.example"], "trunk address should be a hostname or IP, not SIP URI"),
        .outbound(["address": "sips:a.example"], "trunk address should be a hostname or IP, not SIP URI"),
        .outbound(["address": "user@a.example"], "trunk address should be a hostname or IP, not SIP URI"),
        .outbound(["address": "a.example;lr"], "trunk address should be a hostname or IP, not SIP URI"),
        .outbound(["fromHost": "sip:a.example"], "from_host should be a hostname or IP, not SIP URI"),
        .outbound(["fromHost": "a;transport=udp"], "from_host should not contain transport parameter"),
        .outbound(["headers": ["From": "a"]], "invalid header name: header name From not supported"),
    ]

    @Test("An invalid trunk can be neither created nor used as a replacement", arguments: refusals)
    func rules(_ refusal: Refusal) throws {
        let client = LiveKitClient()
        let created = client.call("Create\(refusal.noun)", ["trunk": .object(refusal.members)])
        #expect(created.status == 400)
        #expect(created.code == "invalid_argument")
        #expect(created.message == refusal.complaint)
        let id = client.service.addInboundTrunk(["numbers": ["+1"]])
        let replaced = client.call(
            "Update\(refusal.noun)", ["sipTrunkId": .string(id), "replace": .object(refusal.members)])
        #expect(replaced.status == 400)
        #expect(replaced.message == refusal.complaint)
    }

    @Test(
        "Valid trunks are created",
        arguments: [
            ("SIPInboundTrunk", ["authUsername": "a", "authPassword": "b"]),
            ("SIPInboundTrunk", ["allowedAddresses": ["192.0.2.0/24", "[2001:db8::1]", "a.example"]]),
            ("SIPInboundTrunk", ["numbers": ["+1"], "headers": ["To": "a", "X-A": "ü"]]),
            ("SIPInboundTrunk", ["numbers": ["+1"], "headers": ["Accept-Foo": "a", "Content-Foo": "b"]]),
            ("SIPInboundTrunk", ["numbers": ["+1", "1", "any text"], "attributesToHeaders": ["a": "From"]]),
            ("SIPOutboundTrunk", ["address": "192.0.2.1:5061", "numbers": ["*"], "transport": "SIP_TRANSPORT_TLS"]),
            ("SIPOutboundTrunk", ["address": "a.example", "numbers": [""], "destinationCountry": "in"]),
        ] as [(String, JSONValue)])
    func allowed(noun: String, members: JSONValue) {
        let reply = LiveKitClient().call("Create\(noun)", .object(["trunk": members]))
        #expect(reply.status == 200)
        #expect(reply.violations == [])
    }

    @Test(
        "A create without its wrapper, or with an id, is refused",
        arguments: [
            ("CreateSIPInboundTrunk", [:], "missing trunk", 0),
            ("CreateSIPInboundTrunk", ["name": "a", "numbers": ["+1"]], "missing trunk", 2),
            ("CreateSIPInboundTrunk", ["trunk": .null], "missing trunk", 0),
            ("CreateSIPOutboundTrunk", ["address": "a.example"], "missing trunk", 1),
            ("CreateSIPInboundTrunk", ["trunk": ["sipTrunkId": "ST_1", "numbers": ["+1"]]], "must not be set", 0),
            ("CreateSIPDispatchRule", [:], "missing rule", 0),
            ("CreateSIPDispatchRule", ["dispatchRule": ["name": "a"]], "missing rule", 0),
            ("CreateSIPDispatchRule", ["dispatchRule": ["sipDispatchRuleId": "SDR_1"]], "must not be set", 0),
        ] as [(String, JSONValue, String, Int)])
    func wrappers(method: String, body: JSONValue, complaint: String, dropped: Int) {
        let reply = LiveKitClient().call(method, body)
        #expect(reply.code == "invalid_argument")
        #expect(reply.message.contains(complaint))
        #expect(reply.violations.count == dropped)
    }

    @Test(
        "Responses show passwords unless the server hides them, and the state shows markers", arguments: [true, false])
    func passwords(returned: Bool) throws {
        var quirks = LiveKitQuirks()
        quirks.returnsPasswords = returned
        let client = LiveKitClient(quirks)
        let id = try client.created(
            "SIPOutboundTrunk",
            .object(Self.outbound.merging(["authUsername": "acme01", "authPassword": "Br1ck+Lamp_42"])))
        let get = client.call("GetSIPOutboundTrunk", ["sipTrunkId": .string(id)])
        #expect(get["/trunk/auth_password"] == (returned ? "Br1ck+Lamp_42" : ""))
        #expect(get["/trunk/auth_username"] == "acme01")
        let stored = try client.stored("outbound_trunks")
        #expect(stored["auth_password"] == SandboxMarker.marker(for: "Br1ck+Lamp_42"))
        #expect(!client.service.state.text().contains("Br1ck"))
    }

    @Test("Deleting returns 200 for any id and keeps rules that name the trunk")
    func delete() throws {
        let client = LiveKitClient()
        let id = try client.created("SIPInboundTrunk", ["numbers": ["+1"]])
        _ = try client.created("SIPDispatchRule", ["rule": ["dispatchRuleCallee": [:]], "trunkIds": [.string(id)]])
        for _ in 1...2 {
            let reply = client.call("DeleteSIPTrunk", ["sipTrunkId": .string(id)])
            #expect(reply.status == 200)
            #expect(reply["/sip_trunk_id"] == .string(id))
            #expect(reply["/kind"] == "TRUNK_LEGACY")
            #expect(reply.violations == [])
        }
        #expect(client.service.state["inbound_trunks"] == [])
        #expect(try client.stored("dispatch_rules")["trunk_ids"] == [.string(id)])
    }

    @Test(
        "Each method has its own error text for a missing id",
        arguments: [
            ("GetSIPInboundTrunk", "trunk ID is required"), ("GetSIPOutboundTrunk", "trunk ID is required"),
            ("DeleteSIPTrunk", "trunk ID is required"), ("DeleteSIPDispatchRule", "dispatch rule ID is required"),
            ("UpdateSIPInboundTrunk", "trunk id must be set"), ("UpdateSIPOutboundTrunk", "trunk id must be set"),
            ("UpdateSIPDispatchRule", "rule id must be set"),
        ])
    func missingID(method: String, complaint: String) {
        #expect(LiveKitClient().call(method).json == ["code": "invalid_argument", "msg": .string(complaint)])
    }

    @Test("An outbound call is checked in the server's order, and then fails because no SIP service answers")
    func dial() {
        let client = LiveKitClient()
        client.service.addOutboundTrunk(Self.outbound.merging(["sip_trunk_id": "ST_a"]))
        var body: JSONObject = [:]
        func dial(_ more: JSONObject) -> LiveKitClient.Reply {
            body = body.merging(more)
            let token = LiveKitClient.token(["sip": ["call": true]])
            return client.call("CreateSIPParticipant", .object(body), token: token)
        }
        #expect(dial([:]).message == "missing sip callee number")
        #expect(dial(["sipCallTo": "a@b"]).message == "missing room name")
        #expect(dial(["roomName": "r"]).message == "missing sip trunk id and sip number")
        #expect(
            dial(["sipTrunkId": "ST_x"]).message
                == "SipCallTo should be a phone number or SIP user, not a full SIP URI")
        #expect(dial(["sipCallTo": "+1"]).code == "not_found")
        let reply = dial(["sipTrunkId": "ST_a"])
        #expect(reply.status == 503 && reply.code == "unavailable")
        #expect(reply.message == "twirp error unknown: no response from servers")
        #expect(reply.violations == [])
    }

    @Test(
        "An unknown id, or one of the other direction, is not found",
        arguments: ["GetSIPInboundTrunk", "GetSIPOutboundTrunk", "UpdateSIPInboundTrunk", "UpdateSIPOutboundTrunk"])
    func unknown(method: String) {
        let client = LiveKitClient()
        let id =
            method.contains("Inbound")
            ? client.service.addOutboundTrunk(Self.outbound) : client.service.addInboundTrunk(["numbers": ["+1"]])
        var body: JSONObject = ["sipTrunkId": .string(id)]
        if method.hasPrefix("Update") { body["update"] = ["name": "a"] }
        let reply = client.call(method, .object(body))
        #expect(reply.status == 404)
        #expect(reply.json == ["code": "not_found", "msg": "requested sip trunk does not exist"])
    }
}
