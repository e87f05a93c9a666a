public import HTTPTypes
public import ZentrunkJSON

/// A kind of a conventional REST API, built from a description alone.
@_spi(Adapter) public struct RESTResource: ResourceKind {
    public let description: KindDescription
    private let client: APIClient
    private let api: RESTCalls
    private let names: WireNames
    private let pagination: any Pagination
    private let wrapper: String?
    private let filters: Set<String>
    private let numberFilter: String?
    private let only: JSONObject
    private let projection: @Sendable (JSONObject) -> JSONObject
    private let judge: @Sendable (_ body: JSONObject, _ other: LiveObject) -> Conflict?

    /// - Parameters:
    ///   - description: The kind's name, fields and rules.
    ///   - client: The client that sends the calls.
    ///   - calls: Method and path of each operation.
    ///   - listing: How the API lists objects.
    ///   - wrapper: Member that may contain a single object in a response.
    ///   - filters: Fields that the list can filter by; results are checked again locally.
    ///   - numberFilter: Query parameter that filters the list by digits of a phone number.
    ///   - only: Members that a record of the kind has, with their values. The list of the API may hold others.
    ///   - projection: Converts a record, with its members where the kind's fields have them, from the response form to
    ///     the request form.
    ///   - conflict: Reports whether two objects conflict, and how the service reacts.
    public init(
        _ description: KindDescription, client: APIClient, calls: RESTCalls, listing: some Pagination,
        wrapper: String? = nil, filters: Set<String> = [], numberFilter: String? = nil, only: JSONObject = [:],
        projection: @escaping @Sendable (JSONObject) -> JSONObject = { $0 },
        conflict: @escaping @Sendable (_ body: JSONObject, _ other: LiveObject) -> Conflict? = { _, _ in nil }
    ) {
        self.description = description
        self.client = client
        api = calls
        names = WireNames(description.fields)
        pagination = listing
        self.wrapper = wrapper
        self.filters = filters
        self.numberFilter = numberFilter
        self.only = only
        self.projection = projection
        judge = conflict
    }

    /// The same for an API whose operations all have the collection's path.
    ///
    /// - Parameters:
    ///   - collection: Path of the list, from the root; a trailing slash is repeated after item ids.
    ///   - updateMethod: The HTTP method of an update.
    public init(
        _ description: KindDescription, client: APIClient, collection: String, listing: some Pagination,
        wrapper: String? = nil,
        updateMethod: HTTPRequest.Method = .patch, filters: Set<String> = [],
        numberFilter: String? = nil, only: JSONObject = [:],
        projection: @escaping @Sendable (JSONObject) -> JSONObject = { $0 },
        conflict: @escaping @Sendable (_ body: JSONObject, _ other: LiveObject) -> Conflict? = { _, _ in nil }
    ) {
        self.init(
            description, client: client, calls: RESTCalls(collection: collection, update: updateMethod),
            listing: listing, wrapper: wrapper, filters: filters, numberFilter: numberFilter, only: only,
            projection: projection, conflict: conflict)
    }

    public var calls: [KindCall] {
        [
            KindCall(.list, .get, pagination.path ?? api.list),
            KindCall(
                .create, api.create.method, api.create.path, members: names.members(description.fields, isNew: true)),
            KindCall(.read, api.read.method, api.read.path),
            KindCall(
                .update, api.update.method, api.update.path, members: names.members(description.fields, isNew: false)),
            KindCall(.delete, api.delete.method, api.delete.path),
        ]
    }

    public func find(_ query: ResourceQuery) async throws -> [LiveObject] {
        var narrowings: [[(String, String)]] = [[]]
        // A few filtered lists are shorter than the full list on any sizeable account. A connection's credential,
        // access list and two URIs, the latter each in two trunk fields, need six.
        if !query.isEverything, query.owner == nil, query.numbers.isEmpty, (1...8).contains(query.references.count),
            query.references.allSatisfy({ filters.contains($0.field) })
        {
            narrowings = query.references.map { [($0.field, $0.id)] }
        }
        if query.numbersSuffice, let numberFilter, (1...8).contains(query.numbers.count) {
            narrowings = query.numbers.map { [(numberFilter, $0.digits)] }
        }
        var seen: Set<String> = []
        return try await concurrently(narrowings) { try await pagination.all(list(keeping: query, $0)) }.joined()
            .filter { seen.insert($0.id).inserted }
    }

