import Synchronization
import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTestKit

@testable import ZentrunkPlivo

@Suite("The list of call records, page by page")
struct CallListTests {
    private static let path = "\(Example.root)Zentrunk/Call/"

    private static func client(
        _ transport: AnsweringTransport, _ clock: TestClock = TestClock()
    ) throws -> ZentrunkClient {
        let now = try #require(UTCTime("2026-11-22 12:00:00"))
        return ZentrunkClient(try Example.carrier(transport), clock: clock) { now }
    }

    /// The offset in a path.
    private static func offset(_ sent: AnsweringTransport.Sent) -> Int {
        sent.path.firstMatch(of: /offset=(\d+)/).flatMap { Int($0.1) } ?? 0
    }

    private static func page(_ ids: some Sequence<Int>, total: Int?) -> JSONValue {
        var meta: JSONObject = ["limit": 20]
        if let total { meta["total_count"] = .integer(Int64(total)) }
        return [
            "meta": .object(meta), "objects": .array(ids.map { ["call_uuid": .string(String($0))] }),
        ]
    }

    /// Answers with the page of a list of that many calls.
    private static func list(of count: Int, hasTotal: Bool = true) -> AnsweringTransport {
        AnsweringTransport { sent in
            let start = min(Self.offset(sent), count)
            return (200, page(start..<min(count, start + 20), total: hasTotal ? count : nil))
        }
    }

