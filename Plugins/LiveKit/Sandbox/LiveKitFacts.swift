public import ZentrunkJSON
public import ZentrunkSandbox

extension LiveKitService {
    public static let facts = PlatformFacts(
        agent: ("agent", "phone-agent"), withoutAgent: "no-agent", needed: ["sip-host": sipHost], adoption: nil,
        tables: LiveKitKind.allCases.map(\.plural), idFields: Set(LiveKitKind.allCases.map(\.idField)), depth: 7,
        addressHasPath: true,
        handChanges: [
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
        ],
        logins: [
            .init(
                kind: "livekit.inbound-trunk", fields: ["authUsername": "by-hand", "authPassword": "secret-by-hand"],
                username: JSONPointer(["authUsername"]))
        ],
        refusals: [
            .init(values: ["sip-host": nil], parts: ["sip-host", "LIVEKIT_SIP_HOST", "settings page"]),
            .init(
                values: ["sip-host": "my-app-x1y2z3.livekit.cloud"],
                parts: ["sip-host", "LIVEKIT_SIP_HOST", "LIVEKIT_URL", ".sip.livekit.cloud"]),
            .init(
                values: ["sip-host": "sip.livekit.cloud"],
                parts: ["sip-host", "LIVEKIT_SIP_HOST", "lacks the project"]),
            .init(values: ["sip-host": "cloud.livekit.io"], parts: ["LIVEKIT_SIP_HOST", "pages"]),
            .init(values: ["sip-host": "sip:u@host.example.com"], parts: ["sip-host"]),
            .init(values: ["authentication": "ip-acl"], parts: ["shared", "credentials"]),
            .init(values: ["rule": "direct"], parts: ["room"]),
            .init(values: ["rule": "random"], parts: ["individual, direct, callee"]),
            .init(number: india, parts: [india, "india.sip.livekit.cloud"]),
            .init(
                number: india, values: ["sip-host": "p1.india.sip.livekit.cloud"],
                parts: [india, "--destination-country in"]),
        ])

    private static let india = "+918012345678"

    private static func encryption(_ value: JSONValue) -> JSONObject {
        ["mediaEncryption": value, "media": ["encryption": value]]
    }

    public static func table(listedBy request: RecordedRequest) -> String? {
        LiveKitKind.allCases.first { request.path.hasSuffix("/List\($0.noun)") }?.plural
    }

    public func addForeignRecord(of number: String, named name: String) {
        addInboundTrunk(["name": .string(name), "numbers": [.string(number)]])
    }

    public func fill(_ count: Int) {
        for index in 0..<count {
            addOutboundTrunk([
                "name": .string("theirs \(index)"), "address": "sip.example.com",
                "numbers": [.string("+1415888\(1000 + index)")],
            ])
        }
    }

    /// Checks the settings in which Plivo and LiveKit must agree.
    /// <https://docs.livekit.io/telephony/start/providers/plivo/>
    public static func disagreements(in state: JSONValue, with asked: AskedConnection) -> [String] {
        var agreement = Agreement()
        let plivo = PlivoState(state)
        let trunk = plivo.checkOutbound(asked, &agreement)
        let host = asked.values["sip-host"] ?? sipHost
        let uri = plivo.checkInbound(
            asked, uri: host + (asked.isSecure ? ";transport=tls" : ";transport=tcp"), &agreement)
        func row(_ kind: LiveKitKind, _ key: String) -> JSONValue? {
            let rows = state[vendor]?[kind.plural]?.array ?? []
            return rows.first { $0["name"] == .string(asked.platformName(key)) }
        }
        let outbound = row(.outboundTrunk, "lk-outbound")
        agreement.check("whether there is an outbound trunk at LiveKit", is: outbound != nil, asked.goesOut)
        if let outbound {
            agreement.check("the outbound address", is: outbound["address"], trunk?["trunk_domain"])
            agreement.check("the outbound numbers", is: outbound["numbers"].texts.sorted(), asked.numbers.sorted())
            agreement.check(
                "the outbound transport", is: outbound["transport"],
                asked.isSecure ? "SIP_TRANSPORT_TLS" : "SIP_TRANSPORT_TCP")
            let account = plivo.row("credentials", asked.carrierName("credential"))
            agreement.check("the username", is: outbound["auth_username"], account?["username"])
            agreement.check("the password", is: outbound["auth_password"], account?["password"])
            agreement.check(SandboxMarker.isMarker(account?["password"]), "the credential has a password")
        }
        let inbound = row(.inboundTrunk, "lk-inbound")
        let rule = row(.dispatchRule, "rule")
        agreement.check("whether there is an inbound trunk at LiveKit", is: inbound != nil, asked.comesIn)
        agreement.check("whether there is a dispatch rule", is: rule != nil, asked.comesIn)
        let encryption: JSONValue = asked.isSecure ? "SIP_MEDIA_ENCRYPT_REQUIRE" : "SIP_MEDIA_ENCRYPT_DISABLE"
        for trunk in [inbound, outbound].compactMap({ $0 }) {
            agreement.check("a trunk's media encryption", is: trunk["media"]?["encryption"], encryption)
            // A server may omit the member for a trunk without encryption.
            agreement.check(
                "a trunk's encryption", is: trunk["media_encryption"] ?? "SIP_MEDIA_ENCRYPT_DISABLE", encryption)
        }
        if let inbound, let rule {
            checkInbound(inbound, uri, asked, &agreement)
            checkRule(rule, inbound, asked, &agreement)
        }
        return agreement.disagreements
    }

    private static func checkInbound(
        _ inbound: JSONValue, _ uri: JSONValue?, _ asked: AskedConnection, _ agreement: inout Agreement
    ) {
        agreement.check("the inbound numbers", is: inbound["numbers"].texts.sorted(), asked.numbers.sorted())
        agreement.check(inbound["allowed_numbers"]?.array?.isEmpty != false, "every caller is allowed")
        agreement.check(
            "the number of allowed networks", is: (inbound["allowed_addresses"]?.array ?? []).count,
            asked.values["restrict-sources"] == "true" ? 14 : 0)
        let username = inbound["auth_username"]?.string ?? ""
        agreement.check("whether inbound calls log in", is: !username.isEmpty, asked.asksInbound)
        guard asked.asksInbound else { return }
        agreement.check("the inbound username", is: username, uri?["username"]?.string ?? "")
        agreement.check("the inbound password", is: inbound["auth_password"], uri?["password"])
    }

    private static func checkRule(
        _ rule: JSONValue, _ inbound: JSONValue, _ asked: AskedConnection, _ agreement: inout Agreement
    ) {
        agreement.check("the rule's trunks", is: rule["trunk_ids"], [inbound["sip_trunk_id"] ?? .null])
        let agents = rule["room_config"]?["agents"]?.array ?? []
        agreement.check(
            "the rule's agents", is: agents.compactMap { $0["agent_name"]?.string }, [asked.agent].compactMap { $0 })
        let kind = asked.values["rule"] ?? "individual"
        let room = rule["rule"]?["dispatch_rule_\(kind)"]
        if kind == "direct" {
            agreement.check("the rule's room", is: room?["room_name"]?.string, asked.values["room"])
        } else {
            let prefix = asked.values["room-prefix"] ?? "call-"
            agreement.check("the rule's prefix", is: room?["room_prefix"]?.string, prefix)
        }
    }
}
