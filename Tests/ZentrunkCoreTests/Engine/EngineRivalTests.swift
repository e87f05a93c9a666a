import Testing
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTestKit

@testable @_spi(Adapter) import ZentrunkCore

@Suite("Engine: two machines that make the same connection")
struct EngineRivalTests {
    enum Moment: String, CaseIterable, Sendable { case before, after }

    private static func goal() async throws -> [String] {
        let bench = EngineBench()
        try await bench.connect(EngineBench.request(mayBeOneSided: true))
        return bench.vendor.picture
    }

    /// A connector of another machine.
    private func machine(_ bench: EngineBench) throws -> Connector {
        try bench.vendor.connector(journal: InMemoryJournal(), clock: PatientClock(bench.clock))
    }

    /// The outcome of both: one set of objects, and nothing to clean up.
    private func expectOne(_ bench: EngineBench, _ goal: [String], _ reports: [Report], _ what: String) async throws {
        #expect(bench.vendor.picture == goal, "\(what): \(reports.map { $0.error?.message ?? "done" })")
        #expect(reports.contains { $0.error == nil }, "\(what)")
        for report in reports where report.error != nil { #expect(report.left == [], "\(what): \(report.left)") }
        let end = try await bench.disconnect(
            DisconnectionRequest(routeTo: .application("4711")), by: bench.connector(journal: InMemoryJournal()))
        #expect(end.error == nil, "\(what): \(end.error?.message ?? "")")
        #expect(bench.vendor.text == EngineBench().vendor.text, "\(what)")
    }

    @Test("One comes in between any two writes of the other", arguments: Array(1...6), Moment.allCases)
    func nested(_ write: Int, _ moment: Moment) async throws {
        let (bench, goal) = (EngineBench(), try await Self.goal())
        let request = try EngineBench.request(mayBeOneSided: true)
        let (one, two) = (try machine(bench), try machine(bench))
        let ended = LockedValue<Report?>(nil)
        let come: @Sendable () async -> Void = {
            let report = try? await bench.connect(request, consent: false, by: two)
            ended.withLock { $0 = report }
        }
        if moment == .before {
            bench.vendor.before(.write(write), come)
        } else {
            bench.vendor.after(.write(write), come)
        }
        let first = try await bench.connect(request, consent: false, by: one)
        let second = try #require(ended.value)
        try await expectOne(bench, goal, [first, second], "\(moment) write \(write)")
    }

    @Test("Both at once", arguments: 1...8)
    func atOnce(_ round: Int) async throws {
        let (bench, goal) = (EngineBench(), try await Self.goal())
        let request = try EngineBench.request(mayBeOneSided: true)
        let (one, two) = (try machine(bench), try machine(bench))
        async let first = bench.connect(request, consent: false, by: one)
        for _ in 1...(round * 20) { await Task.yield() }
        async let second = bench.connect(request, consent: false, by: two)
        try await expectOne(bench, goal, [try first, try second], "round \(round)")
    }

    @Test("Who agreed to one plan only gives way and ends, and takes away no more than twins", arguments: 1...6)
    func onePlan(_ write: Int) async throws {
        let bench = EngineBench()
        let request = try EngineBench.request(mayBeOneSided: true)
        let (one, two) = (try machine(bench), try machine(bench))
        bench.vendor.after(.write(write)) { _ = try? await bench.connect(request, consent: false, by: two) }
        let first = try await bench.connect(request, consent: false, by: one, mayPlanAgain: false)
        if first.error != nil {
            #expect([.moved, .refused].contains(first.error?.code))
            // What the other one counts on is there.
            let plan = try await two.plan(ConnectionRequest())
            #expect(plan.deeds == [])
        }
        #expect(try await bench.connect(request, by: one).error == nil)
        #expect(try await bench.disconnect(DisconnectionRequest(routeTo: .nothing), by: one).error == nil)
        #expect(Set(bench.vendor.objects.keys) == [MemoryCarrier.route])
    }

    @Test("The smallest id of twins stays, and an object that a rival's rests on is kept")
    func restsOn() async throws {
        let bench = EngineBench()
        let plan = try await bench.plan(EngineBench.request())
        // Between the last create and the last look a rival made a line of its own, which uses this run's gateway.
        bench.vendor.after(.call(.create, of: MemoryAdapter.line)) {
            guard let gateway = bench.vendor.ids(MemoryAdapter.gateway).first,
                let line = bench.vendor.ids(MemoryAdapter.line).first,
                let fields = bench.vendor[MemoryAdapter.line, line]
            else { return }
            bench.vendor.insert(
                MemoryAdapter.line, fields.merging(["gateway": .string(gateway)]), id: "line-0000")
        }
        let report = await (try bench.connector()).apply(plan, consent: false, mayPlanAgain: false)
        #expect(report.error?.code == .moved)
        #expect(bench.vendor.ids(MemoryAdapter.line) == ["line-0000"])
        #expect(bench.vendor.ids(MemoryAdapter.gateway) == ["gateway-0001"])
        #expect(!report.left.isEmpty)
        // The next command takes it over.
        #expect(try await bench.connect(EngineBench.request(mayBeOneSided: true)).outcome == .connected)
        #expect(bench.vendor.ids(MemoryAdapter.line) == ["line-0000"])
    }

    @Test("If the objects that a rival depends on cannot be read, nothing is deleted")
    func unknown() {
        #expect(RivalObjects.unknown.reason(toKeep: "any") != nil)
    }

    @Test("A twin of a kind whose names are unique needs no look", arguments: [MemoryCarrier.trunk])
    func uniqueNames(_ kind: String) async throws {
        let bench = EngineBench()
        let plan = try await bench.plan(EngineBench.request())
        bench.vendor.clearCalls()
        #expect(await bench.applies(plan) == [])
        let lists = Set(bench.vendor.calls.filter { $0.operation == .list }.map(\.kind))
        #expect(lists == [MemoryAdapter.gateway, MemoryAdapter.line, MemoryCarrier.uri])
    }

    @Test("When the last look cannot be read, the run is done without it, and deletes nothing")
    func unreadable() async throws {
        let bench = EngineBench()
        try await bench.connect(["agent": "a1", "authentication": "credentials"])
        // A failover is made, and the login goes.
        bench.vendor.after(.call(.create, of: MemoryCarrier.uri)) {
            bench.vendor.fail(.unavailable, at: .call(.list, of: MemoryCarrier.uri), times: .max)
        }
        let request = try EngineBench.request(
            ["authentication": "none", "failover": .text(EngineBench.failover)], numbers: [])
        let report = try await bench.connect(request)
        #expect(report.outcome == .connected, "\(report.error?.message ?? "")")
        #expect(!report.verified)
        #expect(report.warnings.contains { $0.code == .kept })
        #expect(bench.vendor.ids(MemoryCarrier.login).count == 1)
        bench.vendor.heal()
        // The next run deletes it.
        #expect(try await bench.connect(ConnectionRequest()).outcome == .connected)
        #expect(bench.vendor.ids(MemoryCarrier.login) == [])
    }
}

/// A clock whose sleeps let the others work.
struct PatientClock: Clock {
    typealias Duration = Swift.Duration
    private let base: TestClock

    init(_ base: TestClock) { self.base = base }

    var now: TestClock.Instant { base.now }
    var minimumResolution: Duration { base.minimumResolution }

    func sleep(until deadline: TestClock.Instant, tolerance: Duration?) async throws {
        for _ in 0..<400 { await Task.yield() }
        try await base.sleep(until: deadline, tolerance: tolerance)
    }
}
