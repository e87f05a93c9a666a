import Synchronization
import Testing
import ZentrunkJSON

@testable import ZentrunkProbe

@Suite("Probes, in memory")
struct ProberTests {
    /// A dialler without a network: each address does what the test says.
    private struct ScriptedDialler: ProbeDialler {
        var streams: [String: DialFailure] = [:]
        let log = Log()

        final class Log: Sendable {
            let dialled = Mutex<[String]>([])
        }

        func datagrams(to end: SocketAddress) async throws -> any ProbeChannel {
            throw try await fail(end)
        }

        func stream(to end: SocketAddress, name: String?) async throws -> DialledStream {
            throw try await fail(end)
        }

        func certificate(at end: SocketAddress, name: String) async -> ProbeCertificate? { nil }

        private func fail(_ end: SocketAddress) async throws -> DialFailure {
            log.dialled.withLock { $0.append(end.description) }
            return streams[end.description] ?? DialFailure(kind: .unreachable, words: "no route")
        }
    }

    private static let many = ScriptedResolver(
        hosts: ["example.com": addresses("192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4", "192.0.2.5")])

    @Test("At most four addresses are tried, and no route proves nothing", arguments: ["udp", "tcp", "tls"])
    func noRoute(_ transport: String) async throws {
        let dialler = ScriptedDialler()
        let prober = Prober(resolver: Self.many, dialler: dialler, clock: ManualClock())
        let report = try await prober.probe(ProbeTarget("example.com;transport=\(transport)"))
        #expect(dialler.log.dialled.withLock { $0.count } == 4)
        #expect(report.verdict == .noRoute)
        #expect(report.result == .unknown)
        #expect(report.check(.sip)?.status == .unknown)
        #expect(report.check(.dns)?.addresses.count == 5)
    }

    @Test("What the server itself said ends the attempts")
    func decided() async throws {
        let failure = DialFailure(kind: .wrongName, words: "no", isConnected: true)
        let dialler = ScriptedDialler(streams: ["192.0.2.1:5061": failure])
        let prober = Prober(resolver: Self.many, dialler: dialler, clock: ManualClock())
        let report = try await prober.probe(ProbeTarget("sips:example.com"))
        #expect(dialler.log.dialled.withLock { $0 } == ["192.0.2.1:5061"])
        #expect(report.verdict == .wrongName)
    }

    @Test("A name without addresses is unreachable; a name that cannot be looked up is unknown")
    func unresolved() async throws {
        let failing = ScriptedResolver(hosts: ["example.com": .failed("the server failed")])
        for (resolver, verdict, result, status) in [
            (ScriptedResolver(), ProbeVerdict.unresolved, ProbeReport.Result.unreachable, ProbeCheck.Status.fail),
            (failing, .dnsFailed, .unknown, .unknown),
        ] {
            let prober = Prober(resolver: resolver, dialler: ScriptedDialler(), clock: ManualClock())
            let report = try await prober.probe(ProbeTarget("example.com"))
            #expect(report.verdict == verdict)
            #expect(report.result == result)
            #expect(report.checks.map(\.status) == [status, .unknown])
            #expect(report.dialled == nil)
        }
    }

