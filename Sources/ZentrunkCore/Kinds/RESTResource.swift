public import HTTPTypes
public import ZentrunkJSON

/// A kind of a conventional REST API, built from a description alone.
public struct RESTResource: ResourceKind {
    /// How the API lists objects.
    public enum Listing: Sendable {
        /// `{"objects": […], "meta": {"total_count": …}}` in pages by offset. Pages after the first are read
        /// concurrently; they overlap, so that rows which shift meanwhile are noticed.
        case offset(items: String, total: JSONPointer, pageSize: Int)
        /// A bare array, newest first. The next page is requested with the creation date of the oldest object so far,
        /// as the value of the `before` parameter.
        case array(pageSize: Int, before: String, created: String)
        /// Pages at a separate path, each requested with the `next_cursor` of the one before. If the server does not
        /// know that path, the collection returns everything as a bare array. Several pages are read again until no row
        /// was deleted meanwhile.
        case cursor(path: String, items: String, pageSize: Int)
    }

    public let description: KindDescription
    private let client: APIClient
    private let collection: String
    private let itemSuffix: String
    private let listing: Listing
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
        _ description: KindDescription, client: APIClient, collection: String, listing: Listing, wrapper: String? = nil,
        updateMethod: HTTPRequest.Method = .patch, filters: Set<String> = [],
        numberFilter: String? = nil,
        projection: @escaping @Sendable (JSONObject) -> JSONObject = { $0 },
        conflict: @escaping @Sendable (_ body: JSONObject, _ other: LiveObject) -> Conflict? = { _, _ in nil }
    ) {
        self.description = description
        self.client = client
        self.collection = collection
        itemSuffix = collection.hasSuffix("/") ? "/" : ""
        self.listing = listing
        self.wrapper = wrapper
        self.updateMethod = updateMethod
        self.filters = filters
        self.numberFilter = numberFilter
        self.projection = projection
        judge = conflict
    }

    public var calls: [KindCall] {
        let item = item("{id}", escaped: false)
        let list = if case .cursor(let path, _, _) = listing { path } else { collection }
        return [
            KindCall(.list, .get, list), KindCall(.create, .post, collection), KindCall(.read, .get, item),
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
        let reading = listing(keeping: query)
        var seen: Set<String> = []
        return try await concurrently(narrowings) { try await reading.all($0) }.joined()
            .filter { seen.insert($0.id).inserted }
    }

    /// Returns a reading of the list that keeps only objects that match the query.
    private func listing(keeping query: ResourceQuery) -> ListReading {
        ListReading(client: client, collection: collection, listing: listing, idField: description.idField) {
            record in
            guard let object = description.object(projection(record)) else { return nil }
            return query.matches(object, of: description) ? object : nil
        }
    }

    /// Returns the first page of the list, narrowed by these query parameters: one request, for suggestions.
    public func firstPage(_ filters: [String: String]) async throws -> [LiveObject] {
        try await listing(keeping: .everything).firstPage(filters.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
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
            let list = ListReading(
                client: client, collection: collection, listing: listing, idField: description.idField
            ) { record in
                let object = description.object(projection(record))
                return object?.id == id ? object : nil
            }
            guard let found = try? await list.all([]), found.isEmpty else { throw error }
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