    /// Returns a reading of the list that keeps only objects that match the query.
    private func list(keeping query: ResourceQuery, _ narrowing: [(String, String)]) -> ListReading {
        ListReading(client: client, collection: api.list, idField: description.idField, narrowing: narrowing) {
            record in
            guard let object = listed(record) else { return nil }
            return query.matches(object, of: description) ? object : nil
        }
    }

    /// Returns the first page of the list, narrowed by these query parameters: one request, for suggestions.
    public func firstPage(_ filters: [String: String]) async throws -> [LiveObject] {
        let narrowing = filters.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        return try await pagination.firstPage(list(keeping: .everything, narrowing))
    }

    public func read(_ id: String) async throws -> LiveObject? {
        let path = api.read.path(of: id)
        do {
            let answer = try await client.call(api.read.method, path, access: .read)
            return try object(in: answer, api.read.method, path, id: id)
        } catch let error as APIError where error.isNotFound {
            return nil
        } catch let error as APIError where error.isMissingRoute {
            // The response does not come from the API itself, so it does not prove that the object is missing. The list
            // does.
            let list = ListReading(client: client, collection: api.list, idField: description.idField) { record in
                let object = listed(record)
                return object?.id == id ? object : nil
            }
            guard let found = try? await pagination.all(list), found.isEmpty else { throw error }
            return nil
        }
    }

    public func create(_ body: JSONObject) async throws -> LiveObject {
        let (method, path) = (api.create.method, api.create.path)
        let body = names.body(body, isNew: true)
        let answer = try await client.call(method, path, body: .object(body), access: .write)
        guard let object = try object(in: answer, method, path, isNew: true) else {
            throw client.unreadable(missingID, method, path)
        }
        return object
    }

    public func update(_ live: LiveObject, _ changes: JSONObject) async throws {
        let body = names.body(changes, isNew: false)
        _ = try await client.call(
            api.update.method, api.update.path(of: live.id), body: .object(body), access: .write)
    }

    public func delete(_ id: String) async throws {
        _ = try await client.call(api.delete.method, api.delete.path(of: id), access: .write)
    }

    public func conflict(of body: JSONObject, with other: LiveObject) -> Conflict? { judge(body, other) }

    /// Returns the object in a record of the list; nil for a record of another kind or without an id.
    private func listed(_ record: JSONObject) -> LiveObject? {
        isOfKind(record) ? description.object(projection(names.fields(record))) : nil
    }

    private func isOfKind(_ record: JSONObject) -> Bool { only.allSatisfy { record[$0.name] == $0.value } }

    private var missingID: JSONDecodingError {
        JSONDecodingError(path: JSONPointer([description.idField]), expected: "an id", found: "nothing")
    }

    /// Returns the object in a response.
    ///
    /// - Parameter isNew: Whether the response may lack most members.
    /// - Returns: nil if the record is of another kind.
    private func object(
        in answer: JSONValue, _ method: HTTPRequest.Method, _ path: String, id: String? = nil, isNew: Bool = false
    ) throws -> LiveObject? {
        do {
            let record = try JSONCursor(wrapper.flatMap { answer[$0] } ?? answer).members()
            guard isNew || isOfKind(record) else { return nil }
            let fields = names.fields(record)
            // An id may be a number in the record. A record without an id is not about an object.
            let known = fields[description.idField]?.isNull == false ? id : nil
            guard
                let object = description.object(projection(fields))
                    ?? known.flatMap({ description.object(projection(fields), id: $0) })
            else { throw missingID }
            return object
        } catch let error as JSONDecodingError {
            throw client.unreadable(error, method, path)
        }
    }
}
