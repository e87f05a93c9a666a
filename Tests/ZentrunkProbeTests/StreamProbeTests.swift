import Foundation
import Testing
@_spi(Adapter) import ZentrunkTestKit

@testable import ZentrunkProbe

@Suite("Probes over TCP and TLS, on loopback sockets")
struct StreamProbeTests {
    /// Everything leads to this machine.
    private static let resolver = ScriptedResolver(
        hosts: ["sip.example.com": addresses("127.0.0.1"), "other.example.com": addresses("127.0.0.1")])

    private func prober(
        trusting folder: URL? = nil, clock: any Clock<Duration> = ManualClock(), now: UTCTime = .now
    ) -> Prober {
        let file = folder.map { $0.appendingPathComponent("cert.pem").path }
        return Prober(
            resolver: Self.resolver, dialler: SystemDialler(authorityFile: file), clock: clock, now: { now })
    }

    // MARK: TCP

    @Test("An answer over TCP in small pieces, after a provisional one and an empty line")
    func tcp() async throws {
        try await LoopbackServer.run { connection in
            let request = try await connection.readHead()
            let reply = Reply(to: request)
            let text =
                "\r\n" + reply.with { $0.status = "100 Trying" }.text
                + reply.with {
                    $0.body = "v=0\r\n"
                    $0.more = ["s: folded\r\n subject"]
                }.text
            for byte in text.utf8 { try await connection.socket.write([byte]) }
            try await connection.waitForEnd()
        } _: { server in
            let report = try await prober().probe(ProbeTarget("sip.example.com:\(server.port);transport=tcp"))
            #expect(report.verdict == .answers)
            #expect(report.checks.map(\.stage) == [.dns, .tcp, .sip])
            #expect(report.checks.map(\.status) == [.pass, .pass, .pass])
            #expect(report.answer?.status == 200)
            #expect(report.check(.sip)?.sends == 1)
            #expect(report.dialled?.end.description == "127.0.0.1:\(server.port)")
            // Nothing stays open.
            await server.log.waitForClosed()
            #expect(server.log.connections == 1)
        }
    }

    @Test("A closed TCP port is closed")
    func refused() async throws {
        let port = try await LoopbackServer.run { _ in
        } _: {
            $0.port
        }
        let report = try await prober().probe(ProbeTarget("sip.example.com:\(port);transport=tcp"))
        #expect(report.verdict == .closed)
        #expect(report.result == .unreachable)
        #expect(report.checks.map(\.status) == [.pass, .fail, .unknown])
    }

    @Test("When the first address is closed, the next one is dialled, with a warning")
    func secondAddress() async throws {
        try await LoopbackServer.run { connection in
            let request = try await connection.readHead()
            try await connection.socket.write(Reply(to: request).bytes)
        } _: { server in
            // On Linux, all of 127.0.0.0/8 is this machine; the server listens on 127.0.0.1 only.
            let resolver = ScriptedResolver(hosts: ["sip.example.com": addresses("127.0.0.2", "127.0.0.1")])
            let prober = Prober(resolver: resolver, dialler: SystemDialler(), clock: ManualClock())
            let report = try await prober.probe(ProbeTarget("sip.example.com:\(server.port);transport=tcp"))
            #expect(report.verdict == .answers)
            #expect(report.check(.tcp)?.status == .warn)
            #expect(report.dialled?.end.address == IPAddress("127.0.0.1"))
            #expect(report.check(.dns)?.addresses.count == 2)
        }
    }

    @Test("An open port without an answer is silent after seven seconds, without another request")
    func silent() async throws {
        let clock = ManualClock()
        try await LoopbackServer.run { connection in
            _ = try await connection.readHead()
            await clock.end(sleepOf: .seconds(7))
            try await connection.waitForEnd()
        } _: { server in
            let target = try ProbeTarget("sip.example.com:\(server.port);transport=tcp")
            let report = try await prober(clock: clock).probe(target)
            #expect(report.verdict == .silent)
            #expect(report.result == .unknown)
            #expect(report.check(.sip)?.sends == 1)
        }
    }

    @Test(
        "A port with another service is not SIP",
        arguments: ["HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n"])
    func foreign(_ text: String) async throws {
        try await LoopbackServer.run { connection in
            try await connection.send(text)
            try await connection.waitForEnd()
        } _: { server in
            let report = try await prober().probe(ProbeTarget("sip.example.com:\(server.port);transport=tcp"))
            #expect(report.verdict == .notSIP)
            #expect(report.result == .unreachable)
            #expect(report.check(.sip)?.detail.contains("not SIP: it begins with") == true)
        }
    }

