import ZentrunkJSON

/// A parsed request within the account.
struct PlivoCall {
    let request: SandboxRequest
    /// `Zentrunk/Trunk`, `Number`, ...
    let collection: String
    /// The id after the collection; nil for the collection itself.
    let item: String?
    /// What is asked of the item, such as `Insights`; nil for the item itself.
    let part: String?
    /// The body's members; empty without a body.
    let body: JSONObject

    /// Parses `/v1/Account/{auth_id}/…/`. The trailing slash is required.
    init(_ request: SandboxRequest, account id: String) throws(PlivoRefusal) {
        self.request = request
        let account = "/v1/Account/\(id)/"
        guard request.path.hasPrefix(account) else {
            // With these credentials, another account's id is refused like a wrong key. Any other path does not exist.
            throw request.path.hasPrefix("/v1/Account/") ? Self.unauthorized : PlivoRefusal(answer: .json(404, [:]))
        }
        guard request.path.hasSuffix("/") else { throw PlivoRefusal(answer: .json(404, [:])) }
        var segments = request.path.dropFirst(account.count).split(separator: "/").map(String.init)
        collection = segments.first == "Zentrunk" ? segments.prefix(2).joined(separator: "/") : segments.first ?? ""
        segments.removeFirst(min(segments.count, segments.first == "Zentrunk" ? 2 : 1))
        item = segments.first
        part = segments.dropFirst().first
        let hasParts = collection == PlivoCallRecord.collection
        guard segments.count <= (hasParts ? 2 : 1) else { throw PlivoRefusal(answer: .json(404, [:])) }
        body = try Self.members(of: request)
    }

    static let unauthorized = PlivoRefusal.classic(401, "The Auth ID and the Auth Token do not match")

    private static func members(of request: SandboxRequest) throws(PlivoRefusal) -> JSONObject {
        guard request.method == "POST", !request.body.isEmpty else { return [:] }
        guard case .object(let members) = request.json else { throw .zentrunk(400, "The body is not a JSON object") }
        return members
    }

    // MARK: Members

    /// The type of a member.
    enum Kind {
        case text
        case truth
        case texts
        case textOrNull
    }

    /// Checks the types of members. Unknown members are ignored and noted, because Plivo's response to them is not
    /// documented.
    ///
    /// - Returns: Notes to record.
    func check(_ fields: KeyValuePairs<String, Kind>) throws(PlivoRefusal) -> [String] {
        var notes: [String] = []
        if request.method == "POST", request.headers["content-type"]?.hasPrefix("application/json") != true {
            notes.append("the Content-Type is not application/json")
        }
        for (name, value) in body {
            guard let kind = fields.first(where: { $0.key == name })?.value else {
                notes.append("\(name) is not a documented field of \(collection)")
                continue
            }
            let fits =
                switch kind {
                case .text: value.string != nil
                case .truth: value.bool != nil
                case .texts: value.array?.allSatisfy { $0.string != nil } == true
                case .textOrNull: value.string != nil || value.isNull
                }
            guard fits else { throw refusal(400, "\(name) cannot be \(value.kindName)") }
        }
        return notes
    }

    /// Returns notes on query parameters other than paging and these names.
    func notes(onParametersBut names: Set<String>) -> [String] {
        request.query.map(\.name).filter { $0 != "limit" && $0 != "offset" && !names.contains($0) }.map {
            "\($0) is not a documented parameter of \(collection)"
        }
    }

    func text(_ name: String) -> String? { body[name]?.string }

    func truth(_ name: String) -> Bool? { body[name]?.bool }

    /// Returns a required, non-empty member.
    func required(_ name: String, status: Int = 400) throws(PlivoRefusal) -> String {
        guard let value = text(name), !value.isEmpty else { throw refusal(status, "\(name) is required") }
        return value
    }

    /// Returns an optional member that must not be empty.
    func optional(_ name: String) throws(PlivoRefusal) -> String? {
        guard let value = text(name) else { return nil }
        guard !value.isEmpty else { throw refusal(400, "\(name) must not be empty") }
        return value
    }

    /// Returns an error in the shape of this collection.
    func refusal(_ status: Int, _ text: String) -> PlivoRefusal {
        collection.hasPrefix("Zentrunk/") ? .zentrunk(status, text) : .classic(status, text)
    }
}
