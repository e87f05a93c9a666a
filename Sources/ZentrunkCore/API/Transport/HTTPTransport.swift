public import HTTPTypes

/// Sends one HTTP request and gives back the answer, whatever its status.
///
/// Small parts compose by wrapping one another: ``RetryingTransport`` around ``RateLimitedTransport`` around the one that
/// does the work. A backend may inject its own; the engine sees nothing but this.
public protocol HTTPTransport: Sendable {
    /// Sends the request and waits for the whole answer.
    ///
    /// - Returns: The answer, also when its status is an error.
    /// - Throws: ``TransportError``, whose `delivery` says whether the server can have acted; `CancellationError` when the
    ///   task was cancelled, after the transfer has ended.
    func send(_ request: TransportRequest) async throws -> TransportResponse
}

/// A request on its way to a server.
public struct TransportRequest: Sendable {
    /// Whether a request can change something. Retries and the promise that a plan only reads hang on it; the HTTP method
    /// does not tell (some APIs read with POST).
    public enum Access: Sendable, Hashable { case read, write }

    /// Method, scheme, authority, path and header fields. Header fields hold credentials: never print them.
    public var head: HTTPRequest
    /// The body; empty for none.
    public var body: [UInt8]
    public var access: Access

    public init(head: HTTPRequest, body: [UInt8] = [], access: Access) {
        self.head = head
        self.body = body
        self.access = access
    }
}

/// The whole answer of a server.
public struct TransportResponse: Sendable {
    public var head: HTTPResponse
    public var body: [UInt8]

    public init(head: HTTPResponse, body: [UInt8] = []) {
        self.head = head
        self.body = body
    }
}
