import HTTPTypes
import ZentrunkJSON

/// Reads a list page by page to its end and keeps only matching objects. Memory grows with the matches and the ids, not
/// with the account.
///
/// Objects that exist throughout are found, even if others are created or deleted between two pages. A list that
/// changes faster than it can be read is an error, never a list with gaps.
struct ListReading: Sendable {
    let client: APIClient
    let collection: String
    let listing: RESTResource.Listing
    let idField: String
    /// Returns the object in a record if it matches; nil to skip the record.
    let keep: @Sendable (JSONObject) -> LiveObject?

    /// Returns all matches in the list, narrowed by these query parameters.
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

    /// Returns the matches on the first page, narrowed by these query parameters.
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

    /// Reads pages by creation date, newest first. Objects that come or go elsewhere do not shift these pages. Objects
    /// with the same timestamp may lie on both sides of a page boundary, and timestamps have millisecond resolution, so
    /// each page starts one millisecond late and duplicates are dropped.
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

    /// Reads pages by cursor. The meaning of a cursor is not documented. If it is a position, deleted rows shift others
    /// across a page boundary. A list of several pages is therefore read until one pass contains every object of the
    /// pass before: then no row was deleted in between, and new rows alone do not shift others out of reach.
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

    /// Reads the pages once.
    ///
    /// - Returns: nil if the server does not know the path.
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
                throw unreadable("next_cursor", expected: "where the list goes on", found: "none", path)
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

/// One page of a list at one moment.
struct ListPage: Sendable {
    var offset: Int
    /// The number of records on the page.
    var count: Int
    /// The ids of all records on the page.
    var ids: [String]
    /// The matching objects on the page.
    var kept: [LiveObject]
    /// The length of the list at that moment, if the server reports it.
    var total: Int?
}

/// The error for a list that changes faster than it can be read.
enum ListChanged {
    static func error(_ place: ZentrunkError.Place) -> ZentrunkError {
        ZentrunkError(
            .unavailable, "a list changed faster than it could be read: somebody else is at work on the account",
            at: place, next: ["wait until the others are done, then run the command again"])
    }
}
