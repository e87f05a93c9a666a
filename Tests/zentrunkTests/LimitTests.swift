import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlatforms
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("Rate limits of a carrier that counts refused requests")
struct LimitTests {
    /// The same rate as the carrier's, in shorter windows, so that a test includes several.
    private static let limit = RateLimiter.Limit(requests: 60, per: .seconds(1))

    private static func options(numbers: Int, retryAfter: Int? = nil) -> SandboxOptions {
        var options = SandboxOptions()
        options.rateLimits[PlivoService.vendor] = SandboxRateLimit(
            requests: limit.requests, per: limit.interval, retryAfter: retryAfter)
        options.seed = { $0.plivo.fill(numbers: numbers) }
        return options
    }

    private static func request(
        _ pairing: Pairing, _ numbers: Range<Int>, name: ConnectionName = .main
    ) throws -> ConnectionRequest {
        var request = try Combination(pairing: pairing).request
        request.name = name
        request.numbers = try numbers.map { try PhoneNumber("+1212\(5_000_000 + $0)") }
        return request
    }

    private static func refusals(_ world: World) -> Int {
        world.sandbox.requests.count { $0.vendor == PlivoService.vendor && $0.status == 429 }
    }

    @Test(
        "A single process is never refused while it connects, changes and disconnects 60 numbers",
        arguments: Pairing.all)
    func alone(_ pairing: Pairing) async throws {
        try await World.run(Self.options(numbers: 60).withPlatforms()) { world async throws in
            let before = world.sandbox.state
            let limiter = RateLimiter(Self.limit)
            let connector = try world.connector(pairing, limiter: limiter)
            var request = try Self.request(pairing, 0..<60)
            let report = try await world.connect(connector, request)
            #expect(report.outcome == .connected, "\(report.error?.message ?? "")")
            #expect(report.verified)
            request.values["secure"] = "true"
            let changed = try await world.connect(connector, request)
            #expect(changed.outcome == .connected, "\(changed.error?.message ?? "")")
            let end = try await world.disconnect(connector)
            #expect(end.outcome == .disconnected, "\(end.error?.message ?? "")")
            #expect(world.sandbox.state == before)
            #expect(Self.refusals(world) == 0)
        }
    }

