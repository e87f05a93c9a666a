import Testing
import ZentrunkDiagnosis
import ZentrunkJSON
import ZentrunkSandbox

@testable import ZentrunkProbe

@Suite("A sandbox's SIP hosts, probed")
struct SandboxNetworkTests {
    /// A host in some state, a target, and the result of its probe.
    struct Case: Sendable, CustomTestStringConvertible {
        var target: String
        var state = SandboxSIPState.normal
        var transports: Set<SandboxSIPHost.Transport>?
        var verdict = ProbeVerdict.answers
        var cause: String?

        var testDescription: String {
            "\(target), \(state), \(transports.map { $0.map(\.rawValue).sorted().description } ?? "all")"
        }
    }

    private static let host = "sip.example.com"

    static let cases =
        [
            Case(target: host), Case(target: "\(host);transport=udp"), Case(target: "\(host);transport=tcp"),
            Case(target: "\(host);transport=tls"), Case(target: "sips:\(host)"),
            Case(target: "\(host):5060;transport=tcp"), Case(target: "\(host):5061;transport=tls"),
            Case(target: "10000000000001.zt.plivo.com"), Case(target: "10000000000001.ap-south-1.zt.plivo.com"),
            Case(target: "\(host):5080;transport=tcp", verdict: .closed, cause: "tcp.refused"),
            Case(target: "\(host):5080", verdict: .closed, cause: "options.icmp"),
            Case(target: "\(host):5060;transport=tls", verdict: .noTLS),
            Case(target: host, state: .closed, verdict: .closed, cause: "options.icmp"),
            Case(target: "\(host);transport=tcp", state: .closed, verdict: .closed, cause: "tcp.refused"),
            Case(target: "\(host);transport=tls", state: .closed, verdict: .closed, cause: "tcp.refused"),
            Case(target: host, transports: [.tcp], verdict: .closed, cause: "options.icmp"),
            Case(target: "\(host);transport=tls", transports: [.tcp], verdict: .closed, cause: "tcp.refused"),
            Case(target: "\(host);transport=tcp", transports: [.tcp]),
            Case(target: host, state: .unresolved, verdict: .unresolved, cause: "dns.nxdomain"),
            Case(target: "sip.nowhere.invalid", verdict: .unresolved, cause: "dns.nxdomain"),
            Case(target: "192.0.2.1:5060;transport=tcp", verdict: .noRoute, cause: "options.icmp"),
            Case(target: "\(host);transport=tls", state: .wrongName, verdict: .wrongName, cause: "tls.name_mismatch"),
            Case(target: "\(host);transport=tls", state: .expired, verdict: .expired, cause: "tls.expired"),
            Case(target: "\(host);transport=tls", state: .untrusted, verdict: .untrusted, cause: "tls.untrusted"),
            Case(target: "\(host);transport=tcp", state: .wrongName), Case(target: host, state: .untrusted),
            Case(target: host, state: .answering(503, "Service Unavailable"), verdict: .refuses),
            Case(target: "\(host);transport=tls", state: .answering(404, "Not Found"), verdict: .refuses),
            Case(target: host, state: .answering(405, ""), verdict: .answers),
        ] as [Case]

    private static func prober(_ sandbox: Sandbox, clock: any Clock<Duration> = ManualClock()) throws -> Prober {
        Prober(SandboxNetwork(try sandbox.sipDocument()) { try sandbox.sipDocument(of: $0) }, clock: clock)
    }

    @Test("Every state leads to its verdict, with a cause that the table has", arguments: cases)
    func states(_ example: Case) async throws {
        try await Sandbox.run { sandbox async throws in
            if example.state != .normal || example.transports != nil {
                sandbox.setSIPHost(Self.host, example.state, transports: example.transports)
            }
            let report = try await Self.prober(sandbox).probe(ProbeTarget(example.target))
            #expect(report.verdict == example.verdict, "\(report.checks.map(\.detail))")
            #expect(report.causeCode == example.cause)
            if let code = report.causeCode {
                #expect(try !CauseTable.bundled.causes(of: code, in: .probe).isEmpty, "\(code)")
            }
            guard example.verdict == .answers, example.state == .normal else { return }
            // A healthy host has no warning: doctor counts on it.
            #expect(report.checks.allSatisfy { $0.status == .pass }, "\(report.checks.map(\.detail))")
            #expect(report.answer?.line == "200 OK")
            #expect(report.answer?.publicAddress?.hasPrefix("127.0.0.1:") == true)
            #expect(report.dialled?.end.address.description.hasPrefix("127.77.") == true)
        }
    }

    @Test("A silent host takes a connection and does not answer")
    func silentStream() async throws {
        try await Sandbox.run { sandbox async throws in
            sandbox.setSIPHost(Self.host, .silent)
            let clock = ManualClock()
            async let report = Self.prober(sandbox, clock: clock).probe(ProbeTarget("\(Self.host);transport=tcp"))
            await clock.end(sleepOf: .seconds(7))
            #expect(try await report.verdict == .silent)
            #expect(try await report.causeCode == "options.silence_tcp")
        }
    }

    @Test("A silent host gets datagrams and does not answer, which proves nothing")
    func silentDatagrams() async throws {
        try await Sandbox.run { sandbox async throws in
            sandbox.setSIPHost("*.example.com", .silent)
            let clock = ManualClock()
            async let report = Self.prober(sandbox, clock: clock).probe(ProbeTarget(Self.host))
            for wait in [500, 1000, 2000, 3500] { await clock.end(sleepOf: .milliseconds(wait)) }
            #expect(try await report.result == .unknown)
            #expect(try await report.causeCode == "options.silence_udp")
        }
    }

    /// A vendor whose host has service records, and two transports.
    private struct Vendor: SandboxService {
        let vendor = "vendor"
        let state: JSONValue = [:]
        let sipHosts = [
            SandboxSIPHost("sip.vendor.test", transports: [.tcp, .tls], hasServiceRecords: true)
        ]
        func environment(at url: String) -> [String: String] { [:] }
        func answer(_ request: SandboxRequest) -> SandboxAnswer { .json(200, [:]) }
        func reset() {}
    }

    @Test("Service records lead to the first transport of the host, and are part of the report")
    func serviceRecords() async throws {
        try await Sandbox.run(SandboxOptions(services: [Vendor()])) { sandbox async throws in
            let report = try await Self.prober(sandbox).probe(ProbeTarget("sip.vendor.test"))
            #expect(report.verdict == .answers)
            #expect(report.dialled?.transport == .tcp)
            let lookups = try #require(report.check(.dns)?.lookups)
            #expect(lookups.first?.records.count == 2)
            #expect(lookups.contains { $0.name == "_sip._tcp.sip.vendor.test" && $0.records.count == 1 })
            let secure = try await Self.prober(sandbox).probe(ProbeTarget("sips:sip.vendor.test"))
            #expect(secure.verdict == .answers)
            #expect(secure.check(.dns)?.lookups.first?.name == "_sips._tcp.sip.vendor.test")
        }
    }

    @Test("A sandbox that has stopped answers no question, which is unknown and not a missing name")
    func stopped() async throws {
        let prober = try await Sandbox.run { try Self.prober($0) }
        let report = try await prober.probe(ProbeTarget(Self.host))
        #expect(report.verdict == .dnsFailed)
        #expect(report.result == .unknown)
        #expect(report.causeCode == "dns.timeout")
    }
}
