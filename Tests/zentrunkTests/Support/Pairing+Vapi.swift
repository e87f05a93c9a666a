import Testing
import ZentrunkCore
import ZentrunkJSON
import ZentrunkSandbox
import ZentrunkVapi

extension Pairing {
    static let vapi = Pairing(
        adapter: VapiAdapter.self, vendor: VapiService.vendor, contract: "vapi-sip",
        agent: ("assistant", "6a1d3c1e-9c0b-4f39-8d37-3f1c2b7a5e10"),
        withoutAgent: "no-agent", authentications: ["ip-acl", "credentials"],
        tables: ["credentials", "phone_numbers"],
        check: VapiAgreement.check,
        addForeignRecord: { sandbox, number in
            let credential = sandbox.services.vapi.addCredential()
            sandbox.services.vapi.addPhoneNumber(
                number.e164, name: "someone else's", credential: credential,
                more: ["assistantId": "00000000-0000-4000-8000-000000000077"])
        },
        drifts: CarrierDrifts.all + [
            ("sip", ["gateways": [["ip": "other.example.com", "inboundEnabled": false]]]),
            ("sip", ["outboundLeadingPlusEnabled": false]),
            ("sip", ["outboundAuthenticationPlan": ["authUsername": "someoneelse", "authPassword": "not-a-secret-1"]]),
            ("line", ["provider": "byo-phone-number", "assistantId": "00000000-0000-4000-8000-000000000099"]),
            ("line", ["provider": "byo-phone-number", "numberE164CheckEnabled": false]),
        ])
}

/// The settings in which Plivo and Vapi must agree. <https://docs.vapi.ai/advanced/sip/sip-trunk>
private enum VapiAgreement {
    static func check(_ state: JSONValue, _ asked: Combination) throws {
        let plivo = PlivoState(state)
        let name = "zc_vapi_\(asked.name)_"
        let credential = try #require(
            Self.rows(state, "credentials").first { $0["name"]?.string == asked.platformName("sip") })
        let gateways = credential["gateways"]?.array ?? []
        let dialled = gateways.filter { $0["outboundEnabled"] == true }
        let trunk = try plivo.checkOutbound(name, asked)
        #expect(dialled.count == (asked.goesOut ? 1 : 0))
        let plan = credential["outboundAuthenticationPlan"]
        if let trunk, let gateway = dialled.first {
            #expect(gateway["ip"] == trunk["trunk_domain"])
            #expect(gateway["port"] == (asked.isSecure ? 5061 : 5060))
            #expect(gateway["outboundProtocol"] == (asked.isSecure ? "tls/srtp" : "udp"))
            #expect(gateway["inboundEnabled"] == false)
        }
        if asked.goesOut, asked.authentication == "credentials" {
            let account = try #require(plivo.row("credentials", name + "credential"))
            #expect(account["username"] == plan?["authUsername"])
            #expect(account["password"]?.string?.hasPrefix("set:") == true)
            #expect(account["password"] == plan?["authPassword"])
        } else {
            #expect(plan == nil)
            let list = plivo.row("ip_access_control_lists", name + "acl")
            #expect(trunk?["ipacl_uuid"] == list?["ipacl_uuid"])
            #expect(list == nil || list?["ip_addresses"] == ["44.229.228.186/32", "44.238.177.138/32"])
        }
        let callers = gateways.filter { $0["inboundEnabled"] == true }
        #expect(callers.count == (asked.comesIn ? 14 : 0))
        #expect(callers.allSatisfy { $0["outboundEnabled"] == false })
        let id = try #require(credential["id"]?.string)
        let tail = asked.isSecure ? ":5061;transport=tls" : ";transport=udp"
        _ = try plivo.checkInbound(name, asked, uri: "\(id).sip.vapi.ai\(tail)")
        try checkNumbers(state, name, credential, asked)
    }

    private static func checkNumbers(
        _ state: JSONValue, _ name: String, _ credential: JSONValue, _ asked: Combination
    ) throws {
        let lines = Self.rows(state, "phone_numbers").filter { $0["name"]?.string == asked.platformName("line") }
        #expect(Set(lines.compactMap { $0["number"]?.string }) == Set(try asked.numbers.map(\.e164)))
        #expect(lines.count == asked.count)
        for line in lines {
            #expect(line["credentialId"] == credential["id"])
            #expect(line["assistantId"]?.string == asked.agent)
        }
    }

    private static func rows(_ state: JSONValue, _ table: String) -> [JSONValue] { state["vapi"]?[table]?.array ?? [] }
}
