import HTTPTypes
public import ZentrunkJSON

/// How an API hands out a list in pages.
///
/// Objects that are there all along have to be found, whatever else comes and goes between two pages. A list that moves faster
/// than it can be read is an error, ``ListReading/changed``, and never a list with holes. The usual forms are
/// ``OffsetPagination``, ``DatePagination`` and ``CursorPagination``; an adapter can bring a form of its own.
public protocol Pagination: Sendable {
    /// The list's path, where it is not the collection's.
    var path: String? { get }

    /// Everything that is kept of the list.
    func all(_ list: ListReading) async throws -> [LiveObject]

    /// What is kept of the first page: one request.
    func firstPage(_ list: ListReading) async throws -> [LiveObject]
}

extension Pagination {
    /// The collection's.
    public var path: String? { nil }
}

// MARK: By offset

/// Pages that are asked for by offset. Pages behind the first are read side by side; they overlap, so that rows that move
/// meanwhile are noticed.
public struct OffsetPagination: Pagination {
    private let items: String?
    private let total: JSONPointer
    private let pageSize: Int
    private let limit: String
    private let offset: String

    /// - Parameters:
    ///   - items: The member that holds the records; nil for a bare array.
    ///   - total: Where the answer says how many records there are, if it does.
    ///   - limit: The parameter for the page's size.
    ///   - offset: The parameter for the number of records in front of the page.
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
    /// Pages that are asked for by offset, as in `{"objects": […], "meta": {"total_count": …}}`.
    public static func offset(
        items: String?, total: JSONPointer, pageSize: Int, limit: String, offset: String
    ) -> OffsetPagination {
        OffsetPagination(items: items, total: total, pageSize: pageSize, limit: limit, offset: offset)
    }
}

// MARK: By creation date

/// Pages, newest first, of which each is asked for by the creation date of the oldest object that came.
///
/// What comes and goes elsewhere moves nothing here. Objects of one moment may lie on both sides of a page's end, and moments
/// are shown to the millisecond only, so each page begins a millisecond late and the overlap is dropped.
public struct DatePagination: Pagination {
    private let items: String?
    private let pageSize: Int
    private let limit: String
    private let before: String
    private let created: String

    /// - Parameters:
    ///   - items: The member that holds the records; nil for a bare array.
    ///   - limit: The parameter for the page's size.
    ///   - before: The parameter for the date before which objects of the page were created.
    ///   - created: The member of a record that holds its creation date.
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
    /// Pages, newest first, that are asked for by creation date.
    public static func creationDate(
        items: String? = nil, pageSize: Int, limit: String, before: String, created: String
    ) -> DatePagination {
        DatePagination(items: items, pageSize: pageSize, limit: limit, before: before, created: created)
    }
}

// MARK: By cursor

/// Pages of which each is asked for by what the one before says: a cursor in the answer or its header, or a page's number.
///
/// Nobody outside knows what a cursor stands for. Where it is a position, rows that go away pull others across it, so a list
/// of several pages is read until all objects of one reading are there in the next: then none went away meanwhile, and what
/// only came pulls nothing across.
public struct CursorPagination: Pagination {
    /// Where the next page's cursor is found.
    public struct Next: Sendable {
        /// The member or header field, for messages.
        let name: String
        /// - Returns: The cursor, or nil at the end of the list; empty where the list goes on and the cursor is missing.
        let cursor: @Sendable (_ answer: ListReading.Answer, _ current: String?) -> String?

        /// - Parameters:
        ///   - name: What errors call it.
        ///   - cursor: The cursor behind an answer, which `current` asked for; nil at the end of the list.
        public init(
            _ name: String, cursor: @escaping @Sendable (_ answer: ListReading.Answer, _ current: String?) -> String?
        ) {
            self.name = name
            self.cursor = cursor
        }

        /// A member of the answer.
        ///
        /// - Parameter more: The member that says whether the list goes on; without one it goes on while there is a cursor.
        public static func member(_ name: String, while more: String? = nil) -> Next {
            Next(name) { answer, _ in
                let cursor = answer.body[name]?.string
                guard let more else { return cursor?.isEmpty == false ? cursor : nil }
                return answer.body[more]?.bool == true ? cursor ?? "" : nil
            }
        }

        /// A field of the answer's header.
        public static func header(_ name: String) -> Next {
            Next(name) { answer, _ in
                HTTPField.Name(name).flatMap { answer.header[$0] }.flatMap { $0.isEmpty ? nil : $0 }
            }
        }

        /// The number of the page, as long as pages are full.
        public static func number(first: Int = 1, pageSize: Int) -> Next {
            Next("page") { answer, current in
                guard answer.records.count >= pageSize else { return nil }
                return String((current.flatMap { Int($0) } ?? first) + 1)
            }
        }
    }

    public let path: String?
    private let items: String?
    private let pageSize: Int
    private let limit: String
    private let cursor: String
    private let next: Next

    /// - Parameters:
    ///   - path: The list's path, where it is not the collection's. When the server does not know it, the collection answers
    ///     everything as a bare array.
    ///   - items: The member that holds the records; nil for a bare array.
    ///   - limit: The parameter for the page's size.
    ///   - cursor: The parameter for the cursor.
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
    /// So many pages in a row that bring nothing new are a server that answers the same again and again.
    private static let mostIdle = 4

    /// Reads the list once.
    ///
    /// - Returns: nil when the server does not know the path.
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
    /// Pages of which each is asked for by what the one before says.
    public static func cursor(
        path: String? = nil, items: String?, pageSize: Int, limit: String, cursor: String, next: CursorPagination.Next
    ) -> CursorPagination {
        CursorPagination(path: path, items: items, pageSize: pageSize, limit: limit, cursor: cursor, next: next)
    }
}
