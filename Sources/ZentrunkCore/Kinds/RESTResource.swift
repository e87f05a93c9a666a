public import HTTPTypes
public import ZentrunkJSON

/// A kind of a conventional REST API, built from a description alone.
public struct RESTResource: ResourceKind {
    public let description: KindDescription
    private let client: APIClient
    private let collection: String
    private let itemSuffix: String
    private let pagination: any Pagination
    private let wrapper: String?
    private let updateMethod: HTTPRequest.Method
    private let filters: Set<String>
    private let numberFilter: String?
    private let projection: @Sendable (JSONObject) -> JSONObject
    private let judge: @Sendable (_ body: JSONObject, _ other: LiveObject) -> Conflict?

    /// - Parameters:
    ///   - description: The kind's name, fields and rules.
    ///   - client: The client that sends the calls.
    ///   - collection: Path of the list, from the root; a trailing slash is repeated after item ids.
    ///   - listing: How the API lists objects.
    ///   - wrapper: Member that may contain a single object in a response.
    ///   - updateMethod: The HTTP method of an update.
    ///   - filters: Fields that the list can filter by; results are checked again locally.
    ///   - numberFilter: Query parameter that filters the list by digits of a phone number.
    ///   - projection: Converts a record from the response form to the request form.
    ///   - conflict: Reports whether two objects conflict, and how the service reacts.
    public init(
        _ description: KindDescription, client: APIClient, collection: String, listing: some Pagination,
        wrapper: String? = nil,
        updateMethod: HTTPRequest.Method = .patch, filters: Set<String> = [],
        numberFilter: String? = nil,
        projection: @escaping @Sendable (JSONObject) -> JSONObject = { $0 },
        conflict: @escaping @Sendable (_ body: JSONObject, _ other: LiveObject) -> Conflict? = { _, _ in nil }
    ) {
        self.description = description
        self.client = client
        self.collection = collection
        itemSuffix = collection.hasSuffix("/") ? "/" : ""
        pagination = listing
        self.wrapper = wrapper
        self.updateMethod = updateMethod
        self.filters = filters
        self.numberFilter = numberFilter
        self.projection = projection
        judge = conflict
    }

    public var calls: [KindCall] {
        let item = item("{id}", escaped: false)
        return [
            KindCall(.list, .get, pagination.path ?? collection), KindCall(.create, .post, collection),
            KindCall(.read, .get, item),
            KindCall(.update, updateMethod, item), KindCall(.delete, .delete, item),
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
        ListReading(
            client: client, collection: collection, idField: description.idField, narrowing: narrowing
        ) { record in
            guard let object = description.object(projection(record)) else { return nil }
            return query.matches(object, of: description) ? object : nil
        }
    }

    /// Returns the first page of the list, narrowed by these query parameters: one request, for suggestions.
    public func firstPage(_ filters: [String: String]) async throws -> [LiveObject] {
        let narrowing = filters.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        return try await pagination.firstPage(list(keeping: .everything, narrowing))
    }

    public func read(_ id: String) async throws -> LiveObject? {
        do {
            let answer = try await client.call(.get, item(id), access: .read)
            return try object(in: answer, .get, item(id), id: id)
        } catch let error as APIError where error.isNotFound {
            return nil
        } catch let error as APIError where error.isMissingRoute {
            // The response does not come from the API itself, so it does not prove that the object is missing. The list
            // does.
            let list = ListReading(client: client, collection: collection, idField: description.idField) { record in
                let object = description.object(projection(record))
                return object?.id == id ? object : nil
            }
            guard let found = try? await pagination.all(list), found.isEmpty else { throw error }
            return nil
        }
    }

    public func create(_ body: JSONObject) async throws -> LiveObject {
        let answer = try await client.call(.post, collection, body: .object(body), access: .write)
        return try object(in: answer, .post, collection)
    }

    public func update(_ live: LiveObject, _ changes: JSONObject) async throws {
        _ = try await client.call(updateMethod, item(live.id), body: .object(changes), access: .write)
    }

    public func delete(_ id: String) async throws {
        _ = try await client.call(.delete, item(id), access: .write)
    }

    public func conflict(of body: JSONObject, with other: LiveObject) -> Conflict? { judge(body, other) }

    private func item(_ id: String, escaped: Bool = true) -> String {
        (collection.hasSuffix("/") ? collection : collection + "/") + (escaped ? APIClient.escape(id) : id) + itemSuffix
    }

    private func object(
        in answer: JSONValue, _ method: HTTPRequest.Method, _ path: String, id: String? = nil
    ) throws -> LiveObject {
        do {
            let record = try JSONCursor(wrapper.flatMap { answer[$0] } ?? answer).members()
            guard
                // An id may be a number in the record. A record without an id is not about an object.
                let object = description.object(projection(record))
                    ?? (record[description.idField]?.isNull == false ? id : nil)
                    .flatMap({ description.object(projection(record), id: $0) })
            else {
                throw JSONDecodingError(path: JSONPointer([description.idField]), expected: "an id", found: "nothing")
            }
            return object
        } catch let error as JSONDecodingError {
            throw client.unreadable(error, method, path)
        }
    }
}
