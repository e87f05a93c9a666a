public import HTTPTypes

/// Sends one HTTP request and returns the response, whatever its status.
///
/// A backend may provide its own; the engine depends on this protocol alone, and adds retries and pace by itself. A module
/// with a transport of its own writes `@_spi(Adapter) import ZentrunkCore`.
public protocol HTTPTransport: Sendable {
    /// Sends the request and waits for the complete response.
    ///
    /// - Returns: The response, even if its status is an error.
    /// - Throws: ``TransportError``, whose `delivery` says whether the server can have acted; `CancellationError` if
    ///   the task was cancelled, after the transfer has ended.
    @_spi(Adapter) func send(_ request: TransportRequest) async throws -> TransportResponse
}

// A requirement that only some importers see needs an implementation. As this one is unavailable, a transport without
// its own does not compile.
@_spi(Adapter) extension HTTPTransport {
    @available(*, unavailable, message: "every transport implements this")
    public func send(_ request: TransportRequest) async throws -> TransportResponse { fatalError() }
}

/// A request to be sent.
@_spi(Adapter) public struct TransportRequest: Sendable {
    /// Whether a request can change something. Retries depend on it, and so does the guarantee that a plan only reads.
    /// The HTTP method is not enough, because some APIs read with POST.
    public enum Access: Sendable, Hashable { case read, write }

    /// Method, scheme, authority, path and header fields. Header fields contain credentials: never print them.
    public var head: HTTPRequest
    /// The body; empty for none.
    public var body: [UInt8]
    /// Whether the request can change something.
    public var access: Access

    /// Creates a request; an empty body means none.
    public init(head: HTTPRequest, body: [UInt8] = [], access: Access) {
        self.head = head
        self.body = body
        self.access = access
    }
}

/// A complete response.
@_spi(Adapter) public struct TransportResponse: Sendable {
    /// The status and the header fields.
    public var head: HTTPResponse
    /// The body; empty for none.
    public var body: [UInt8]

    /// Creates a response.
    public init(head: HTTPResponse, body: [UInt8] = []) {
        self.head = head
        self.body = body
    }
}
