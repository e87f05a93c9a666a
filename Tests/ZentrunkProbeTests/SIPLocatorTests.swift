import Testing

@testable import ZentrunkProbe

/// The rules of RFC 3263, section 4, as a table: target, records, and the questions and addresses that follow.
@Suite("Way from a target to addresses")
struct SIPLocatorTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var target: String
        var naptr: [String: DNSAnswer<NAPTRRecord>] = [:]
        var srv: [String: DNSAnswer<SRVRecord>] = [:]
        var hosts: [String: DNSAnswer<IPAddress>] = [:]
        var questions: [String]
        var dialled: [String]
    }

    private static let domain: [String: DNSAnswer<IPAddress>] = ["example.com": addresses("192.0.2.1")]
    private static let farm: [String: DNSAnswer<IPAddress>] = [
        "a.example.com": addresses("192.0.2.10"), "b.example.com": addresses("192.0.2.11", "2001:db8::11"),
        "example.com": addresses("192.0.2.1"),
    ]

    private static func srv(_ priority: Int, _ weight: Int, _ port: Int, _ target: String) -> SRVRecord {
        SRVRecord(priority: priority, weight: weight, port: port, target: target)
    }

    static let cases = [
        Case(
            testDescription: "an IPv4 address", target: "192.0.2.9", questions: [], dialled: ["udp 192.0.2.9:5060"]),
        Case(
            testDescription: "an IPv6 address with port and transport", target: "[2001:db8::9]:5080;transport=tcp",
            questions: [], dialled: ["tcp [2001:db8::9]:5080"]),
        Case(
            testDescription: "an address over TLS", target: "192.0.2.9;transport=tls", questions: [],
            dialled: ["tls 192.0.2.9:5061"]),
        Case(
            testDescription: "sips: and an address", target: "sips:192.0.2.9", questions: [],
            dialled: ["tls 192.0.2.9:5061"]),
        Case(
            testDescription: "a port: only addresses, over udp", target: "example.com:5080", hosts: domain,
            questions: ["A example.com"], dialled: ["udp 192.0.2.1:5080"]),
        Case(
            testDescription: "a port and a transport", target: "example.com:5061;transport=tls", hosts: domain,
            questions: ["A example.com"], dialled: ["tls 192.0.2.1:5061"]),
        Case(
            testDescription: "a transport: its SRV records", target: "example.com;transport=tcp",
            srv: ["_sip._tcp.example.com": .records([srv(1, 1, 5070, "a.example.com")])], hosts: farm,
            questions: ["SRV _sip._tcp.example.com", "A a.example.com"], dialled: ["tcp 192.0.2.10:5070"]),
        Case(
            testDescription: "TLS: the records of sips", target: "example.com;transport=tls",
            srv: ["_sips._tcp.example.com": .records([srv(1, 1, 5071, "a.example.com")])], hosts: farm,
            questions: ["SRV _sips._tcp.example.com", "A a.example.com"], dialled: ["tls 192.0.2.10:5071"]),
        Case(
            testDescription: "sips: without SRV records", target: "sips:example.com", hosts: domain,
            questions: ["SRV _sips._tcp.example.com", "A example.com"], dialled: ["tls 192.0.2.1:5061"]),
        Case(
            testDescription: "nothing but an address", target: "example.com", hosts: domain,
            questions: [
                "NAPTR example.com", "SRV _sip._udp.example.com", "SRV _sip._tcp.example.com",
                "SRV _sips._tcp.example.com", "A example.com",
            ], dialled: ["udp 192.0.2.1:5060"]),
        Case(
            testDescription: "NAPTR: the lowest order first, then the lowest preference", target: "example.com",
            naptr: [
                "example.com": .records([
                    NAPTRRecord(order: 20, preference: 1, service: "SIP+D2U", replacement: "_sip._udp.example.com"),
                    NAPTRRecord(order: 10, preference: 9, service: "SIP+D2T", replacement: "_sip._tcp.example.com"),
                    NAPTRRecord(order: 10, preference: 5, service: "sips+d2t", replacement: "_sips._tcp.example.com"),
                    NAPTRRecord(order: 1, preference: 1, service: "E2U+email", replacement: "x.example.com"),
                ])
            ],
            srv: [
                "_sips._tcp.example.com": .records([srv(1, 1, 5061, "a.example.com")]),
                "_sip._tcp.example.com": .records([srv(1, 1, 5060, "b.example.com")]),
            ],
            hosts: farm,
            questions: [
                "NAPTR example.com", "SRV _sips._tcp.example.com", "A a.example.com", "SRV _sip._tcp.example.com",
                "SRV _sip._udp.example.com",
            ], dialled: ["tls 192.0.2.10:5061"]),
        Case(
            testDescription: "NAPTR to another domain", target: "example.com",
            naptr: [
                "example.com": .records([
                    NAPTRRecord(order: 1, preference: 1, service: "SIP+D2U", replacement: "_sip._udp.example.net")
                ])
            ],
            srv: ["_sip._udp.example.net": .records([srv(1, 1, 5062, "a.example.com")])], hosts: farm,
            questions: ["NAPTR example.com", "SRV _sip._udp.example.net", "A a.example.com"],
            dialled: ["udp 192.0.2.10:5062"]),
        Case(
            testDescription: "NAPTR of other forms does not count", target: "example.com",
            naptr: [
                "example.com": .records([
                    NAPTRRecord(
                        order: 1, preference: 1, flags: "u", service: "SIP+D2U", regexp: "!.*!sip:x@example.net!",
                        replacement: ""),
                    NAPTRRecord(order: 1, preference: 1, flags: "a", service: "SIP+D2T", replacement: "b.example.com"),
                    NAPTRRecord(order: 1, preference: 1, service: "SIP+D2S", replacement: "_sip._sctp.example.com"),
                ])
            ],
            srv: ["_sip._tcp.example.com": .records([srv(1, 1, 5060, "a.example.com")])], hosts: farm,
            questions: [
                "NAPTR example.com", "SRV _sip._udp.example.com", "SRV _sip._tcp.example.com", "A a.example.com",
                "SRV _sips._tcp.example.com",
            ], dialled: ["tcp 192.0.2.10:5060"]),
        Case(
            testDescription: "SRV: the lowest priority first, all addresses, IPv4 first",
            target: "example.com;transport=udp",
            srv: [
                "_sip._udp.example.com": .records([
                    srv(20, 1, 5070, "a.example.com"), srv(10, 1, 5060, "b.example.com"),
                ])
            ],
            hosts: farm, questions: ["SRV _sip._udp.example.com", "A b.example.com", "A a.example.com"],
            dialled: ["udp 192.0.2.11:5060", "udp [2001:db8::11]:5060", "udp 192.0.2.10:5070"]),
        Case(
            testDescription: "SRV with a dot: the service does not exist", target: "example.com;transport=udp",
            srv: ["_sip._udp.example.com": .records([srv(0, 0, 0, ".")])], hosts: farm,
            questions: ["SRV _sip._udp.example.com"], dialled: []),
        Case(
            testDescription: "SRV whose target has no address", target: "example.com;transport=udp",
            srv: ["_sip._udp.example.com": .records([srv(0, 0, 5060, "gone.example.com")])], hosts: farm,
            questions: ["SRV _sip._udp.example.com", "A gone.example.com"], dialled: []),
        Case(
            testDescription: "a failed SRV lookup falls back to the addresses", target: "example.com;transport=udp",
            srv: ["_sip._udp.example.com": .failed("server failed")], hosts: domain,
            questions: ["SRV _sip._udp.example.com", "A example.com"], dialled: ["udp 192.0.2.1:5060"]),
        Case(
            testDescription: "a target that occurs twice is resolved once", target: "example.com;transport=udp",
            srv: [
                "_sip._udp.example.com": .records([srv(1, 1, 5060, "A.example.com"), srv(2, 1, 5062, "a.example.com")])
            ],
            hosts: farm, questions: ["SRV _sip._udp.example.com", "A a.example.com"],
            dialled: ["udp 192.0.2.10:5060", "udp 192.0.2.10:5062"]),
    ]

    @Test("The questions and the order of addresses follow RFC 3263", arguments: cases)
    func table(_ row: Case) async throws {
        let resolver = ScriptedResolver(naptr: row.naptr, srv: row.srv, hosts: row.hosts)
        let location = try await SIPLocator(resolver: resolver, random: { _ in 0 }).locate(ProbeTarget(row.target))
        #expect(resolver.questions == row.questions)
        #expect(location.candidates.map { "\($0.transport) \($0.end)" } == row.dialled)
        #expect(location.candidates.allSatisfy { !$0.why.isEmpty })
    }

    @Test("Within a priority, the random number selects by weight, and weight zero comes first")
    func weights() {
        let records = [
            SRVRecord(priority: 1, weight: 10, port: 1, target: "ten"),
            SRVRecord(priority: 1, weight: 0, port: 1, target: "zero"),
            SRVRecord(priority: 1, weight: 30, port: 1, target: "thirty"),
        ]
        func order(_ random: (Int) -> Int) -> [String] { SRVOrder.sorted(records, random: random).map(\.target) }
        #expect(order { _ in 0 } == ["zero", "ten", "thirty"])
        #expect(order { $0 } == ["thirty", "ten", "zero"])
        #expect(order { min($0, 10) } == ["ten", "thirty", "zero"])
        #expect(order { min($0, 11) } == ["thirty", "ten", "zero"])
        #expect(order { _ in -5 }.count == 3)
        #expect(order { _ in Int.max }.count == 3)
    }

    @Test("Hostile answers are bounded")
    func bounds() async throws {
        let many = (0..<500).map { SRVRecord(priority: $0, weight: 0, port: 5060, target: "h\($0).example.com") }
        let addresses = (0..<500).compactMap { IPAddress(bytes: [192, 0, UInt8($0 / 250), UInt8($0 % 250)]) }
        let hosts = Dictionary(uniqueKeysWithValues: many.map { ($0.target, DNSAnswer.records(addresses)) })
        let resolver = ScriptedResolver(srv: ["_sip._udp.example.com": .records(many)], hosts: hosts)
        let target = try ProbeTarget("example.com;transport=udp")
        let location = await SIPLocator(resolver: resolver, random: { _ in 0 }).locate(target)
        #expect(location.candidates.count == SIPLocator.maximumCandidates)
        #expect(resolver.questions.count == 1 + SIPLocator.maximumHosts)
        #expect(location.lookups.allSatisfy { $0.records.count <= SIPLocator.maximumRecords })
        #expect(!location.notes.isEmpty)
    }
}
