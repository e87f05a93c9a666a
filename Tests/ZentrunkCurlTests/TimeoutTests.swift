import HTTPTypes
import Testing
@_spi(Adapter) import ZentrunkCore
@_spi(Adapter) import ZentrunkCurl
@_spi(Adapter) import ZentrunkTestKit

@Suite("Time limits")
struct TimeoutTests {
    private static let silent: LoopbackServer.Script = { connection in
        try await connection.nextRequest()
        try await connection.waitForEnd()
    }

    @Test("Silence after the request is unknown")
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

    @Test("Silence in the middle of a response is answered, and the error has the status", arguments: [true, false])
    func withinAnswer(isIdleLimit: Bool) async throws {
        try await LoopbackServer.run { connection in
            try await connection.nextRequest()
            try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
            try await connection.waitForEnd()
        } _: { server in
            // On a busy machine, the server's response may come after a short limit. Then a longer limit is tried.
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

    @Test("A server that accepts the connection but no TLS handshake is notSent")
    func connect() async throws {
        try await LoopbackServer.run(Self.silent) { server in
            let transport = try CurlTransport(configuration: .with { $0.connectTimeout = .milliseconds(150) })
            let error = try await failure(of: transport, .write(.post, "https://127.0.0.1:\(server.port)/", "x"))
            #expect(error.code == .connect)
            #expect(error.delivery == .notSent)
        }
    }

    @Test("A request that gets no free connection in time is notSent, and the error says what helps")
    func waiting() async throws {
        try await LoopbackServer.run(Self.silent) { server in
            let transport = try CurlTransport(
                configuration: .with {
                    $0.maximumConnectionsPerHost = 1
                    $0.totalTimeout = .seconds(8)
                    $0.queueTimeout = .milliseconds(150)
                })
            async let first = failure(of: transport, .write(.post, server.url("/first"), "x"))
            await server.log.waitForRequests()
            let second = try await failure(of: transport, .write(.post, server.url("/second"), "x"))
            #expect(second.code == .queueTimeout)
            #expect(second.delivery == .notSent)
            #expect(second.message.contains("0.15 seconds"))
            #expect("\(second.remedies)".contains("maximumConnectionsPerHost"))
            #expect(try await first.delivery == .unknown)
            #expect(try await first.code == .timeout)
        }
    }

    @Test("Waiting for a turn does not count as time of the request, and a waiting request can be cancelled")
    func waitingIsNotAnswering() async throws {
        let held = AsyncStream<Void>.makeStream()
        try await LoopbackServer.run { connection in
            try await connection.nextRequest()
            for await _ in held.stream {}
            try await connection.answer()
        } _: { server in
            let transport = try CurlTransport(
                configuration: .with {
                    $0.maximumConnectionsPerHost = 1
                    $0.totalTimeout = .seconds(4)
                })
            // The first request uses up its whole time, and the second one still has all of its own.
            let first = Task { try await transport.send(.read(server.url())) }
            await server.log.waitForRequests()
            let cancelled = Task { try await transport.send(.read(server.url())) }
            let second = Task { try await transport.send(.read(server.url())) }
            cancelled.cancel()
            await #expect(throws: CancellationError.self) { try await cancelled.value }
            await #expect(throws: TransportError.self) { try await first.value }
            held.continuation.finish()
            #expect(try await second.value.head.status == .ok)
        }
    }

    @Test("Waiting for a free connection does not count as connect time")
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
            // The first request waits for longer than the connect timeout; then the second one's turn comes.
            let first = Task { try await transport.send(.read(server.url())) }
            await server.log.waitForRequests()
            let second = Task { try await transport.send(.read(server.url())) }
            _ = await first.result
            held.continuation.finish()
            #expect(try await second.value.head.status == .ok)
        }
    }
}
