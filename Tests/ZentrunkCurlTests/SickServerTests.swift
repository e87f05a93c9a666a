import HTTPTypes
import Synchronization
import Testing
@_spi(Adapter) import ZentrunkCore
@_spi(Adapter) import ZentrunkCurl
@_spi(Adapter) import ZentrunkTestKit

@Suite("Misbehaving servers")
struct SickServerTests {
    /// The number of bytes that a server could send before its client disconnected.
    private final class Sent: Sendable {
        private let count = Mutex(0)
        var bytes: Int { count.withLock { $0 } }
        func add(_ more: Int) { count.withLock { $0 += more } }
    }

    private static let megabyte = String(repeating: "x", count: 1 << 20)
    /// The maximum size of the system's buffers between client and server.
    private static let buffers = 12 << 20

    @Test(
        "Of a 100 MB response, no more than the limit is read, with or without a declared length",
        arguments: [true, false])
    func large(isTold: Bool) async throws {
        let sent = Sent()
        try await LoopbackServer.run { connection in
            try await connection.nextRequest()
            let framing = isTold ? "Content-Length: \(100 << 20)" : "Connection: close"
            try await connection.send("HTTP/1.1 200 OK\r\n\(framing)\r\n\r\n")
            for _ in 1...100 {
                try await connection.send(Self.megabyte)
                sent.add(1 << 20)
            }
        } _: { server in
            let transport = try CurlTransport(configuration: .with { $0.maximumBodyBytes = 1 << 20 })
            let error = try await failure(of: transport, .read(server.url()))
            #expect(error.code == .tooLarge)
            #expect(error.status == 200)
            #expect(error.message.contains("127.0.0.1:\(server.port)"))
            await server.log.waitForClosed()
            #expect(sent.bytes <= 1 << 20 + Self.buffers)
        }
    }

    @Test(
        "A compressed body is returned as received and not decompressed", arguments: ["gzip", "deflate", "br"])
    func coded(coding: String) async throws {
        try await LoopbackServer.run { connection in
            try await connection.nextRequest()
            try await connection.answer("not unpacked", fields: ["Content-Encoding: \(coding)"])
        } _: { server in
            let transport = try CurlTransport(configuration: .with { $0.maximumBodyBytes = 12 })
            let answer = try await transport.send(.read(server.url()))
            #expect(answer.text == "not unpacked")
            #expect(answer.head.headerFields[.contentEncoding] == coding)
        }
    }

    @Test("A decompression bomb in the transfer coding, which libcurl always decompresses, stops at the body limit")
    func bomb() async throws {
        let bomb = Bomb.deflated(blocks: 200_000)
        #expect(bomb.count < 400_000)
        try await LoopbackServer.run { connection in
            try await connection.nextRequest()
            try await connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: deflate\r\nConnection: close\r\n\r\n")
            try await connection.socket.write(bomb)
        } _: { server in
            let transport = try CurlTransport(configuration: .with { $0.maximumBodyBytes = 1 << 20 })
            do {
                // A libcurl that does not decompress it is fine too.
                #expect(try await transport.send(.read(server.url())).body.count == bomb.count)
            } catch let error as TransportError {
                #expect(error.code == .tooLarge)
            }
        }
    }

    @Test(
        "Endless headers of any kind end the request",
        arguments: [
            "X-A: b\r\n", "X-\(String(repeating: "A", count: 300)): b\r\n",
            "X-A: \(String(repeating: "b", count: 5000))",
            "HTTP/1.1 103 Early Hints\r\n\r\n",
        ])
    func headers(part: String) async throws {
        let sent = Sent()
        try await LoopbackServer.run { connection in
            try await connection.nextRequest()
            try await connection.send(part.hasPrefix("HTTP") ? "" : "HTTP/1.1 200 OK\r\n")
            let parts = String(repeating: part, count: 1 + 65_536 / part.utf8.count)
            while sent.bytes < 100 << 20 {
                try await connection.send(parts)
                sent.add(parts.utf8.count)
            }
        } _: { server in
            let error = try await failure(of: CurlTransport(), .read(server.url()))
            #expect(error.code == .tooLarge)
            await server.log.waitForClosed()
            #expect(sent.bytes <= Self.buffers)
        }
    }

