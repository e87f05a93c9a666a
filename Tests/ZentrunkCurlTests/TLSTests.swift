import Foundation
import HTTPTypes
import Testing
@_spi(Adapter) import ZentrunkCore
@_spi(Adapter) import ZentrunkCurl
@_spi(Adapter) import ZentrunkTestKit

@Suite("TLS")
struct TLSTests {
    private func transport(trusting folder: URL) throws -> CurlTransport {
        try CurlTransport(
            configuration: .with {
                $0.certificateAuthorityFile = folder.appendingPathComponent("cert.pem").path
            })
    }

    @Test("A certificate of a trusted authority is accepted, and a second connection resumes the TLS session")
    func session() async throws {
        try await OpenSSL.withCertificate { folder in
            try await TLSServer.run(in: folder, options: ["-www"]) { server in
                let transport = try transport(trusting: folder)
                let first = try await transport.send(.read(server.url()))
                #expect(first.head.status == .ok)
                #expect(first.text.contains("New, TLSv1.3"))
                // The server closes after each response, so this is another connection.
                let second = try await transport.send(.read(server.url()))
                #expect(second.text.contains("Reused, TLSv1.3"))
            }
        }
    }

    @Test("A certificate of an unknown authority is refused, and nothing is sent")
    func unknownAuthority() async throws {
        try await OpenSSL.withCertificate { folder in
            try await TLSServer.run(in: folder, options: ["-www"]) { server in
                let error = try await failure(of: CurlTransport(), .write(.post, server.url(), "x"))
                #expect(error.code == .tls)
                #expect(error.delivery == .notSent)
                #expect(error.message.contains("certificate"))
            }
        }
    }

    @Test("A certificate for another host is refused, and nothing is sent")
    func wrongHost() async throws {
        try await OpenSSL.withCertificate { folder in
            try await TLSServer.run(in: folder, options: ["-www"]) { server in
                let request = TransportRequest.write(.post, server.url(host: "localhost"), "x")
                let error = try await failure(of: transport(trusting: folder), request)
                #expect(error.code == .tls)
                #expect(error.delivery == .notSent)
            }
        }
    }

    @Test("An expired certificate is refused, even from a trusted authority, and nothing is sent")
    func expired() async throws {
        try await OpenSSL.withCertificate(isExpired: true) { folder in
            try await TLSServer.run(in: folder, options: ["-www"]) { server in
                let error = try await failure(of: transport(trusting: folder), .write(.post, server.url(), "x"))
                #expect(error.code == .tls)
                #expect(error.delivery == .notSent)
                #expect(error.message.contains("expired"))
            }
        }
    }

    @Test("TLS 1.1 is refused, and nothing is sent")
    func oldTLS() async throws {
        try await OpenSSL.withCertificate { folder in
            try await TLSServer.run(in: folder, options: ["-www", "-tls1_1", "-cipher", "ALL:@SECLEVEL=0"]) { server in
                let error = try await failure(of: transport(trusting: folder), .read(server.url()))
                #expect(error.code == .tls)
                #expect(error.delivery == .notSent)
            }
        }
    }

    @Test("A plain http server on the port is a TLS error, and nothing is sent")
    func plainServer() async throws {
        try await LoopbackServer.run { connection in
            try await connection.send("HTTP/1.1 400 Bad Request\r\n\r\n")
        } _: { server in
            // On a busy machine, the server may be delayed.
            let transport = try CurlTransport(configuration: .with { $0.connectTimeout = .seconds(50) })
            let error = try await failure(of: transport, .read("https://127.0.0.1:\(server.port)/"))
            #expect(error.code == .tls)
            #expect(error.delivery == .notSent)
        }
    }

    @Test("With HTTP/2, eight parallel requests share one connection")
    func multiplexing() async throws {
        try await OpenSSL.withCertificate { folder in
            try await TLSServer.run(in: folder, options: ["-alpn", "h2"]) { server in
                let transport = try transport(trusting: folder)
                let url = server.url()
                let tasks = (0..<8).map { _ in Task { try await transport.send(.write(.post, url, "x")) } }
                // The server handles one connection at a time and answers after all eight requests have arrived.
                try await HTTP2Script.answerTogether(8, on: server)
                for task in tasks {
                    let answer = try await task.value
                    #expect(answer.head.status == .ok)
                    #expect(answer.text == "hello")
                }
            }
        }
    }

    @Test("With HTTP/2, a write whose connection closes is sent once")
    func notRepeated() async throws {
        try await OpenSSL.withCertificate { folder in
            try await TLSServer.run(in: folder, options: ["-alpn", "h2", "-naccept", "1"]) { server in
                let transport = try transport(trusting: folder)
                let url = server.url()
                let first = Task { try await transport.send(.read(url)) }
                try await HTTP2Script.answerTogether(1, on: server)
                _ = try await first.value
                let second = Task { try await failure(of: transport, .write(.delete, url)) }
                try await HTTP2Script.waitForRequest(on: server)
                await server.stop()
                let error = try await second.value
                #expect(error.delivery == .unknown)
                #expect(error.code == .interrupted)
            }
        }
    }
}
