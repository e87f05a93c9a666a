import Testing
@_spi(Adapter) import ZentrunkCore
@_spi(Adapter) import ZentrunkCurl
@_spi(Adapter) import ZentrunkTestKit

@Suite("Size limits")
struct LimitTests {
    @Test("A body over the limit is answered, and the error has the status", arguments: [true, false])
    func body(isChunked: Bool) async throws {
        try await LoopbackServer.run { connection in
            try await connection.nextRequest()
            let body = String(repeating: "x", count: 2000)
            if isChunked {
                try await connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                try await connection.send("7d0\r\n\(body)\r\n0\r\n\r\n")
            } else {
                try await connection.answer(body)
            }
            try await connection.waitForEnd()
        } _: { server in
            let transport = try CurlTransport(configuration: .with { $0.maximumBodyBytes = 1999 })
            let error = try await failure(of: transport, .read(server.url()))
            #expect(error.code == .tooLarge)
            #expect(error.delivery == .answered)
            #expect(error.status == 200)
            let roomier = try CurlTransport(configuration: .with { $0.maximumBodyBytes = 2000 })
            #expect(try await roomier.send(.read(server.url())).body.count == 2000)
        }
    }

    @Test("Header lines that together exceed the limit are too large", arguments: [true, false])
    func header(isInterim: Bool) async throws {
        try await LoopbackServer.run { connection in
            try await connection.nextRequest()
            let line = "X-A: \(String(repeating: "x", count: 500))\r\n"
            let lines = String(repeating: line, count: 5)
            try await connection.send("HTTP/1.1 \(isInterim ? "103 Hints" : "200 OK")\r\n\(lines)\r\n")
            try await connection.waitForEnd()
        } _: { server in
            let transport = try CurlTransport(configuration: .with { $0.maximumHeaderBytes = 2000 })
            let error = try await failure(of: transport, .read(server.url()))
            #expect(error.code == .tooLarge)
            #expect(error.delivery == (isInterim ? .unknown : .answered))
            #expect(error.status == (isInterim ? nil : 200))
        }
    }

    @Test("An invalid configuration is refused")
    func configuration() {
        let changes: [(inout CurlConfiguration) -> Void] = [
            { $0.connectTimeout = .zero }, { $0.totalTimeout = .seconds(-1) }, { $0.idleTimeout = .seconds(1_000_000) },
            { $0.maximumBodyBytes = 0 }, { $0.maximumHeaderBytes = -1 }, { $0.maximumHeaderLines = 0 },
            { $0.maximumConnectionsPerHost = 0 },
            { $0.maximumIdleConnections = 0 }, { $0.userAgent = "a\r\nb: c" },
            { $0.certificateAuthorityFile = "/nowhere.pem" },
        ]
        for change in changes {
            let error = #expect(throws: TransportError.self) { try CurlTransport(configuration: .with(change)) }
            #expect(error?.code == .refused)
        }
    }
}