    @Test("A connection that ends without an answer is broken")
    func closed() async throws {
        try await LoopbackServer.run { connection in
            _ = try await connection.readHead()
        } _: { server in
            let report = try await prober().probe(ProbeTarget("sip.example.com:\(server.port);transport=tcp"))
            #expect(report.verdict == .broken)
            #expect(report.check(.tcp)?.status == .pass)
            #expect(report.check(.sip)?.status == .fail)
        }
    }

    @Test("An endless answer is bounded")
    func endless() async throws {
        try await LoopbackServer.run { connection in
            try await connection.send("SIP/2.0 200 OK\r\n")
            while true { try await connection.send("X: " + String(repeating: "y", count: 8000) + "\r\n") }
        } _: { server in
            let report = try await prober().probe(ProbeTarget("sip.example.com:\(server.port);transport=tcp"))
            #expect(report.verdict == .notSIP)
            #expect(report.check(.sip)?.detail.contains("too large") == true)
        }
    }

    // MARK: TLS

    private static let options = ["-tlsextdebug"]

    /// Probes an `openssl s_server` that answers, and returns what it printed, too.
    private func overTLS(
        _ folder: URL, _ prober: Prober, host: String = "sip.example.com", options: [String] = options
    ) async throws -> (report: ProbeReport, printed: String) {
        try await TLSServer.run(in: folder, options: options) { server in
            let target = try ProbeTarget("\(host):\(server.port);transport=tls")
            async let report = prober.probe(target)
            var printed: [UInt8] = []
            // Up to the end of the request. The server prints bytes as they are, or what the client's hello contains.
            while !printed.suffix(21).elementsEqual("Content-Length: 0\r\n\r\n".utf8) {
                printed.append(try await server.nextByte())
            }
            // At the beginning of a line, the server takes some letters as commands.
            server.write(Array("\r\n".utf8) + Reply(to: printed).bytes)
            return (try await report, String(decoding: printed, as: UTF8.self))
        }
    }

    @Test("Over TLS, chain and name are verified, the name is sent, and no protocol is offered")
    func tls() async throws {
        try await OpenSSL.withCertificate(for: "DNS:sip.example.com,URI:sip:sip.example.com") { folder in
            let now = UTCTime(secondsSince1970: UTCTime.now.secondsSince1970 - 30 * 86_400)
            let (report, printed) = try await overTLS(folder, prober(trusting: folder, now: now))
            #expect(report.verdict == .answers)
            #expect(report.checks.map(\.stage) == [.dns, .tcp, .tls, .sip])
            #expect(report.checks.map(\.status) == [.pass, .pass, .pass, .pass])
            let certificate = try #require(report.check(.tls)?.certificate)
            #expect(certificate.names == ["DNS:sip.example.com", "URI:sip:sip.example.com"])
            #expect(certificate.subject.contains("zentrunk-test"))
            #expect(certificate.issuer.contains("zentrunk-test"))
            let left = try #require(certificate.notAfter).secondsSince1970 - UTCTime.now.secondsSince1970
            #expect((86_400...2 * 86_400).contains(left))
            #expect(printed.contains("server name"))
            // The extension for ALPN has the number 16.
            #expect(!printed.contains("id=16"))
            #expect(printed.contains("Via: SIP/2.0/TLS 127.0.0.1:"))
        }
    }

    @Test("A certificate that ends within two weeks is a warning")
    func soon() async throws {
        try await OpenSSL.withCertificate(for: "DNS:sip.example.com") { folder in
            let (report, _) = try await overTLS(folder, prober(trusting: folder))
            #expect(report.verdict == .answers)
            #expect(report.check(.tls)?.status == .warn)
            #expect(report.check(.tls)?.detail.contains("expires in ") == true)
        }
    }

