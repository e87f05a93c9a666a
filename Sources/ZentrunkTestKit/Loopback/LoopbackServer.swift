import Synchronization
import Testing

/// A server on 127.0.0.1 that treats each connection as a script says, correctly or not.
package struct LoopbackServer: Sendable {
    /// The treatment of one connection, which is closed afterwards.
    package typealias Script = @Sendable (ServerConnection) async throws -> Void

    /// The port.
    package let port: UInt16
    /// The requests and connections so far.
    package let log: ServerLog

    /// Returns the URL of a path.
    package func url(_ path: String = "/") -> String { "http://127.0.0.1:\(port)\(path)" }

    /// Runs `body` while the server is running.
    package static func run<Result: Sendable>(
        _ script: @escaping Script, _ body: (LoopbackServer) async throws -> Result
    ) async throws -> Result {
        let listener = try LoopbackListener()
        let server = LoopbackServer(port: listener.port, log: ServerLog())
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.accept(from: listener, script) }
            defer { group.cancelAll() }
            return try await body(server)
        }
    }

    private func accept(from listener: LoopbackListener, _ script: @escaping Script) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            while true {
                let socket = try await listener.accept()
                let connection = ServerConnection(socket: socket, number: log.noteConnection(), log: log)
                group.addTask {
                    // A script that is interrupted by its client has done its part.
                    try? await script(connection)
                    socket.end()
                    log.noteClosed()
                }
            }
        }
    }
}

/// A request as it arrived at a server.
package struct ArrivedRequest: Sendable {
    /// The number of the connection, starting at 1.
    package var connection: Int
    /// The first line: `GET /path HTTP/1.1`.
    package var requestLine: String
    /// The header fields, with names in lower case.
    package var fields: [String: String]
    /// The body.
    package var body: [UInt8]
}

/// The requests and connections of a server, for tests to read and to wait for.
package final class ServerLog: Sendable {
    private struct State {
        var requests: [ArrivedRequest] = []
        var connections = 0
    }

    private let state = Mutex(State())
    private let arrivals: AsyncStream<Void>
    private let arrivalsIn: AsyncStream<Void>.Continuation
    private let closed: AsyncStream<Void>
    private let closedIn: AsyncStream<Void>.Continuation

    init() {
        (arrivals, arrivalsIn) = AsyncStream.makeStream()
        (closed, closedIn) = AsyncStream.makeStream()
    }

    /// All complete requests so far.
    package var requests: [ArrivedRequest] { state.withLock { $0.requests } }
    /// The number of connections so far.
    package var connections: Int { state.withLock { $0.connections } }

    /// Waits until `count` more requests have arrived. Only one task may wait.
    ///
    /// Records an issue if that takes more than a minute.
    package func waitForRequests(_ count: Int = 1) async { await wait(for: count, in: arrivals, "requests") }

    /// Waits until `count` more connections have ended. Only one task may wait.
    ///
    /// Records an issue if that takes more than a minute.
    package func waitForClosed(_ count: Int = 1) async { await wait(for: count, in: closed, "ends of connections") }

    private func wait(for count: Int, in stream: AsyncStream<Void>, _ what: String) async {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                for await _ in stream.prefix(count) {}
                return !Task.isCancelled
            }
            group.addTask {
                try? await Task.sleep(for: .seconds(60))
                return Task.isCancelled
            }
            if await group.next() == false { Issue.record("the server waits for \(count) \(what)") }
            group.cancelAll()
        }
    }

    fileprivate func noteConnection() -> Int {
        state.withLock { state in
            state.connections += 1
            return state.connections
        }
    }

    fileprivate func noteClosed() { closedIn.yield() }

    fileprivate func note(_ request: ArrivedRequest) {
        state.withLock { $0.requests.append(request) }
        arrivalsIn.yield()
    }
}

/// A connection that a server has accepted, for its script.
package struct ServerConnection: Sendable {
    /// The connection itself.
    package let socket: LoopbackSocket
    /// The number of the connection, starting at 1.
    package let number: Int
    /// The log of the server.
    package let log: ServerLog

    /// Reads one request with its body.
    ///
    /// - Throws: ``LoopbackSocket/Failure`` if the client closes the connection.
    @discardableResult
    package func nextRequest() async throws -> ArrivedRequest {
        var bytes: [UInt8] = []
        var headEnd: Int?
        while headEnd == nil {
            bytes += try await socket.read(atMost: 4096)
            headEnd = bytes.indices.dropLast(3).first { bytes[$0..<$0 + 4].elementsEqual("\r\n\r\n".utf8) }
        }
        let lines = String(decoding: bytes[..<(headEnd ?? 0)], as: UTF8.self).split(separator: "\r\n" as Character)
        var fields: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            fields[parts[0].lowercased()] = parts.count > 1 ? Self.trimmed(parts[1]) : ""
        }
        var body = Array(bytes[((headEnd ?? 0) + 4)...])
        let length = fields["content-length"].flatMap { Int($0) } ?? 0
        if body.count < length { body += try await socket.read(exactly: length - body.count) }
        let request = ArrivedRequest(
            connection: number, requestLine: lines.first.map(String.init) ?? "", fields: fields, body: body)
        log.note(request)
        return request
    }

    private static func trimmed(_ text: Substring) -> String {
        String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }

    /// Sends text as it is.
    package func send(_ text: String) async throws { try await socket.write(Array(text.utf8)) }

    /// Sends a response with this body, and keeps the connection open.
    package func answer(_ body: String = "", status: String = "200 OK", fields: [String] = []) async throws {
        let lines = ["HTTP/1.1 \(status)", "Content-Length: \(body.utf8.count)"] + fields
        try await send(lines.joined(separator: "\r\n") + "\r\n\r\n" + body)
    }

    /// Waits until the client closes the connection, and sends nothing more.
    package func waitForEnd() async throws {
        while true { _ = try await socket.read(atMost: 4096) }
    }
}
