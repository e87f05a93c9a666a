import Testing
import ZentrunkJSON
import ZentrunkLiveKitSandbox
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("Conflicts between LiveKit's objects in the sandbox")
struct LiveKitConflictTests {
    struct Pair: Sendable, CustomTestStringConvertible {
        var first: JSONObject
        var second: JSONObject
        /// The part of the error after the ids, if the first object is visited first; nil without a conflict.
        var refusal: String?
        var testDescription: String { "\(JSONValue.object(first).text()) \(JSONValue.object(second).text())" }
    }

    @Test(
        "Inbound trunks conflict if a call can match both",
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
                refusal: #"using the same number(s) ["+1"] and AllowedNumber "+7""#),
            Pair(
                first: ["allowed_addresses": ["192.0.2.1"]], second: ["numbers": [""]],
                refusal: #"using the same number(s) [""] without AllowedNumbers set"#),
            Pair(
                first: ["numbers": [""]], second: ["auth_username": "a", "auth_password": "b"],
                refusal: "using the same number(s) <any> without AllowedNumbers set"),
        ])
    func trunks(_ pair: Pair) throws {
        var quirks = LiveKitQuirks()
        quirks.meetsNewObjectLast = true
        let client = LiveKitClient(quirks)
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

    @Test("The error names the object visited later first, with its numbers; either can be the new one")
    func order() {
        for isNewLast in [false, true] {
            var quirks = LiveKitQuirks()
            quirks.meetsNewObjectLast = isNewLast
            let client = LiveKitClient(quirks)
            client.service.addInboundTrunk(["sip_trunk_id": "ST_a", "numbers": ["+1"]])
            let ids = isNewLast ? #""<new>" and "ST_a""# : #""ST_a" and "<new>""#
            #expect(
                client.call("CreateSIPInboundTrunk", ["trunk": ["numbers": ["+1", "+2"]]]).message
                    == "Conflicting inbound SIP Trunks: \(ids), using the same number(s) "
                    + (isNewLast ? #"["+1" "+2"]"# : #"["+1"]"#) + " without AllowedNumbers set")
            client.service.addDispatchRule(Self.rule(["sip_dispatch_rule_id": "SDR_a", "name": "main"]))
            #expect(
                client.call("CreateSIPDispatchRule", ["dispatchRule": .object(Self.rule())]).message.hasSuffix(
                    isNewLast ? #"in dispatch rule "SDR_a" "main""# : #"in dispatch rule "<new>" "<blank name>""#))
        }
    }

    @Test("A trunk does not conflict with itself, and updates conflict like creates", arguments: [true, false])
    func updates(replaces: Bool) {
        let client = LiveKitClient()
        client.service.addInboundTrunk(["sip_trunk_id": "ST_a", "numbers": ["+1"]])
        client.service.addInboundTrunk(["sip_trunk_id": "ST_b", "numbers": ["+2"]])
        let second = "ST_b"
        func update(_ numbers: JSONValue) -> LiveKitClient.Reply {
            client.call(
                "UpdateSIPInboundTrunk",
                replaces
                    ? ["sipTrunkId": .string(second), "replace": ["numbers": numbers]]
                    : ["sipTrunkId": .string(second), "update": ["numbers": ["set": numbers]]])
        }
        #expect(update(["+2", "+3"]).status == 200)
        let reply = update(["+2", "+1"])
        #expect(reply.status == 400)
        #expect(reply.message.contains(#""ST_b" and "ST_a", using the same number(s) ["+2" "+1"]"#))
    }

    @Test(
        "An update's conflict is missed if the stored values share nothing with it; later updates of both are refused",
        arguments: [true, false])
    func unseen(replaces: Bool) throws {
        let client = LiveKitClient()
        func change(_ what: JSONObject) -> JSONObject {
            replaces ? ["replace": .object(what)] : ["update": .object(what)]
        }
        func set(_ values: JSONValue) -> JSONValue { replaces ? values : ["set": values] }
        for (id, numbers) in [("ST_a", ["+1"]), ("ST_b", ["+2", "+3"])] as [(String, JSONValue)] {
            client.service.addInboundTrunk(["sip_trunk_id": .string(id), "numbers": numbers])
            client.service.addDispatchRule(
                Self.rule(["sip_dispatch_rule_id": .string("SDR" + id.dropFirst(2)), "trunk_ids": [.string(id)]]))
        }
        func update(_ method: String, _ id: JSONObject, _ what: JSONObject) -> LiveKitClient.Reply {
            client.call("Update" + method, .object(id.merging(what)))
        }
        let trunk = change(["numbers": set(["1"])])
        #expect(update("SIPInboundTrunk", ["sipTrunkId": "ST_b"], trunk).status == 200)
        let rule = change(Self.rule(["trunkIds": set(["ST_a"])]))
        #expect(update("SIPDispatchRule", ["sipDispatchRuleId": "SDR_b"], rule).status == 200)
        for id in ["a", "b"] {
            let name: JSONObject = ["update": ["name": "new"]]
            let trunk = update("SIPInboundTrunk", ["sipTrunkId": .string("ST_" + id)], name)
            #expect(trunk.code == "invalid_argument" && trunk.message.contains(#""ST_b" and "ST_a""#))
            let rule = update("SIPDispatchRule", ["sipDispatchRuleId": .string("SDR_" + id)], name)
            #expect(rule.code == "invalid_argument" && rule.message.contains(#"exists in dispatch rule "SDR_a""#))
        }
        // A third trunk that its callers would distinguish is refused because of the other two.
        let third: JSONValue = ["trunk": ["numbers": ["+1"], "allowedNumbers": ["+9"]]]
        #expect(client.call("CreateSIPInboundTrunk", third).message.contains(#""ST_b" and "ST_a""#))
        #expect(client.call("DeleteSIPTrunk", ["sipTrunkId": "ST_b"]).status == 200)
        #expect(client.call("DeleteSIPDispatchRule", ["sipDispatchRuleId": "SDR_b"]).status == 200)
        #expect(update("SIPInboundTrunk", ["sipTrunkId": "ST_a"], ["update": ["name": "new"]]).status == 200)
    }

    @Test(
        "Concurrent creates miss each other if the server takes no lock", arguments: [false, true])
    func race(isOpen: Bool) {
        var quirks = LiveKitQuirks()
        quirks.overlooksCreatesInFlight = isOpen
        let client = LiveKitClient(quirks)
        let trunk: JSONValue = ["trunk": ["numbers": ["+1"]]]
        let rule: JSONValue = ["dispatchRule": .object(Self.rule())]
        #expect(client.call("CreateSIPInboundTrunk", trunk).status == 200)
        #expect(client.call("CreateSIPInboundTrunk", trunk).status == (isOpen ? 200 : 400))
        #expect(client.call("CreateSIPDispatchRule", rule).status == 200)
        #expect(client.call("CreateSIPDispatchRule", rule).status == (isOpen ? 200 : 400))
        // Later requests see both objects.
        #expect(client.call("ListSIPInboundTrunk").status == 200)
        #expect(client.call("CreateSIPInboundTrunk", trunk).status == 400)
    }

    @Test("Outbound trunks do not conflict, not even identical ones")
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
        "Rules conflict if trunk, PIN, caller and called number are all equal",
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
        var quirks = LiveKitQuirks()
        quirks.meetsNewObjectLast = true
        let client = LiveKitClient(quirks)
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

    @Test("A rule with a missing or empty target is refused in every method")
    func target() {
        let client = LiveKitClient()
        #expect(client.call("CreateSIPDispatchRule", ["dispatchRule": [:]]).message == "missing rule")
        client.service.addDispatchRule(Self.rule(["sip_dispatch_rule_id": "SDR_a"]))
        let bodies: [(String, JSONObject)] = [
            ("Create", ["dispatchRule": ["rule": [:]]]), ("Create", ["rule": ["dispatchRuleCallee": .null]]),
            ("Update", ["replace": ["rule": [:]]]), ("Update", ["update": ["rule": ["dispatchRuleDirect": .null]]]),
        ]
        for (verb, body) in bodies {
            let id: JSONObject = verb == "Update" ? ["sipDispatchRuleId": "SDR_a"] : [:]
            let reply = client.call("\(verb)SIPDispatchRule", .object(id.merging(body)))
            #expect(reply.code == "invalid_argument")
            #expect(reply.message == "twirp error unknown: unsupported SIP Dispatch Rule: <nil>")
        }
    }

    @Test(
        "A rule with a duplicate trunk or number conflicts with itself",
        arguments: ["trunkIds", "numbers", "inboundNumbers"])
    func twice(list: String) {
        let reply = LiveKitClient().call(
            "CreateSIPDispatchRule", ["dispatchRule": .object(Self.rule([list: ["+1", "+1"]]))])
        #expect(reply.code == "invalid_argument")
        #expect(reply.message.hasSuffix(#"already exists in dispatch rule "<new>" "<blank name>""#))
    }

    @Test("A flat rule, the deprecated form, is created")
    func flat() throws {
        let client = LiveKitClient()
        let reply = client.call(
            "CreateSIPDispatchRule",
            [
                "rule": ["dispatchRuleCallee": [:]], "trunkIds": ["ST_a"], "name": "old", "hide_phone_number": true,
                "roomConfig": ["agents": [["agentName": "bot"]]], "numbers": ["+1"],
            ])
        #expect(reply.status == 200)
        #expect(reply["/name"] == "old" && reply["/hide_phone_number"] == true && reply["/numbers"] == [])
        #expect(reply["/room_config/agents/0/agent_name"] == "bot")
        #expect(reply["/media"] == .null)
        #expect(reply.violations.contains("a rule outside of dispatch_rule is deprecated"))
    }

    @Test("A rule may name an unknown trunk, which is a violation; unknown rules are not found")
    func dangling() throws {
        let client = LiveKitClient()
        let reply = client.call(
            "CreateSIPDispatchRule",
            ["dispatchRule": ["rule": ["dispatchRuleCallee": [:]], "trunkIds": ["ST_gone"]]])
        #expect(reply.status == 200)
        #expect(reply.violations == ["inbound trunk ST_gone is unknown"])
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
