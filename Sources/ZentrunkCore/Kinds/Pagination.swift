import HTTPTypes
public import ZentrunkJSON

/// How an API hands out a list in pages.
///
/// Objects that exist throughout must be found, even if others are created or deleted between two pages. A list that
/// changes faster than it can be read is an error, ``ListReading/changed``, never a list with gaps. The usual forms are
/// ``OffsetPagination``, ``DatePagination`` and ``CursorPagination``; an adapter can provide its own.
@_spi(Adapter) public protocol Pagination: Sendable {
    /// The path of the list, if it differs from the collection's.
    var path: String? { get }

    /// Returns all matches in the list.
    func all(_ list: ListReading) async throws -> [LiveObject]

    /// Returns the matches on the first page: one request.
    func firstPage(_ list: ListReading) async throws -> [LiveObject]
}

extension Pagination {
    /// The collection's.
    public var path: String? { nil }
}

// MARK: By offset

/// Pages by offset. Pages after the first are read concurrently; they overlap, so that rows which shift meanwhile are
/// noticed.
@_spi(Adapter) public struct OffsetPagination: Pagination {
    private let items: String?
    private let total: JSONPointer
    private let pageSize: Int
    private let limit: String
    private let offset: String

    /// - Parameters:
    ///   - items: The member that contains the records; nil for a bare array.
    ///   - total: The member with the number of all records, if the response has one.
    ///   - limit: The query parameter for the page size.
    ///   - offset: The query parameter for the number of records before the page.
    public init(items: String?, total: JSONPointer, pageSize: Int, limit: String, offset: String) {
        self.items = items
        self.total = total
        self.pageSize = pageSize
        self.limit = limit
        self.offset = offset
    }

    public func all(_ list: ListReading) async throws -> [LiveObject] {
        try await OffsetPages(pageSize: pageSize, place: list.place) { start in
            let answer = try await list.read([(limit, String(pageSize)), (offset, String(start))], items: items)
            return ListPage(
                offset: start, count: answer.records.count, ids: answer.ids, kept: answer.kept,
                total: answer.body[total]?.integer.map { Int(clamping: $0) })
        }.all()
    }

    public func firstPage(_ list: ListReading) async throws -> [LiveObject] {
        try await list.read([(limit, String(pageSize))], items: items).kept
    }
}

extension Pagination where Self == OffsetPagination {
    /// Pages by offset, as in `{"objects": […], "meta": {"total_count": …}}`.
    public static func offset(
        items: String?, total: JSONPointer, pageSize: Int, limit: String, offset: String
    ) -> OffsetPagination {
        OffsetPagination(items: items, total: total, pageSize: pageSize, limit: limit, offset: offset)
    }
}

// MARK: By creation date

/// Pages, newest first. The next page is requested with the creation date of the oldest object so far.
///
/// Objects that are created or deleted elsewhere do not shift these pages. Objects with the same timestamp may lie on
/// both sides of a page boundary, and timestamps have millisecond resolution, so each page starts one millisecond late
/// and duplicates are dropped.
@_spi(Adapter) public struct DatePagination: Pagination {
    private let items: String?
    private let pageSize: Int
    private let limit: String
    private let before: String
    private let created: String

    /// - Parameters:
    ///   - items: The member that contains the records; nil for a bare array.
    ///   - limit: The query parameter for the page size.
    ///   - before: The query parameter for the date before which the objects were created.
    ///   - created: The member of a record with its creation date.
    public init(items: String?, pageSize: Int, limit: String, before: String, created: String) {
        self.items = items
        self.pageSize = pageSize
        self.limit = limit
        self.before = before
        self.created = created
    }

    public func all(_ list: ListReading) async throws -> [LiveObject] {
        var seen: Set<String> = []
        var kept: [LiveObject] = []
        var bound: String?
        while true {
            let page = try await list.read(
                [(limit, String(pageSize))] + (bound.map { [(before, $0)] } ?? []), items: items)
            kept += page.kept.filter { !seen.contains($0.id) }
            let isNew = page.ids.contains { !seen.contains($0) }
            seen.formUnion(page.ids)
            guard page.records.count >= pageSize else { return kept }
            guard let oldest = page.records.compactMap({ $0[created]?.string }).min(),
                let next = Timestamp.justAfter(oldest)
            else { throw list.unreadable(created, expected: "a date in each object", found: "none") }
            guard isNew, next != bound else {
                throw list.unreadable(
                    created, expected: "fewer than \(pageSize) objects of one moment", found: oldest)
            }
            bound = next
            list.advance()
        }
    }

    public func firstPage(_ list: ListReading) async throws -> [LiveObject] {
        try await list.read([(limit, String(pageSize))], items: items).kept
    }
}

extension Pagination where Self == DatePagination {
    /// Pages by creation date, newest first.
    public static func creationDate(
        items: String? = nil, pageSize: Int, limit: String, before: String, created: String
    ) -> DatePagination {
        DatePagination(items: items, pageSize: pageSize, limit: limit, before: before, created: created)
    }
}

// MARK: By cursor

