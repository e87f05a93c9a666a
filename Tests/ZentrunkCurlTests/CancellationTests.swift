import HTTPTypes
import Testing
@_spi(Adapter) import ZentrunkCore
@_spi(Adapter) import ZentrunkCurl
@_spi(Adapter) import ZentrunkTestKit

@Suite("Cancelling and closing")
struct CancellationTests {
    private static let silent: LoopbackServer.Script = { connection in
        try await connection.nextRequest()
        try await connection.waitForEnd()
    }

    @Test(
        "Cancelling an active request ends it and its connection, even while the server is silent",
        .timeLimit(.minutes(1)))
    func inFlight() async throws {
        try await LoopbackServer.run(Self.silent) { server in
            // The server is silent until the connection ends, and the transport would wait for an hour, so only the
            // cancellation can end the request. The duration is not checked, because the machine may be busy.
            let transport = try CurlTransport(
                configuration: .with {
                    $0.totalTimeout = .seconds(3600)
                    $0.idleTimeout = .seconds(3600)
                })
            for _ in 1...5 {
                let task = Task { try await transport.send(.write(.post, server.url(), "x")) }
                await server.log.waitForRequests()
                task.cancel()
                await #expect(throws: CancellationError.self) { _ = try await task.value }
                await server.log.waitForClosed()
            }
        }
    }

    @Test("A request that waits for a connection can be cancelled; one that is cancelled before it starts is not sent")
    func waitingAndNew() async throws {
        try await LoopbackServer.run(Self.silent) { server in
            let transport = try CurlTransport(configuration: .with { $0.maximumConnectionsPerHost = 1 })
            let first = Task { try await transport.send(.read(server.url())) }
            await server.log.waitForRequests()
            for _ in 1...50 {
                let task = Task { try await transport.send(.write(.post, server.url("/never"), "x")) }
                task.cancel()
                await #expect(throws: CancellationError.self) { _ = try await task.value }
            }
            first.cancel()
            await #expect(throws: CancellationError.self) { _ = try await first.value }
            #expect(server.log.requests.count == 1)
        }
    }

    @Test("Closing fails active, waiting and later requests")
    func close() async throws {
        try await LoopbackServer.run(Self.silent) { server in
            let transport = try CurlTransport(configuration: .with { $0.maximumConnectionsPerHost = 2 })
            let tasks = (0..<10).map { _ in Task { try await transport.send(.write(.post, server.url(), "x")) } }
            await server.log.waitForRequests(2)
            transport.close()
            transport.close()
            var deliveries: [TransportError.Delivery] = []
            for task in tasks {
                let error = await #expect(throws: TransportError.self) { _ = try await task.value }
                #expect(error?.code == .shutDown)
                if let error { deliveries.append(error.delivery) }
            }
            #expect(deliveries.count { $0 == .unknown } == 2)
            #expect(deliveries.count { $0 == .notSent } == 8)
            let late = try await failure(of: transport, .read(server.url()))
            #expect(late.code == .shutDown)
            #expect(late.delivery == .notSent)
            await server.log.waitForClosed(2)
        }
    }

    @Test("Releasing the transport ends its thread, which closes the idle connections")
    func release() async throws {
        try await LoopbackServer.run { connection in
            try await connection.nextRequest()
            try await connection.answer()
            try await connection.waitForEnd()
        } _: { server in
            for _ in 1...10 {
                _ = try await CurlTransport().send(.read(server.url()))
                await server.log.waitForClosed()
            }
            #expect(server.log.connections == 10)
        }
    }
}
