import FlyingSocks
import Foundation
import Synchronization

/// A server on 127.0.0.1 that handles each connection with a script, correctly or not.
struct LoopbackServer: Sendable {
    typealias Script = @Sendable (ServerConnection) async throws -> Void

    let port: UInt16
    let log: ServerLog

    func url(_ path: String = "/") -> String { "http://127.0.0.1:\(port)\(path)" }

    /// Runs `body` while the server runs. Each connection is closed when its script returns.
    static func run<Result: Sendable>(
        _ script: @escaping Script, _ body: (LoopbackServer) async throws -> Result
    ) async throws -> Result {
        let pool: some AsyncSocketPool = .make()
        try await pool.prepare()
        let listener = try Socket(domain: Int32(sockaddr_in.family))
        try listener.setValue(true, for: .localAddressReuse)
        try listener.bind(to: .inet(ip4: "127.0.0.1", port: 0))
        try listener.listen()
        defer { try? listener.close() }
        let server = LoopbackServer(port: try listener.localPort, log: ServerLog())
        let socket = try AsyncSocket(socket: listener, pool: pool)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await pool.run() }
            group.addTask { try await server.accept(from: socket, script) }
            defer { group.cancelAll() }
            return try await body(server)
        }
    }

    private func accept(from socket: AsyncSocket, _ script: @escaping Script) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            for try await peer in socket.sockets {
                let connection = ServerConnection(socket: peer, number: log.noteConnection(), log: log)
                group.addTask {
                    // A script interrupted by its client has done its part.
                    try? await script(connection)
                    // Another test's process may have inherited the socket. Closing alone would then not reach the
                    // client before that process ends.
                    _ = shutdown(peer.socket.file.rawValue, Int32(SHUT_RDWR))
                    try? peer.close()
                    log.noteClosed()
                }
            }
        }
    }
}

extension Socket {
    /// The port that the system chose.
    var localPort: UInt16 {
        get throws {
            guard case .ip4(_, let port) = try sockname() else { throw SocketError.unsupportedAddress }
            return port
        }
    }
}

/// A request as received, with the number of its connection.
struct ArrivedRequest: Sendable {
    var connection: Int
    /// For example `GET /path HTTP/1.1`.
    var requestLine: String
    /// Names in lower case.
    var fields: [String: String]
    var body: [UInt8]
}

/// The requests and connections of a server, for tests to read and to wait for.
final class ServerLog: Sendable {
    private struct State {
        var requests: [ArrivedRequest] = []
        var connections = 0
    }

    private let state = Mutex(State())
    /// Every request, once it has arrived completely. For one reader.
    let arrivals: AsyncStream<ArrivedRequest>
    private let arrivalsIn: AsyncStream<ArrivedRequest>.Continuation
    /// One element for each ended connection. For one reader.
    let closed: AsyncStream<Void>
    private let closedIn: AsyncStream<Void>.Continuation

    init() {
        (arrivals, arrivalsIn) = AsyncStream.makeStream()
        (closed, closedIn) = AsyncStream.makeStream()
    }

    var requests: [ArrivedRequest] { state.withLock { $0.requests } }
    var connections: Int { state.withLock { $0.connections } }

    /// Waits until `count` more requests have arrived.
    func waitForRequests(_ count: Int = 1) async {
        for await _ in arrivals.prefix(count) {}
    }

    /// Waits until `count` more connections have ended.
    func waitForClosed(_ count: Int = 1) async {
        for await _ in closed.prefix(count) {}
    }

    fileprivate func noteConnection() -> Int {
        state.withLock { state in
            state.connections += 1
            return state.connections
        }
    }

    fileprivate func noteClosed() {
        closedIn.yield()
    }

    fileprivate func note(_ request: ArrivedRequest) {
        state.withLock { $0.requests.append(request) }
        arrivalsIn.yield(request)
    }
}

/// An accepted connection, for use by a script.
struct ServerConnection: Sendable {
    let socket: AsyncSocket
    /// 1 for the server's first connection.
    let number: Int
    let log: ServerLog

    /// Reads one request with its body. Throws if the client closes the connection instead.
    @discardableResult
    func nextRequest() async throws -> ArrivedRequest {
        var bytes: [UInt8] = []
        var headEnd: Int?
        while headEnd == nil {
            bytes += try await socket.read(atMost: 4096)
            headEnd = bytes.indices.dropLast(3).first { bytes[$0..<$0 + 4].elementsEqual("\r\n\r\n".utf8) }
        }
        let head = String(decoding: bytes[..<(headEnd ?? 0)], as: UTF8.self)
        let lines = head.components(separatedBy: "\r\n")
        var fields: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            fields[parts[0].lowercased()] = parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
        }
        var body = Array(bytes[((headEnd ?? 0) + 4)...])
        let length = fields["content-length"].flatMap { Int($0) } ?? 0
        if body.count < length { body += try await socket.read(bytes: length - body.count) }
        let request = ArrivedRequest(connection: number, requestLine: lines[0], fields: fields, body: body)
        log.note(request)
        return request
    }

    func send(_ text: String) async throws {
        try await socket.write(Data(text.utf8))
    }

    /// Answers 200 with this body and keeps the connection open.
    func answer(_ body: String = "", status: String = "200 OK", fields: [String] = []) async throws {
        let lines = ["HTTP/1.1 \(status)", "Content-Length: \(body.utf8.count)"] + fields
        try await send(lines.joined(separator: "\r\n") + "\r\n\r\n" + body)
    }

    /// Waits until the client closes, without answering.
    func waitForEnd() async throws {
        while true { _ = try await socket.read(atMost: 4096) }
    }
}
