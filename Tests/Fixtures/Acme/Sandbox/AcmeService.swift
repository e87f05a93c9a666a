import Synchronization
public import ZentrunkJSON
public import ZentrunkSandbox

/// The lines of Acme, an invented platform. <https://docs.acme.example/lines>
public final class AcmeService: PlatformService {
    public static let vendor = "acme"
    /// The sandbox's API key. Not a secret, and made to look fake.
    public static let apiKey = "sandbox-acme-key-not-a-secret"

    private let store = Mutex(AcmeStore())

    public init() {}

    public func environment(at url: String) -> [String: String] {
        ["ACME_API_KEY": Self.apiKey, "ACME_API_URL": url]
    }

    public var sipHosts: [SandboxSIPHost] { [SandboxSIPHost("sip.acme.example")] }

    public var state: JSONValue { store.withLock { $0.state } }

    public func reset() { store.withLock { $0 = AcmeStore() } }

    public func answer(_ request: SandboxRequest) -> SandboxAnswer { store.withLock { $0.answer(request) } }

    /// Adds a line without going through the API. Nothing is checked.
    public func addLine(_ number: String, title: String) {
        store.withLock { _ = $0.add(["e164": .string(number), "title": .string(title), "bot": "theirs"]) }
    }
}

/// The state of the account.
struct AcmeStore: Sendable {
    private var lines: [JSONObject] = []
    private var made = 0

    private static let members: Set<String> = [
        "e164", "title", "bot", "answer", "dial", "notes", "labels", "recording",
    ]
    private static let page = 50

    var state: JSONValue { ["lines": .array(lines.map { SandboxMarker.masking(.object($0)) })] }

    mutating func add(_ members: JSONObject) -> JSONObject {
        made += 1
        let line = (["id": .string("ln_\(made)")] as JSONObject).merging(members)
        lines.append(line)
        return line
    }

    mutating func answer(_ request: SandboxRequest) -> SandboxAnswer {
        guard request.headers["x-acme-key"] == AcmeService.apiKey else { return Self.refusal(401, "bad_key") }
        let steps = request.path.split(separator: "/").map(String.init)
        guard steps.prefix(2) == ["v3", "lines"], steps.count <= 3 else { return Self.refusal(404, "no_such_path") }
        guard steps.count == 3 else {
            switch request.method {
            case "GET": return list(request)
            case "POST": return create(request)
            default: return Self.refusal(405, "no_such_method")
            }
        }
        guard let index = lines.firstIndex(where: { $0["id"]?.string == steps[2] }) else {
            return Self.refusal(404, "no_such_line")
        }
        switch request.method {
        case "GET": return .json(200, Self.shown(lines[index]))
        case "PUT": return replace(index, request)
        case "DELETE":
            lines.remove(at: index)
            return SandboxAnswer(status: 204)
        default: return Self.refusal(405, "no_such_method")
        }
    }

    /// Lists lines as a bare array. A header field has the cursor of the next page.
    private func list(_ request: SandboxRequest) -> SandboxAnswer {
        let start = request.parameter("after").flatMap { Int($0) } ?? 0
        let size = min(Self.page, request.parameter("limit").flatMap { Int($0) } ?? Self.page)
        let rows = lines.dropFirst(start).prefix(size)
        var answer = SandboxAnswer.json(200, .array(rows.map(Self.shown)))
        if start + rows.count < lines.count { answer.headers["Acme-Next-Cursor"] = String(start + rows.count) }
        return answer
    }

    private mutating func create(_ request: SandboxRequest) -> SandboxAnswer {
        guard let members = request.json?.object, members["e164"]?.string != nil, members["title"]?.string != nil else {
            return Self.refusal(422, "e164_and_title_are_required")
        }
        if let unknown = members.names.first(where: { !Self.members.contains($0) }) {
            return Self.refusal(422, "unknown_\(unknown)")
        }
        // The response has only the id.
        return .json(201, ["id": add(Self.complete(members, before: [:]))["id"] ?? .null])
    }

    /// Replaces a line. Omitted members are removed, except passwords.
    private mutating func replace(_ index: Int, _ request: SandboxRequest) -> SandboxAnswer {
        guard let members = request.json?.object else { return Self.refusal(422, "not_an_object") }
        let old = lines[index]
        if let unknown = members.names.first(where: { !Self.members.contains($0) }) {
            return Self.refusal(422, "unknown_\(unknown)")
        }
        guard members["e164"] == old["e164"] else { return Self.refusal(422, "e164_is_fixed") }
        guard members["title"]?.string != nil else { return Self.refusal(422, "title_is_required") }
        lines[index] = JSONObject([("id", old["id"] ?? .null)]).merging(Self.complete(members, before: old))
        return .json(200, Self.shown(lines[index]))
    }

    /// Removes null members and adds each login's stored password.
    private static func complete(_ members: JSONObject, before old: JSONObject) -> JSONObject {
        JSONObject(
            members.compactMap { name, value in
                guard !value.isNull else { return nil }
                guard var side = value.object else { return (name, value) }
                if var login = side["login"]?.object {
                    login["password"] = login["password"] ?? old[name]?["login"]?["password"]
                    side["login"] = .object(login)
                } else {
                    side["login"] = .none
                }
                return (name, .object(side))
            })
    }

    /// Returns a line as reads show it: without passwords.
    private static func shown(_ line: JSONObject) -> JSONValue {
        .object(
            JSONObject(
                line.map { name, value in
                    guard var side = value.object, var login = side["login"]?.object else { return (name, value) }
                    login["password"] = .none
                    side["login"] = .object(login)
                    return (name, .object(side))
                }))
    }

    private static func refusal(_ status: Int, _ error: String) -> SandboxAnswer {
        .json(status, ["error": .string(error)])
    }
}
