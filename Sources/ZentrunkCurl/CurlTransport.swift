import HTTPTypes
public import ZentrunkCore

/// Sends requests with libcurl's multi interface, all of them from one thread of its own.
///
/// Connections and TLS sessions are kept and reused, and HTTP/2 requests to one host share a connection. Plain http goes to
/// this machine only, and to hosts that ``CurlConfiguration/plainHosts`` names. A request whose access is `write` is put on the wire at most once: libcurl's habit of sending again
/// on a fresh connection, when a kept one turns out to be dead, is stopped for them.
///
/// The thread ends with ``close()``, or when the last reference to the transport goes.
public final class CurlTransport: HTTPTransport {
    private let inbox: Inbox
    private let plainHosts: PlainHTTPHosts

    /// Starts the thread; connects nowhere yet.
    ///
    /// - Throws: `TransportError` with code `refused` when a value of the configuration cannot be used, or libcurl is
    ///   older than 7.87 or without TLS.
    public init(configuration: CurlConfiguration = .init()) throws {
        try configuration.validate()
        guard curlIsReady else {
            throw TransportError(
                code: .refused, delivery: .notSent,
                message: "The installed libcurl cannot be used: version 7.87 or newer with TLS is needed.")
        }
        inbox = Inbox()
        plainHosts = configuration.plainHosts
        try EventLoop.start(configuration: configuration, inbox: inbox)
    }

    deinit {
        inbox.close()
    }

    /// Ends all requests under way with a `TransportError` of code `shutDown`, as it does all later ones.
    ///
    /// Returns at once; may be called more than once.
    public func close() {
        inbox.close()
    }

    public func send(_ request: TransportRequest) async throws -> TransportResponse {
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
