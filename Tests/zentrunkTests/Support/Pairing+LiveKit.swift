import Testing
import ZentrunkCore
import ZentrunkJSON
import ZentrunkLiveKit
import ZentrunkSandbox

extension Pairing {
    static let liveKit = Pairing(
        adapter: LiveKitAdapter.self, vendor: LiveKitService.vendor, contract: "livekit-sip",
        agent: ("agent", "phone-agent"), withoutAgent: "no-agent", needed: ["sip-host": LiveKitAgreement.host],
        adoption: nil,
        tables: ["inbound_trunks", "outbound_trunks", "dispatch_rules"], check: LiveKitAgreement.check,
        addForeignRecord: { sandbox, number in
            sandbox.services.liveKit.addInboundTrunk(["name": "someone else's", "numbers": [.string(number.e164)]])
        },
        drifts: CarrierDrifts.all + [
            ("lk-outbound", ["address": "other.example.com"]),
            ("lk-outbound", ["transport": "SIP_TRANSPORT_UDP"]),
            ("lk-outbound", ["numbers": ["+14155550177"]]),
            ("lk-outbound", ["destinationCountry": "us"]),
            ("lk-outbound", ["authUsername": "someoneelse", "authPassword": "not-a-secret-1"]),
            ("lk-outbound", encryption("SIP_MEDIA_ENCRYPT_DISABLE")),
            ("lk-inbound", encryption("SIP_MEDIA_ENCRYPT_ALLOW")),
            ("lk-inbound", ["numbers": ["+14155550100", "+14155550177"]]),
            ("lk-inbound", ["allowedAddresses": ["192.0.2.0/24"]]),
            ("lk-inbound", ["authUsername": "", "authPassword": ""]),
            ("rule", ["rule": ["dispatchRuleDirect": ["roomName": "by-hand"]]]),
            ("rule", ["rule": ["dispatchRuleIndividual": ["roomPrefix": "by-hand-"]]]),
            ("rule", ["roomConfig": ["agents": [["agentName": "another-agent"]]]]),
            ("rule", ["roomConfig": .null]),
            ("rule", ["trunkIds": []]),
        ])

    private static func encryption(_ value: JSONValue) -> JSONObject {
        ["mediaEncryption": value, "media": ["encryption": value]]
    }
}

/// The settings in which Plivo and LiveKit must agree. <https://docs.livekit.io/telephony/start/providers/plivo/>
private enum LiveKitAgreement {
    static let host = "sandbox0project.sip.livekit.cloud"

    static func check(_ state: JSONValue, _ asked: Combination) throws {
        let plivo = PlivoState(state)
        let name = "zc_livekit_\(asked.name)_"
        let trunk = try plivo.checkOutbound(name, asked)
        let host = asked.values["sip-host"] ?? host
        let uri = try plivo.checkInbound(
            name, asked, uri: host + (asked.isSecure ? ";transport=tls" : ";transport=tcp"))
        func row(_ table: String, _ key: String) -> JSONValue? {
            asked.pairing.rows(state, table).first { $0["name"]?.string == asked.platformName(key) }
        }
        let numbers = try asked.numbers.map(\.e164).sorted()
        let encryption: JSONValue = asked.isSecure ? "SIP_MEDIA_ENCRYPT_REQUIRE" : "SIP_MEDIA_ENCRYPT_DISABLE"
        let outbound = row("outbound_trunks", "lk-outbound")
        #expect((outbound != nil) == asked.goesOut)
        if let outbound {
            #expect(outbound["address"] == trunk?["trunk_domain"])
            #expect(outbound["numbers"]?.array?.compactMap(\.string).sorted() == numbers)
            #expect(outbound["transport"] == (asked.isSecure ? "SIP_TRANSPORT_TLS" : "SIP_TRANSPORT_TCP"))
            let account = plivo.row("credentials", name + "credential")
            #expect(outbound["auth_username"] == account?["username"])
            #expect(outbound["auth_password"] == account?["password"])
            #expect(account?["password"]?.string?.hasPrefix("set:") == true)
        }
        let inbound = row("inbound_trunks", "lk-inbound")
        let rule = row("dispatch_rules", "rule")
        #expect((inbound != nil) == asked.comesIn)
        #expect((rule != nil) == asked.comesIn)
        for trunk in [inbound, outbound].compactMap({ $0 }) {
            #expect(trunk["media"]?["encryption"] == encryption)
            // A server that omits defaults shows nothing for a trunk without encryption.
            #expect(trunk["media_encryption"] ?? "SIP_MEDIA_ENCRYPT_DISABLE" == encryption)
        }
        guard let inbound, let rule else { return }
        #expect(inbound["numbers"]?.array?.compactMap(\.string).sorted() == numbers)
        #expect(inbound["allowed_numbers"]?.array?.isEmpty != false)
        let sources = asked.values["restrict-sources"] == "true" ? 14 : 0
        #expect((inbound["allowed_addresses"]?.array ?? []).count == sources)
        #expect(rule["trunk_ids"] == [inbound["sip_trunk_id"] ?? .null])
        let agents = rule["room_config"]?["agents"]?.array ?? []
        #expect(agents.compactMap { $0["agent_name"]?.string } == [asked.agent].compactMap { $0 })
        let username = inbound["auth_username"]?.string ?? ""
        #expect(username.isEmpty == !asked.asksInbound)
        if asked.asksInbound {
            #expect(username == uri?["username"]?.string)
            #expect(inbound["auth_password"] == uri?["password"])
        }
        switch asked.values["rule"] ?? "individual" {
        case "direct": #expect(rule["rule"]?["dispatch_rule_direct"]?["room_name"]?.string == asked.values["room"])
        case let kind:
            let prefix = asked.values["room-prefix"] ?? "call-"
            #expect(rule["rule"]?["dispatch_rule_\(kind)"]?["room_prefix"]?.string == prefix)
        }
    }
}
