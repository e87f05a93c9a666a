import Testing
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTestKit

@testable @_spi(Adapter) import ZentrunkCore

@Suite("Engine: events, waits and requests belong to a run")
struct EngineScopeTests {
    private func request(_ name: ConnectionName, _ number: String) throws -> ConnectionRequest {
        try EngineBench.request(numbers: [number], name: name)
    }

    @Test("Two runs on one connector at once do not count each other's requests")
    func requests() async throws {
        let alone = EngineBench()
        let expected = try await alone.connect(request(.main, EngineBench.number)).requests
        #expect(expected[.carrier] ?? 0 > 0 && expected[.platform] ?? 0 > 0)
        let bench = EngineBench()
        let connector = try bench.connector()
        let meeting = Meeting(2)
        // Each run is in the middle of its first write while the other one is.
        for nth in 1...2 {
            bench.vendor.before(.call(.create, of: MemoryCarrier.trunk, nth: nth)) { await meeting.arrive() }
        }
        let names = [(ConnectionName.main, EngineBench.number), (try ConnectionName("other"), EngineBench.second)]
        let reports = try await withThrowingTaskGroup(of: Report.self) { group in
            for (name, number) in names {
                group.addTask {
                    let request = try request(name, number)
                    return await connector.apply(try await connector.plan(request), consent: true)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(reports.map(\.outcome) == [.connected, .connected])
        for report in reports { #expect(report.requests == expected) }
    }

    @Test("Every reader gets all events, each with its run and connection, and the sequence ends with the run")
    func readers() async throws {
        let bench = EngineBench()
        let connector = try bench.connector()
        let events = RunEvents()
        async let early = events.reduce(into: [RunEvent]()) { $0.append($1) }
        let plan = try await connector.plan(EngineBench.request(), reporting: events)
        let report = await connector.apply(plan, consent: true, reporting: events)
        let late = await events.reduce(into: [RunEvent]()) { $0.append($1) }
        #expect(!late.isEmpty)
        #expect(await early.map { $0.json.text() } == late.map { $0.json.text() })
        for event in late {
            #expect(event.connection == plan.identity)
            if case .started = event.kind { #expect(event.run == report.run && report.run != nil) }
        }
        #expect(late.map(\.time) == late.map(\.time).sorted())
    }

    @Test("Events end when a plan fails, and stay open for the run after one")
    func failedPlan() async throws {
        let bench = EngineBench()
        let connector = try bench.connector()
        let failed = RunEvents()
        await #expect(throws: ZentrunkError.self) {
            _ = try await connector.plan(EngineBench.request(["agnt": "a1"]), reporting: failed)
        }
        #expect(await failed.reduce(into: 0) { count, _ in count += 1 } == 0)
        let unknown = RunEvents()
        await #expect(throws: ZentrunkError.self) { _ = try await connector.planUndo("run-0", reporting: unknown) }
        #expect(await unknown.reduce(into: 0) { count, _ in count += 1 } == 0)
    }

    /// Returns the waits of a plan of two, of which each has its events.
    private func waits(_ connectors: [Connector]) async throws -> [[RetryNotice]] {
        let names = [(ConnectionName.main, EngineBench.number), (try ConnectionName("other"), EngineBench.second)]
        return try await withThrowingTaskGroup(of: (Int, [RetryNotice]).self) { group in
            for (index, connector) in connectors.enumerated() {
                group.addTask {
                    let events = RunEvents()
                    _ = try await connector.plan(request(names[index].0, names[index].1), reporting: events)
                    return (index, await events.waits)
                }
            }
            return try await group.reduce(into: Array(repeating: [], count: connectors.count)) { $0[$1.0] = $1.1 }
        }
    }

    @Test("Waits of a plan's requests are events of the plan, and of no other")
    func waits() async throws {
        let bench = EngineBench()
        bench.vendor.fail(.unavailable, at: .call(.list, of: MemoryAdapter.line))
        let retried = try bench.connector(wrap: { RetryingTransport($0, clock: TestClock(), jitter: { 0 }) })
        let other = try EngineBench().connector(wrap: { RetryingTransport($0, clock: TestClock(), jitter: { 0 }) })
        let waits = try await waits([retried, other])
        #expect(waits[0].map(\.reason) == [.answered(503)])
        #expect(waits[1] == [])
    }

    @Test("Of runs that wait for one limit, each learns that it waits")
    func sharedLimit() async throws {
        // One request in ten seconds, so that all requests of both plans but the first wait.
        let limiter = RateLimiter(.init(requests: 1, per: .seconds(10)), clock: TestClock())
        let bench = EngineBench()
        let connector = try bench.connector(wrap: { RateLimitedTransport($0, limiter: limiter) })
        let waits = try await waits([connector, connector])
        for waits in waits {
            #expect(!waits.isEmpty)
            #expect(waits.allSatisfy { $0.reason == .rateLimit })
        }
    }
}

/// Holds back a number of tasks until all have arrived.
private actor Meeting {
    private var missing: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ count: Int) { missing = count }

    func arrive() async {
        missing -= 1
        guard missing > 0 else {
            for continuation in waiting { continuation.resume() }
            waiting = []
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }
}
