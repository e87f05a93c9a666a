import Testing
@_spi(Adapter) import ZentrunkTestKit

@testable import ZentrunkProbe

@Suite("DNS by c-ares, from a server on loopback")
struct CAresResolverTests {
    /// Answers a question with records, or with an error.
    private static func answer(to query: [UInt8], code: UInt8 = 0, _ records: [[UInt8]] = []) -> [UInt8] {
        // The header is twelve bytes, the question a name, a type and a class.
        let nameEnd = query.dropFirst(12).firstIndex(of: 0) ?? query.endIndex
        let question = query[12..<min(nameEnd + 5, query.count)]
        let header = query[..<2] + [0x84, 0x80 | code, 0, 1, 0, UInt8(records.count), 0, 0, 0, 0]
        return header + question + records.flatMap { $0 }
    }

    /// The type that a query asks for.
    private static func type(in query: [UInt8]) -> UInt8 {
        guard let nameEnd = query.dropFirst(12).firstIndex(of: 0), nameEnd + 2 < query.count else { return 0 }
        return query[nameEnd + 2]
    }

    /// A record of the name that was asked for.
    private static func record(_ type: UInt8, _ value: [UInt8]) -> [UInt8] {
        [0xC0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, UInt8(value.count)] + value
    }

    private static func name(_ text: String) -> [UInt8] {
        text.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
    }

    private static func string(_ text: String) -> [UInt8] { [UInt8(text.utf8.count)] + Array(text.utf8) }

    private func resolving<Result>(
        _ answer: @escaping @Sendable ([UInt8]) -> [[UInt8]], _ body: (CAresResolver) async throws -> Result
    ) async throws -> Result {
        try await UDPPeer.run { _, query in
            answer(query)
        } _: { peer in
            try await body(CAresResolver(loopbackPort: peer.port))
        }
    }

    @Test("NAPTR, SRV, A and AAAA records are read")
    func records() async throws {
        try await resolving { query in
            let found: [[UInt8]] =
                switch Self.type(in: query) {
                case 35:
                    [
                        Self.record(
                            35,
                            [0, 10, 0, 20] + Self.string("s") + Self.string("SIP+D2T") + Self.string("")
                                + Self.name("_sip._tcp.example.com"))
                    ]
                case 33:
                    [
                        Self.record(33, [0, 1, 0, 2, 19, 196] + Self.name("a.example.com")),
                        Self.record(33, [0, 3, 0, 4, 19, 197, 0]),
                    ]
                case 28: [Self.record(28, [0x20, 1, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11) + [1])]
                default: [Self.record(1, [192, 0, 2, 1]), Self.record(1, [192, 0, 2, 2])]
                }
            return [Self.answer(to: query, found)]
        } _: { resolver in
            #expect(
                await resolver.naptr("example.com")
                    == .records([
                        NAPTRRecord(order: 10, preference: 20, service: "SIP+D2T", replacement: "_sip._tcp.example.com")
                    ]))
            let services = await resolver.srv("_sip._tcp.example.com").records
            #expect(services.map(\.description).sorted() == ["1 2 5060 a.example.com", "3 4 5061 ."])
            #expect(await resolver.a("example.com") == addresses("192.0.2.1", "192.0.2.2"))
            #expect(await resolver.aaaa("example.com") == addresses("2001:db8::1"))
        }
    }

    @Test("No name, no record and a failing server are told apart", arguments: ["a", "srv"])
    func absence(_ kind: String) async throws {
        func answer(_ code: UInt8) async throws -> [Bool?] {
            try await resolving {
                [Self.answer(to: $0, code: code)]
            } _: { resolver in
                func outcome<Record>(_ answer: DNSAnswer<Record>) -> [Bool?] {
                    switch answer {
                    case .records: []
                    case .none(let isNameUnknown): [isNameUnknown]
                    // The words name the server that failed.
                    case .failed(let words): words.contains("127.0.0.1") ? [nil] : []
                    }
                }
                return kind == "a"
                    ? outcome(await resolver.a("example.com")) : outcome(await resolver.srv("_sip._udp.example.com"))
            }
        }
        #expect(try await answer(0) == [false])
        #expect(try await answer(3) == [true])
        #expect(try await answer(2) == [nil])
        #expect(try await answer(5) == [nil])
    }

    @Test("A malformed answer is a failure or none, and never a record", arguments: [0, 1, 5, 11, 20])
    func malformed(_ cut: Int) async throws {
        try await resolving { query in
            let whole = Self.answer(to: query, [Self.record(33, [0, 1, 0, 2, 19, 196] + Self.name("a.example.com"))])
            // The identifier stays, so that the answer is taken for one to the question.
            return [Array(whole.dropLast(cut + 1)), Self.answer(to: query, code: 2)]
        } _: { resolver in
            #expect(await resolver.srv("_sip._udp.example.com").records.isEmpty)
        }
    }

    @Test("A cancelled lookup ends at once")
    func cancellation() async throws {
        let (arrivals, arrivalsIn) = AsyncStream<Void>.makeStream()
        try await resolving { _ in
            arrivalsIn.yield()
            return []
        } _: { resolver in
            let lookup = Task { await resolver.srv("_sip._udp.example.com") }
            _ = await arrivals.first { true }
            lookup.cancel()
            guard case .failed = await lookup.value else {
                Issue.record("the lookup has an answer")
                return
            }
        }
    }

    @Test("The file of hosts counts")
    func hosts() async {
        #expect(await CAresResolver().a("localhost") == addresses("127.0.0.1"))
    }
}
