public import HTTPTypes
public import ZentrunkJSON

/// One kind's list as a ``Pagination`` reads it: each answer is taken apart, and only what is asked for is kept of it, so that
/// memory grows with the matches and the ids and not with the account.
public struct ListReading: Sendable {
    let client: APIClient
    let collection: String
    let idField: String
    /// The parameters that narrow the list.
    var narrowing: [(String, String)] = []
    /// The object in a record, when it is asked for.
    let keep: @Sendable (JSONObject) -> LiveObject?

    /// One answer of the server.
    public struct Answer: Sendable {
        /// The whole document.
        public var body: JSONValue
        public var header: HTTPFields
        /// The records of the page.
        public var records: [JSONObject]
        /// Of every record that has one.
        public var ids: [String]
        /// What is asked for of the page.
        public var kept: [LiveObject]
    }

    /// Reads one page.
    ///
    /// - Parameters:
    ///   - query: The parameters that choose the page.
    ///   - items: The member that holds the records; nil for an answer that is an array.
    ///   - path: Where the list is; nil for the kind's collection.
    ///   - isNarrowed: Whether to send the parameters that narrow the list; without them more comes than is kept.
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

    /// The error of a list that changed faster than it could be read.
    public var changed: ZentrunkError { ListChanged.error(place) }

    /// The error of an answer with which the list cannot be read on.
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
