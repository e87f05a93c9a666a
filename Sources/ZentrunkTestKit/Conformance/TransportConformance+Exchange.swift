import HTTPTypes
import Testing
@_spi(Adapter) import ZentrunkCore

extension TransportConformance {
    /// What arrives at the server, and what comes back.
    static let exchange: [Case] = [
        Case("Method, path and body arrive unchanged") { transport in
            let requests: [(HTTPRequest.Method, String)] = [
                (.get, ""), (.post, #"{"a":"ü"}"#), (.put, "x"), (.patch, "{}"), (.delete, ""), (.post, ""),
            ]
            try await LoopbackServer.run(LoopbackServer.echo) { server in
                let path = "/v1/a%20b/c?x=1&y=%2F"
                for (method, body) in requests {
                    let answer = try await transport.send(.write(method, server.url(path), body))
                    #expect(answer.head.status == .ok)
                    #expect(answer.text == body)
                    let arrived = try #require(server.log.requests.last)
                    #expect(arrived.requestLine == "\(method.rawValue) \(path) HTTP/1.1")
                    #expect(arrived.body == Array(body.utf8))
                }
            }
        },
        Case("Header fields arrive unchanged") { transport in
            try await LoopbackServer.run(LoopbackServer.echo) { server in
                _ = try await transport.send(
                    .read(
                        server.url(), [.authorization: "Bearer a:b;c", .accept: "text/x", .acceptEncoding: "identity"]))
                let fields = try #require(server.log.requests.first).fields
                #expect(fields["authorization"] == "Bearer a:b;c")
                #expect(fields["accept"] == "text/x")
                #expect(fields["accept-encoding"] == "identity")
            }
        },
        Case("A request contains nothing of the one before it") { transport in
            try await LoopbackServer.run(LoopbackServer.echo) { server in
                let first = TransportRequest.to(
                    server.url("/1"), .patch, fields: [.authorization: "Basic secret", .contentType: "text/plain"],
                    body: Array("one".utf8), access: .write)
                _ = try await transport.send(first)
                _ = try await transport.send(.read(server.url("/2")))
                let second = try #require(server.log.requests.last)
                #expect(second.requestLine == "GET /2 HTTP/1.1")
                #expect(second.fields["authorization"] == nil)
                #expect(second.fields["content-type"] == nil)
                #expect(second.body.isEmpty)
            }
        },
        Case("Responses with an error status are returned with their header fields") { transport in
            let script: LoopbackServer.Script = { connection in
                try await connection.nextRequest()
                try await connection.answer(
                    "slow down", status: "429 Too Many Requests",
                    fields: ["Retry-After:  7 ", "X-Request-ID: r-1", "Date: Sun, 06 Nov 1994 08:49:37 GMT"])
            }
            try await LoopbackServer.run(script) { server in
                let answer = try await transport.send(.read(server.url()))
                #expect(answer.head.status.code == 429)
                #expect(answer.text == "slow down")
                #expect(answer.head.headerFields[.retryAfter] == "7")
                #expect(answer.head.headerFields[.date] == "Sun, 06 Nov 1994 08:49:37 GMT")
                #expect(answer.head.headerFields[try #require(HTTPField.Name("x-request-id"))] == "r-1")
                #expect(server.log.requests.count == 1)
            }
        },
        Case("A response without a body is complete") { transport in
            let script: LoopbackServer.Script = { connection in
                try await connection.nextRequest()
                try await connection.send("HTTP/1.1 204 No Content\r\n\r\n")
                try await connection.waitForEnd()
            }
            try await LoopbackServer.run(script) { server in
                let answer = try await transport.send(.write(.delete, server.url()))
                #expect(answer.head.status.code == 204)
                #expect(answer.body.isEmpty)
            }
        },
        Case("Interim responses are skipped, and chunked bodies are assembled") { transport in
            let script: LoopbackServer.Script = { connection in
                try await connection.nextRequest()
                try await connection.send("HTTP/1.1 100 Continue\r\n\r\n")
                try await connection.send("HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n")
                try await connection.send("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
                try await connection.waitForEnd()
            }
            try await LoopbackServer.run(script) { server in
                let answer = try await transport.send(.write(.post, server.url(), "x"))
                #expect(answer.head.status == .created)
                #expect(answer.text == "abcde")
            }
        },
        Case("A redirect is returned, not followed") { transport in
            let script: LoopbackServer.Script = { connection in
                while true {
                    try await connection.nextRequest()
                    try await connection.answer(status: "302 Found", fields: ["Location: /elsewhere"])
                }
            }
            try await LoopbackServer.run(script) { server in
                let answer = try await transport.send(.read(server.url()))
                #expect(answer.head.status == .found)
                #expect(answer.head.headerFields[.location] == "/elsewhere")
                #expect(server.log.requests.count == 1)
            }
        },
        Case("Concurrent requests receive their own responses") { transport in
            try await LoopbackServer.run(LoopbackServer.echo) { server in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 0..<32 {
                        group.addTask {
                            let body = String(repeating: "\(number) ", count: 2000)
                            let answer = try await transport.send(.write(.post, server.url(), body))
                            #expect(answer.text == body)
                        }
                    }
                    try await group.waitForAll()
                }
                #expect(server.log.requests.count == 32)
            }
        },
    ]
}