    private static func ids(_ sequence: CallRecordSequence) async throws -> [Int] {
        var ids: [Int] = []
        for try await record in sequence { ids.append(try #require(Int(record.id))) }
        return ids
    }

    @Test(
        "All pages are read, and no more", arguments: [(0, 1), (1, 1), (20, 1), (21, 2), (65, 4)], [true, false])
    func pages(count: (calls: Int, requests: Int), hasTotal: Bool) async throws {
        let transport = Self.list(of: count.calls, hasTotal: hasTotal)
        #expect(try await Self.ids(Self.client(transport).calls.list()) == Array(0..<count.calls))
        // Without a total, a full page may be followed by another one.
        let isUnsure = !hasTotal && count.calls > 0 && count.calls.isMultiple(of: 20)
        #expect(transport.sent.count == count.requests + (isUnsure ? 1 : 0))
        #expect(transport.sent.first?.path == "\(Self.path)?limit=20&offset=0")
        #expect(transport.sent.allSatisfy { $0.method == "GET" })
    }

    @Test("Pages are read as they are needed")
    func lazy() async throws {
        let transport = Self.list(of: 10_000)
        for try await record in try Self.client(transport).calls.list() where record.id == "25" { break }
        #expect(transport.sent.count == 2)
    }

    @Test("A call that ends meanwhile is not returned twice")
    func shifted() async throws {
        // Each page is read after five more calls ended, which are first in the list.
        let transport = AnsweringTransport { sent in
            let offset = Self.offset(sent)
            let added = offset / 20 * 5
            let rows = (-added..<50).dropFirst(offset).prefix(20)
            return (200, Self.page(rows, total: 50 + added))
        }
        #expect(try await Self.ids(Self.client(transport).calls.list()) == Array(0..<50))
    }

    @Test("The filter is part of every request")
    func filter() async throws {
        let transport = Self.list(of: 21)
        var filter = CallFilter()
        filter.hangupCode = 4150
        filter.end.atLeast = UTCTime("2026-11-20 00:00:00")
        _ = try await Self.ids(Self.client(transport).calls.list(filter))
        #expect(
            transport.sent.map(\.path)
                == [0, 20].map {
                    "\(Self.path)?hangup_cause_code=4150&end_time__gte=2026-11-20%2000%3A00%3A00&limit=20&offset=\($0)"
                })
    }

    @Test("A range that is too old is refused before anything is sent")
    func tooOld() throws {
        let transport = Self.list(of: 1)
        var filter = CallFilter()
        filter.end.atLeast = UTCTime("2026-01-01 00:00:00")
        let error = #expect(throws: ZentrunkError.self) { try Self.client(transport).calls.list(filter) }
        #expect(error?.code == .invalid && transport.sent.isEmpty)
    }

    // MARK: Throttling

    /// Answers the requests of these positions with 500, and others with the page of 65 calls.
    private static func throttling(_ positions: Set<Int>) -> AnsweringTransport {
        let count = Counter()
        return AnsweringTransport { sent in
            guard !positions.contains(count.next()) else { return (500, ["error": "internal"]) }
            let start = min(Self.offset(sent), 65)
            return (200, page(start..<min(65, start + 20), total: 65))
        }
    }

    /// A client with retries and pace, as programs have it.
    private static func pacedClient(_ transport: AnsweringTransport, _ clock: TestClock) throws -> ZentrunkClient {
        let settings = PlivoAccount.settings(Example.account, "an-auth-token", nil, .none)
        let account = try PlivoAccount(
            settings, over: transport, limiter: RateLimiter(PlivoAccount.rateLimit, clock: clock))
        return ZentrunkClient(account, clock: clock) { .now }
    }

    @Test("A long list stays within the account's rate limit")
    func limit() async throws {
        let (transport, clock) = (Self.list(of: 10_000), TestClock())
        let client = try Self.pacedClient(transport, clock)
        var count = 0
        for try await _ in try client.calls.list() { count += 1 }
        #expect(count == 10_000 && transport.sent.count == 500)
        // The clock stands still between requests, so the 301st has to wait for the interval to end.
        #expect(clock.now.offset >= PlivoAccount.rateLimit.interval)
    }

    @Test("A 500 is throttling: the list goes on after 30 seconds, more slowly, and nothing is repeated sooner")
    func throttled() async throws {
        for isPaced in [true, false] {
            let (transport, clock) = (Self.throttling([1]), TestClock())
            let client = isPaced ? try Self.pacedClient(transport, clock) : try Self.client(transport, clock)
            let events = RunEvents()
            let ids = try await events.observing { () async throws in try await Self.ids(client.calls.list()) }
            #expect(ids == Array(0..<65))
            #expect(clock.sleeps == [.seconds(30), .seconds(2), .seconds(2)])
            // The command prints the long wait as it begins.
            events.finish()
            var waits: [RetryNotice] = []
            for await event in events { if case .waiting(let notice) = event.kind { waits.append(notice) } }
            #expect(waits == [RetryNotice(host: "Plivo", reason: .answered(500), wait: .seconds(30))])
            #expect(transport.sent.map(Self.offset) == [0, 20, 20, 40, 60])
        }
    }

    @Test("A second 500 in a row is an error, and the same page can be tried again")
    func down() async throws {
        for isPaced in [true, false] {
            let (transport, clock) = (Self.throttling([0, 1]), TestClock())
            let client = isPaced ? try Self.pacedClient(transport, clock) : try Self.client(transport, clock)
            var iterator = try client.calls.list().makeAsyncIterator()
            let error = await #expect(throws: ZentrunkError.self) { _ = try await iterator.next() }
            #expect(error?.code == .unavailable && error?.status == 500 && error?.place == .carrier)
            #expect(clock.sleeps == [.seconds(30)])
            #expect(transport.sent.count == 2)
            #expect(try await iterator.next()?.id == "0")
        }
    }

    @Test("A 500 to one record is not throttling")
    func one() async throws {
        let (transport, clock) = (AnsweringTransport { _ in (500, [:]) }, TestClock())
        let client = try Self.client(transport, clock)
        let error = await #expect(throws: ZentrunkError.self) { _ = try await client.calls.get(id: "1") }
        #expect(error?.status == 500 && clock.sleeps == [])
    }

    // MARK: Other answers

    @Test(
        "Answers that are not a list are errors",
        arguments: [
            (200, ["objects": [7]], ZentrunkError.Code.unavailable), (200, [:], .unavailable),
            (401, ["error": "no"], .unauthenticated), (403, ["Error": "no"], .refused),
            (404, ["Error": "gone", "api_id": "1"], .unavailable), (429, ["error": "slow"], .rateLimited),
            (400, ["Error": "bad", "api_id": "1"], .refused),
        ] as [(Int, JSONValue, ZentrunkError.Code)])
    func refused(status: Int, body: JSONValue, code: ZentrunkError.Code) async throws {
        let client = try Self.client(AnsweringTransport { _ in (status, body) })
        let error = await #expect(throws: ZentrunkError.self) { _ = try await Self.ids(client.calls.list()) }
        #expect(error?.code == code)
    }

    @Test("A record without an id hides no other record, and is returned once", arguments: [false, true])
    func noID(isNull: Bool) async throws {
        var bare: JSONObject = ["call_id": "x"]
        if isNull { bare["call_uuid"] = .null }
        let transport = AnsweringTransport { [bare] sent in
            // The last page begins with the record that ended the one before.
            let rows: [JSONValue] =
                Self.offset(sent) == 0
                ? (0..<19).map { ["call_uuid": .string(String($0))] } + [.object(bare)]
                : [.object(bare), ["call_uuid": "19", "hangup_cause_code": "3000"]]
            return (200, ["meta": ["total_count": 22], "objects": .array(rows)])
        }
        var ids: [String] = []
        for try await record in try Self.client(transport).calls.list() { ids.append(record.id) }
        #expect(ids == (0..<19).map(String.init) + [CallRecord.unknownID, "19"])
    }

    @Test("A call that Plivo does not have is nil, whether its record or its quality is read")
    func missing() async throws {
        let client = try Self.client(AnsweringTransport { _ in (404, ["Error": "none", "api_id": "1"]) })
        #expect(try await client.calls.get(id: "1") == nil)
        #expect(try await client.calls.insights(id: "1") == nil)
        let strange = try Self.client(AnsweringTransport { _ in (404, [:]) })
        await #expect(throws: ZentrunkError.self) { _ = try await strange.calls.get(id: "1") }
        await #expect(throws: ZentrunkError.self) { _ = try await strange.calls.get(id: "") }
    }

    @Test("An id is escaped in the path")
    func escaped() async throws {
        let transport = AnsweringTransport { _ in (404, ["Error": "none", "api_id": "1"]) }
        _ = try await Self.client(transport).calls.insights(id: "../a?b")
        #expect(transport.sent.map(\.path) == ["\(Self.path)..%2Fa%3Fb/Insights/"])
    }
}

/// Counts from zero.
final class Counter: Sendable {
    private let count = Atomic(0)
    func next() -> Int { count.add(1, ordering: .relaxed).oldValue }
}
