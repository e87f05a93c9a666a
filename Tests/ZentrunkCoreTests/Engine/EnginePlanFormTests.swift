import Testing
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTestKit

@testable @_spi(Adapter) import ZentrunkCore

@Suite("Engine: plans that leave the process")
struct EnginePlanFormTests {
    /// Sends a plan through text.
    private func sent(_ plan: Plan) throws -> Plan {
        let text = JSONValue.object(plan.json).text()
        return try Plan(json: #require(JSONValue(parsing: Array(text.utf8)).object))
    }

    /// Plans of all kinds: a new connection, a change, a replacement, a collision, a disconnect.
    private func plans(_ bench: EngineBench) async throws -> [Plan] {
        var plans = [
            try await bench.plan(EngineBench.request(["agent": "a1", "authentication": "credentials"])),
            try await bench.plan(EngineBench.request(mayReroute: false)),
        ]
        try await bench.connect(["agent": "a1", "note": "first"], numbers: [EngineBench.number, EngineBench.second])
        plans += [
            try await bench.plan(EngineBench.request(["secure": true, "note": nil], numbers: [EngineBench.third])),
            try await bench.plan(ConnectionRequest()),
            try await bench.plan(DisconnectionRequest()),
            try await bench.plan(
                DisconnectionRequest(
                    numbers: EngineBench.numbers([EngineBench.second]), routeTo: .application("4712"))),
        ]
        return plans
    }

    @Test("A plan comes back from JSON as it was, with its request, and says the same")
    func roundTrip() async throws {
        let bench = EngineBench()
        for plan in try await plans(bench) {
            let back = try sent(plan)
            #expect(back == plan)
            #expect(back.digest == plan.digest && back.request == plan.request && plan.request != nil)
            #expect(back.isNew == plan.isNew && back.isUnchanged == plan.isUnchanged)
            #expect(back.needsConsent == plan.needsConsent)
            #expect(back.resources.map(\.deeds) == plan.resources.map(\.deeds))
            #expect(back.warnings == plan.warnings && back.collisions == plan.collisions)
            #expect(back.connection == plan.connection && back.identity == plan.identity)
            #expect(!JSONValue.object(plan.json).text().contains("secret-of-"))
        }
    }

    @Test("Plans are equal only if they say the same")
    func equality() async throws {
        let bench = EngineBench()
        let plan = try await bench.plan(EngineBench.request())
        #expect(try await bench.plan(EngineBench.request()) == plan)
        var other = plan
        other.warnings.append(Warning(.drift, "something"))
        #expect(other != plan)
        #expect(try await bench.plan(EngineBench.request(["agent": "a2"])) != plan)
    }

    @Test("A plan from JSON runs as it was shown")
    func applied() async throws {
        let bench = EngineBench()
        let connector = try bench.connector()
        let plan = try sent(try await connector.plan(EngineBench.request()))
        let report = await connector.apply(plan, consent: false, expecting: plan.digest)
        #expect(report.outcome == .connected, "\(report.error?.message ?? "")")
        let end = try sent(try await connector.plan(DisconnectionRequest()))
        #expect(await connector.apply(end, consent: false).error?.code == .consent)
        #expect(await connector.apply(end, consent: true).outcome == .disconnected)
        #expect(bench.vendor.ids(MemoryAdapter.line).isEmpty)
    }

    @Test("A plan from JSON is refused when something changed, before anything is written")
    func stale() async throws {
        let bench = EngineBench()
        let connector = try bench.connector()
        try await bench.connect()
        let plan = try sent(try await connector.plan(EngineBench.request(["note": "new"], numbers: [])))
        bench.vendor.change(MemoryAdapter.line, try bench.only(MemoryAdapter.line), ["note": "by hand"])
        let before = bench.vendor.text
        let events = RunEvents()
        let report = await connector.apply(plan, consent: true, reporting: events)
        #expect(report.error?.code == .moved)
        #expect(report.outcome == .failed && report.run == nil)
        #expect(bench.vendor.text == before)
        // They end all the same.
        _ = await events.waits
        // The lock is free again.
        (try await connector.claim(.main)).release()
    }

    @Test("A plan with another digest than the expected one is refused", arguments: [false, true])
    func expected(isFromJSON: Bool) async throws {
        let bench = EngineBench()
        let connector = try bench.connector()
        var plan = try await connector.plan(EngineBench.request())
        if isFromJSON { plan = try sent(plan) }
        let report = await connector.apply(plan, consent: true, expecting: "0000000000000000")
        #expect(report.error?.code == .planChanged)
        #expect(report.error?.message.contains(plan.digest) == true)
        #expect(bench.vendor.writes.isEmpty)
        try plan.check(expecting: plan.digest)
        try plan.check(expecting: nil)
    }

    @Test("What is not a plan is refused with the place", arguments: ["operation", "digest", "resources", "request"])
    func broken(_ member: String) async throws {
        let plan = try await EngineBench().plan(EngineBench.request())
        var json = plan.json
        json[member] = 7
        let error = #expect(throws: ZentrunkError.self) { _ = try Plan(json: json) }
        #expect(error?.code == .invalid)
        #expect(error?.message.contains(member) == true)
    }

    @Test("Every member of a request comes back")
    func requests() throws {
        let numbers = try EngineBench.numbers([EngineBench.number, EngineBench.second])
        var connect = ConnectionRequest(
            name: try ConnectionName("other"), numbers: numbers, withoutPlus: [numbers[1]: "a.csv:3"],
            values: ["agent": "a1", "secure": true, "note": nil], mayReroute: true, mayAdopt: true,
            fallbacks: ["agent": "a2"], replaceable: ["r1", "r2"], mayBeOneSided: true)
        connect.agent = "a3"
        let all: [(PlanRequest, RunOperation)] = [
            (.connect(connect), .connect), (.connect(ConnectionRequest()), .connect),
            (
                .disconnect(
                    DisconnectionRequest(
                        name: try ConnectionName("other"), numbers: numbers, withoutPlus: [numbers[0]: "b"],
                        values: ["account": "two"], routeTo: .nothing, mayBeOneSided: true)), .disconnect
            ),
            (.disconnect(DisconnectionRequest(routeTo: .application("1"))), .disconnect),
            (.disconnect(DisconnectionRequest()), .disconnect),
        ]
        for (request, operation) in all {
            #expect(try PlanRequest(JSONCursor(request.json), operation) == request)
        }
    }

    @Test("Every remedy comes back")
    func remedies() throws {
        let target = Remedy.Target("memory", .main)
        let all: [Remedy] = [
            .set([.init("A", "b"), .init("C")]), .unset(["A"]), .correct(setting: "A"), .allow(.changes),
            .allow(.adoption), .allow(.rerouting), .allow(.oneSided), .allow(.replacement(id: "7")),
            .parameter(.init("agent", .text("a"))), .parameter(.init("secure", .flag(false))),
            .parameter(.init("agent", .placeholder("ID"))), .route(.nowhere), .route(.application), .waitForRun,
            .retry(after: nil), .retry(after: .seconds(7)), .plan, .withoutJournal, .moveJournal, .undo(run: "r"),
            .connect(target, [.init("agent", .text("a"))]), .connect(target),
            .repair(target, [.changes, .replacement(id: "7")]), .disconnect(target),
            .disconnect(target, numbers: ["+1"], to: .nowhere), .disconnect(target, to: .application), .listNumbers,
            .listRuns, .show(target), .listParameters("memory"), .createURI, .validateTemplate(file: "f"),
            .choose(ids: ["1", "2"]), .command(["a", "b c"]), .page("https://example.com"), .report, .advice("do it"),
        ]
        #expect(try [Remedy](JSONCursor(all.json)) == all)
    }
}
