import Synchronization
import Testing
@_spi(Adapter) import ZentrunkTestKit

@testable import ZentrunkProbe

@Suite("Probes over UDP, on loopback sockets")
struct UDPProbeTests {
    private func prober(_ clock: any Clock<Duration>) -> Prober {
        Prober(resolver: ScriptedResolver(), dialler: SystemDialler(), clock: clock)
    }

    @Test("An answer to the first packet ends the probe, and everything that it says is reported")
    func answered() async throws {
        try await UDPPeer.run { _, request in
            [
                Reply(to: request).with {
                    $0.via += "=40001;received=203.0.113.7"
                    $0.more = [
                        "Server: test\u{7F}".replacing("\u{7F}", with: "\u{202E}"), "Allow: INVITE,\r\n OPTIONS",
                    ]
                }.bytes
            ]
        } _: { peer in
            let report = try await prober(ManualClock()).probe(ProbeTarget("127.0.0.1:\(peer.port);transport=udp"))
            #expect(report.verdict == .answers)
            #expect(report.result == .reachable)
            #expect(report.checks.map(\.status) == [.pass, .pass])
            #expect(report.answer?.line == "200 OK")
            #expect(report.answer?.server == "test?")
            #expect(report.answer?.allow == "INVITE, OPTIONS")
            #expect(report.answer?.publicAddress == "203.0.113.7:40001")
            #expect(report.check(.sip)?.sends == 1)
            #expect(report.doesNotProve.contains { $0.contains("only a call") })
            #expect(peer.arrived.count == 1)
        }
    }

    @Test("A lost packet is sent again, unchanged, after half a second, then after one and two")
    func retransmission() async throws {
        let clock = ManualClock()
        try await UDPPeer.run { number, request in
            guard number < 4 else { return [Reply(to: request).bytes] }
            await clock.end(sleepOf: .milliseconds(500 << (number - 1)))
            return []
        } _: { peer in
            let report = try await prober(clock).probe(ProbeTarget("127.0.0.1:\(peer.port)"))
            #expect(report.verdict == .answers)
            #expect(report.check(.sip)?.sends == 4)
            #expect(report.check(.sip)?.duration == .milliseconds(3500))
            #expect(peer.arrived.count == 4)
            #expect(Set(peer.arrived).count == 1)
        }
    }

    @Test("A host that never answers is silent after seven seconds, which proves nothing")
    func silent() async throws {
        let clock = ManualClock()
        try await UDPPeer.run { number, _ in
            await clock.end(sleepOf: .milliseconds(number == 4 ? 3500 : 500 << (number - 1)))
            return []
        } _: { peer in
            let report = try await prober(clock).probe(ProbeTarget("127.0.0.1:\(peer.port)"))
            #expect(report.verdict == .silent)
            #expect(report.result == .unknown)
            #expect(report.check(.sip)?.status == .unknown)
            #expect(report.check(.sip)?.duration == .seconds(7))
            #expect(report.check(.sip)?.detail == "no answer within 7 seconds to OPTIONS, sent 4 times")
            #expect(report.proves.isEmpty)
        }
    }

