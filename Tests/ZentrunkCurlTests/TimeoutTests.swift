import HTTPTypes
import Testing
import ZentrunkCore
import ZentrunkCurl
import ZentrunkTestKit

@Suite("Time limits")
struct TimeoutTests {
    private static let silent: LoopbackServer.Script = { connection in
        try await connection.nextRequest()
        try await connection.waitForEnd()
    }

    @Test("Silence after the request: unknown")
    func idle() async throws {
        try await LoopbackServer.run(Self.silent) { server in
            let transport = try CurlTransport(configuration: .with { $0.idleTimeout = .milliseconds(150) })
            let error = try await failure(of: transport, .write(.post, server.url(), "x"))
            #expect(error.code == .timeout)
            #expect(error.delivery == .unknown)
            #expect(error.message.contains("0.15 seconds"))
            await server.log.waitForClosed()
        }
    }

    @Test("Silence in the middle of an answer: answered, with the status", arguments: [true, false])
    func withinAnswer(isIdleLimit: Bool) async throws {
        try await LoopbackServer.run { connection in
            try await connection.nextRequest()
            try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
            try await connection.waitForEnd()
        } _: { server in
            // On a busy machine the server's words may come after a short limit; then a longer one has to do.
            var errors: [TransportError] = []
            for seconds in [1, 5, 25, 125] where errors.last?.delivery != .answered {
                let transport = try CurlTransport(
                    configuration: .with {
                        if isIdleLimit {
                            $0.idleTimeout = .seconds(seconds)
                        } else {
                            $0.totalTimeout = .seconds(seconds)
                        }
                    })
                errors.append(try await failure(of: transport, .write(.post, server.url(), "x")))
            }
            #expect(errors.allSatisfy { $0.code == .timeout })
            #expect(errors.last?.delivery == .answered)
            #expect(errors.last?.status == 200)
        }
    }

    @Test("A server that takes the connection but no TLS handshake: not sent")
    func connect() async throws {
        try await LoopbackServer.run(Self.silent) { server in
            let transport = try CurlTransport(configuration: .with { $0.connectTimeout = .milliseconds(150) })
            let error = try await failure(of: transport, .write(.post, "https://127.0.0.1:\(server.port)/", "x"))
            #expect(error.code == .connect)
            #expect(error.delivery == .notSent)
        }
    }

    @Test("No connection came free: not sent")
    func waiting() async throws {
        try await LoopbackServer.run(Self.silent) { server in
            let transport = try CurlTransport(
                configuration: .with {
                    $0.maximumConnectionsPerHost = 1
                    $0.totalTimeout = .seconds(8)
                })
            async let first = failure(of: transport, .write(.post, server.url("/first"), "x"))
            await server.log.waitForRequests()
            let second = try await failure(of: transport, .write(.post, server.url("/second"), "x"))
            #expect(second.code == .timeout)
            #expect(try await first.delivery == .unknown)
        }
    }

    @Test("Waiting for a free connection is not time spent connecting")
    func waitingIsNotConnecting() async throws {
        let held = AsyncStream<Void>.makeStream()
        try await LoopbackServer.run { connection in
            try await connection.nextRequest()
            for await _ in held.stream {}
            try await connection.answer()
        } _: { server in
            let transport = try CurlTransport(
                configuration: .with {
                    $0.maximumConnectionsPerHost = 1
                    $0.connectTimeout = .seconds(3)
                    $0.idleTimeout = .seconds(6)
                })
            // The first is silent for longer than a connection may take; then the second one's turn comes.
            let first = Task { try await transport.send(.read(server.url())) }
            await server.log.waitForRequests()
            let second = Task { try await transport.send(.read(server.url())) }
            _ = await first.result
            held.continuation.finish()
            #expect(try await second.value.head.status == .ok)
        }
    }
}
