public import HTTPTypes
public import ZentrunkJSON

/// A client of one vendor's API: its address, how it authenticates requests, and how it reads errors.
@_spi(Adapter) public struct APIClient: Sendable {
    /// The API's address: `https://api.vapi.ai`.
    public var base: APIBase
    /// The side that the vendor is on.
    public var side: Side
    /// The vendor's name in messages: `Vapi refused …`.
    public var vendor: String
    /// The environment variable that holds the key, named if the key is refused.
    public var keyVariable: String
    /// Removes known secrets from the vendor's messages.
    public let redactor: Redactor

    /// What helps against a status, where this vendor means something particular by it.
    public var hints: [Int: Remedy] = [:]
    /// Messages of this vendor that identify a cause other than an outage.
    public var causes: [DeclaredCause] = []

    /// The known meaning of a vendor's message, where waiting would not help.
    public struct DeclaredCause: Sendable, Hashable {
        /// A part of the vendor's message.
        let words: String
        /// One sentence that the vendor's message is appended to.
        let means: String
        /// What helps.
        let remedy: Remedy

        public init(words: String, means: String, remedy: Remedy) {
            self.words = words
            self.means = means
            self.remedy = remedy
        }
    }

    /// The statuses with which this API reports that something is missing. Vendors that answer 422 here use it for other
    /// refusals as well, which ``missing`` distinguishes.
    public var missingStatuses: Set<Int> = [404]

    /// Interprets the body of a response with one of the ``missingStatuses``: what this API itself says is missing; nil
    /// for every other body. Unless it is set, no such response counts as the API's own.
    public var missing: @Sendable (JSONValue) -> Missing? = { _ in nil }

    /// What does not exist, according to the API itself. Routers that do not know a path and gateways answer 404 as
    /// well; that proves nothing about an object.
    public enum Missing: Sendable, Hashable {
        /// The object that the path or the request identifies.
        case object
        /// Another object that the request mentions.
        case other
    }

    /// The header field that authenticates a request. Its value is computed for each request, because a token may
    /// expire.
    public struct Authorization: Sendable {
        let field: String
        let value: @Sendable () -> Secret

        /// Creates an authorization.
        ///
        /// - Parameters:
        ///   - field: The header field's name.
        ///   - value: Returns the entire field value; called for each request.
        public init(_ field: String = "Authorization", _ value: @escaping @Sendable () -> Secret) {
            self.field = field
            self.value = value
        }
    }

    private let authorization: Authorization
    private let transport: any HTTPTransport
    private let requestIDKeys: [String]

    /// Creates a client.
    ///
    /// - Parameters:
    ///   - vendor: The vendor's name in messages.
    ///   - base: The API's address.
    ///   - side: The side that the vendor is on.
    ///   - authorization: Authenticates the requests.
    ///   - keyVariable: The environment variable that holds the key, for messages.
    ///   - transport: Sends the requests.
    ///   - redactor: Removes known secrets from the vendor's messages.
    ///   - requestIDKeys: Members of an error body that hold the request id.
    public init(
        _ vendor: String, base: APIBase, side: Side, authorization: Authorization, keyVariable: String,
        transport: any HTTPTransport, redactor: Redactor, requestIDKeys: [String] = []
    ) {
        self.vendor = vendor
        self.base = base
        self.side = side
        self.authorization = authorization
        self.keyVariable = keyVariable
        self.transport = transport
        self.redactor = redactor
        self.requestIDKeys = requestIDKeys
    }

    /// Calls the API.
    ///
    /// - Parameters:
    ///   - method: The HTTP method.
    ///   - path: The path from the root, percent-encoded.
    ///   - query: Names and values, percent-encoded by this method.
    ///   - body: The JSON body; nil for none.
    ///   - access: Whether the call can change something.
    /// - Returns: The JSON of the response; null for a success without a body.
    /// - Throws: ``APIError``, `CancellationError`.
    public func call(
        _ method: HTTPRequest.Method, _ path: String, query: [(String, String)] = [], body: JSONValue? = nil,
        access: TransportRequest.Access
    ) async throws -> JSONValue {
        try await exchange(method, path, query: query, body: body, access: access).body
    }

