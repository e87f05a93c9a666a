public import HTTPTypes
public import ZentrunkJSON

/// A kind of a well-behaved REST API, made from a description alone.
public struct RESTResource: ResourceKind {
    /// How the API lists objects.
    public enum Listing: Sendable {
        /// `{"objects": […], "meta": {"total_count": …}}` in pages that are asked for by offset. Pages behind the first are
        /// read side by side; they overlap, so that rows which move meanwhile are noticed.
        case offset(items: String, total: JSONPointer, pageSize: Int)
        /// A bare array, newest first; further ones are asked for by the creation date of the oldest that came, which must be
        /// before the one that is given.
        case array(pageSize: Int, before: String, created: String)
        /// Pages at a path of their own, each asked for by the `next_cursor` of the one before; where that path is not known,
        /// the collection answers everything as a bare array. Several pages are read again until nothing went away meanwhile.
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
    ///   - collection: Path of the list, from the root; a trailing slash is repeated behind item ids.
    ///   - wrapper: Member under which a single object may stand instead of standing alone.
    ///   - filters: Fields by which the list can be asked to narrow itself; what comes is checked here again.
    ///   - numberFilter: Parameter by which the list can be asked for records that hold some digits of a number.
    ///   - projection: Brings what is read back to the shape of what is written.
    ///   - conflict: What the service makes of two objects beside each other.
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
        // A few narrow lists are shorter than the whole one on any account worth the name. A connection's login, access list
        // and two URIs, each of which a trunk has in two fields, are six.
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

    /// The list, of which only what is asked for is kept.
    private func listing(keeping query: ResourceQuery) -> ListReading {
        ListReading(client: client, collection: collection, listing: listing, idField: description.idField) {
            record in
            guard let object = description.object(projection(record)) else { return nil }
            return query.matches(object, of: description) ? object : nil
        }
    }

    /// The first page of the list, narrowed by these parameters: one request, for suggestions.
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
            // Nobody who speaks for the API has said that the object is not there; the list does.
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
                // An id may be spelt as a number; an answer without one is about nothing.
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