    @Test("Header lines are limited in number as well as in bytes")
    func headerLines() async throws {
        try await LoopbackServer.run { connection in
            while true {
                try await connection.nextRequest()
                try await connection.answer(fields: Array(repeating: "a:", count: 18))
            }
        } _: { server in
            // Includes the status line, the length and the empty line at the end.
            let roomy = try CurlTransport(configuration: .with { $0.maximumHeaderLines = 21 })
            #expect(try await roomy.send(.read(server.url())).head.headerFields.count == 19)
            let narrow = try CurlTransport(configuration: .with { $0.maximumHeaderLines = 20 })
            #expect(try await failure(of: narrow, .read(server.url())).code == .tooLarge)
        }
    }

    @Test("Endless trailers end the request")
    func trailers() async throws {
        try await LoopbackServer.run { connection in
            try await connection.nextRequest()
            try await connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n")
            let lines = String(repeating: "X-T: y\r\n", count: 1000)
            while true { try await connection.send(lines) }
        } _: { server in
            let error = try await failure(of: CurlTransport(), .read(server.url()))
            #expect(error.code == .tooLarge)
        }
    }

    @Test("A slow response that is never silent ends when the total time is over", arguments: [true, false])
    func trickle(inBody: Bool) async throws {
        try await LoopbackServer.run { connection in
            try await connection.nextRequest()
            try await connection.send("HTTP/1.1 200 OK\r\n" + (inBody ? "Content-Length: 16000000\r\n\r\n" : ""))
            // Sent one byte at a time, which takes longer than the client waits.
            while true { try await connection.send(inBody ? "x" : "X:y\r\n") }
        } _: { server in
            let transport = try CurlTransport(
                configuration: .with {
                    $0.totalTimeout = .milliseconds(300)
                    $0.maximumHeaderBytes = 1 << 30
                    $0.maximumHeaderLines = 1 << 30
                })
            let error = try await failure(of: transport, .write(.post, server.url(), "x"))
            #expect(error.code == .timeout)
            #expect(error.delivery != .notSent)
            #expect(error.message.contains("did not finish within 0.3 seconds"))
            await server.log.waitForClosed()
        }
    }

    @Test(
        "The client does not wait for a server that has closed only its side",
        arguments: ["", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab"])
    func halfClosed(start: String) async throws {
        try await LoopbackServer.run { connection in
            try await connection.nextRequest()
            try await connection.send(start)
            connection.socket.endWriting()
            try await connection.waitForEnd()
        } _: { server in
            let error = try await failure(of: CurlTransport(), .write(.post, server.url(), "x"))
            #expect(error.code == .interrupted)
            #expect(error.delivery == (start.isEmpty ? .unknown : .answered))
            await server.log.waitForClosed()
        }
    }

    @Test("An idle connection that the server has half closed is not reused")
    func halfClosedMeanwhile() async throws {
        let halfClosed = AsyncStream<Void>.makeStream()
        try await LoopbackServer.run { connection in
            try await connection.nextRequest()
            try await connection.answer("\(connection.number)")
            connection.socket.endWriting()
            halfClosed.continuation.yield()
            try await connection.waitForEnd()
        } _: { server in
            let transport = try CurlTransport()
            for number in 1...3 {
                #expect(try await transport.send(.write(.post, server.url(), "x")).text == "\(number)")
                for await _ in halfClosed.stream.prefix(1) {}
            }
        }
    }
}

/// A small stream that decompresses to a large one.
private enum Bomb {
    /// Returns a zlib stream of `blocks` copies of 258 zero bytes, at 13 bits each.
    /// <https://www.rfc-editor.org/rfc/rfc1951>
    static func deflated(blocks: Int) -> [UInt8] {
        var bytes: [UInt8] = [0x78, 0x9C]
        var buffer: UInt64 = 0
        var filled: UInt64 = 0
        /// Writes bits. Codes start with their highest bit, everything else with its lowest.
        func put(_ value: UInt64, _ count: UInt64) {
            buffer |= value << filled
            filled += count
            while filled >= 8 {
                bytes.append(UInt8(buffer & 0xFF))
                buffer >>= 8
                filled -= 8
            }
        }
        put(1, 1)  // the last block,
        put(1, 2)  // with the fixed codes
        put(0b00_0011_00, 8)  // the literal 0, code 00110000
        for _ in 0..<blocks {
            put(0b1010_0011, 8)  // length 258, code 11000101
            put(0, 5)  // at the distance 1
        }
        put(0, 7)
        if filled > 0 { put(0, 8 - filled) }
        return bytes
    }
}