    /// The same, with the answer's header.
    func exchange(
        _ method: HTTPRequest.Method, _ path: String, query: [(String, String)] = [], body: JSONValue? = nil,
        access: TransportRequest.Access
    ) async throws -> (body: JSONValue, header: HTTPFields) {
        var fields = HTTPFields()
        if let field = HTTPField.Name(authorization.field) { fields[field] = authorization.value().reveal() }
        fields[.accept] = "application/json"
        // Without the field, any content coding would be acceptable, and nothing is decoded here.
        // https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3
        fields[.acceptEncoding] = "identity"
        if body != nil { fields[.contentType] = "application/json" }
        let target =
            query.isEmpty
            ? path : path + "?" + query.map { "\(Self.escape($0))=\(Self.escape($1))" }.joined(separator: "&")
        let head = HTTPRequest(
            method: method, scheme: base.scheme, authority: base.authority, path: target, headerFields: fields)
        let request = TransportRequest(head: head, body: body?.bytes() ?? [], access: access)
        let response: TransportResponse
        do {
            response = try await transport.send(request)
        } catch let error as TransportError {
            throw failure(.transport(error), method, path)
        }
        return (try read(response, method, path), response.head.headerFields)
    }

    private func read(_ response: TransportResponse, _ method: HTTPRequest.Method, _ path: String) throws -> JSONValue {
        let status = response.head.status.code
        guard (200...299).contains(status) else {
            let words = VendorWords(response.isEncoded ? [] : response.body, redactor: redactor)
            let missing = missingStatuses.contains(status) ? words.json.flatMap(self.missing) : nil
            // A server that does not know the path or the method does not speak for the API, nor does a gateway that
            // answers with a page.
            let isPage = words.isPage && (400...499).contains(status) && ![401, 408, 429].contains(status)
            let isStrange = isPage || (Self.routing.contains(status) && missing == nil)
            var error = failure(
                isStrange ? .unreadable(status: status, words.strange) : .status(status), method, path)
            error.isNotFound = missing == .object
            if response.body.count <= Self.largestErrorBody { error.body = words.json.map(clean) }
            error.retryAfter = RetryAfter(response)?.duration
            error.vendorMessage = words.message
            error.hint = hints[status]
            error.declared = causes.first { words.message?.contains($0.words) == true }
            error.requestID = (words.requestID(requestIDKeys) ?? response.requestID)
                .flatMap { VendorWords.line($0, redactor) }
            throw error
        }
        guard !response.body.isEmpty else { return .null }
        let reason: String
        do {
            if !response.isEncoded { return try JSONValue(parsing: response.body) }
            reason = "it is compressed, although the request allows no compression"
        } catch {
            let words = VendorWords(response.body, redactor: redactor)
            // The reason may quote a member's name, and a server that echoes the request may have put a secret there.
            reason =
                words.pageTitle.map { "an HTML page: \($0)" }
                ?? (words.isPage ? "an HTML page" : redactor.clean(error.reason))
        }
        var failure = failure(.unreadable(status: status, reason), method, path)
        failure.requestID = response.requestID.flatMap { VendorWords.line($0, redactor) }
        throw failure
    }

    /// The size in bytes up to which an error keeps its body. Errors of APIs are much smaller.
    private static let largestErrorBody = 64 << 10

    /// Returns the value without known secrets, in names as well.
    private func clean(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text): .string(redactor.clean(text))
        case .array(let elements): .array(elements.map(clean))
        case .object(let members):
            .object(JSONObject(members.map { (redactor.clean($0.name), clean($0.value)) }))
        case .null, .bool, .integer, .double: value
        }
    }

    /// Statuses for an unknown path or method: 404, 405, 410, 501.
    /// <https://www.rfc-editor.org/rfc/rfc9110#section-15.5.5>
    private static let routing: Set<Int> = [404, 405, 410, 501]

    /// Returns the error for a successful response whose JSON lacks a required part.
    public func unreadable(_ error: JSONDecodingError, status: Int = 200, _ method: HTTPRequest.Method, _ path: String)
        -> APIError
    {
        failure(.unreadable(status: status, error.description), method, path)
    }

    private func failure(_ cause: APIError.Cause, _ method: HTTPRequest.Method, _ path: String) -> APIError {
        var error = APIError(
            cause, side: side, request: "\(method.rawValue) \(path)", vendor: vendor, keyVariable: keyVariable)
        error.server = base
        return error
    }

    /// Percent-encodes everything except unreserved characters. <https://www.rfc-editor.org/rfc/rfc3986#section-2.3>
    public static func escape(_ text: String) -> String {
        text.utf8.reduce(into: "") { escaped, byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
                escaped.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let hex = String(byte, radix: 16, uppercase: true)
                escaped += hex.count == 1 ? "%0\(hex)" : "%\(hex)"
            }
        }
    }
}

extension TransportResponse {
    /// Whether the body is compressed or otherwise encoded.
    fileprivate var isEncoded: Bool {
        head.headerFields[.contentEncoding].map { !["", "identity"].contains($0.lowercased()) } ?? false
    }

    fileprivate var requestID: String? {
        ["x-request-id", "request-id"].lazy.compactMap { HTTPField.Name($0).flatMap { head.headerFields[$0] } }.first
    }
}
