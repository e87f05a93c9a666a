import HTTPTypes
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON

/// A kind of a Twirp service with protobuf's JSON: `Create…`, `List…`, `Update…` and `Delete…`.
/// <https://twitchtv.github.io/twirp/docs/routing.html>
///
/// Every call is a POST, including reads. Requests use camel case; responses may use snake case, with or without
/// defaults. A field that an update cannot name requires a replacement of the whole object, with all its current
/// members.
/// <https://protobuf.dev/programming-guides/json/>
struct TwirpResource: ResourceKind {
    /// The names of the service's methods and members.
    struct Service: Sendable {
        /// The path in front of every method: `/twirp/livekit.SIP/`.
        var path: String
        /// The word after `Create`, `List` and `Update`: `SIPInboundTrunk`.
        var noun: String
        /// The member of a create request that holds the object.
        var wrapper: String
        /// The member of a list request that filters by ids.
        var idsFilter: String
        /// The complete name of the delete method.
        var delete: String

        init(path: String, noun: String, wrapper: String, idsFilter: String, delete: String) {
            self.path = path
            self.noun = noun
            self.wrapper = wrapper
            self.idsFilter = idsFilter
            self.delete = delete
        }
    }

    let description: KindDescription
    private let client: APIClient
    private let service: Service
    private let updatable: Set<String>
    private let maps: Set<String>
    private let projection: @Sendable (JSONObject) -> JSONObject
    private let judge: @Sendable (_ body: JSONObject, _ other: LiveObject) -> Conflict?

    /// - Parameters:
    ///   - updatable: Fields that an update can name.
    ///   - maps: Members, at any depth, whose keys are the user's own, so that their case is kept.
    ///   - projection: Converts a response in camel case to the form of a request, without members that only the server
    ///     sets.
    ///   - conflict: Reports whether two objects conflict, and how the service reacts.
    init(
        _ description: KindDescription, client: APIClient, service: Service, updatable: Set<String>,
        maps: Set<String> = [],
        projection: @escaping @Sendable (JSONObject) -> JSONObject = { $0 },
        conflict: @escaping @Sendable (_ body: JSONObject, _ other: LiveObject) -> Conflict? = { _, _ in nil }
    ) {
        self.description = description
        self.client = client
        self.service = service
        self.updatable = updatable
        self.maps = maps
        self.projection = projection
        judge = conflict
    }

    /// The page size from which a further page is requested. The server alone decides how many objects a page has.
    private static let fullPage = 50

    var calls: [KindCall] {
        let names = [
            (KindCall.Operation.list, "List" + service.noun), (.create, "Create" + service.noun),
            (.read, "List" + service.noun),
            (.update, "Update" + service.noun), (.delete, service.delete),
        ]
        return names.map { KindCall($0, .post, service.path + $1) }
    }

    func find(_ query: ResourceQuery) async throws -> [LiveObject] {
        // Pages begin after an id, so objects that are created or deleted elsewhere do not shift them.
        var found: [String: LiveObject] = [:]
        var filter: JSONObject = [:]
        var last = ""
        while true {
            let page = try await list(filter).compactMap { description.object($0) }
            for object in page where query.matches(object, of: description) { found[object.id] = object }
            let end = page.map(\.id).max() ?? last
            // A server without paging returns the same list again.
            guard page.count(where: { $0.id > last }) >= Self.fullPage else { break }
            last = end
            filter = ["page": ["afterId": .string(last)]]
        }
        return found.values.sorted { $0.id < $1.id }
    }

    func read(_ id: String) async throws -> LiveObject? {
        try await record(id).flatMap { description.object($0) }
    }

    func create(_ body: JSONObject) async throws -> LiveObject {
        let answer = try await call("Create" + service.noun, [service.wrapper: withoutDefaults(.object(body))], .write)
        guard let object = written(answer).object.flatMap({ description.object($0) }) else {
            throw unreadable("Create" + service.noun, description.idField)
        }
        return object
    }

    func update(_ live: LiveObject, _ changes: JSONObject) async throws {
        var request: JSONObject = [description.idField: .string(live.id)]
        if changes.allSatisfy({ updatable.contains($0.name) }) {
            request["update"] = .object(JSONObject(changes.map { ($0.name, change($0.name, $0.value)) }))
        } else {
            // A replacement resets members that it lacks, so all current members are sent.
            var whole = (try await record(live.id) ?? live.fields).merging(changes)
            whole[description.idField] = .none
            request["replace"] = withoutDefaults(.object(whole))
        }
        _ = try await call("Update" + service.noun, request, .write)
    }

    func delete(_ id: String) async throws {
        _ = try await call(service.delete, [description.idField: .string(id)], .write)
    }

    func conflict(of body: JSONObject, with other: LiveObject) -> Conflict? { judge(body, other) }

    // MARK: Calls

    /// Returns the object with this id. For a missing object, lists contain an empty item or nothing.
    private func record(_ id: String) async throws -> JSONObject? {
        try await list([service.idsFilter: [.string(id)]]).first { $0[description.idField]?.string == id }
    }

    private func list(_ filter: JSONObject) async throws -> [JSONObject] {
        let answer: JSONValue
        do { answer = try await call("List" + service.noun, filter, .read) } catch let error as APIError {
            throw error.ofList
        }
        // The server writes empty lists too. A response without the member does not come from the service.
        guard let records = answer["items"]?.array else { throw unreadable("List" + service.noun, "items") }
        return records.compactMap { written($0).object }
    }

    private func call(
        _ method: String, _ body: JSONObject, _ access: TransportRequest.Access
    ) async throws -> JSONValue {
        try await client.call(.post, service.path + method, body: .object(body), access: access)
    }

    private func unreadable(_ method: String, _ member: String) -> APIError {
        client.unreadable(
            JSONDecodingError(
                path: JSONPointer([member]), expected: "the requested object", found: "something else"),
            .post, service.path + method)
    }

    // MARK: Shapes

    /// Returns the change of a field. A list takes a command: an empty one cannot be set, only cleared.
    private func change(_ name: String, _ value: JSONValue) -> JSONValue {
        guard case .list? = description.fields[name]?.shape, let elements = value.array else {
            return withoutDefaults(value)
        }
        return elements.isEmpty ? ["clear": true] : ["set": value]
    }

    /// Returns a response in the form of a request, without the defaults that servers write into nested objects.
    private func written(_ answer: JSONValue) -> JSONValue {
        guard let members = camelCased(answer).object else { return answer }
        return .object(
            projection(
                JSONObject(
                    members.map { name, member in
                        (name, member.object == nil || maps.contains(name) ? member : withoutDefaults(member))
                    })))
    }

    private func camelCased(_ value: JSONValue) -> JSONValue {
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

    /// Returns the object without members that equal their default. An empty object stays: its presence has a meaning.
    private func withoutDefaults(_ value: JSONValue) -> JSONValue {
        if let elements = value.array { return .array(elements.map(withoutDefaults)) }
        guard let members = value.object else { return value }
        return .object(
            JSONObject(
                members.compactMap { name, member in
                    switch member {
                    case .null, "", false, 0, .array([]): nil
                    case .object([:]) where maps.contains(name): nil
                    case .array: (name, withoutDefaults(member))
                    case .object where !maps.contains(name): (name, withoutDefaults(member))
                    default: (name, member)
                    }
                }))
    }
}
