import Foundation
import Synchronization
import ZentrunkJSON
import ZentrunkSandbox

/// The numbers of Nimbus, an invented platform.
final class NimbusService: PlatformService {
    static let vendor = "nimbus"
    /// The sandbox's API key. Not a secret, and made to look fake.
    static let apiKey = "sandbox-nimbus-key-not-a-secret"

    private let store = Mutex(NimbusStore())

    init() {}

    var sipHosts: [SandboxSIPHost] { [SandboxSIPHost("sip.nimbus.example")] }

    func environment(at url: String) -> [String: String] { ["NIMBUS_API_KEY": Self.apiKey, "NIMBUS_API_URL": url] }

    var state: JSONValue { store.withLock { $0.state } }

    func reset() { store.withLock { $0 = NimbusStore() } }

    func answer(_ request: SandboxRequest) -> SandboxAnswer { store.withLock { $0.answer(request) } }

    /// Adds a number without going through the API.
    func addNumber(_ number: String, _ members: JSONObject, type: String = "custom") {
        store.withLock { $0.add(number, members, type: type) }
    }
}

/// The state of the account. Its rows have the members in the names of the records, without nesting.
private struct NimbusStore: Sendable {
    private var rows: [String: JSONObject] = [:]
    private static let own = ["nickname", "fallback", "hook", "agents", "host", "transport"]
    private static let page = 50

    var state: JSONValue {
        ["lines": .array(rows.sorted { $0.key < $1.key }.map { SandboxMarker.masking(.object($0.value)) })]
    }

    mutating func add(_ number: String, _ members: JSONObject, type: String) {
        rows[number] = (["phone_number": .string(number), "type": .string(type)] as JSONObject).merging(members)
    }

    mutating func answer(_ request: SandboxRequest) -> SandboxAnswer {
        guard request.headers["authorization"] == "Bearer \(NimbusService.apiKey)" else {
            return Self.refusal(401, "the key is not valid")
        }
        let steps = request.path.split(separator: "/").map { $0.removingPercentEncoding ?? String($0) }
        switch (request.method, steps.first, steps.count) {
        case ("GET", "v2", 2) where steps[1] == "list-numbers": return list(request)
        case ("POST", "import-number", 1): return create(request)
        case ("GET", "get-number", 2): return with(steps[1]) { .json(200, Self.record($0)) }
        case ("PATCH", "update-number", 2):
            guard let row = rows[steps[1]] else { return Self.missing }
            guard let body = request.json?.object else { return Self.refusal(422, "the body is not an object") }
            return write(body, over: row, login: ("auth_user", "auth_password"), status: 200)
        case ("DELETE", "delete-number", 2):
            return rows.removeValue(forKey: steps[1]) == nil ? Self.missing : SandboxAnswer(status: 204)
        default: return Self.refusal(404, "there is no such path")
        }
    }

    private func with(_ number: String, _ answer: (JSONObject) -> SandboxAnswer) -> SandboxAnswer {
        rows[number].map(answer) ?? Self.missing
    }

    private func list(_ request: SandboxRequest) -> SandboxAnswer {
        let all = rows.keys.sorted().filter { number in request.parameter("page_key").map { number > $0 } ?? true }
        let size = min(Self.page, request.parameter("limit").flatMap { Int($0) } ?? Self.page)
        let page = all.prefix(size)
        var answer: JSONObject = [
            "items": .array(page.compactMap { rows[$0].map(Self.record) }), "has_more": .bool(all.count > size),
        ]
        if all.count > size, let last = page.last { answer["page_key"] = .string(last) }
        return .json(200, .object(answer))
    }

    private mutating func create(_ request: SandboxRequest) -> SandboxAnswer {
        guard var body = request.json?.object, let number = body["phone_number"]?.string else {
            return Self.refusal(422, "phone_number is required")
        }
        guard rows[number] == nil else { return Self.refusal(400, "the number is imported already") }
        body["phone_number"] = .none
        let row: JSONObject = ["phone_number": .string(number), "type": "custom"]
        return write(body, over: row, login: ("sip_user", "sip_password"), status: 201)
    }

    /// Lays members over a row; null removes one.
    private mutating func write(
        _ body: JSONObject, over row: JSONObject, login: (user: String, password: String), status: Int
    ) -> SandboxAnswer {
        var row = row
        for (name, value) in body {
            let own =
                switch name {
                case login.user: "user"
                case login.password: "password"
                default: name
                }
            guard own != name || Self.own.contains(name) else { return Self.refusal(422, "\(name) is not known") }
            row[own] = value.isNull ? .none : value
        }
        let number = row["phone_number"]?.string ?? ""
        rows[number] = row
        return .json(status, Self.record(row))
    }

    /// A row as answers show it: without the password, and with the trunk's members in an object.
    private static func record(_ row: JSONObject) -> JSONValue {
        let sip = JSONObject(["host", "user", "transport"].compactMap { name in row[name].map { (name, $0) } })
        var record = JSONObject(
            row.filter { !["host", "user", "transport", "password"].contains($0.name) }.map { ($0.name, $0.value) })
        record["sip"] = .object(sip)
        return .object(record)
    }

    private static let missing = refusal(422, "there is no such number")

    private static func refusal(_ status: Int, _ message: String) -> SandboxAnswer {
        .json(status, ["status": "error", "message": .string(message)])
    }
}
