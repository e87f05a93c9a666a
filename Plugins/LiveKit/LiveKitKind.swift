import HTTPTypes
import ZentrunkCore
import ZentrunkJSON

/// One kind of LiveKit's SIP objects, over Twirp. <https://docs.livekit.io/reference/telephony/sip-api/>
///
/// Every call is a POST, reads too. Servers answer with other spellings than they document for requests, drop members that they
/// do not know without a word, and return passwords in lists.
struct LiveKitKind: ResourceKind {
    let description: KindDescription
    let client: APIClient
    /// Path of the service: `/twirp/livekit.SIP/`.
    let service: String
    /// `SIPInboundTrunk`, as the methods' names end.
    let method: String
    /// `trunk` or `dispatchRule`, under which a create takes the object.
    let wrapper: String
    /// `trunkIds` or `dispatchRuleIds`, by which a list is narrowed.
    let idsFilter: String
    /// Both kinds of trunks are deleted by one method.
    let deleteMethod: String
    /// Fields that an update can name; any other needs the whole object to be replaced.
    let updatable: Set<String>
    let judge: @Sendable (_ body: JSONObject, _ other: LiveObject) -> Conflict?

    /// From as many objects on we ask whether there are more: the server alone decides how many it lists at once.
    private static let fullPage = 50
    /// Members whose keys are the user's own.
    private static let maps: Set<String> = [
        "attributes", "headers", "headersToAttributes", "attributesToHeaders", "tags",
    ]

    var calls: [KindCall] {
        let names = [
            (KindCall.Operation.list, "List" + method), (.create, "Create" + method), (.read, "List" + method),
            (.update, "Update" + method), (.delete, deleteMethod),
        ]
        return names.map { KindCall($0, .post, service + $1) }
    }

    func find(_ query: ResourceQuery) async throws -> [LiveObject] {
        var found: [String: LiveObject] = [:]
        var filter: JSONObject = [:]
        while true {
            let page = try await list(filter).compactMap { description.object($0) }
            let fresh = page.filter { found.updateValue($0, forKey: $0.id) == nil }
            guard fresh.count >= Self.fullPage, let last = page.map(\.id).max() else { break }
            filter = ["page": ["afterId": .string(last)]]
        }
        return found.values.filter { query.matches($0, of: description) }.sorted { $0.id < $1.id }
    }

    func read(_ id: String) async throws -> LiveObject? { try await record(id).flatMap { description.object($0) } }

    func create(_ body: JSONObject) async throws -> LiveObject {
        let answer = try await call("Create" + method, [wrapper: .object(body)], .write)
        guard let object = written(answer).object.flatMap({ description.object($0) }) else {
            throw unreadable("Create" + method, description.idField)
        }
        return object
    }

    func update(_ live: LiveObject, _ changes: JSONObject) async throws {
        var request: JSONObject = [description.idField: .string(live.id)]
        if changes.allSatisfy({ updatable.contains($0.name) }) {
            request["update"] = .object(JSONObject(changes.map { ($0.name, change($0.name, $0.value)) }))
        } else {
            // What is not sent in a replacement is reset, so everything that is there goes along.
            var whole = (try await record(live.id) ?? live.fields).merging(changes)
            for name in [description.idField, "createdAt", "updatedAt"] { whole[name] = .none }
            if whole["media"] == nil { whole["mediaEncryption"] = .none }
            request["replace"] = Self.withoutDefaults(.object(whole))
        }
        _ = try await call("Update" + method, request, .write)
    }

    func delete(_ id: String) async throws {
        _ = try await call(deleteMethod, [description.idField: .string(id)], .write)
    }

    func conflict(of body: JSONObject, with other: LiveObject) -> Conflict? { judge(body, other) }

    // MARK: Calls

    /// The object by its id; lists put empty items in the place of those that are missing, or leave them out.
    private func record(_ id: String) async throws -> JSONObject? {
        try await list([idsFilter: [.string(id)]]).first { $0[description.idField]?.string == id }
    }

    private func list(_ filter: JSONObject) async throws -> [JSONObject] {
        let answer = try await call("List" + method, filter, .read)
        guard let items = answer["items"] else { return [] }
        guard let records = items.array else { throw unreadable("List" + method, "items") }
        return records.compactMap { written($0).object }
    }

    private func call(
        _ method: String, _ body: JSONObject, _ access: TransportRequest.Access
    ) async throws -> JSONValue {
        try await client.call(.post, service + method, body: .object(body), access: access)
    }

    private func unreadable(_ method: String, _ member: String) -> APIError {
        client.unreadable(
            JSONDecodingError(
                path: JSONPointer([member]), expected: "what was asked for", found: "nothing of the kind"),
            .post, service + method)
    }

    // MARK: Shapes

    /// A list is changed by a command: an empty one cannot be set, only cleared.
    private func change(_ name: String, _ value: JSONValue) -> JSONValue {
        guard case .list? = description.fields[name]?.shape, let elements = value.array else {
            return Self.withoutDefaults(value)
        }
        return elements.isEmpty ? ["clear": true] : ["set": value]
    }

    /// An answer in the spelling of requests, with the encryption that holds under both of its names.
    private func written(_ answer: JSONValue) -> JSONValue {
        guard var record = Self.camelCased(answer).object else { return answer }
        if description.fields["media"] != nil {
            let holds = record["media"]?["encryption"] ?? record["mediaEncryption"] ?? "SIP_MEDIA_ENCRYPT_DISABLE"
            record["mediaEncryption"] = holds
            record["media"] = .object((record["media"]?.object ?? [:]).merging(["encryption": holds]))
        }
        if record["roomConfig"]?["agents"]?.array?.isEmpty != false { record["roomConfig"] = .none }
        return .object(record)
    }

    private static func camelCased(_ value: JSONValue) -> JSONValue {
        switch value {
        case .array(let elements): .array(elements.map(camelCased))
        case .object(let members):
            .object(
                JSONObject(
                    members.compactMap { name, member in
                        let parts = name.split(separator: "_", omittingEmptySubsequences: false)
                        let name = parts.dropFirst().reduce(String(parts.first ?? "")) {
                            $0 + $1.prefix(1).uppercased() + $1.dropFirst()
                        }
                        return member.isNull ? nil : (name, maps.contains(name) ? member : camelCased(member))
                    }))
        default: value
        }
    }

    /// The object without what the server takes a missing member for.
    private static func withoutDefaults(_ value: JSONValue) -> JSONValue {
        if let elements = value.array { return .array(elements.map(withoutDefaults)) }
        guard let members = value.object else { return value }
        return .object(
            JSONObject(
                members.compactMap { name, member in
                    switch member {
                    case .null, "JRP_ON_FAILURE", "", false, 0, .array([]), .object([:]): nil
                    case .array: (name, withoutDefaults(member))
                    case .object where !maps.contains(name): (name, withoutDefaults(member))
                    default: (name, member)
                    }
                }))
    }
}
