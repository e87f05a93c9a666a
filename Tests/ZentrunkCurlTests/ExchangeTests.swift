import HTTPTypes
import Testing
@_spi(Adapter) import ZentrunkCore
@_spi(Adapter) import ZentrunkCurl
@_spi(Adapter) import ZentrunkTestKit

@Suite("Requests and answers")
struct ExchangeTests {
    private static let echo: LoopbackServer.Script = { connection in
        while true {
            let request = try await connection.nextRequest()
            try await connection.answer(String(decoding: request.body, as: UTF8.self))
        }
    }

    @Test(
        "The method, path and body are sent unchanged",
        arguments: [
            (HTTPRequest.Method.get, ""), (.post, #"{"a":"ü"}"#), (.put, "x"), (.patch, "{}"), (.delete, ""),
            (.delete, "body"), (.options, ""), (.post, ""), (.put, ""), (.get, "search"),
        ])
    func methods(method: HTTPRequest.Method, body: String) async throws {
        try await LoopbackServer.run(Self.echo) { server in
            let transport = try CurlTransport()
            let path = "/v1/a%20b/../c?x=1&y=%2F"
            let answer = try await transport.send(.write(method, server.url(path), body))
            #expect(answer.head.status == .ok)
            #expect(answer.text == body)
            let arrived = try #require(server.log.requests.first)
            #expect(arrived.requestLine == "\(method.rawValue) \(path) HTTP/1.1")
            #expect(arrived.body == Array(body.utf8))
            #expect(arrived.fields["expect"] == nil)
            #expect(arrived.fields["content-type"] == nil)
            #expect(arrived.fields["accept-encoding"] == nil)
            let length = body.isEmpty && ![.post, .put].contains(method) ? nil : "\(body.utf8.count)"
            #expect(arrived.fields["content-length"] == length)
        }
    }

    @Test("A reused handle sends nothing of the previous request")
    func reuse() async throws {
        try await LoopbackServer.run(Self.echo) { server in
            let transport = try CurlTransport()
            let first = TransportRequest.to(
                server.url("/1"), .patch, fields: [.authorization: "Basic secret", .contentType: "text/plain"],
                body: Array("one".utf8), access: .write)
            _ = try await transport.send(first)
            _ = try await transport.send(.read(server.url("/2")))
            let second = try #require(server.log.requests.last)
            #expect(second.requestLine == "GET /2 HTTP/1.1")
            #expect(Set(second.fields.keys) == ["host", "user-agent", "accept"])
            #expect(second.body.isEmpty)
        }
    }

    @Test("Header fields are sent as given, including an empty one")
    func requestFields() async throws {
        try await LoopbackServer.run(Self.echo) { server in
            let transport = try CurlTransport()
            let empty = try #require(HTTPField.Name("X-Empty"))
            _ = try await transport.send(
                .read(server.url(), [.authorization: "Bearer a:b;c", empty: "", .userAgent: "mine", .accept: "text/x"]))
            let fields = try #require(server.log.requests.first).fields
            #expect(fields["authorization"] == "Bearer a:b;c")
            #expect(fields["x-empty"] == "")
            #expect(fields["user-agent"] == "mine")
            #expect(fields["accept"] == "text/x")
        }
    }

    @Test("Response fields are read, including repeated ones; a line without a name is skipped")
    func responseFields() async throws {
        try await LoopbackServer.run { connection in
            try await connection.nextRequest()
            try await connection.answer(
                "ok", status: "429 Slow down", fields: ["Retry-After:  7 ", "X-A: 1", "b@d: x", "X-A: 2", "X-Empty:"])
        } _: { server in
            let answer = try await CurlTransport().send(.read(server.url()))
            #expect(answer.head.status.code == 429)
            #expect(answer.head.headerFields[.retryAfter] == "7")
            #expect(answer.head.headerFields[values: try #require(HTTPField.Name("X-A"))] == ["1", "2"])
            #expect(answer.head.headerFields[try #require(HTTPField.Name("X-Empty"))] == "")
            #expect(answer.head.headerFields.count == 5)
        }
    }

    @Test("A response without a body is complete", arguments: ["204 No Content", "304 Not Modified"])
    func noBody(status: String) async throws {
        try await LoopbackServer.run { connection in
            try await connection.nextRequest()
            try await connection.send("HTTP/1.1 \(status)\r\n\r\n")
            try await connection.waitForEnd()
        } _: { server in
            let answer = try await CurlTransport().send(.write(.delete, server.url()))
            #expect("\(answer.head.status.code)" == status.prefix(3))
            #expect(answer.body.isEmpty)
        }
    }

    @Test("HEAD returns the fields and no body")
    func head() async throws {
        try await LoopbackServer.run { connection in
            try await connection.nextRequest()
            try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n")
            try await connection.waitForEnd()
        } _: { server in
            let answer = try await CurlTransport().send(.to(server.url(), .head, access: .read))
            #expect(answer.head.headerFields[.contentLength] == "99999999999")
            #expect(server.log.requests.first?.requestLine == "HEAD / HTTP/1.1")
        }
    }

    @Test("Interim responses and trailers are ignored")
    func interim() async throws {
        try await LoopbackServer.run { connection in
            try await connection.nextRequest()
            try await connection.send("HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n")
            try await connection.send("HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\nX-Late: 1\r\n\r\n")
            try await connection.send("3\r\nabc\r\n2\r\nde\r\n0\r\nX-Trailer: 1\r\n\r\n")
            try await connection.waitForEnd()
        } _: { server in
            let answer = try await CurlTransport().send(.write(.post, server.url(), "x"))
            #expect(answer.head.status == .created)
            #expect(answer.text == "abcde")
            #expect(answer.head.headerFields.map(\.name.canonicalName) == ["transfer-encoding", "x-late"])
        }
    }

    @Test("Sequential requests share one connection")
    func keepAlive() async throws {
        try await LoopbackServer.run(Self.echo) { server in
            let transport = try CurlTransport()
            for number in 1...20 {
                #expect(try await transport.send(.write(.post, server.url(), "\(number)")).text == "\(number)")
            }
            #expect(server.log.connections == 1)
        }
    }

    @Test("64 parallel requests get their own responses and use no more connections than allowed")
    func parallel() async throws {
        try await LoopbackServer.run(Self.echo) { server in
            let transport = try CurlTransport(configuration: .with { $0.maximumConnectionsPerHost = 8 })
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<64 {
                    group.addTask {
                        let body = String(repeating: "\(number) ", count: 2000)
                        let answer = try await transport.send(.write(.post, server.url(), body))
                        #expect(answer.text == body)
                    }
                }
                try await group.waitForAll()
            }
            #expect(server.log.requests.count == 64)
            #expect(server.log.connections <= 8)
        }
    }

    @Test("localhost connects to this machine")
    func localhost() async throws {
        try await LoopbackServer.run(Self.echo) { server in
            let answer = try await CurlTransport().send(.read("http://localhost:\(server.port)/"))
            #expect(answer.head.status == .ok)
        }
    }
}
