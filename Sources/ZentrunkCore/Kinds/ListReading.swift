public import HTTPTypes
public import ZentrunkJSON

/// Reads the pages of one list for a ``Pagination`` and keeps only matching objects. Memory grows with the matches and
/// the ids, not with the account.
///
/// ``RESTResource`` makes its own. A ``ResourceKind`` of your own reads a list to its stable end by
/// `try await pagination.all(ListReading(…))`.
@_spi(Adapter) public struct ListReading: Sendable {
    let client: APIClient
    let collection: String
    let idField: String
    /// The query parameters that narrow the list.
    let narrowing: [(String, String)]
    /// Returns the object in a record if it matches; nil to skip the record.
    let keep: @Sendable (JSONObject) -> LiveObject?

    /// Creates a reading.
    ///
    /// - Parameters:
    ///   - client: The client that sends the requests.
    ///   - collection: The path of the list, from the root.
    ///   - idField: The member of a record that holds its id.
    ///   - narrowing: Query parameters that narrow the list.
    ///   - keep: Returns the object in a record if it matches; nil to skip the record.
    public init(
        client: APIClient, collection: String, idField: String, narrowing: [(String, String)] = [],
        keep: @escaping @Sendable (JSONObject) -> LiveObject?
    ) {
        self.client = client
        self.collection = collection
        self.idField = idField
        self.narrowing = narrowing
        self.keep = keep
    }

    /// One response of the server.
    public struct Answer: Sendable {
        /// The response's document.
        public var body: JSONValue
        /// The response's header.
        public var header: HTTPFields
        /// The records of the page.
        public var records: [JSONObject]
        /// The ids of all records on the page.
        public var ids: [String]
        /// The matching objects on the page.
        public var kept: [LiveObject]
    }

    /// Reads one page.
    ///
    /// - Parameters:
    ///   - query: The query parameters that choose the page.
    ///   - items: The member that contains the records; nil for a bare array.
    ///   - path: The path of the list; nil for the kind's collection.
    ///   - isNarrowed: Whether to send the parameters that narrow the list; without them the page has more records.
    /// - Throws: ``APIError``, `CancellationError`.
    public func read(
        _ query: [(String, String)], items: String?, at path: String? = nil, isNarrowed: Bool = true
    ) async throws -> Answer {
        let path = path ?? collection
        let (body, header) = try await get(path, (isNarrowed ? narrowing : []) + query)
        let records = try records(in: body, items, path)
        return Answer(
            body: body, header: header, records: records, ids: records.compactMap { $0[idField]?.string },
            kept: records.compactMap(keep))
    }

    /// Reports that one more page follows.
    public func advance() {
        ReadingProgress.current?.expect(1)
        ReadingProgress.current?.advance()
    }

    /// The error for a list that changes faster than it can be read.
    public var changed: ZentrunkError { ListChanged.error(place) }

    /// Returns the error for a response without which the list cannot be continued.
    ///
    /// - Parameter member: The member that is missing or wrong.
    public func unreadable(_ member: String, expected: String, found: String, at path: String? = nil) -> APIError {
        client.unreadable(
            JSONDecodingError(path: JSONPointer([member]), expected: expected, found: found), .get, path ?? collection)
    }

    var place: ZentrunkError.Place { client.side.place }

    private func get(_ path: String, _ query: [(String, String)]) async throws -> (body: JSONValue, header: HTTPFields)
    {
        do { return try await client.exchange(.get, path, query: query, access: .read) } catch let error as APIError {
            throw error.ofList
        }
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
            .unavailable, "a list changed faster than it could be read: something else is changing the account",
            at: place, remedies: [.retry(after: nil)])
    }
}
