import HTTPTypes
import Testing
@_spi(Adapter) import ZentrunkCore
@_spi(Adapter) import ZentrunkCurl
@_spi(Adapter) import ZentrunkTestKit

@Suite("Delivery status of transport errors")
struct DeliveryTests {
    @Test("A refused connection is notSent")
    func connectionRefused() async throws {
        let listener = try LoopbackListener(isAccepting: false)
        let port = listener.port
        let error = try await failure(of: CurlTransport(), .write(.post, "http://127.0.0.1:\(port)/?key=s3cret", "x"))
        #expect(error.code == .connect)
        #expect(error.delivery == .notSent)
        #expect(error.message.contains("127.0.0.1:\(port) "))
        #expect(!error.message.contains("s3cret"))
    }

    @Test("A host name without an address is notSent")
    func noAddress() async throws {
        let error = try await failure(of: CurlTransport(), .read("https://nobody.invalid/"))
        #expect(error.code == .resolve)
        #expect(error.delivery == .notSent)
    }

    @Test("A connection closed without a response is unknown", arguments: [false, true])
    func closedWithoutAnswer(readsFirst: Bool) async throws {
        try await LoopbackServer.run { connection in
            if readsFirst { try await connection.nextRequest() }
        } _: { server in
            let error = try await failure(of: CurlTransport(), .write(.post, server.url(), "x"))
            #expect(error.code == .interrupted)
            #expect(error.delivery == .unknown)
            #expect(error.status == nil)
        }
    }

    @Test(
        "A write on a reused connection that closes without a response is sent once",
        arguments: [HTTPRequest.Method.post, .delete, .put], ["", "body"])
    func notRepeated(method: HTTPRequest.Method, body: String) async throws {
        try await LoopbackServer.run { connection in
            try await connection.nextRequest()
            try await connection.answer()
            try await connection.nextRequest()
        } _: { server in
            let transport = try CurlTransport()
            _ = try await transport.send(.read(server.url("/first")))
            let error = try await failure(of: transport, .write(method, server.url("/second"), body))
            #expect(error.delivery == .unknown)
            #expect(error.code == .interrupted)
            // The next request succeeds, so the failed one left no state behind. It is the third that the server
            // receives.
            _ = try await transport.send(.read(server.url("/third")))
            let paths = server.log.requests.map { $0.requestLine.split(separator: " ")[1] }
            #expect(paths == ["/first", "/second", "/third"])
        }
    }

    @Test("A read on a reused connection that closes without a response is sent again")
    func readIsRepeated() async throws {
        try await LoopbackServer.run { connection in
            try await connection.nextRequest()
            try await connection.answer("\(connection.number)")
            try await connection.nextRequest()
        } _: { server in
            let transport = try CurlTransport()
            _ = try await transport.send(.read(server.url()))
            let body = Array("{}".utf8)
            let answer = try await transport.send(.to(server.url(), .post, body: body, access: .read))
            #expect(answer.text == "2")
            #expect(server.log.requests.map(\.body) == [[], body, body])
        }
    }

    @Test(
        "A response that is not HTTP is malformed",
        arguments: ["SSH-2.0-OpenSSH_9.2\r\n\r\n", "HTTP/1.1 abc\r\n\r\n", "HTTP/1.1 99\r\n\r\n", "<html></html>"])
    func notHTTP(bytes: String) async throws {
        try await LoopbackServer.run { connection in
            try await connection.nextRequest()
            try await connection.send(bytes)
        } _: { server in
            let error = try await failure(of: CurlTransport(), .write(.post, server.url(), "x"))
            #expect(error.code == .malformed)
            #expect(error.delivery == .unknown)
        }
    }
}
