import Testing
import ZentrunkJSON
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
        .inbound(["numbers": []], "for security, one of the fields must be set"),
        .inbound(["headers": ["Contact": "a"]], "invalid header name: Contact is not allowed"),
        .inbound(["headers": ["content-Type": "a"]], "is not allowed"),
        .inbound(["headers": ["t": "a"]], "is not allowed"),
        .inbound(["headers": ["X a": "a"]], "invalid header name: X a"),
        .inbound(["headers": ["X-A": "a\r\nb"]], "invalid header value for X-A"),
        .inbound(["headers": ["X-A": .string(String(repeating: "a", count: 1025))]], "invalid header value"),
        .inbound(["headersToAttributes": ["X:A": "a"]], "invalid header name: X:A"),
        .inbound(["attributesToHeaders": ["a": ""]], "invalid header name"),
        .inbound(["media": ["codecs": [["name": "PCMU/8000"]]]], "invalid codec name"),
        .inbound(["media": ["codecs": [[:]]]], "invalid codec name"),
        .inbound(["media": ["mediaTimeout": "601s"]], "invalid media timeout"),
        .inbound(["media": ["mediaTimeout": "-1s"]], "invalid media timeout"),
        .outbound(["numbers": []], "no trunk numbers specified"),
        .outbound(["address": ""], "no outbound address specified"),
        .outbound(["address": "a.example;transport=tcp"], "transport should be set as a field"),
        .outbound(["address": "sip:a.example"], "should be a hostname or IP, not SIP URI"),
        .outbound(["address": "sips:a.example"], "should be a hostname or IP"),
        .outbound(["address": "user@a.example"], "should be a hostname or IP"),
        .outbound(["address": "a.example;lr"], "should be a hostname or IP"),
        .outbound(["fromHost": "sip:a.example"], "should be a hostname or IP"),
        .outbound(["headers": ["From": "a"]], "is not allowed"),
    ]

    @Test("A trunk that breaks a rule is neither made nor put in another's place", arguments: refusals)
    func rules(_ refusal: Refusal) throws {
        let client = LiveKitClient()
        let created = client.call("Create\(refusal.noun)", ["trunk": .object(refusal.members)])
        #expect(created.status == 400)
        #expect(created.code == "invalid_argument")
        #expect(created.message.contains(refusal.complaint), "\(created.message)")
        let id = client.service.addInboundTrunk(["numbers": ["+1"]])
        let replaced = client.call(
            "Update\(refusal.noun)", ["sipTrunkId": .string(id), "replace": .object(refusal.members)])
        #expect(replaced.status == 400)
        #expect(replaced.message.contains(refusal.complaint), "\(replaced.message)")
    }

    @Test(
        "What a trunk may be",
        arguments: [
            ("SIPInboundTrunk", ["authUsername": "a", "authPassword": "b"]),
            ("SIPInboundTrunk", ["allowedAddresses": ["192.0.2.0/24", "[2001:db8::1]", "a.example"]]),
            ("SIPInboundTrunk", ["numbers": ["+1"], "headers": ["To": "a", "X-A": "ü"]]),
            ("SIPOutboundTrunk", ["address": "192.0.2.1:5061", "numbers": ["*"], "transport": "SIP_TRANSPORT_TLS"]),
            ("SIPOutboundTrunk", ["address": "a.example", "numbers": [""], "destinationCountry": "in"]),
        ] as [(String, JSONValue)])
    func allowed(noun: String, members: JSONValue) {
        let reply = LiveKitClient().call("Create\(noun)", .object(["trunk": members]))
        #expect(reply.status == 200)
        #expect(reply.violations == [])
    }

    @Test(
        "A create without its wrapper, flat as of old, or with an id is refused",
        arguments: [
            ("CreateSIPInboundTrunk", [:], "missing trunk", 0),
            ("CreateSIPInboundTrunk", ["name": "a", "numbers": ["+1"]], "missing trunk", 2),
            ("CreateSIPInboundTrunk", ["trunk": .null], "missing trunk", 0),
            ("CreateSIPOutboundTrunk", ["address": "a.example"], "missing trunk", 1),
            ("CreateSIPInboundTrunk", ["trunk": ["sipTrunkId": "ST_1", "numbers": ["+1"]]], "must not be set", 0),
            ("CreateSIPDispatchRule", ["rule": ["dispatchRuleIndividual": [:]]], "missing rule", 1),
            ("CreateSIPDispatchRule", ["dispatchRule": ["name": "a"]], "missing rule", 0),
            ("CreateSIPDispatchRule", ["dispatchRule": ["sipDispatchRuleId": "SDR_1"]], "must not be set", 0),
        ] as [(String, JSONValue, String, Int)])
    func wrappers(method: String, body: JSONValue, complaint: String, dropped: Int) {
        let reply = LiveKitClient().call(method, body)
        #expect(reply.code == "invalid_argument")
        #expect(reply.message.contains(complaint))
        #expect(reply.violations.count == dropped)
    }

    @Test("Passwords are shown unless the server keeps them, and markers stand in the state", arguments: [true, false])
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

    @Test("Deleting answers 200 whatever the id, and leaves rules that name the trunk")
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
        #expect(client.call("DeleteSIPTrunk", [:]).code == "invalid_argument")
    }

    @Test(
        "An id of nobody, or of the other direction, is not found",
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
