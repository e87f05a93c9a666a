import Testing
import ZentrunkJSON
import ZentrunkLiveKitSandbox
import ZentrunkSandbox

@Suite("Updates of LiveKit's objects in the sandbox")
struct LiveKitUpdateTests {
    private static let before: JSONObject = [
        "name": "a", "numbers": ["+1", "+2"], "auth_username": "u", "auth_password": "p", "krisp_enabled": true,
        "media": ["encryption": "SIP_MEDIA_ENCRYPT_ALLOW", "codecs": [["name": "PCMU"]]],
        "media_encryption": "SIP_MEDIA_ENCRYPT_ALLOW",
    ]

    struct Change: Sendable, CustomTestStringConvertible {
        var update: JSONObject
        /// The expected changes; null for removed members.
        var changed: JSONObject = [:]
        var violation: String?
        var testDescription: String { JSONValue.object(update).text() }
    }

    @Test(
        "An update changes only the given members, and each list by its own operation",
        arguments: [
            Change(update: [:]),
            Change(update: ["name": "b"], changed: ["name": "b"]),
            Change(update: ["name": ""], changed: ["name": .null]),
            Change(update: ["name": .null]),
            Change(update: ["numbers": ["set": ["+3"]]], changed: ["numbers": ["+3"]]),
            Change(update: ["numbers": ["add": ["+2", "+3"]]], changed: ["numbers": ["+1", "+2", "+3"]]),
            Change(update: ["numbers": ["remove": ["+1", "+9"]]], changed: ["numbers": ["+2"]]),
            Change(update: ["numbers": ["add": ["+3"], "remove": ["+1"]]], changed: ["numbers": ["+2", "+3"]]),
            Change(update: ["numbers": ["clear": true]], changed: ["numbers": .null]),
            Change(
                update: ["media": ["codecs": []], "mediaEncryption": "SIP_MEDIA_ENCRYPT_REQUIRE"],
                changed: [
                    "media": ["encryption": "SIP_MEDIA_ENCRYPT_REQUIRE"],
                    "media_encryption": "SIP_MEDIA_ENCRYPT_REQUIRE",
                ],
                violation: "media_encryption is deprecated"),
            Change(
                update: [
                    "media": ["encryption": "SIP_MEDIA_ENCRYPT_REQUIRE"],
                    "mediaEncryption": "SIP_MEDIA_ENCRYPT_REQUIRE",
                ],
                changed: [
                    "media": ["encryption": "SIP_MEDIA_ENCRYPT_REQUIRE"],
                    "media_encryption": "SIP_MEDIA_ENCRYPT_REQUIRE",
                ]),
            Change(
                update: ["media": ["encryption": "SIP_MEDIA_ENCRYPT_DISABLE"]],
                changed: ["media": ["encryption": "SIP_MEDIA_ENCRYPT_DISABLE"], "media_encryption": .null]),
            Change(
                update: ["mediaEncryption": "SIP_MEDIA_ENCRYPT_REQUIRE"], violation: "media_encryption is deprecated"),
            Change(
                update: ["krispEnabled": false], violation: "/update/krispEnabled is not a field of SIPInbound"),
            Change(update: ["headers": ["X-A": "b"]], violation: "/update/headers is not a field of"),
            Change(
                update: ["authPassword": ""], changed: ["auth_password": .null],
                violation: "auth_username and auth_password are only valid together"),
            Change(
                update: ["allowedAddresses": ["set": ["192.0.2.1;lr"]]],
                changed: ["allowed_addresses": ["192.0.2.1;lr"]], violation: "allowed_addresses has an entry"),
        ])
    func updates(_ change: Change) throws {
        let client = LiveKitClient()
        let id = client.service.addInboundTrunk(Self.before)
        let reply = client.call(
            "UpdateSIPInboundTrunk", ["sipTrunkId": .string(id), "update": .object(change.update)])
        #expect(reply.status == 200, "\(reply.message)")
        let password = change.changed["auth_password"] == nil ? "p" : nil
        var expected = Self.before.merging([
            "sip_trunk_id": .string(id), "auth_password": SandboxMarker.marker(for: password),
        ]).merging(change.changed)
        for (name, value) in expected where value.isNull { expected[name] = nil }
        #expect(try client.stored("inbound_trunks") == expected)
        #expect(reply.violations.count == (change.violation == nil ? 0 : 1), "\(reply.violations)")
        if let violation = change.violation { #expect(reply.violations.first?.hasPrefix(violation) == true) }
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        var body: JSONObject
        var code: String
        var complaint: String
        var testDescription: String { JSONValue.object(body).text() }
    }

    @Test(
        "An update without a valid operation is refused, and an invalid result has its own error",
        arguments: [
            Refusal(body: [:], code: "invalid_argument", complaint: "missing or unsupported update action"),
            Refusal(
                body: ["action": ["update": ["name": "b"]]], code: "invalid_argument", complaint: "missing or unsup"),
            Refusal(
                body: ["update": ["numbers": [:]]], code: "invalid_argument", complaint: "unsupported list update"),
            Refusal(
                body: ["update": ["numbers": ["set": []]]], code: "invalid_argument",
                complaint: "unsupported list update"),
            Refusal(
                body: ["update": ["numbers": ["set": [""]]]], code: "invalid_argument", complaint: "empty element"),
            Refusal(
                body: ["update": ["numbers": ["clear": true, "add": ["+3"]]]], code: "invalid_argument",
                complaint: "cannot clear and change"),
            Refusal(
                body: ["update": ["numbers": ["set": ["+3"], "add": ["+4"]]]], code: "invalid_argument",
                complaint: "cannot set and change"),
            Refusal(body: ["update": ["numbers": ["+3"]]], code: "malformed", complaint: "could not be decoded"),
            Refusal(
                body: ["update": ["media": ["codecs": [[:]]]]], code: "invalid_argument",
                complaint: "twirp error unknown: missing codec name"),
            Refusal(
                body: ["update": ["numbers": ["clear": true], "authUsername": "", "authPassword": ""]],
                code: "invalid_argument", complaint: "twirp error unknown: for security, one of the fields"),
            Refusal(
                body: ["replace": ["sipTrunkId": "ST_other", "numbers": ["+1"]]], code: "invalid_argument",
                complaint: "must be empty or match"),
        ])
    func refusals(_ refusal: Refusal) throws {
        let client = LiveKitClient()
        let id = client.service.addInboundTrunk(Self.before)
        let stored = try client.stored("inbound_trunks")
        let reply = client.call(
            "UpdateSIPInboundTrunk", .object(refusal.body.merging(["sipTrunkId": .string(id)])))
        #expect(reply.status == 400)
        #expect(reply.code == refusal.code)
        #expect(reply.message.contains(refusal.complaint), "\(reply.message)")
        #expect(try client.stored("inbound_trunks") == stored)
    }

    @Test("A replacement keeps the id and resets everything else, including the password", arguments: [nil, "own"])
    func replace(inner: String?) throws {
        let client = LiveKitClient()
        let id = client.service.addInboundTrunk(Self.before)
        var whole: JSONObject = ["numbers": ["+9"]]
        if inner != nil { whole["sip_trunk_id"] = .string(id) }
        let reply = client.call("UpdateSIPInboundTrunk", ["sip_trunk_id": .string(id), "replace": .object(whole)])
        #expect(reply.status == 200)
        #expect(reply.violations == [])
        #expect(try client.stored("inbound_trunks") == ["sip_trunk_id": .string(id), "numbers": ["+9"]])
    }

    @Test("Outbound trunks and rules support partial updates too; attributes are merged")
    func otherKinds() throws {
        let client = LiveKitClient()
        let trunk = client.service.addOutboundTrunk(LiveKitTrunkTests.outbound)
        let reply = client.call(
            "UpdateSIPOutboundTrunk",
            [
                "sipTrunkId": .string(trunk),
                "update": [
                    "address": "2.zt.plivo.com", "transport": "SIP_TRANSPORT_TLS", "destinationCountry": "us",
                    "fromHost": "b.example", "numbers": ["add": ["+3"]],
                ],
            ])
        #expect(reply.violations == [])
        #expect(reply["/address"] == "2.zt.plivo.com")
        #expect(reply["/transport"] == "SIP_TRANSPORT_TLS")
        #expect(reply["/from_host"] == "b.example")
        #expect(reply["/numbers"] == ["+14155550100", "+3"])
        let wrong = client.call(
            "UpdateSIPOutboundTrunk", ["sipTrunkId": .string(trunk), "update": ["address": "sip:b.example"]])
        #expect(wrong.status == 500 && wrong.code == "unknown")
        #expect(wrong.message == "trunk address should be a hostname or IP, not SIP URI")

        let rule = client.service.addDispatchRule([
            "rule": ["dispatch_rule_individual": ["room_prefix": "a"]],
            "attributes": ["tier": "gold", "old": "x", "none": ""],
            "room_config": ["agents": [["agent_name": "b"]]],
        ])
        let changed = client.call(
            "UpdateSIPDispatchRule",
            [
                "sipDispatchRuleId": .string(rule),
                "update": [
                    "attributes": ["old": "", "new": "y"], "rule": ["dispatchRuleDirect": ["roomName": "r"]],
                    "roomConfig": [:], "numbers": ["set": ["+1"]],
                ],
            ])
        #expect(changed["/attributes"] == ["tier": "gold", "none": "", "new": "y"])
        #expect(changed["/rule"] == ["dispatch_rule_direct": ["room_name": "r", "pin": ""]])
        #expect(changed["/room_config/agents/0/agent_name"] == "b")
        #expect(changed.violations.count == 2)
    }

    @Test("A server without media uses the deprecated field and shows only that")
    func olderServer() throws {
        var quirks = LiveKitQuirks()
        quirks.knowsMedia = false
        let client = LiveKitClient(quirks)
        let reply = client.call(
            "CreateSIPInboundTrunk",
            [
                "trunk": [
                    "numbers": ["+1"], "media": ["encryption": "SIP_MEDIA_ENCRYPT_REQUIRE"],
                    "mediaEncryption": "SIP_MEDIA_ENCRYPT_REQUIRE",
                ]
            ])
        #expect(reply["/media_encryption"] == "SIP_MEDIA_ENCRYPT_REQUIRE")
        #expect(reply.json["media"] == nil)
        #expect(reply.violations == [])
        let stored = try client.stored("inbound_trunks")
        #expect(stored["media"] == nil)
        let update: JSONValue = ["media": ["encryption": "SIP_MEDIA_ENCRYPT_DISABLE"]]
        let id = try #require(stored["sip_trunk_id"])
        #expect(client.call("UpdateSIPInboundTrunk", ["sipTrunkId": id, "update": update]).status == 200)
        #expect(try client.stored("inbound_trunks") == stored)
    }
}
