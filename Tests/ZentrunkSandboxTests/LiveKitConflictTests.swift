import Testing
import ZentrunkJSON
import ZentrunkSandbox

@Suite("Conflicts between LiveKit's objects in the sandbox")
struct LiveKitConflictTests {
    struct Pair: Sendable, CustomTestStringConvertible {
        var first: JSONObject
        var second: JSONObject
        /// What follows the ids in the refusal; nil when both may be.
        var refusal: String?
        var testDescription: String { "\(JSONValue.object(first).text()) \(JSONValue.object(second).text())" }
    }

    @Test(
        "Inbound trunks conflict when a call would fit both",
        arguments: [
            Pair(first: ["numbers": ["+1"]], second: ["numbers": ["+2"]]),
            Pair(first: ["numbers": ["+1"]], second: ["allowed_addresses": ["192.0.2.1"]]),
            Pair(
                first: ["numbers": ["+1"]], second: ["numbers": ["+1", "+2"]],
                refusal: #"using the same number(s) ["+1" "+2"] without AllowedNumbers set"#),
            Pair(
                first: ["numbers": ["+14155550100"]], second: ["numbers": ["1 (415) 555-0100"]],
                refusal: #"using the same number(s) ["1 (415) 555-0100"] without AllowedNumbers set"#),
            Pair(
                first: ["numbers": ["+1"], "auth_username": "a", "auth_password": "b"],
                second: ["numbers": ["+1"], "allowed_addresses": ["192.0.2.1"]], refusal: "without AllowedNumbers set"
            ),
            Pair(
                first: ["allowed_addresses": ["192.0.2.1"]], second: ["allowed_addresses": ["192.0.2.2"]],
                refusal: "using the same number(s) <any> without AllowedNumbers set"),
            Pair(first: ["numbers": ["+1"]], second: ["numbers": ["+1"], "allowed_numbers": ["+7"]]),
            Pair(
                first: ["numbers": ["+1"], "allowed_numbers": ["+7"]],
                second: ["numbers": ["+1"], "allowed_numbers": ["+8"]]),
            Pair(
                first: ["numbers": ["+1"], "allowed_numbers": ["+7"]],
                second: ["numbers": ["+1"], "allowed_numbers": ["+8", "(7)"]],
                refusal: #"using the same number(s) ["+1"] and AllowedNumber "(7)""#),
        ])
    func trunks(_ pair: Pair) throws {
        let client = LiveKitClient()
        let first = client.service.addInboundTrunk(pair.first)
        let reply = client.call("CreateSIPInboundTrunk", ["trunk": .object(pair.second)])
        #expect(reply.status == (pair.refusal == nil ? 200 : 400), "\(reply.message)")
        if let refusal = pair.refusal {
            #expect(reply.code == "invalid_argument")
            #expect(
                reply.message.hasPrefix(#"Conflicting inbound SIP Trunks: "<new>" and "\#(first)", using the same"#))
            #expect(reply.message.hasSuffix(refusal), "\(reply.message)")
            #expect(try client.stored("inbound_trunks")["sip_trunk_id"] == .string(first))
        }
    }

    @Test("A trunk does not conflict with itself, and an update conflicts like a create", arguments: [true, false])
    func updates(replaces: Bool) {
        let client = LiveKitClient()
        let first = client.service.addInboundTrunk(["numbers": ["+1"]])
        let second = client.service.addInboundTrunk(["numbers": ["+2"]])
        func update(_ numbers: JSONValue) -> LiveKitClient.Reply {
            client.call(
                "UpdateSIPInboundTrunk",
                replaces
                    ? ["sipTrunkId": .string(second), "replace": ["numbers": numbers]]
                    : ["sipTrunkId": .string(second), "update": ["numbers": ["set": numbers]]])
        }
        #expect(update(["+2", "+3"]).status == 200)
        let reply = update(["+1"])
        #expect(reply.status == 400)
        #expect(reply.message.contains(#""\#(second)" and "\#(first)""#))
    }

    @Test("Outbound trunks do not conflict, not even twins")
    func twins() throws {
        let client = LiveKitClient()
        let first = try client.created("SIPOutboundTrunk", .object(LiveKitTrunkTests.outbound))
        #expect(try client.created("SIPOutboundTrunk", .object(LiveKitTrunkTests.outbound)) != first)
    }

    private static func rule(_ more: JSONObject = [:], pin: JSONValue = "") -> JSONObject {
        let rule: JSONObject = ["rule": ["dispatch_rule_individual": ["pin": pin]]]
        return rule.merging(more)
    }

    @Test(
        "Rules conflict when trunk, PIN, caller and called number are all the same",
        arguments: [
            Pair(first: rule(), second: rule(), refusal: #""<blank name>""#),
            Pair(
                first: rule(["name": "main"]), second: ["rule": ["dispatch_rule_callee": [:]]], refusal: #""main""#),
            Pair(first: rule(), second: rule(pin: "1234")),
            Pair(first: rule(pin: "1234"), second: rule(pin: "1234"), refusal: ""),
            Pair(first: rule(), second: rule(["trunk_ids": ["ST_a"]])),
            Pair(first: rule(["trunk_ids": ["ST_a", "ST_b"]]), second: rule(["trunk_ids": ["ST_b"]]), refusal: ""),
            Pair(first: rule(["trunk_ids": ["ST_a"]]), second: rule(["trunk_ids": ["ST_b"]])),
            Pair(first: rule(), second: rule(["numbers": ["+1"]])),
            Pair(first: rule(["numbers": ["+1"]]), second: rule(["numbers": ["+2"]])),
            Pair(first: rule(["numbers": ["+1", "+2"]]), second: rule(["numbers": ["+2"]]), refusal: ""),
            Pair(first: rule(["numbers": ["+1"]]), second: rule(["inbound_numbers": ["+1"]])),
            Pair(first: rule(["inbound_numbers": ["+1"]]), second: rule(["inbound_numbers": ["+2"]])),
            Pair(first: rule(["numbers": ["+14155550100"]]), second: rule(["numbers": ["1415-5550100"]]), refusal: ""),
            Pair(first: rule(["inbound_numbers": ["+1"]]), second: rule(["inbound_numbers": ["+1"]]), refusal: ""),
        ])
    func rules(_ pair: Pair) {
        let client = LiveKitClient()
        client.service.addInboundTrunk(["sip_trunk_id": "ST_a"])
        client.service.addInboundTrunk(["sip_trunk_id": "ST_b"])
        let first = client.service.addDispatchRule(pair.first)
        let reply = client.call("CreateSIPDispatchRule", ["dispatch_rule": .object(pair.second)])
        #expect(reply.status == (pair.refusal == nil ? 200 : 400), "\(reply.message)")
        #expect(reply.violations == [])
        if let refusal = pair.refusal {
            #expect(reply.code == "invalid_argument")
            #expect(reply.message.hasPrefix("Dispatch rule for the same trunk, inbound number, number, and PIN"))
            #expect(reply.message.contains(#""\#(first)""#) && reply.message.hasSuffix(refusal))
        }
    }

    @Test("A rule without a target, or with an empty one, is refused")
    func target() {
        let client = LiveKitClient()
        #expect(client.call("CreateSIPDispatchRule", ["dispatchRule": [:]]).message == "missing rule")
        #expect(client.call("CreateSIPDispatchRule", ["dispatchRule": ["rule": [:]]]).code == "unknown")
    }

    @Test("A rule may name a trunk that is not there, which is noted; unknown rules are not found")
    func dangling() throws {
        let client = LiveKitClient()
        let reply = client.call(
            "CreateSIPDispatchRule",
            ["dispatchRule": ["rule": ["dispatchRuleCallee": [:]], "trunkIds": ["ST_gone"]]])
        #expect(reply.status == 200)
        #expect(reply.violations == ["there is no inbound trunk ST_gone"])
        let id = try #require(reply["/sip_dispatch_rule_id"]?.string)
        #expect(id.hasPrefix("SDR_"))
        let rename: JSONValue = ["sipDispatchRuleId": .string(id), "update": ["name": "b"]]
        #expect(client.call("UpdateSIPDispatchRule", rename).violations == [])
        let deleted = client.call("DeleteSIPDispatchRule", ["sipDispatchRuleId": .string(id)])
        #expect(deleted["/name"] == "b")
        for method in ["DeleteSIPDispatchRule", "UpdateSIPDispatchRule"] {
            let reply = client.call(method, method.hasPrefix("Update") ? rename : ["sipDispatchRuleId": .string(id)])
            #expect(reply.status == 404)
            #expect(reply.code == "not_found")
        }
    }
}
