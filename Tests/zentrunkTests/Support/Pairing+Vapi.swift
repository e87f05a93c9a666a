import Testing
import ZentrunkCore
import ZentrunkJSON
import ZentrunkSandbox
import ZentrunkVapi

extension Pairing {
    static let vapi = Pairing(
        adapter: VapiAdapter.self, vendor: VapiService.vendor, contract: "vapi-sip",
        agent: ("assistant", "6a1d3c1e-9c0b-4f39-8d37-3f1c2b7a5e10"), check: VapiAgreement.check,
        addForeignRecord: { sandbox, number in
            let credential = sandbox.services.vapi.addCredential()
            sandbox.services.vapi.addPhoneNumber(number.e164, name: "someone else's", credential: credential)
        })
}

/// What Plivo and Vapi have to agree on. <https://docs.vapi.ai/advanced/sip/sip-trunk>
private enum VapiAgreement {
    static func check(_ state: JSONValue, _ asked: Combination) throws {
        let plivo = PlivoState(state)
        let name = "zc_vapi_\(asked.name)_"
        let credential = try #require(Self.rows(state, "credentials").first { $0["name"]?.string == name + "sip" })
        let gateways = credential["gateways"]?.array ?? []
        let dialled = gateways.filter { $0["outboundEnabled"] == true }
        let trunk = plivo.row("trunks", name + "outbound-trunk")
        #expect((trunk != nil) == asked.goesOut)
        #expect(dialled.count == (asked.goesOut ? 1 : 0))
        if let trunk, let gateway = dialled.first {
            #expect(gateway["ip"] == trunk["trunk_domain"])
            #expect(gateway["port"] == (asked.isSecure ? 5061 : 5060))
            #expect(gateway["outboundProtocol"] == (asked.isSecure ? "tls/srtp" : "udp"))
            #expect(gateway["inboundEnabled"] == false)
            #expect(trunk["secure"] == .bool(asked.isSecure))
            #expect(trunk["trunk_direction"] == "outbound")
            try checkAuthentication(plivo, name, trunk, credential, asked)
        } else {
            #expect(credential["outboundAuthenticationPlan"] == nil)
        }
        let callers = gateways.filter { $0["inboundEnabled"] == true }
        #expect(callers.count == (asked.comesIn ? 14 : 0))
        #expect(callers.allSatisfy { $0["outboundEnabled"] == false })
        try checkInbound(plivo, name, try #require(credential["id"]?.string), asked)
        try checkNumbers(state, name, credential, asked)
    }

    private static func checkAuthentication(
        _ plivo: PlivoState, _ name: String, _ trunk: JSONValue, _ credential: JSONValue, _ asked: Combination
    ) throws {
        let plan = credential["outboundAuthenticationPlan"]
        guard asked.authentication == "credentials" else {
            let list = try #require(plivo.row("ip_access_control_lists", name + "acl"))
            #expect(trunk["ipacl_uuid"] == list["ipacl_uuid"])
            #expect(trunk["credential_uuid"] == .null)
            #expect(list["ip_addresses"] == ["44.229.228.186/32", "44.238.177.138/32"])
            #expect(plan == nil)
            return
        }
        let account = try #require(plivo.row("credentials", name + "credential"))
        #expect(trunk["credential_uuid"] == account["credential_uuid"])
        #expect(trunk["ipacl_uuid"] == .null)
        #expect(account["username"] == plan?["authUsername"])
        #expect(account["password"]?.string?.hasPrefix("set:") == true)
        #expect(account["password"] == plan?["authPassword"])
    }

    private static func checkInbound(
        _ plivo: PlivoState, _ name: String, _ credential: String, _ asked: Combination
    ) throws {
        let trunk = plivo.row("trunks", name + "inbound-trunk")
        #expect((trunk != nil) == asked.comesIn)
        guard let trunk else {
            for number in try asked.numbers { #expect(plivo.route(of: number) == .null) }
            return
        }
        let uri = try #require(plivo.row("uris", name + "uri"))
        #expect(trunk["primary_uri_uuid"] == uri["uri_uuid"])
        #expect(trunk["trunk_direction"] == "inbound")
        let tail = asked.isSecure ? ":5061;transport=tls" : ";transport=udp"
        #expect(uri["uri"]?.string?.hasSuffix("\(credential).sip.vapi.ai\(tail)") == true)
        let id = try #require(trunk["trunk_id"]?.string)
        for number in try asked.numbers {
            #expect(plivo.route(of: number).string?.hasSuffix("/Zentrunk/Trunk/\(id)/") == true)
        }
    }

    private static func checkNumbers(
        _ state: JSONValue, _ name: String, _ credential: JSONValue, _ asked: Combination
    ) throws {
        let lines = Self.rows(state, "phone_numbers").filter { $0["name"]?.string == name + "line" }
        #expect(Set(lines.compactMap { $0["number"]?.string }) == Set(try asked.numbers.map(\.e164)))
        #expect(lines.count == asked.count)
        for line in lines {
            #expect(line["credentialId"] == credential["id"])
            #expect(line["assistantId"]?.string == asked.agent)
        }
    }

    private static func rows(_ state: JSONValue, _ table: String) -> [JSONValue] { state["vapi"]?[table]?.array ?? [] }
}
