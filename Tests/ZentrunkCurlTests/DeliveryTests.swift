import FlyingSocks
import Foundation
import HTTPTypes
import Testing
import ZentrunkCore
import ZentrunkCurl

@Suite("Delivery status of transport errors")
struct DeliveryTests {
    @Test("A refused connection is notSent")
    func connectionRefused() async throws {
        // Bound, so that no other process gets the port, but not listening.
        let socket = try Socket(domain: Int32(sockaddr_in.family))
        defer { try? socket.close() }
        try socket.bind(to: .inet(ip4: "127.0.0.1", port: 0))
        let port = try socket.localPort
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

    @Test("A write does not use an idle connection that the server has closed")
    func closedMeanwhile() async throws {
        try await LoopbackServer.run { connection in
            try await connection.nextRequest()
            try await connection.answer("\(connection.number)")
        } _: { server in
            let transport = try CurlTransport()
            for number in 1...3 {
                let answer = try await transport.send(.write(.post, server.url(), "x"))
                #expect(answer.text == "\(number)")
                await server.log.waitForClosed()
            }
            #expect(server.log.requests.count == 3)
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

    @Test("A truncated body is answered, and the error has the status")
    func truncated() async throws {
        try await LoopbackServer.run { connection in
            try await connection.nextRequest()
            try await connection.send("HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\nonly this")
        } _: { server in
            let error = try await failure(of: CurlTransport(), .write(.post, server.url(), "x"))
            #expect(error.code == .interrupted)
            #expect(error.delivery == .answered)
            #expect(error.status == 201)
        }
    }

    @Test("An interim response alone is unknown")
    func interimOnly() async throws {
        try await LoopbackServer.run { connection in
            try await connection.nextRequest()
            try await connection.send("HTTP/1.1 100 Continue\r\n\r\n")
        } _: { server in
            let error = try await failure(of: CurlTransport(), .write(.post, server.url(), "x"))
            #expect(error.delivery == .unknown)
            #expect(error.status == nil)
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

    @Test("An error never shows header fields, the body or the query")
    func secrets() async throws {
        try await LoopbackServer.run { connection in
            try await connection.nextRequest()
        } _: { server in
            let request = TransportRequest.to(
                server.url("/path?token=s3cret"), .post, fields: [.authorization: "Basic s3cret"],
                body: Array("s3cret".utf8), access: .write)
            let error = try await failure(of: CurlTransport(), request)
            var text = "\(error) \(String(reflecting: error))"
            dump(error, to: &text)
            #expect(!text.contains("s3cret"))
        }
    }
}
