import FlyingFox
import FlyingSocks
import Foundation

/// The server's reply to one request.
enum SandboxReply: Sendable {
    case whole(SandboxAnswer)
    /// The head and about half of the body; then the connection closes.
    case torn(SandboxAnswer)
    /// No response; the connection closes.
    case nothing
}

/// An HTTP/1.1 server on 127.0.0.1. Handles sockets and framing, independent of the content.
///
/// Together with the socket pool and the client, the only code that uses FlyingFox, whose `JSONValue` would shadow
/// ours.
final class LoopbackServer: Sendable {
    typealias Answering = @Sendable (SandboxRequest) async -> SandboxReply

    /// The address, without a trailing slash.
    let url: String
    private let running: Task<Void, Never>

    /// Starts the server. Returns when it accepts connections.
    ///
    /// - Parameter port: 0 selects a free port.
    /// - Throws: `SocketError` if the port is not available.
    init(port: UInt16, answering: @escaping Answering) async throws {
        let address = try sockaddr_in.inet(ip4: "127.0.0.1", port: port)
        let configuration = HTTPServer.Configuration(
            address: address, timeout: 24 * 60 * 60, pool: SharedSocketPool(), logger: .disabled
        )
        let server = HTTPServer(config: configuration, handler: Handler(answering: answering))
        let (failures, failing) = AsyncStream.makeStream(of: (any Error).self)
        // Unstructured because the server outlives this call; `stop` and `deinit` end it.
        running = Task {
            do { try await server.run() } catch { failing.yield(error) }
            failing.finish()
        }
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await server.waitUntilListening(timeout: 60) }
                group.addTask { for await failure in failures { throw failure } }
                try await group.next()
                group.cancelAll()
            }
            guard case .ip4(_, let bound) = await server.listeningAddress else { throw SocketError.unsupportedAddress }
            url = "http://127.0.0.1:\(bound)"
        } catch {
            running.cancel()
            throw error
        }
    }

    deinit { running.cancel() }

    /// Closes every connection, including those with an open response, and waits until that is done.
    func stop() async {
        // Not `server.stop`: it closes the listening socket while the loop still waits on it. The file descriptor may
        // then be reused for another socket, and this server would accept that socket's connections.
        running.cancel()
        await running.value
    }
}

private struct Handler: HTTPHandler {
    let answering: LoopbackServer.Answering

    func handleRequest(_ request: HTTPRequest) async throws -> HTTPResponse {
        let body = try await request.bodyData
        let reply = await answering(
            SandboxRequest(
                method: request.method.rawValue, path: request.target.path(),
                query: SandboxQueryItem.items(in: request.target.query()),
                headers: Dictionary(request.headers.map { ($0.key.rawValue.lowercased(), $0.value) }) { $1 },
                body: Array(body)))
        switch reply {
        case .whole(let answer) where answer.headers["Connection"] == "close":
            return response(
                answer, body: HTTPBodySequence(from: EndingBody(answer.body[...]), count: answer.body.count))
        case .whole(let answer): return response(answer, body: HTTPBodySequence(data: Data(answer.body)))
        case .torn(let answer) where !answer.body.isEmpty:
            let half = answer.body.prefix(answer.body.count / 2)
            return response(answer, body: HTTPBodySequence(from: EndingBody(half), count: answer.body.count))
        case .nothing, .torn:
            return HTTPResponse(webSocket: ClosingInstead())
        }
    }

    private func response(_ answer: SandboxAnswer, body: HTTPBodySequence) -> HTTPResponse {
        HTTPResponse(
            statusCode: HTTPStatusCode(answer.status, phrase: SandboxAnswer.reason(answer.status)),
            headers: HTTPHeaders(
                Dictionary([(HTTPHeader("Date"), Self.date())] + answer.headers.map { (HTTPHeader($0.key), $0.value) })
                {
                    $1
                }), body: body)
    }

    /// The time as in `Sun, 06 Nov 1994 08:49:37 GMT`. <https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7>
    private static func date() -> String {
        var seconds = time(nil)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        var text = [CChar](repeating: 0, count: 40)
        let length = strftime(&text, text.count, "%a, %d %b %Y %H:%M:%S GMT", &parts)
        return String(decoding: text.prefix(length).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

/// An error that closes a connection on purpose.
private struct Interruption: Error {}

/// Closes the connection without a response. FlyingFox asks a web socket for its frames before it writes the head;
/// throwing then closes the connection.
private struct ClosingInstead: WSHandler {
    func makeFrames(for client: AsyncThrowingStream<WSFrame, any Error>) async throws -> AsyncStream<WSFrame> {
        throw Interruption()
    }
}

/// A body that throws after some bytes, which makes FlyingFox close the connection.
private struct EndingBody: AsyncBufferedSequence, AsyncBufferedIteratorProtocol {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    func makeAsyncIterator() -> EndingBody { self }

    mutating func next() async throws -> UInt8? {
        guard let first = rest.popFirst() else { throw Interruption() }
        return first
    }

    mutating func nextBuffer(suggested count: Int) async throws -> [UInt8]? {
        guard !rest.isEmpty else { throw Interruption() }
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }
}

extension SandboxQueryItem {
    /// Splits `a=1&b=%2B`. A plus sign is not decoded as a space.
    static func items(in query: String) -> [SandboxQueryItem] {
        query.split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            return SandboxQueryItem(
                name: parts[0].removingPercentEncoding ?? parts[0],
                value: parts.count > 1 ? parts[1].removingPercentEncoding ?? parts[1] : "")
        }
    }
}
