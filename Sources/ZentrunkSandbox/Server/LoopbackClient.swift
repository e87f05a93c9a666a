import FlyingSocks
import Foundation

/// Sends one request on its own connection and returns the response unchanged.
///
/// Used to check whether a sandbox is running, and in tests to check the effect of faults on a response.
package struct LoopbackClient: Sendable {
    /// The bytes received until the server closed the connection.
    package struct Answer: Sendable {
        /// The status; nil if the connection closed without a response.
        package var status: Int?
        /// Header fields by lower-case name.
        package var headers: [String: String] = [:]
        package var body: [UInt8] = []

        /// Whether the body has the length given in `Content-Length`.
        package var isWhole: Bool { status != nil && headers["content-length"].flatMap { Int($0) } == body.count }
    }

    private let port: UInt16

    /// - Parameter url: `http://127.0.0.1:PORT`; nil for anything else.
    package init?(url: String) {
        let start = "http://127.0.0.1:"
        guard url.hasPrefix(start), let port = UInt16(url.dropFirst(start.count)) else { return nil }
        self.port = port
    }

    /// - Throws: `SocketError` if the server does not accept connections.
    package func send(
        _ method: String, _ target: String, headers: [String: String] = [:], body: [UInt8] = []
    ) async throws -> Answer {
        let socket = try await AsyncSocket.connected(
            to: sockaddr_in.inet(ip4: "127.0.0.1", port: port), pool: SharedSocketPool(), timeout: 60)
        defer { try? socket.close() }
        var head = "\(method) \(target) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        if !body.isEmpty { head += "Content-Type: application/json\r\nContent-Length: \(body.count)\r\n" }
        try await socket.write(Data(head.utf8) + Data("\r\n".utf8) + Data(body))
        var received: [UInt8] = []
        do {
            while true { received += try await socket.read(atMost: 4096) }
        } catch SocketError.disconnected {
            return Self.parse(received)
        }
    }

    private static func parse(_ bytes: [UInt8]) -> Answer {
        var lines: [String] = []
        var rest = bytes[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let line = String(decoding: rest[..<end].filter { $0 != UInt8(ascii: "\r") }, as: UTF8.self)
            rest = rest[(end + 1)...]
            if line.isEmpty { break }
            lines.append(line)
        }
        var answer = Answer(status: lines.first.flatMap { Int($0.split(separator: " ").dropFirst().first ?? "") })
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            answer.headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " })
        }
        answer.body = Array(rest)
        return answer
    }
}
