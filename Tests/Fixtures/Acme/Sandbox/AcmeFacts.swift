public import ZentrunkJSON
public import ZentrunkSandbox

extension AcmeService {
    public static let facts = PlatformFacts(
        agent: ("bot", "bot-1"), needsAgent: true, tables: ["lines"], pageSize: 50, foreignMembers: 2, depth: 8,
        keyField: "x-acme-key",
        handChanges: [
            ("line", ["bot": "bot-2"]),
            ("line", ["answer": .null]),
            ("line", ["answer": ["srtp": false]]),
            ("line", ["dial": ["host": "other.example.com", "transport": "tls", "srtp": true]]),
        ],
        logins: [
            .init(
                kind: "acme.line", fields: ["answer": ["login": ["user": "by-hand", "password": "secret-by-hand"]]],
                username: JSONPointer(["answer", "login", "user"]))
        ],
        refusals: [
            .init(parts: ["--bot"]),
            .init(values: ["bot": "b", "authentication": "ip-acl"], parts: ["addresses", "credentials"]),
        ])

    public static func table(listedBy request: RecordedRequest) -> String? {
        request.method == "GET" && request.path == "/v3/lines" ? "lines" : nil
    }

    public func addForeignRecord(of number: String, named name: String) { addLine(number, title: name) }

    public func fill(_ count: Int) {
        for index in 0..<count { addLine("+1415777\(1000 + index)", title: "theirs \(index)") }
    }

    /// Checks the settings in which Plivo and Acme must agree. <https://docs.acme.example/sip>
    public static func disagreements(in state: JSONValue, with asked: AskedConnection) -> [String] {
        var agreement = Agreement()
        let plivo = PlivoState(state)
        let trunk = plivo.checkOutbound(asked, &agreement)
        let tail = asked.isSecure ? ":5061;transport=tls" : ":5060;transport=tcp"
        let uri = plivo.checkInbound(asked, uri: "sip.acme.example" + tail, &agreement)
        let account = plivo.row("credentials", asked.carrierName("credential"))
        let rows = state[vendor]?["lines"]?.array ?? []
        let lines = rows.filter { $0["title"] == .string(asked.platformName("line")) }
        agreement.check("the numbers", is: lines.compactMap { $0["e164"]?.string }.sorted(), asked.numbers.sorted())
        for line in lines {
            agreement.check("a line's bot", is: line["bot"]?.string, asked.agent)
            let (dial, answer) = (line["dial"], line["answer"])
            agreement.check("whether a line calls out", is: dial != nil, asked.goesOut)
            agreement.check("whether a line takes calls", is: answer != nil, asked.comesIn)
            if let dial {
                agreement.check("the host", is: dial["host"], trunk?["trunk_domain"])
                agreement.check("the transport", is: dial["transport"], asked.isSecure ? "tls" : "tcp")
                agreement.check("the encryption", is: dial["srtp"] ?? false, .bool(asked.isSecure))
                agreement.check("the username", is: dial["login"]?["user"], account?["username"])
                agreement.check("the password", is: dial["login"]?["password"], account?["password"])
                agreement.check(SandboxMarker.isMarker(account?["password"]), "the credential has a password")
            }
            if let answer {
                agreement.check("the inbound encryption", is: answer["srtp"] ?? false, .bool(asked.isSecure))
                let sources = asked.values["restrict-sources"] == "true" ? 14 : 0
                agreement.check("the allowed networks", is: (answer["allow"]?.array ?? []).count, sources)
                agreement.check("whether inbound calls log in", is: answer["login"] != nil, asked.asksInbound)
                if asked.asksInbound {
                    agreement.check("the inbound username", is: answer["login"]?["user"], uri?["username"])
                    agreement.check("the inbound password", is: answer["login"]?["password"], uri?["password"])
                }
            }
        }
        return agreement.disagreements
    }
}