    @Test("After a provisional response the request is sent every four seconds only")
    func provisional() async throws {
        let clock = ManualClock()
        try await UDPPeer.run { number, request in
            guard number == 1 else { return [Reply(to: request).with { $0.status = "486 Busy Here" }.bytes] }
            return [Reply(to: request).with { $0.status = "100 Trying" }.bytes]
        } _: { peer in
            let channel = try UDPSocket(to: SocketAddress(#require(IPAddress("127.0.0.1")), port: Int(peer.port)))
            defer { channel.close() }
            let seen = WatchedChannel(channel)
            let request = try OptionsRequest(ProbeTarget("127.0.0.1"), over: .udp, from: channel.local) { _ in 1 }
            async let result = OptionsTransaction(request: request, limit: .seconds(7), clock: clock).run(over: seen)
            // The loop asks for the next datagram after it has handled the provisional response.
            await seen.waitForReads(2)
            await clock.end(sleepOf: .milliseconds(500))
            guard case .answered(let response) = await result.outcome else {
                Issue.record("no answer")
                return
            }
            #expect(response.status == 486)
            #expect(await result.provisional.map(\.status) == [100])
            #expect(await result.sends == 2)
        }
    }

    @Test("A closed port is recognised by the host's answer")
    func refused() async throws {
        let port = try await UDPPeer.run { _, _ in
            []
        } _: {
            $0.port
        }
        let report = try await prober(ManualClock()).probe(ProbeTarget("127.0.0.1:\(port)"))
        #expect(report.verdict == .closed)
        #expect(report.result == .unreachable)
        #expect(report.check(.sip)?.status == .fail)
    }

    @Test("Replies to other requests are ignored, and the right one is taken")
    func foreign() async throws {
        try await UDPPeer.run { _, request in
            let reply = Reply(to: request)
            return [
                reply.with { $0.callID = "other" }.bytes, reply.with { $0.sequence = "2 OPTIONS" }.bytes,
                reply.with { $0.via = $0.via.replacing("z9hG4bK", with: "z9hG4bKx") }.bytes,
                Array("HTTP/1.1 200 OK\r\n\r\n".utf8), [], Array("\r\n\r\n".utf8), request,
                reply.with { $0.more = ["Content-Length: 70000"] }.bytes,
                reply.with { $0.status = "404 Not Found" }.bytes,
            ]
        } _: { peer in
            let report = try await prober(ManualClock()).probe(ProbeTarget("127.0.0.1:\(peer.port)"))
            #expect(report.verdict == .refuses)
            #expect(report.result == .reachable)
            #expect(report.answer?.status == 404)
            let ignored = try #require(report.check(.sip)?.ignored)
            #expect(ignored.count == 8)
            #expect(ignored.prefix(3) == ["it has another Call-ID", "it has another CSeq", "it has another branch"])
        }
    }

    @Test("A port where another service answers is not SIP")
    func notSIP() async throws {
        let clock = ManualClock()
        try await UDPPeer.run { number, _ in
            await clock.end(sleepOf: .milliseconds(number == 4 ? 3500 : 500 << (number - 1)))
            return [Array("\0\u{1}binary".utf8)]
        } _: { peer in
            let report = try await prober(clock).probe(ProbeTarget("127.0.0.1:\(peer.port)"))
            #expect(report.verdict == .notSIP)
            #expect(report.result == .unreachable)
        }
    }

    @Test("A host that floods the probe ends it")
    func flood() async throws {
        try await UDPPeer.run { _, _ in
            (0..<400).map { _ in Array("\r\n\r\n".utf8) }
        } _: { peer in
            let report = try await prober(ManualClock()).probe(ProbeTarget("127.0.0.1:\(peer.port)"))
            #expect(report.verdict == .broken)
            #expect(try #require(report.check(.sip)?.ignored.count) <= 10)
        }
    }

    @Test("A socket that nothing uses any more ends, with its thread")
    func unused() async throws {
        func open() throws -> AsyncThrowingStream<[UInt8], any Error> {
            try UDPSocket(to: SocketAddress(#require(IPAddress("127.0.0.1")), port: 9)).received
        }
        for try await bytes in try open() { Issue.record("\(bytes) arrived") }
    }

    @Test("A cancelled probe ends at once")
    func cancellation() async throws {
        let (arrivals, arrivalsIn) = AsyncStream<Void>.makeStream()
        try await UDPPeer.run { _, _ in
            arrivalsIn.yield()
            return []
        } _: { peer in
            let target = try ProbeTarget("127.0.0.1:\(peer.port)")
            let prober = prober(ManualClock())
            let probe = Task { try await prober.probe(target) }
            _ = await arrivals.first { true }
            probe.cancel()
            await #expect(throws: CancellationError.self) { try await probe.value }
        }
    }
}

/// A channel that counts how often its reader asks for more.
private final class WatchedChannel: ProbeChannel {
    let local: SocketAddress
    let received: AsyncThrowingStream<[UInt8], any Error>
    private let channel: any ProbeChannel
    private let reads: AsyncStream<Void>

    init(_ channel: any ProbeChannel) {
        self.channel = channel
        local = channel.local
        let (reads, readsIn) = AsyncStream<Void>.makeStream()
        self.reads = reads
        let source = Source(channel.received)
        received = AsyncThrowingStream {
            readsIn.yield()
            return try await source.next()
        }
    }

    func waitForReads(_ count: Int) async { for await _ in reads.prefix(count) {} }

    func send(_ bytes: [UInt8]) throws(ChannelError) { try channel.send(bytes) }

    func close() { channel.close() }

    private actor Source {
        private let stream: AsyncThrowingStream<[UInt8], any Error>

        init(_ stream: AsyncThrowingStream<[UInt8], any Error>) { self.stream = stream }

        func next() async throws -> [UInt8]? { try await stream.first { _ in true } }
    }
}