    @Test(
        "A connect directly after another process's plan, and two parallel connects, succeed", arguments: Pairing.all,
        [nil, 1])
    func several(_ pairing: Pairing, _ retryAfter: Int?) async throws {
        try await World.run(Self.options(numbers: 60, retryAfter: retryAfter).withPlatforms()) { world async throws in
            // Each process has a limiter of its own, and knows nothing of the others.
            let first = try world.connector(pairing, limiter: RateLimiter(Self.limit))
            _ = try await first.plan(try Self.request(pairing, 0..<60))
            // However slow this machine is, the window is full when they start.
            world.sandbox.setFaults([
                SandboxFault(
                    vendor: PlivoService.vendor, hits: .first(5), effect: .rateLimited(retryAfterSeconds: retryAfter))
            ])
            let names = [try ConnectionName("one"), try ConnectionName("two")]
            let reports = try await concurrently([0, 1]) { index in
                let connector = try world.connector(pairing, limiter: RateLimiter(Self.limit))
                return try await world.connect(
                    connector, try Self.request(pairing, index * 30..<(index + 1) * 30, name: names[index]))
            }
            for report in reports { #expect(report.outcome == .connected, "\(report.error?.message ?? "")") }
            #expect(Self.refusals(world) >= 5)
        }
    }

    @Test(
        "A write that cannot be read back stays, and the report says that it is not verified",
        arguments: Pairing.all, DeafLine.Answer.all)
    func unverified(_ pairing: Pairing, _ answer: DeafLine.Answer) async throws {
        try await World.run { world async throws in
            let before = world.sandbox.state
            let asked = Combination(pairing: pairing, hasAgent: true)
            // The number of writes. The reads after the last one verify, and nothing waits for them.
            let rehearsal = try world.connector(pairing)
            try await world.connect(rehearsal, asked.request)
            let writes = world.writes.count
            try await world.disconnect(rehearsal)
            let more = world.writes.count - writes
            world.sandbox.reset()

            let journal = InMemoryJournal()
            let report = try await world.connect(
                try world.connector(pairing, journal: journal) { DeafLine($0, after: writes, answer) }, asked.request)
            #expect(report.outcome == .connected, "\(report.error?.message ?? "")")
            #expect(!report.verified && report.left == [])
            #expect(report.warnings.contains { $0.message.contains("not verified") }, "\(report.warnings)")
            try pairing.check(world.sandbox.state, asked)
            let healthy = try world.connector(pairing, journal: journal)
            #expect(try await world.connect(healthy, asked.request).outcome == .unchanged)

            let end = try await world.disconnect(
                try world.connector(pairing, journal: journal) { DeafLine($0, after: more, answer) })
            #expect(end.outcome == .disconnected, "\(end.error?.message ?? "")")
            #expect(end.left == [])
            #expect(world.sandbox.state == before)
        }
    }

    @Test(
        "If the last look for a rival fails, nothing is deleted until the next run",
        arguments: Journey.replacements, DeafLine.Answer.all)
    func unreadLastLook(_ journey: Journey, _ answer: DeafLine.Answer) async throws {
        try await World.run { world async throws in
            let journal = InMemoryJournal()
            let beginning = try await world.begin(journey, journal)
            world.sandbox.clearRequests()
            let report = try await world.travel(
                journey,
                try world.connector(journey.pairing, journal: journal) {
                    DeafLine($0, after: 1, answer, onlyLists: true)
                })
            #expect(report.outcome == .connected, "\(report.error?.message ?? "")")
            #expect(!report.verified && report.left == [])
            #expect(
                report.warnings.contains { $0.message.contains("stays: whether another run") }, "\(report.warnings)")
            #expect(world.writes.allSatisfy { $0.method != "DELETE" })

            let healthy = try world.connector(journey.pairing, journal: journal)
            #expect(try await world.travel(journey, healthy).outcome == .connected)
            try world.isThere(journey, beginning)
            #expect(try await world.travel(journey, healthy).outcome == .unchanged)
            try await world.disconnect(healthy)
            #expect(world.sandbox.state == beginning.empty)
        }
    }

    @Test(
        "Disconnect and undo read no list of the carrier twice on an account of 5,000 trunks and 10,000 numbers")
    func lists() async throws {
        var options = SandboxOptions()
        options.seed = { $0.plivo.fill(trunks: 5000, numbers: 10_000) }
        try await World.run(options.withPlatforms()) { world async throws in
            let before = world.sandbox.state
            let journal = InMemoryJournal()
            let connector = try world.connector(.vapi, journal: journal)
            let asked = Combination(pairing: .vapi, hasFailover: true, hasAgent: true)
            let made = try await world.connect(connector, asked.request)

            world.sandbox.clearRequests()
            let undone = try await connector.undo(try #require(made.run))
            #expect(undone.outcome == .undone, "\(undone.error?.message ?? "") \(undone.left)")
            #expect(world.sandbox.state == before)
            #expect(Self.pages(world, "Number/") <= 10_000 / 18 + 2)
            #expect(Self.pages(world, "Trunk/") < 20)

            try await world.connect(connector, asked.request)
            let plan = try await connector.plan(DisconnectionRequest())
            world.sandbox.clearRequests()
            let end = await connector.apply(plan, consent: true)
            #expect(end.outcome == .disconnected, "\(end.error?.message ?? "")")
            #expect(world.sandbox.state == before)
            #expect(Self.pages(world, "Number/") <= 10_000 / 18 + 2)
            #expect(Self.pages(world, "Trunk/") < 20)
        }
    }

    /// Returns the number of requests for pages of a carrier's list.
    private static func pages(_ world: World, _ list: String) -> Int {
        world.sandbox.requests.count {
            $0.vendor == PlivoService.vendor && !$0.isWrite && $0.path.hasSuffix("/\(list)")
        }
    }
}
