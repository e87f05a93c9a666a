import FlyingFox
import FlyingSocks
import Foundation

/// What leaves the server for one request.
enum SandboxReply: Sendable {
    case whole(SandboxAnswer)
    /// The head and about half of the body, then the connection closes.
    case torn(SandboxAnswer)
    /// The connection closes without a byte.
    case nothing
}

/// An HTTP/1.1 server on 127.0.0.1: sockets and framing, and no idea of what is served.
///
/// The only file that knows FlyingFox (whose own `JSONValue` would shadow ours).
final class LoopbackServer: Sendable {
    typealias Answering = @Sendable (SandboxRequest) async -> SandboxReply

    /// Where it listens, without a trailing slash.
    let url: String
    private let running: Task<Void, Never>

    /// Returns once connections are accepted.
    ///
    /// - Parameter port: 0 for any free one.
    /// - Throws: `SocketError` when the port cannot be had.
    init(port: UInt16, answering: @escaping Answering) async throws {
        let address = try sockaddr_in.inet(ip4: "127.0.0.1", port: port)
        let configuration = HTTPServer.Configuration(
            address: address, timeout: 24 * 60 * 60, pool: SharedSocketPool(), logger: .disabled
        )
        let server = HTTPServer(config: configuration, handler: Handler(answering: answering))
        let (failures, failing) = AsyncStream.makeStream(of: (any Error).self)
        // A free task because the server outlives this call; `stop` ends it, and so does `deinit`.
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

    /// Closes every connection, also those whose answer is still due, and returns when that is done.
    func stop() async {
        // Not `server.stop`, which closes the listening socket while the loop still waits on it: the number of a closed
        // socket is soon another one's, and this server would accept that one's connections.
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
            headers: HTTPHeaders(Dictionary(answer.headers.map { (HTTPHeader($0.key), $0.value) }) { $1 }), body: body)
    }
}

/// Why a connection is closed on purpose.
private struct Interruption: Error {}

/// FlyingFox asks a web socket for its frames before it writes the head; refusing them closes the connection unwritten.
private struct ClosingInstead: WSHandler {
    func makeFrames(for client: AsyncThrowingStream<WSFrame, any Error>) async throws -> AsyncStream<WSFrame> {
        throw Interruption()
    }
}

/// Some bytes, and then an error, at which FlyingFox closes the connection.
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
    /// Splits `a=1&b=%2B`; a plus sign stays one.
    static func items(in query: String) -> [SandboxQueryItem] {
        query.split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            return SandboxQueryItem(
                name: parts[0].removingPercentEncoding ?? parts[0],
                value: parts.count > 1 ? parts[1].removingPercentEncoding ?? parts[1] : "")
        }
    }
}