    @Test("A host is probed once within 15 seconds, whatever the port and the transport")
    func tooSoon() async throws {
        let clock = ManualClock()
        let dialler = ScriptedDialler()
        let prober = Prober(resolver: Self.many, dialler: dialler, clock: clock)
        _ = try await prober.probe(ProbeTarget("example.com:5060"))
        clock.advance(by: .milliseconds(14_999))
        let error = await #expect(throws: ProbeError.self) {
            try await prober.probe(ProbeTarget("Example.com.:5061;transport=tls"))
        }
        #expect(error == .tooSoon(host: "example.com", wait: .milliseconds(1)))
        #expect(dialler.log.dialled.withLock { $0.count } == 4)
        _ = try await prober.probe(ProbeTarget("example.org"))
        clock.advance(by: .milliseconds(1))
        _ = try await prober.probe(ProbeTarget("example.com"))
    }

    @Test("A loop below 15 seconds is refused")
    func interval() throws {
        try Prober.check(interval: .seconds(15))
        let error = #expect(throws: ProbeError.self) { try Prober.check(interval: .milliseconds(14_999)) }
        #expect(error?.description.contains("every 15 seconds") == true)
    }

    @Test("No answer of a server is called a working trunk, and every status has a meaning")
    func meanings() {
        for code in 100...699 {
            let meaning = AnswerMeaning(status: code)
            #expect(!meaning.words.isEmpty)
            #expect(meaning.verdict.result == .reachable)
        }
        for verdict in ProbeVerdict.allCases {
            for transport in [nil, .udp, .tcp, .tls] as [ProbeTarget.Transport?] {
                #expect(!verdict.limits(transport).isEmpty)
                #expect(!verdict.proofs(transport).contains { $0.contains("trunk") })
            }
        }
    }

    @Test("The JSON form has the member names of Plivo's own test, and fits every verdict")
    func json() async throws {
        let failure = DialFailure(
            kind: .expired, words: "certificate has expired", isConnected: true,
            certificate: ProbeCertificate(
                subject: "CN = example.com", issuer: "CN = Test", names: ["DNS:example.com"],
                notAfter: UTCTime(secondsSince1970: 1_700_000_000)))
        let resolver = ScriptedResolver(
            srv: [
                "_sips._tcp.example.com": .records([
                    SRVRecord(priority: 1, weight: 2, port: 5071, target: "a.example.com")
                ])
            ], hosts: ["a.example.com": addresses("192.0.2.1")])
        let dialler = ScriptedDialler(streams: ["192.0.2.1:5071": failure])
        let prober = Prober(resolver: resolver, dialler: dialler, clock: ManualClock(), random: { _ in 0 })
        let report = try await prober.probe(ProbeTarget("example.com;transport=tls"))
        let json = report.json
        #expect(json["uri"] == "sip:example.com;transport=tls")
        #expect(json["host"] == "example.com")
        #expect(json["port"] == 5071)
        #expect(json["transport"] == "tls")
        #expect(json["result"] == "unreachable")
        #expect(json["verdict"] == "expired")
        #expect(json["dialled"]?["address"] == "192.0.2.1")
        let checks = try #require(json["checks"]?.array)
        #expect(checks.map { $0["name"]?.string } == ["dns", "tcp", "tls", "sip"])
        #expect(checks.map { $0["status"]?.string } == ["pass", "pass", "fail", "unknown"])
        #expect(checks.allSatisfy { $0["detail"]?.string != nil && $0["duration_ms"]?.integer != nil })
        #expect(checks[0]["addresses"] == ["192.0.2.1:5071"])
        #expect(checks[0]["lookups"]?.array?.first?["records"] == ["1 2 5071 a.example.com"])
        #expect(checks[2]["cert_not_after"] == "2023-11-14T22:13:20Z")
        #expect(checks[3]["sip_response"] == .null)
    }

    @Test(
        "Times of certificates are read in both forms",
        arguments: [
            ("Nov 14 22:13:20 2023 GMT", "2023-11-14T22:13:20Z"), ("Feb  9 00:00:00 2024 GMT", "2024-02-09T00:00:00Z"),
            ("2024-02-29 23:59:59 GMT", "2024-02-29T23:59:59Z"), ("Jan  1 00:00:00 1970 GMT", "1970-01-01T00:00:00Z"),
            ("Dec 31 23:59:59 1969 GMT", "1969-12-31T23:59:59Z"), ("Mar  1 00:00:00 2100 GMT", "2100-03-01T00:00:00Z"),
            ("Dec 31 23:59:59 9999 GMT", "9999-12-31T23:59:59Z"),
        ])
    func times(_ text: String, _ printed: String) {
        #expect(UTCTime(certificateText: text)?.description == printed)
    }

    @Test(
        "Other times are not",
        arguments: ["", "Nov 14 22:13:20 2023", "Foo 14 22:13:20 2023 GMT", "2023-13-01 00:00:00 GMT", "a b c d GMT"])
    func noTimes(_ text: String) { #expect(UTCTime(certificateText: text) == nil) }

    @Test("Foreign text stays on one line, without control of a terminal, and bounded")
    func lines() {
        #expect(oneLine("a\r\nb\tc\u{1B}[31m\u{202E}ü") == "a??b c?[31m?ü")
        #expect(oneLine(String(repeating: "x", count: 400)).count == 301)
    }
}
