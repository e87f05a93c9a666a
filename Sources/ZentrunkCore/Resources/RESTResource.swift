public import HTTPTypes
public import ZentrunkJSON

/// A kind of a well-behaved REST API, made from a description alone.
public struct RESTResource: ResourceKind {
    /// How the API lists objects.
    public enum Listing: Sendable {
        /// `{"objects": […], "meta": {"total_count": …}}` in pages that are asked for by offset. Pages behind the first are
        /// read side by side.
        case offset(items: String, total: JSONPointer, pageSize: Int)
        /// A bare array, newest first; further ones are asked for by the creation date of the oldest that came.
        case array(pageSize: Int, before: String, created: String)
        /// Pages at a path of their own, each asked for by the `next_cursor` of the one before; where that path is not known,
        /// the collection answers everything as a bare array.
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
    private let projection: @Sendable (JSONObject) -> JSONObject

    /// - Parameters:
    ///   - collection: Path of the list, from the root; a trailing slash is repeated behind item ids.
    ///   - wrapper: Member under which a single object may stand instead of standing alone.
    ///   - filters: Fields by which the list can be asked to narrow itself; what comes is checked here again.
    ///   - projection: Brings what is read back to the shape of what is written.
    public init(
        _ description: KindDescription, client: APIClient, collection: String, listing: Listing, wrapper: String? = nil,
        updateMethod: HTTPRequest.Method = .patch, filters: Set<String> = [],
        projection: @escaping @Sendable (JSONObject) -> JSONObject = { $0 }
    ) {
        self.description = description
        self.client = client
        self.collection = collection
        itemSuffix = collection.hasSuffix("/") ? "/" : ""
        self.listing = listing
        self.wrapper = wrapper
        self.updateMethod = updateMethod
        self.filters = filters
        self.projection = projection
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
        // A few narrow lists are shorter than the whole one on any account worth the name.
        if !query.isEverything, query.owner == nil, query.numbers.isEmpty, (1...4).contains(query.references.count),
            query.references.allSatisfy({ filters.contains($0.field) })
        {
            narrowings = query.references.map { [($0.field, $0.id)] }
        }
        let records = try await concurrently(narrowings) { try await list($0) }.joined()
        var seen: Set<String> = []
        return records.compactMap { description.object(projection($0)) }
            .filter { query.matches($0, of: description) && seen.insert($0.id).inserted }
    }

    private func list(_ narrowing: [(String, String)]) async throws -> [JSONObject] {
        switch listing {
        case .offset(let items, let total, let pageSize):
            try await readPages(items: items, total: total, pageSize: pageSize, narrowing)
        case .array(let pageSize, let before, let created):
            try await walk(pageSize: pageSize, before: before, created: created)
        case .cursor(let path, let items, let pageSize):
            try await followCursors(path, items: items, pageSize: pageSize)
        }
    }

    public func read(_ id: String) async throws -> LiveObject? {
        do {
            let answer = try await client.call(.get, item(id), access: .read)
            return try object(in: answer, .get, item(id), id: id)
        } catch let error as APIError where error.isNotFound {
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

    private func item(_ id: String, escaped: Bool = true) -> String {
        (collection.hasSuffix("/") ? collection : collection + "/") + (escaped ? APIClient.escape(id) : id) + itemSuffix
    }

    private func object(
        in answer: JSONValue, _ method: HTTPRequest.Method, _ path: String, id: String? = nil
    ) throws -> LiveObject {
        do {
            let record = try JSONCursor(wrapper.flatMap { answer[$0] } ?? answer).members()
            guard
                let object = description.object(projection(record))
                    ?? id.flatMap({ description.object(projection(record), id: $0) })
            else {
                throw JSONDecodingError(path: JSONPointer([description.idField]), expected: "an id", found: "nothing")
            }
            return object
        } catch let error as JSONDecodingError {
            throw client.unreadable(error, method, path)
        }
    }

    private func readPages(
        items: String, total: JSONPointer, pageSize: Int, _ narrowing: [(String, String)]
    ) async throws -> [JSONObject] {
        @Sendable func page(_ offset: Int) async throws -> (records: [JSONObject], total: Int?) {
            let query = narrowing + [("limit", String(pageSize)), ("offset", String(offset))]
            let answer = try await client.call(.get, collection, query: query, access: .read)
            let records = try Self.records(JSONCursor(answer), items) { client.unreadable($0, .get, collection) }
            return (records, answer[total]?.integer.map { Int($0) })
        }
        let first = try await page(0)
        var records = first.records
        guard records.count >= pageSize else { return records }
        if let total = first.total, total > pageSize {
            let offsets = Array(stride(from: pageSize, to: total, by: pageSize))
            records += try await concurrently(offsets, page).flatMap(\.records)
            guard records.count < total else { return records }
        } else if first.total != nil {
            return records
        }
        // The server did not say how many there are, or rows moved: go on one by one until a page is not full.
        var offset = records.count - records.count % pageSize
        while true {
            let next = try await page(offset)
            records += next.records
            guard next.records.count >= pageSize else { return records }
            offset += pageSize
        }
    }

    private func followCursors(_ path: String, items: String, pageSize: Int) async throws -> [JSONObject] {
        var records: [JSONObject] = []
        var cursor: String?
        repeat {
            var query = [("page_size", String(pageSize))]
            if let cursor { query.append(("cursor", cursor)) }
            let answer: JSONValue
            do {
                answer = try await client.call(.get, path, query: query, access: .read)
            } catch let error as APIError where error.isNotFound && cursor == nil {
                return try Self.records(JSONCursor(try await client.call(.get, collection, access: .read))) {
                    client.unreadable($0, .get, collection)
                }
            }
            records += try Self.records(JSONCursor(answer), items) { client.unreadable($0, .get, path) }
            let next = answer["has_more"]?.bool == true ? answer["next_cursor"]?.string : nil
            guard next != cursor else { break }
            cursor = next
        } while cursor != nil
        return records
    }

    private static func records(
        _ cursor: JSONCursor, _ items: String? = nil, orThrow failure: (JSONDecodingError) -> APIError
    ) throws -> [JSONObject] {
        do {
            let list = try items.map { (name) throws(JSONDecodingError) in try cursor.member(name) } ?? cursor
            return try list.elements().map { try $0.members() }
        } catch let error as JSONDecodingError {
            throw failure(error)
        }
    }

    private func walk(pageSize: Int, before: String, created: String) async throws -> [JSONObject] {
        var records: [JSONObject] = []
        var oldest: String?
        while true {
            var query = [("limit", String(pageSize))]
            if let oldest { query.append((before, oldest)) }
            let answer = try await client.call(.get, collection, query: query, access: .read)
            let page = try Self.records(JSONCursor(answer)) { client.unreadable($0, .get, collection) }
            records += page
            let next = page.compactMap { $0[created]?.string }.min()
            guard page.count >= pageSize, let next, next != oldest else { return records }
            oldest = next
        }
    }
}
