import ZentrunkJSON
import ZentrunkSandbox

extension NimbusService {
    static let facts = PlatformFacts(
        agent: ("agent", "agent-1"), needsAgent: true, authentications: ["ip-acl", "credentials"], tables: ["lines"],
        idFields: [], pageSize: 50, foreignMembers: 2, depth: 10,
        handChanges: [
            ("line", ["agents": [["agent_id": "agent-2", "weight": 0.5]]]),
            ("line", ["transport": "TCP"]),
            ("line", ["host": "other.example.com"]),
        ],
        logins: [
            .init(
                kind: "nimbus.line", fields: ["user": "by-hand", "password": "secret-by-hand"],
                username: JSONPointer(["user"]))
        ],
        refusals: [.init(parts: ["--agent"])])

    static func table(listedBy request: RecordedRequest) -> String? {
        request.method == "GET" && request.path == "/v2/list-numbers" ? "lines" : nil
    }

    func addForeignRecord(of number: String, named name: String) {
        addNumber(number, ["nickname": .string(name), "agents": [["agent_id": "theirs", "weight": 1]]])
    }

    func fill(_ count: Int) {
        for index in 0..<count {
            addNumber("+1415777\(1000 + index)", ["nickname": "theirs"], type: index % 2 == 0 ? "custom" : "rented")
        }
    }

    static func disagreements(in state: JSONValue, with asked: AskedConnection) -> [String] {
        var agreement = Agreement()
        let plivo = PlivoState(state)
        let trunk = plivo.checkOutbound(asked, &agreement)
        let tail = asked.isSecure ? ":5061;transport=tls" : ":5060;transport=tcp"
        _ = plivo.checkInbound(asked, uri: "sip.nimbus.example" + tail, &agreement)
        let account = plivo.row("credentials", asked.carrierName("credential"))
        let rows = state[vendor]?["lines"]?.array ?? []
        let lines = rows.filter { $0["nickname"] == .string(asked.platformName("line")) }
        agreement.check(
            "the numbers", is: lines.compactMap { $0["phone_number"]?.string }.sorted(), asked.numbers.sorted())
        for line in lines {
            let agents = line["agents"]?.array ?? []
            agreement.check(
                "a line's agents", is: agents.compactMap { $0["agent_id"]?.string }, asked.agent.map { [$0] } ?? [])
            agreement.check("the host", is: line["host"], trunk?["trunk_domain"])
            agreement.check("the transport", is: line["transport"], asked.isSecure ? "TLS" : "TCP")
            agreement.check("the username", is: line["user"], account?["username"])
            agreement.check("the password", is: line["password"], account?["password"])
        }
        return agreement.disagreements
    }
}
