import HTTPTypes
import ZentrunkJSON

/// Reads a list to its end, page by page, and keeps only what is asked for: memory grows with the matches and the ids, not with
/// the account.
///
/// Objects that are there all along are found, whatever else comes and goes between two pages. Where a list moves faster than
/// it can be read, that is an error and never a list with holes.
struct ListReading: Sendable {
    let client: APIClient
    let collection: String
    let listing: RESTResource.Listing
    let idField: String
    /// The object in a record, when it is asked for.
    let keep: @Sendable (JSONObject) -> LiveObject?

    /// Everything that is kept of the list, narrowed by these parameters.
    func all(_ narrowing: [(String, String)]) async throws -> [LiveObject] {
        switch listing {
        case .offset(let items, let total, let pageSize):
            try await OffsetPages(pageSize: pageSize, place: place) { offset in
                let query = narrowing + [("limit", String(pageSize)), ("offset", String(offset))]
                let answer = try await get(collection, query)
                let records = try records(in: answer, items, collection)
                return page(records, at: offset, total: answer[total]?.integer.map { Int(clamping: $0) })
            }.all()
        case .array(let pageSize, let before, let created):
            try await byCreation(pageSize: pageSize, before: before, created: created)
        case .cursor(let path, let items, let pageSize):
            try await byCursor(path, items: items, pageSize: pageSize, narrowing)
        }
    }

    /// What is kept of the first page, narrowed by these parameters.
    func firstPage(_ narrowing: [(String, String)]) async throws -> [LiveObject] {
        let (path, items, limit) =
            switch listing {
            case .offset(let items, _, let pageSize): (collection, Optional(items), ("limit", String(pageSize)))
            case .array(let pageSize, _, _): (collection, nil, ("limit", String(pageSize)))
            case .cursor(let path, let items, let pageSize): (path, Optional(items), ("page_size", String(pageSize)))
            }
        return try records(in: try await get(path, narrowing + [limit]), items, path).compactMap(keep)
    }

    private var place: ZentrunkError.Place { client.side.place }

    // MARK: By creation date

    /// What comes and goes elsewhere moves nothing here. Objects of one moment may lie on both sides of a page's end, and moments
    /// are shown to the millisecond only, so each page begins a millisecond late and the overlap is dropped.
    private func byCreation(pageSize: Int, before: String, created: String) async throws -> [LiveObject] {
        var seen: Set<String> = []
        var kept: [LiveObject] = []
        var bound: String?
        while true {
            let answer = try await get(collection, [("limit", String(pageSize))] + (bound.map { [(before, $0)] } ?? []))
            let records = try records(in: answer, nil, collection)
            let page = page(records, at: 0, total: nil)
            kept += page.kept.filter { !seen.contains($0.id) }
            let isNew = page.ids.contains { !seen.contains($0) }
            seen.formUnion(page.ids)
            guard records.count >= pageSize else { return kept }
            guard let oldest = records.compactMap({ $0[created]?.string }).min(),
                let next = Timestamp.justAfter(oldest)
            else {
                throw unreadable(created, expected: "a date in each object", found: "none", collection)
            }
            guard isNew, next != bound else {
                throw unreadable(
                    created, expected: "fewer than \(pageSize) objects of one moment", found: oldest, collection)
            }
            bound = next
            ReadingProgress.current?.expect(1)
            ReadingProgress.current?.advance()
        }
    }

    // MARK: By cursor

    /// Nobody outside knows what a cursor stands for. Where it is a position, rows that go away pull others across it, so a list
    /// of several pages is read until all objects of one reading are there in the next: then none went away meanwhile, and what
    /// only came pulls nothing across.
    private func byCursor(
        _ path: String, items: String, pageSize: Int, _ narrowing: [(String, String)]
    ) async throws -> [LiveObject] {
        var last: Set<String>?
        for _ in 1...Self.mostPasses {
            guard let pass = try await followCursors(path, items: items, pageSize: pageSize, narrowing) else {
                let records = try records(in: try await get(collection, []), nil, collection)
                return page(records, at: 0, total: nil).kept
            }
            if pass.pages == 1 || last?.isSubset(of: pass.ids) == true { return pass.kept }
            last = pass.ids
        }
        throw ListChanged.error(place)
    }

    private static let mostPasses = 8

    /// - Returns: nil when the server does not know the path.
    private func followCursors(
        _ path: String, items: String, pageSize: Int, _ narrowing: [(String, String)]
    ) async throws -> (kept: [LiveObject], ids: Set<String>, pages: Int)? {
        var kept: [LiveObject] = []
        var ids: Set<String> = []
        var cursors: Set<String> = []
        var cursor: String?
        while true {
            let answer: JSONValue
            do {
                answer = try await get(
                    path, narrowing + [("page_size", String(pageSize))] + (cursor.map { [("cursor", $0)] } ?? []))
            } catch let error as APIError where error.isMissingRoute && cursor == nil {
                return nil
            }
            let page = page(try records(in: answer, items, path), at: 0, total: nil)
            kept += page.kept.filter { !ids.contains($0.id) }
            ids.formUnion(page.ids)
            guard answer["has_more"]?.bool == true else { return (kept, ids, cursors.count + 1) }
            guard let next = answer["next_cursor"]?.string, cursors.insert(next).inserted else {
                throw unreadable("next_cursor", expected: "the cursor of the next page", found: "none", path)
            }
            cursor = next
            ReadingProgress.current?.expect(1)
            ReadingProgress.current?.advance()
        }
    }

    // MARK: Answers

    private func get(_ path: String, _ query: [(String, String)]) async throws -> JSONValue {
        do { return try await client.call(.get, path, query: query, access: .read) } catch let error as APIError {
            throw error.ofList
        }
    }

    private func page(_ records: [JSONObject], at offset: Int, total: Int?) -> ListPage {
        ListPage(
            offset: offset, count: records.count, ids: records.compactMap { $0[idField]?.string },
            kept: records.compactMap(keep), total: total)
    }

    private func records(in answer: JSONValue, _ items: String?, _ path: String) throws -> [JSONObject] {
        do {
            let cursor = JSONCursor(answer)
            let list = try items.map { (name) throws(JSONDecodingError) in try cursor.member(name) } ?? cursor
            return try list.elements().map { try $0.members() }
        } catch let error as JSONDecodingError {
            throw client.unreadable(error, .get, path)
        }
    }

    private func unreadable(_ member: String, expected: String, found: String, _ path: String) -> APIError {
        client.unreadable(
            JSONDecodingError(path: JSONPointer([member]), expected: expected, found: found), .get, path)
    }
}

/// One page of a list, as it was at one moment.
struct ListPage: Sendable {
    var offset: Int
    /// How many records it has.
    var count: Int
    /// Of every record.
    var ids: [String]
    /// What is kept of them.
    var kept: [LiveObject]
    /// How many records the whole list had at that moment, if the server says so.
    var total: Int?
}

/// The list moved faster than it could be read.
enum ListChanged {
    static func error(_ place: ZentrunkError.Place) -> ZentrunkError {
        ZentrunkError(
            .unavailable, "a list changed faster than it could be read: something else is changing the account",
            at: place, remedies: [.retry(after: nil)])
    }
}
