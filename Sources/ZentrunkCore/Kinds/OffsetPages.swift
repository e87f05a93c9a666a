/// A list that is read in pages by offset while its rows may shift.
///
/// A deleted row pulls all later rows forward, so a row can slip from an unread page onto one that has been read. Pages
/// therefore overlap, and a page counts only if it contains a row that was read before. The server keeps the remaining
/// rows in order, so everything between such a row and the end of the page is on that page, no matter when each page
/// was read.
struct OffsetPages: Sendable {
    let pageSize: Int
    let place: ZentrunkError.Place
    let read: @Sendable (_ offset: Int) async throws -> ListPage

    init(
        pageSize: Int, place: ZentrunkError.Place, read: @escaping @Sendable (_ offset: Int) async throws -> ListPage
    ) {
        self.pageSize = max(2, pageSize)
        self.place = place
        self.read = read
    }

    /// The rows read so far, without a gap from the start of the list to the end of the last page.
    private struct Chain {
        var seen: Set<String> = []
        var kept: [LiveObject] = []
        var end = 0
        var isComplete = false
        /// Consecutive pages without a new row.
        var idle = 0

        func holds(_ page: ListPage) -> Bool { page.offset == 0 || page.ids.contains(where: seen.contains) }

        mutating func add(_ page: ListPage, pageSize: Int) {
            let before = seen.count
            kept += page.kept.filter { !seen.contains($0.id) }
            seen.formUnion(page.ids)
            idle = seen.count == before ? idle + 1 : 0
            end = page.offset + page.count
            isComplete = page.count < pageSize || page.total.map { end >= $0 } ?? false
        }
    }

    /// Rows that adjacent pages share: one of them may be deleted without causing a repeated read.
    private var overlap: Int { min(2, pageSize - 1) }

    /// Reads the list to its end.
    ///
    /// - Throws: ``ZentrunkError`` `unavailable` if the list changes faster than it can be read.
    func all() async throws -> [LiveObject] {
        let first = try await read(0)
        var chain = Chain()
        chain.add(first, pageSize: pageSize)
        guard !chain.isComplete else { return first.kept }

        var ahead: [ListPage] = []
        if let total = first.total {
            guard total <= Self.mostRows else { throw ListChanged.error(place) }
            let offsets = Array(stride(from: pageSize - overlap, to: total - overlap, by: pageSize - overlap))
            ReadingProgress.current?.expect(offsets.count)
            ahead = try await concurrently(offsets) { offset in
                defer { ReadingProgress.current?.advance() }
                return try await read(offset)
            }
        }
        var repairs = Self.freeRepairs + ahead.count
        for page in ahead where !chain.isComplete {
            if !chain.holds(page) { try await bridge(&chain, to: page, &repairs) }
            if !chain.isComplete { chain.add(page, pageSize: pageSize) }
        }
        // The server reported no total, or rows were added meanwhile: read until a page is the last one.
        while !chain.isComplete {
            let next = try await read(max(0, chain.end - overlap))
            if !chain.holds(next) { try await bridge(&chain, to: next, &repairs) }
            if !chain.isComplete { chain.add(next, pageSize: pageSize) }
            guard chain.idle < Self.mostIdle, chain.seen.count <= Self.mostRows else { throw ListChanged.error(place) }
        }
        return chain.kept
    }

    /// Reads the gap between the end of the chain and a page that does not overlap with it.
    private func bridge(_ chain: inout Chain, to page: ListPage, _ repairs: inout Int) async throws {
        let half = max(1, pageSize / 2)
        var offset = page.offset - half
        while repairs > 0 {
            repairs -= 1
            let between = try await read(max(0, offset))
            if chain.holds(between) {
                chain.add(between, pageSize: pageSize)
                if chain.isComplete || chain.holds(page) { return }
                offset = between.offset + half
            } else {
                // So many rows were deleted that the following ones have moved even further forward.
                offset = between.offset - half
            }
        }
        throw ListChanged.error(place)
    }

    private static let freeRepairs = 32
    private static let mostIdle = 4
    private static let mostRows = 1_000_000
}
