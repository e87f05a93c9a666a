import HTTPTypes
import Synchronization
import Testing
@_spi(Adapter) import ZentrunkCore

extension TransportConformance {
    /// What errors say about delivery, and how often a write is sent.
    static let delivery: [Case] = [
        Case("A refused connection: not sent") { transport in
            // Reserved, so that no other process listens there.
            let listener = try LoopbackListener(isAccepting: false)
            let error = try await failure(of: transport, .write(.post, "http://127.0.0.1:\(listener.port)/", "x"))
            #expect(error.code == .connect)
            #expect(error.delivery == .notSent)
            #expect(error.status == nil)
        },
        Case("A connection closed without a response: unknown, and a write is sent once") { transport in
            try await LoopbackServer.run({ try await $0.nextRequest() }) { server in
                let error = try await failure(of: transport, .write(.post, server.url(), "x"))
                #expect(error.code == .interrupted)
                #expect(error.delivery == .unknown)
                #expect(error.status == nil)
                #expect(server.log.requests.count == 1)
            }
        },
        Case("A reused connection closed without a response: unknown, and a write is sent once") { transport in
            let script: LoopbackServer.Script = { connection in
                try await connection.nextRequest()
                try await connection.answer()
                try await connection.nextRequest()
            }
            for method in [HTTPRequest.Method.post, .patch, .put, .delete] {
                try await LoopbackServer.run(script) { server in
                    _ = try await transport.send(.read(server.url("/first")))
                    do {
                        // A transport that does not reuse connections receives a response.
                        _ = try await transport.send(.write(method, server.url("/second"), "x"))
                    } catch let error as TransportError {
                        #expect(error.delivery == .unknown)
                    }
                    #expect(server.log.requests.count { $0.requestLine.contains(" /second ") } == 1)
                    // The failure affects no later request.
                    let third = try await transport.send(.read(server.url("/third")))
                    #expect(third.head.status == .ok)
                }
            }
        },
        Case("A write is sent although the server has closed the connection of the request before") { transport in
            let script: LoopbackServer.Script = { connection in
                try await connection.nextRequest()
                try await connection.answer("\(connection.number)")
            }
            try await LoopbackServer.run(script) { server in
                for number in 1...3 {
                    let answer = try await transport.send(.write(.post, server.url(), "x"))
                    #expect(answer.text == "\(number)")
                    await server.log.waitForClosed()
                }
                #expect(server.log.requests.count == 3)
            }
        },
        Case("A body that ends early: answered, with the status") { transport in
            let script: LoopbackServer.Script = { connection in
                try await connection.nextRequest()
                try await connection.send("HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\nonly this")
            }
            try await LoopbackServer.run(script) { server in
                let error = try await failure(of: transport, .write(.post, server.url(), "x"))
                #expect(error.delivery == .answered)
                #expect(error.status == 201)
                #expect(server.log.requests.count == 1)
            }
        },
        Case("An interim response alone: unknown") { transport in
            let script: LoopbackServer.Script = { connection in
                try await connection.nextRequest()
                try await connection.send("HTTP/1.1 100 Continue\r\n\r\n")
            }
            try await LoopbackServer.run(script) { server in
                let error = try await failure(of: transport, .write(.post, server.url(), "x"))
                #expect(error.delivery == .unknown)
                #expect(error.status == nil)
            }
        },
        Case("A response that is not HTTP: an error, and a write is sent once") { transport in
            let script: LoopbackServer.Script = { connection in
                try await connection.nextRequest()
                try await connection.send("SSH-2.0-OpenSSH_9.2\r\n\r\n")
            }
            try await LoopbackServer.run(script) { server in
                let error = try await failure(of: transport, .write(.post, server.url(), "x"))
                #expect(error.delivery != .notSent)
                #expect(server.log.requests.count == 1)
            }
        },
        Case("An error contains no header fields, body or query") { transport in
            try await LoopbackServer.run({ try await $0.nextRequest() }) { server in
                let request = TransportRequest.to(
                    server.url("/path?token=s3cret"), .post, fields: [.authorization: "Basic s3cret"],
                    body: Array("s3cret".utf8), access: .write)
                let error = try await failure(of: transport, request)
                var text = "\(error) \(String(reflecting: error))"
                dump(error, to: &text)
                #expect(!text.contains("s3cret"))
            }
        },
    ]

    /// What cancelling the task does.
    static let cancellation: [Case] = [
        Case("Cancellation ends an active request and its connection") { transport in
            try await LoopbackServer.run(LoopbackServer.silent) { server in
                let task = Task { try await transport.send(.write(.post, server.url(), "x")) }
                await server.log.waitForRequests()
                task.cancel()
                await #expect(throws: CancellationError.self) { _ = try await task.value }
                await server.log.waitForClosed()
            }
        },
        Case("A request of a cancelled task is not sent") { transport in
            try await LoopbackServer.run(LoopbackServer.echo) { server in
                let task = Task {
                    withUnsafeCurrentTask { $0?.cancel() }
                    return try await transport.send(.write(.post, server.url("/never"), "x"))
                }
                await #expect(throws: CancellationError.self) { _ = try await task.value }
                _ = try await transport.send(.read(server.url("/later")))
                #expect(server.log.requests.map(\.requestLine) == ["GET /later HTTP/1.1"])
            }
        },
        Case("Cancellation during responses results in the response or a CancellationError") { transport in
            try await LoopbackServer.run(LoopbackServer.echo) { server in
                let tasks = (0..<100).map { _ in Task { try await transport.send(.write(.post, server.url(), "ok")) } }
                await server.log.waitForRequests()
                for task in tasks { task.cancel() }
                for task in tasks {
                    switch await task.result {
                    case .success(let answer): #expect(answer.text == "ok")
                    case .failure(let error): #expect(error is CancellationError)
                    }
                }
                let answer = try await transport.send(.write(.post, server.url(), "ok"))
                #expect(answer.text == "ok")
            }
        },
    ]

    /// That responses of any size end.
    static let limits: [Case] = [
        Case("A body without end: too large, answered, with the status") { transport in
            let endless = Endless(String(repeating: "x", count: 1 << 20))
            try await LoopbackServer.run({ try await endless.send("HTTP/1.1 200 OK\r\n\r\n", on: $0) }) { server in
                let error = try await failure(of: transport, .read(server.url()))
                #expect(error.code == .tooLarge)
                #expect(error.delivery == .answered)
                #expect(error.status == 200)
                await server.log.waitForClosed()
                #expect(endless.wasStopped)
            }
        },
        Case("Header fields without end: too large") { transport in
            let endless = Endless(String(repeating: "X-A: b\r\n", count: 10_000))
            try await LoopbackServer.run({ try await endless.send("HTTP/1.1 200 OK\r\n", on: $0) }) { server in
                let error = try await failure(of: transport, .read(server.url()))
                #expect(error.code == .tooLarge)
                #expect(error.delivery != .notSent)
                await server.log.waitForClosed()
                #expect(endless.wasStopped)
            }
        },
    ]
}

/// A response that goes on until the client ends the connection, or for 256 MiB.
private final class Endless: Sendable {
    private let part: String
    private let sent = Atomic(0)

    init(_ part: String) { self.part = part }

    /// Whether the client ended the connection.
    var wasStopped: Bool { sent.load(ordering: .acquiring) < 256 << 20 }

    func send(_ start: String, on connection: ServerConnection) async throws {
        try await connection.nextRequest()
        try await connection.send(start)
        while wasStopped {
            try await connection.send(part)
            sent.add(part.utf8.count, ordering: .releasing)
        }
    }
}
