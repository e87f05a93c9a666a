import HTTPTypes
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON

/// The call records of an account. <https://docs.plivo.com/docs/sip-trunking/api/calls>
///
/// All methods throw `ZentrunkError` and `CancellationError`, and only read. Records of Plivo's Voice API are not among
/// them.
public struct CallRecords: Sendable {
    private let client: APIClient
    private let path: String
    let clock: any Clock<Duration>
    let now: @Sendable () -> UTCTime

    init(_ client: APIClient, _ root: String, clock: any Clock<Duration>, now: @escaping @Sendable () -> UTCTime) {
        self.client = client
        path = root + CallListThrottle.path
        self.clock = clock
        self.now = now
    }

    /// Returns the records of completed calls that match a filter, in Plivo's order. The pages are read as the sequence is
    /// iterated.
    ///
    /// How long after a call its record appears is unknown: that a record is missing does not prove that there was no
    /// call.
    ///
    /// - Throws: `ZentrunkError` `invalid` for a range that begins more than 90 days ago, and one that cannot match.
    ///   Nothing is sent.
    public func list(_ filter: CallFilter = CallFilter()) throws -> CallRecordSequence {
        let query = try filter.query(at: now())
        return CallRecordSequence(clock: clock) { offset, limit in
            try await page(query + [("limit", String(limit)), ("offset", String(offset))])
        }
    }

    private func page(_ query: [(String, String)]) async throws -> CallRecordSequence.Page {
        do {
            let cursor = JSONCursor(try await client.call(.get, path, query: query, access: .read))
            let records = try cursor.member("objects").elements().map { try CallRecord(listed: $0) }
            let total = try cursor.memberIfPresent("meta")?.memberIfPresent("total_count")?.integer()
            return .init(records: records, total: total.map { Int($0) })
        } catch let error as JSONDecodingError {
            throw client.unreadable(error, .get, path)
        } catch let error as APIError {
            throw error.ofList
        }
    }

    /// Returns the record with that id; nil if there is none: unknown, not yet written, older than 90 days, or a call of
    /// the Voice API.
    public func get(id: CallRecord.ID) async throws -> CallRecord? {
        try await read(id, "") { cursor throws(JSONDecodingError) in try CallRecord(cursor) }
    }

    /// Returns the quality of a call; nil if Plivo has no such call.
    public func insights(id: CallRecord.ID) async throws -> CallInsights? {
        try await read(id, "Insights/") { cursor throws(JSONDecodingError) in try CallInsights(cursor) }
    }

    private func read<Value: Sendable>(
        _ id: CallRecord.ID, _ rest: String, _ value: (JSONCursor) throws(JSONDecodingError) -> Value
    ) async throws -> Value? {
        guard !id.isEmpty else { throw ZentrunkError(.invalid, "an empty text is not the id of a call") }
        let path = path + APIClient.escape(id) + "/" + rest
        do {
            let answer = try await client.call(.get, path, access: .read)
            do { return try value(JSONCursor(answer)) } catch { throw client.unreadable(error, .get, path) }
        } catch let error as APIError where error.isNotFound {
            return nil
        } catch let error as CancellationError {
            throw error
        } catch {
            throw ZentrunkError.explaining(error)
        }
    }
}

/// Call records, read page by page. It holds one page at a time, however many records there are.
///
/// A call that ends meanwhile can move records to the next page; they are returned once nevertheless. After Plivo
/// throttled the list, the next pages are requested more slowly.
public struct CallRecordSequence: AsyncSequence, Sendable {
    /// One page of the list.
    struct Page: Sendable {
        var records: [CallRecord]
        /// The length of the list, if Plivo returned it.
        var total: Int?
    }

    /// The records of a page, which Plivo limits.
    static let pageSize = 20
    /// The wait after the list was throttled.
    static let throttledWait = Duration.seconds(30)
    /// The wait before each further page after that.
    static let slowWait = Duration.seconds(2)

    let clock: any Clock<Duration>
    let read: @Sendable (_ offset: Int, _ limit: Int) async throws -> Page

    /// Begins with the first page; each iterator reads the list again.
    public func makeAsyncIterator() -> Iterator { Iterator(clock: clock, read: read) }

    /// Reads the pages in turn.
    public struct Iterator: AsyncIteratorProtocol {
        private let clock: any Clock<Duration>
        private let read: @Sendable (_ offset: Int, _ limit: Int) async throws -> Page
        private var page: ArraySlice<CallRecord> = []
        private var offset = 0
        private var isComplete = false
        private var wasThrottled = false
        /// The keys of the records of the last pages, oldest first.
        private var recent: [String] = []

        init(clock: any Clock<Duration>, read: @escaping @Sendable (_ offset: Int, _ limit: Int) async throws -> Page) {
            self.clock = clock
            self.read = read
        }

        /// Returns the next record; nil after the last.
        ///
        /// - Throws: `ZentrunkError`, `CancellationError`. After an error, the next call requests the same page again.
        public mutating func next() async throws -> CallRecord? {
            while page.isEmpty, !isComplete { try await turn() }
            return page.popFirst()
        }

        private mutating func turn() async throws {
            try Task.checkCancellation()
            let next = try await throttled()
            let known = Set(recent)
            offset += next.records.count
            isComplete = next.records.isEmpty || next.total.map { offset >= $0 } ?? (next.records.count < pageSize)
            page = next.records.filter { !known.contains($0.key) }[...]
            recent = (recent + next.records.map(\.key)).suffix(2 * pageSize)
        }

        /// Reads the next page, and once more if the list is throttled.
        private mutating func throttled() async throws -> Page {
            if wasThrottled { try await clock.sleep(for: slowWait) }
            do { return try await read(offset, pageSize) } catch let error where Self.isThrottle(error) {
                wasThrottled = true
                RunScope.current?.report(
                    RetryNotice(host: "Plivo", reason: .answered(500), wait: throttledWait), at: .carrier)
                try await clock.sleep(for: throttledWait)
            } catch { throw Self.explained(error) }
            do { return try await read(offset, pageSize) } catch { throw Self.explained(error) }
        }

        private static func isThrottle(_ error: any Error) -> Bool {
            error is CallListThrottle.Throttled || (error as? APIError)?.status == 500
        }

        private static func explained(_ error: any Error) -> any Error {
            switch error {
            case is CancellationError: error
            case is CallListThrottle.Throttled:
                ZentrunkError(
                    .unavailable,
                    "Plivo answered 500 to GET \(CallListThrottle.path), also \(throttledWait.components.seconds) seconds later",
                    at: .carrier, status: 500, remedies: [.retry(after: .seconds(60))])
            default: ZentrunkError.explaining(error)
            }
        }
    }
}
