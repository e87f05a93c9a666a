import HTTPTypes
@_spi(Adapter) public import ZentrunkCore

/// A transport on libcurl's multi interface, with one thread of its own for all requests.
///
/// Connections and TLS sessions are reused, and HTTP/2 requests to one host share a connection. Plain HTTP is limited
/// to loopback and the hosts in ``CurlConfiguration/plainHosts``. A request with `write` access is sent at most once:
/// libcurl's automatic repetition on a new connection, after a reused one turns out to be closed, is disabled for them.
///
/// The thread ends with ``close()``, or with the last reference to the transport.
public final class CurlTransport: HTTPTransport {
    private let inbox: Inbox
    private let plainHosts: PlainHTTPHosts

    /// Creates the transport and starts its thread, without opening a connection.
    ///
    /// - Throws: `TransportError` with code `refused` if a value of the configuration is invalid, or if libcurl is
    ///   older than 7.87 or lacks TLS.
    public init(configuration: CurlConfiguration = .init()) throws {
        try configuration.validate()
        guard curlIsReady else {
            throw TransportError(
                code: .refused, delivery: .notSent,
                message: "the installed libcurl cannot be used: version 7.87 or newer with TLS is needed")
        }
        inbox = Inbox()
        plainHosts = configuration.plainHosts
        try EventLoop.start(configuration: configuration, inbox: inbox)
    }

    deinit {
        inbox.close()
    }

    /// Ends all requests, active and future ones, with a `TransportError` of code `shutDown`.
    ///
    /// Returns immediately; may be called repeatedly.
    public func close() {
        inbox.close()
    }

    @_spi(Adapter) public func send(_ request: TransportRequest) async throws -> TransportResponse {
        let job = Job(try PreparedRequest(request, allowing: plainHosts))
        try Task.checkCancellation()
        let answer = try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { inbox.submit(job, $0) }
        } onCancel: {
            inbox.cancel(job)
        }
        return answer.response()
    }
}