    /// A certificate that is refused: nothing may be sent, and the report has the certificate.
    private func refused(
        _ names: String, isExpired: Bool = false, isTrusted: Bool = true
    ) async throws -> ProbeReport {
        try await OpenSSL.withCertificate(for: names, isExpired: isExpired) { folder in
            try await TLSServer.run(in: folder, options: []) { server in
                let target = try ProbeTarget("sip.example.com:\(server.port);transport=tls")
                let report = try await prober(trusting: isTrusted ? folder : nil).probe(target)
                await server.stop()
                #expect(report.result == .unreachable)
                #expect(report.checks.map(\.status) == [.pass, .pass, .fail, .unknown])
                #expect(report.check(.tls)?.certificate?.notAfter != nil)
                return report
            }
        }
    }

    @Test("A certificate for another name is a wrong name, and the report says for which")
    func wrongName() async throws {
        let report = try await refused("DNS:other.example.com")
        #expect(report.verdict == .wrongName)
        let detail = try #require(report.check(.tls)?.detail)
        #expect(detail.contains("not for sip.example.com, but for DNS:other.example.com"))
    }

    @Test("An unknown issuer is untrusted, and the report names it")
    func unknownIssuer() async throws {
        let report = try await refused("DNS:sip.example.com", isTrusted: false)
        #expect(report.verdict == .untrusted)
        #expect(report.check(.tls)?.detail.contains("zentrunk-test") == true)
    }

    @Test("An expired certificate is expired, and the report says since when")
    func expired() async throws {
        let report = try await refused("DNS:sip.example.com", isExpired: true)
        #expect(report.verdict == .expired)
        #expect(report.check(.tls)?.detail.contains("it was valid until 20") == true)
    }

    @Test("Nothing is sent over the second handshake, which reads a certificate that was refused")
    func secondHandshake() async throws {
        // libcurl reports a certificate for another name by itself, and not one of an unknown issuer.
        try await OpenSSL.withCertificate(for: "DNS:sip.example.com") { folder in
            // The server prints what it receives, and ends after the second connection.
            try await TLSServer.run(in: folder, options: ["-naccept", "2"]) { server in
                let target = try ProbeTarget("sip.example.com:\(server.port);transport=tls")
                async let report = prober().probe(target)
                let printed = String(decoding: await server.remainingOutput(), as: UTF8.self)
                #expect(try await report.verdict == .untrusted)
                #expect(try await report.check(.tls)?.certificate?.names == ["DNS:sip.example.com"])
                #expect(printed.contains("2 server accepts"))
                #expect(!printed.contains("OPTIONS") && !printed.contains("Via:") && !printed.contains("SIP/2.0"))
            }
        }
    }

    @Test("A plain SIP server on the port speaks no TLS")
    func plain() async throws {
        try await LoopbackServer.run { connection in
            try await connection.send("SIP/2.0 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
            try await connection.waitForEnd()
        } _: { server in
            let report = try await prober().probe(ProbeTarget("sip.example.com:\(server.port);transport=tls"))
            #expect(report.verdict == .noTLS)
            #expect(report.result == .unreachable)
            #expect(report.checks.map(\.status) == [.pass, .pass, .fail, .unknown])
        }
    }

    @Test("A handshake that gets no answer is given up after five seconds")
    func silentHandshake() async throws {
        let clock = ManualClock()
        try await LoopbackServer.run { connection in
            _ = try await connection.socket.read(atMost: 1)
            await clock.end(sleepOf: .seconds(5))
            try await connection.waitForEnd()
        } _: { server in
            let target = try ProbeTarget("sip.example.com:\(server.port);transport=tls")
            let report = try await prober(clock: clock).probe(target)
            #expect(report.verdict == .silent)
            #expect(report.result == .unknown)
            #expect(report.checks.map(\.status) == [.pass, .pass, .unknown, .unknown])
        }
    }

    @Test("Cancelling a probe ends its connection")
    func cancellation() async throws {
        try await LoopbackServer.run { connection in
            _ = try await connection.nextRequest()
            try await connection.waitForEnd()
        } _: { server in
            let prober = prober()
            let target = try ProbeTarget("sip.example.com:\(server.port);transport=tcp")
            let probe = Task { try await prober.probe(target) }
            await server.log.waitForRequests()
            probe.cancel()
            await #expect(throws: CancellationError.self) { try await probe.value }
            await server.log.waitForClosed()
        }
    }
}

extension ServerConnection {
    /// Reads a request without a body.
    fileprivate func readHead() async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while !bytes.suffix(4).elementsEqual("\r\n\r\n".utf8) { bytes += try await socket.read(atMost: 4096) }
        return bytes
    }
}
