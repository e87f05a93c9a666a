import ZentrunkJSON
import ZentrunkSandbox

/// The state of the organization.
struct VapiStore: Sendable {
    let quirks: VapiQuirks
    var credentials = VapiTable()
    var phoneNumbers = VapiTable()
    /// The calls' members that do not depend on the time.
    var calls = VapiTable()
    /// The calls by id.
    var callRecords: [String: VapiCall] = [:]
    /// Ids of the agents that exist; nil for every one that is named.
    var agents: Set<String>?

    init(quirks: VapiQuirks) { self.quirks = quirks }

    mutating func answer(_ request: SandboxRequest) throws(VapiRefusal) -> SandboxAnswer {
        try Self.authorize(request)
        let segments = request.path.split(separator: "/").map(String.init)
        let item = segments.count > 1 ? segments[1] : nil
        switch (request.method, segments.first, segments.count) {
        case ("POST", "credential", 1): return try createCredential(request)
        case ("PATCH", "credential", 2): return try updateCredential(item ?? "", request)
        case ("DELETE", "credential", 2): return try deleteCredential(item ?? "")
        case ("GET", "credential", 2): return .json(200, try shown(item ?? "", in: credentials))
        case ("GET", "credential", 1): return try list(credentials, request)
        case ("POST", "phone-number", 1): return try createPhoneNumber(request)
        case ("PATCH", "phone-number", 2): return try updatePhoneNumber(item ?? "", request)
        case ("DELETE", "phone-number", 2):
            let answer = SandboxAnswer.json(200, try shown(item ?? "", in: phoneNumbers))
            phoneNumbers.remove(item ?? "")
            return answer
        case ("GET", "phone-number", 2): return .json(200, try shown(item ?? "", in: phoneNumbers))
        case ("GET", "phone-number", 1): return try list(phoneNumbers, request)
        case ("POST", "call", 1): throw VapiRefusal(503, "this imitation is not connected to an exchange")
        case ("GET", "call", 1): return try listCalls(request)
        case ("GET", "call", 2): return .json(200, try shownCall(item ?? ""))
        case ("GET", "v2", 2) where item == "phone-number": return try listPages(request)
        default: throw VapiRefusal(404, "Cannot \(request.method) \(request.path)")
        }
    }

    static func authorize(_ request: SandboxRequest) throws(VapiRefusal) {
        guard let header = request.headers["authorization"] else {
            throw VapiRefusal(401, "The Authorization header is missing")
        }
        guard header == "Bearer \(VapiService.apiKey)" else {
            throw VapiRefusal(
                401, "Invalid key; perhaps it is the public one where the private one belongs, or the reverse")
        }
    }

    /// Returns the members of a JSON object body.
    static func members(of request: SandboxRequest) throws(VapiRefusal) -> JSONObject {
        guard case .object(let members) = request.json else { throw VapiRefusal(400, "The body is not a JSON object") }
        return members
    }

    // MARK: Shared by both kinds

    func shown(_ id: String, in table: VapiTable) throws(VapiRefusal) -> JSONValue {
        guard let row = table.row(id) else { throw VapiRefusal(404, "No object has the id \(id)") }
        return .object(Self.withoutPassword(row))
    }

    /// Lists objects of all providers as a bare array. Paging is only possible with the time filters.
    private func list(_ table: VapiTable, _ request: SandboxRequest) throws(VapiRefusal) -> SandboxAnswer {
        let rows = try table.selected(by: request).prefix(try VapiTable.limit(request))
        return .json(200, .array(rows.map { .object(Self.withoutPassword($0)) }))
            .noting(Self.notes(on: request, parameters: VapiTable.parameters))
    }

    /// Lists phone numbers in pages.
    private func listPages(_ request: SandboxRequest) throws(VapiRefusal) -> SandboxAnswer {
        let limit = try VapiTable.limit(request)
        guard let page = Int(request.parameter("page") ?? "1"), page >= 1 else {
            throw .invalid(["page must not be less than 1"])
        }
        var found = try phoneNumbers.selected(by: request)
        if let search = request.parameter("search")?.lowercased() {
            found = found.filter { row in
                ["name", "number", "sipUri"].contains { row[$0]?.string?.lowercased().contains(search) == true }
            }
        }
        let order = request.parameter("sortOrder") ?? "DESC"
        if order == "ASC" { found.reverse() }
        let shown = found.dropFirst((page - 1) * limit).prefix(limit)
        let pages = limit == 0 ? 0 : (found.count + limit - 1) / limit
        return .json(
            200,
            [
                "results": .array(shown.map { .object($0) }),
                "metadata": [
                    "itemsPerPage": .integer(Int64(limit)), "totalItems": .integer(Int64(found.count)),
                    "currentPage": .integer(Int64(page)), "totalPages": .integer(Int64(pages)),
                    "hasNextPage": .bool(page < pages), "sortOrder": .string(order),
                ],
            ]
        ).noting(
            Self.notes(on: request, parameters: VapiTable.parameters.union(["search", "page", "sortOrder", "sortBy"])))
    }

    static func notes(on request: SandboxRequest, parameters: Set<String>) -> [String] {
        request.query.map(\.name).filter { !parameters.contains($0) }.map { "\($0) is not a documented parameter" }
    }

    private static func withoutPassword(_ row: JSONObject) -> JSONObject {
        guard var plan = row[VapiCredential.authentication]?.object else { return row }
        plan[VapiCredential.password] = nil
        return row.merging([VapiCredential.authentication: .object(plan)])
    }

    var state: JSONValue {
        [
            "credentials": .array(credentials.rows.map { SandboxMarker.masking(.object($0)) }),
            "phone_numbers": .array(phoneNumbers.rows.map { .object($0) }),
            "calls": .array(calls.rows.map { .object($0) }),
        ]
    }
}
