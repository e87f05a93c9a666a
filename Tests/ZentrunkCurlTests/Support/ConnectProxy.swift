@_spi(Adapter) import ZentrunkTestKit

/// A proxy on 127.0.0.1 that opens tunnels to local ports. Its log has the requested hosts.
enum ConnectProxy {
    /// - Parameter refusal: The rest of the status line of a refusal, such as `407 Proxy Authentication Required`; nil
    ///   to accept.
    static func run<Result: Sendable>(
        refusing refusal: String? = nil, _ body: (LoopbackServer) async throws -> Result
    ) async throws -> Result {
        try await LoopbackServer.run(
            { connection in
                let request = try await connection.nextRequest()
                if let refusal {
                    return try await connection.answer(
                        "a page of the proxy", status: refusal, fields: ["Proxy-Authenticate: Basic realm=\"proxy\""])
                }
                guard let port = Self.port(in: request.requestLine) else { return }
                let server = try LoopbackSocket(connectingTo: port)
                defer { server.end() }
                // The proxy's own header field must not appear as the server's.
                try await connection.send("HTTP/1.1 200 Connection established\r\nX-Proxy: yes\r\n\r\n")
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await Self.copy(from: connection.socket, to: server) }
                    group.addTask { try await Self.copy(from: server, to: connection.socket) }
                    defer { group.cancelAll() }
                    // The tunnel ends when either side ends.
                    _ = try await group.next()
                }
            }, body)
    }

    /// Returns the port in `CONNECT host:port HTTP/1.1`.
    private static func port(in line: String) -> UInt16? {
        let words = line.split(separator: " ")
        guard words.first == "CONNECT", words.count == 3 else { return nil }
        return words[1].split(separator: ":").last.flatMap { UInt16($0) }
    }

    private static func copy(from source: LoopbackSocket, to target: LoopbackSocket) async throws {
        while true { try await target.write(source.read(atMost: 4096)) }
    }
}

extension LoopbackServer {
    /// The first line of each request.
    var asked: [String] { log.requests.map(\.requestLine) }
}