/// Pages, each requested with a value from the one before: a cursor in the response or its header, or the page's
/// number.
///
/// The meaning of a cursor is unknown. If it is a position, deleted rows shift others across it. So a list of several
/// pages is read until all objects of one reading are in the next: then no row was deleted meanwhile, and new rows
/// shift nothing across.
@_spi(Adapter) public struct CursorPagination: Pagination {
    /// The place of the next page's cursor.
    public struct Next: Sendable {
        /// The name of the member or header field, for messages.
        let name: String
        /// Returns the cursor; nil at the end of the list, empty if the list continues and the cursor is missing.
        let cursor: @Sendable (_ answer: ListReading.Answer, _ current: String?) -> String?

        /// - Parameters:
        ///   - name: The name in errors.
        ///   - cursor: Returns the cursor after a response to `current`; nil at the end of the list.
        public init(
            _ name: String, cursor: @escaping @Sendable (_ answer: ListReading.Answer, _ current: String?) -> String?
        ) {
            self.name = name
            self.cursor = cursor
        }

        /// A member of the response.
        ///
        /// - Parameter more: The member that says whether the list continues; without one it continues while there is a
        ///   cursor.
        public static func member(_ name: String, while more: String? = nil) -> Next {
            Next(name) { answer, _ in
                let cursor = answer.body[name]?.string
                guard let more else { return cursor?.isEmpty == false ? cursor : nil }
                return answer.body[more]?.bool == true ? cursor ?? "" : nil
            }
        }

        /// A field of the response's header.
        public static func header(_ name: String) -> Next {
            Next(name) { answer, _ in
                HTTPField.Name(name).flatMap { answer.header[$0] }.flatMap { $0.isEmpty ? nil : $0 }
            }
        }

        /// The number of the next page, as long as pages are full.
        public static func number(first: Int = 1, pageSize: Int) -> Next {
            Next("page") { answer, current in
                guard answer.records.count >= pageSize else { return nil }
                return String((current.flatMap { Int($0) } ?? first) + 1)
            }
        }
    }

    /// The path of the list, if it differs from the collection's.
    public let path: String?
    private let items: String?
    private let pageSize: Int
    private let limit: String
    private let cursor: String
    private let next: Next

    /// - Parameters:
    ///   - path: The path of the list, if it differs from the collection's. If the server does not know it, the
    ///     collection returns everything as a bare array.
    ///   - items: The member that contains the records; nil for a bare array.
    ///   - limit: The query parameter for the page size.
    ///   - cursor: The query parameter for the cursor.
    public init(path: String? = nil, items: String?, pageSize: Int, limit: String, cursor: String, next: Next) {
        self.path = path
        self.items = items
        self.pageSize = pageSize
        self.limit = limit
        self.cursor = cursor
        self.next = next
    }

    public func all(_ list: ListReading) async throws -> [LiveObject] {
        var last: Set<String>?
        for _ in 1...Self.mostPasses {
            guard let pass = try await follow(list) else {
                return try await list.read([], items: nil, isNarrowed: false).kept
            }
            if pass.pages == 1 || last?.isSubset(of: pass.ids) == true { return pass.kept }
            last = pass.ids
        }
        throw list.changed
    }

    public func firstPage(_ list: ListReading) async throws -> [LiveObject] {
        try await list.read([(limit, String(pageSize))], items: items, at: path).kept
    }

    private static let mostPasses = 8
    /// The number of consecutive pages without a new row after which a server is taken to repeat itself.
    private static let mostIdle = 4

    /// Reads the list once.
    ///
    /// - Returns: nil if the server does not know the path.
    private func follow(_ list: ListReading) async throws -> (kept: [LiveObject], ids: Set<String>, pages: Int)? {
        var kept: [LiveObject] = []
        var ids: Set<String> = []
        var cursors: Set<String> = []
        var current: String?
        var idle = 0
        while true {
            let page: ListReading.Answer
            do {
                page = try await list.read(
                    [(limit, String(pageSize))] + (current.map { [(cursor, $0)] } ?? []), items: items, at: path)
            } catch let error as APIError where error.isMissingRoute && path != nil && current == nil {
                return nil
            }
            kept += page.kept.filter { !ids.contains($0.id) }
            idle = ids.isSuperset(of: page.ids) ? idle + 1 : 0
            ids.formUnion(page.ids)
            guard idle < Self.mostIdle else { throw list.changed }
            guard let following = next.cursor(page, current) else { return (kept, ids, cursors.count + 1) }
            guard !following.isEmpty, cursors.insert(following).inserted else {
                throw list.unreadable(next.name, expected: "where the list goes on", found: "none", at: path)
            }
            current = following
            list.advance()
        }
    }
}

extension Pagination where Self == CursorPagination {
    /// Pages, each requested with a value from the one before.
    public static func cursor(
        path: String? = nil, items: String?, pageSize: Int, limit: String, cursor: String, next: CursorPagination.Next
    ) -> CursorPagination {
        CursorPagination(path: path, items: items, pageSize: pageSize, limit: limit, cursor: cursor, next: next)
    }
}
