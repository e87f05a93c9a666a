public import ZentrunkJSON
public import ZentrunkSandbox

extension ElevenLabsService {
    public static let facts = PlatformFacts(
        agent: ("agent", "agent_0sandbox"), needsAgent: true, tables: ["phone_numbers"], idFields: ["phone_number_id"],
        pageSize: 1000, depth: 8, keyField: "xi-api-key",
        handChanges: [
            ("line", ["agent_id": "agent_1other"]),
            ("line", ["agent_id": .null]),
            ("line", ["inbound_trunk_config": .null]),
            ("line", ["inbound_trunk_config": ["media_encryption": "allowed", "credentials": .null]]),
            (
                "line",
                ["inbound_trunk_config": ["media_encryption": "required", "allowed_addresses": ["192.0.2.0/24"]]]
            ),
            ("line", outbound(["address": "other.example.com"])),
            ("line", outbound(["transport": "tcp"])),
            ("line", outbound(["media_encryption": "disabled"])),
            ("line", outbound(["credentials": .null])),
            ("line", outbound(["credentials": ["username": "someoneelse", "password": "not-a-secret-1"]])),
        ],
        logins: [
            .init(
                kind: "elevenlabs.phone-number",
                fields: [
                    "inbound_trunk_config": ["credentials": ["username": "by-hand", "password": "secret-by-hand"]]
                ], username: JSONPointer(["inbound_trunk_config", "credentials", "username"]))
        ],
        refusals: [
            .init(parts: ["--agent"]), .init(values: ["direction": "inbound"], parts: ["--agent"]),
            .init(
                values: ["agent": "a", "authentication": "ip-acl"], parts: ["addresses that change", "https://"]),
            .init(number: india, values: ["agent": "a"], parts: [india, "India", "--region in"]),
            .init(number: india, values: ["agent": "a", "region": "eu"], parts: ["--region in"]),
            .init(values: ["agent": "a", "region": "fr"], parts: ["region", "fr", "sg"]),
        ])

    private static let india = "+918012345678"

    private static func outbound(_ changes: JSONObject) -> JSONObject {
        let usual: JSONObject = ["address": "by-hand.example.com", "transport": "tls", "media_encryption": "required"]
        return ["outbound_trunk_config": .object(usual.merging(changes))]
    }

    public static func table(listedBy request: RecordedRequest) -> String? {
        request.method == "GET" && request.path.hasSuffix("/phone-numbers") ? "phone_numbers" : nil
    }

    public func addForeignRecord(of number: String, named name: String) { addPhoneNumber(number, label: name) }

    public func fill(_ count: Int) {
        for index in 0..<count { addPhoneNumber("+1415777\(1000 + index)", label: "theirs \(index)") }
    }

    /// Checks the settings in which Plivo and ElevenLabs must agree.
    /// <https://elevenlabs.io/docs/agents-platform/phone-numbers/sip-trunking>
    public static func disagreements(in state: JSONValue, with asked: AskedConnection) -> [String] {
        var agreement = Agreement()
        let plivo = PlivoState(state)
        let region = asked.values["region"] ?? "default"
        let host =
            ["eu", "in", "sg"].contains(region)
            ? "sip.rtc.\(region).residency.elevenlabs.io" : "sip.rtc.elevenlabs.io"
        let trunk = plivo.checkOutbound(asked, &agreement)
        let tail = asked.isSecure ? ":5061;transport=tls" : ":5060;transport=tcp"
        let uri = plivo.checkInbound(asked, uri: host + tail, &agreement)
        let account = plivo.row("credentials", asked.carrierName("credential"))
        let rows = state[vendor]?["phone_numbers"]?.array ?? []
        let lines = rows.filter { $0["label"] == .string(asked.platformName("line")) }
        agreement.check(
            "the numbers", is: lines.compactMap { $0["phone_number"]?.string }.sorted(), asked.numbers.sorted())
        for line in lines {
            agreement.check("a number's provider", is: line["provider"], "sip_trunk")
            agreement.check("a number's agent", is: line["agent_id"]?.string, asked.agent)
            checkOutbound(line["outbound_trunk_config"] ?? .null, trunk, account, asked, &agreement)
            checkInbound(line["inbound_trunk_config"] ?? .null, uri, asked, &agreement)
        }
        return agreement.disagreements
    }

    private static func checkOutbound(
        _ outbound: JSONValue, _ trunk: JSONValue?, _ account: JSONValue?, _ asked: AskedConnection,
        _ agreement: inout Agreement
    ) {
        agreement.check("whether a number calls out", is: !outbound.isNull, asked.goesOut)
        guard asked.goesOut else { return }
        agreement.check("the outbound address", is: outbound["address"], trunk?["trunk_domain"])
        agreement.check("the outbound transport", is: outbound["transport"], asked.isSecure ? "tls" : "tcp")
        agreement.check("the outbound encryption", is: outbound["media_encryption"], encryption(asked))
        agreement.check("the username", is: outbound["credentials"]?["username"], account?["username"])
        agreement.check("the password", is: outbound["credentials"]?["password"], account?["password"])
        agreement.check(SandboxMarker.isMarker(account?["password"]), "the credential has a password")
    }

    private static func checkInbound(
        _ inbound: JSONValue, _ uri: JSONValue?, _ asked: AskedConnection, _ agreement: inout Agreement
    ) {
        agreement.check("whether a number takes calls", is: !inbound.isNull, asked.comesIn)
        guard asked.comesIn else { return }
        agreement.check("the inbound encryption", is: inbound["media_encryption"], encryption(asked))
        agreement.check(inbound["allowed_numbers"]?.array?.isEmpty != false, "every caller is allowed")
        agreement.check(
            "the number of allowed networks", is: (inbound["allowed_addresses"]?.array ?? []).count,
            asked.values["restrict-sources"] == "true" ? 14 : 0)
        let login = inbound["credentials"]
        agreement.check("whether inbound calls log in", is: !(login?["username"] ?? .null).isNull, asked.asksInbound)
        guard asked.asksInbound else { return }
        agreement.check("the inbound username", is: login?["username"], uri?["username"])
        agreement.check("the inbound password", is: login?["password"], uri?["password"])
    }

    private static func encryption(_ asked: AskedConnection) -> JSONValue { asked.isSecure ? "required" : "disabled" }
}
