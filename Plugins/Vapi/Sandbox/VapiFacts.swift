public import ZentrunkJSON
public import ZentrunkSandbox

extension VapiService {
    public static let facts = PlatformFacts(
        agent: ("assistant", "6a1d3c1e-9c0b-4f39-8d37-3f1c2b7a5e10"), withoutAgent: "no-agent",
        authentications: ["ip-acl", "credentials"], tables: ["credentials", "phone_numbers"],
        numberTables: ["phone_numbers"], pageSize: 1000,
        handChanges: [
            ("sip", ["gateways": [["ip": "other.example.com", "inboundEnabled": false]]]),
            ("sip", ["outboundLeadingPlusEnabled": false]),
            ("sip", ["outboundAuthenticationPlan": ["authUsername": "someoneelse", "authPassword": "not-a-secret-1"]]),
            ("line", ["provider": "byo-phone-number", "assistantId": "00000000-0000-4000-8000-000000000099"]),
            ("line", ["provider": "byo-phone-number", "numberE164CheckEnabled": false]),
        ],
        refusals: [.init(number: "+918012345678", parts: ["+918012345678", "Indian"])])

    public static func table(listedBy request: RecordedRequest) -> String? {
        switch (request.method, request.path) {
        case ("GET", "/credential"): "credentials"
        case ("GET", "/phone-number"), ("GET", "/v2/phone-number"): "phone_numbers"
        default: nil
        }
    }

    public func addForeignRecord(of number: String, named name: String) {
        let credential = addCredential()
        addPhoneNumber(
            number, name: name, credential: credential, more: ["assistantId": "00000000-0000-4000-8000-000000000077"])
    }

    public func fill(_ count: Int) {
        for index in 0..<count {
            addCredential(["provider": "byo-sip-trunk", "gateways": [], "name": .string("theirs \(index)")])
        }
    }

    /// Checks the settings in which Plivo and Vapi must agree. <https://docs.vapi.ai/advanced/sip/sip-trunk>
    public static func disagreements(in state: JSONValue, with asked: AskedConnection) -> [String] {
        var agreement = Agreement()
        let plivo = PlivoState(state)
        let trunk = plivo.checkOutbound(asked, &agreement)
        guard
            let credential = rows(state, "credentials").first(where: {
                $0["name"] == .string(asked.platformName("sip"))
            })
        else { return agreement.disagreements + ["the credential \(asked.platformName("sip")) is missing"] }
        let gateways = credential["gateways"]?.array ?? []
        let dialled = gateways.filter { $0["outboundEnabled"] == true }
        agreement.check("the number of outbound gateways", is: dialled.count, asked.goesOut ? 1 : 0)
        if let trunk, let gateway = dialled.first {
            agreement.check("the gateway's host", is: gateway["ip"], trunk["trunk_domain"])
            agreement.check("the gateway's port", is: gateway["port"], asked.isSecure ? 5061 : 5060)
            agreement.check(
                "the gateway's protocol", is: gateway["outboundProtocol"], asked.isSecure ? "tls/srtp" : "udp")
            agreement.check("whether the gateway takes calls", is: gateway["inboundEnabled"], false)
        }
        checkAuthentication(credential["outboundAuthenticationPlan"], trunk, plivo, asked, &agreement)
        let callers = gateways.filter { $0["inboundEnabled"] == true }
        agreement.check("the number of inbound gateways", is: callers.count, asked.comesIn ? 14 : 0)
        agreement.check(callers.allSatisfy { $0["outboundEnabled"] == false }, "inbound gateways are not dialled")
        let tail = asked.isSecure ? ":5061;transport=tls" : ";transport=udp"
        let id = credential["id"]?.string ?? ""
        _ = plivo.checkInbound(asked, uri: "\(id).sip.vapi.ai\(tail)", &agreement)
        let lines = rows(state, "phone_numbers").filter { $0["name"] == .string(asked.platformName("line")) }
        agreement.check("the numbers", is: lines.compactMap { $0["number"]?.string }.sorted(), asked.numbers.sorted())
        for line in lines {
            agreement.check("a number's credential", is: line["credentialId"], credential["id"])
            agreement.check("a number's assistant", is: line["assistantId"]?.string, asked.agent)
        }
        return agreement.disagreements
    }

    private static func checkAuthentication(
        _ plan: JSONValue?, _ trunk: JSONValue?, _ plivo: PlivoState, _ asked: AskedConnection,
        _ agreement: inout Agreement
    ) {
        if asked.goesOut, asked.authentication == "credentials" {
            let account = plivo.row("credentials", asked.carrierName("credential"))
            agreement.check("the username", is: plan?["authUsername"], account?["username"])
            agreement.check("the password", is: plan?["authPassword"], account?["password"])
            agreement.check(SandboxMarker.isMarker(account?["password"]), "the credential has a password")
        } else {
            agreement.check(plan == nil, "there is no authentication plan")
            let list = plivo.row("ip_access_control_lists", asked.carrierName("acl"))
            agreement.check("the trunk's access list", is: trunk?["ipacl_uuid"], list?["ipacl_uuid"])
            agreement.check(
                list == nil || list?["ip_addresses"] == ["44.229.228.186/32", "44.238.177.138/32"],
                "the access list has Vapi's addresses")
        }
    }

    private static func rows(_ state: JSONValue, _ table: String) -> [JSONValue] {
        state[vendor]?[table]?.array ?? []
    }
}
