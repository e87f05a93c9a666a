import Testing
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTestKit

@testable @_spi(Adapter) import ZentrunkCore

@Suite("Engine: foreign objects next to the connection's")
struct EngineOthersTests {
    static let number = EngineBench.number
    private static let line = "line \(number)"

    // MARK: Collisions

    struct Obstacle: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var prepare: @Sendable (MemoryVendor) -> Void
        var what: String
        var id: String
        var remedy: Remedy?

        init(
            _ description: String, what: String, id: String, remedy: Remedy? = nil,
            prepare: @escaping @Sendable (MemoryVendor) -> Void
        ) {
            testDescription = description
            self.prepare = prepare
            self.what = what
            self.id = id
            self.remedy = remedy
        }
    }

    @Test(
        "What stands in the way of a new connection is named, and nothing is written",
        arguments: [
            Obstacle("not on the account", what: "number", id: number) {
                $0.remove(MemoryCarrier.route, "14155550100")
            },
            Obstacle("not voice-enabled", what: "number", id: number) { $0.own(number, isVoice: false) },
            Obstacle("routed elsewhere", what: "route", id: number, remedy: .allow(.rerouting)) {
                $0.own(number, application: "4712")
            },
            Obstacle("a line under another label", what: "line", id: "line-0001", remedy: .allow(.adoption)) {
                $0.insert(MemoryAdapter.line, ["number": .string(number), "name": "theirs", "type": "sip"])
            },
            Obstacle("a line of another type", what: "line", id: "line-0001") {
                $0.insert(MemoryAdapter.line, ["number": .string(number), "name": "theirs", "type": "pstn"])
            },
            Obstacle("two lines of the number", what: "line", id: "line-0001, line-0002") {
                for name in ["a", "b"] {
                    $0.insert(MemoryAdapter.line, ["number": .string(number), "name": .string(name), "type": "sip"])
                }
            },
            Obstacle("a line of another connection", what: "line", id: "line-0001") {
                let tag = AccountTag(of: "ACCOUNT1")
                $0.insert(
                    MemoryAdapter.line,
                    ["number": .string(number), "name": .string("zc_memory_sales_line_\(tag)"), "type": "sip"])
            },
        ])
    func collisions(_ obstacle: Obstacle) async throws {
        let bench = EngineBench(application: nil)
        obstacle.prepare(bench.vendor)
        let before = bench.vendor.text
        let request = try EngineBench.request(mayReroute: false)
        let plan = try await bench.plan(request)
        let collision: Collision = try #require(plan.collisions.first)
        #expect(plan.collisions.count == 1)
        #expect([collision.what, collision.id] == [obstacle.what, obstacle.id])
        #expect(collision.permission == obstacle.remedy)
        #expect(!plan.isUnchanged)
        let report = try await bench.connect(request)
        #expect(report.error?.code == .collision)
        #expect(report.aftermath == .nothingWritten)
        #expect(bench.vendor.text == before)
        #expect(bench.vendor.writes == [])
        #expect(bench.journal.runs.isEmpty)
    }

    @Test("Owned twins are never chosen from silently, with the journal or without it")
    func twins() async throws {
        let bench = EngineBench()
        try await bench.connect()
        let id = try bench.only(MemoryAdapter.line)
        let twin = bench.vendor.insert(
            MemoryAdapter.line, try #require(bench.vendor[MemoryAdapter.line, id]))
        let plan = try await bench.plan(ConnectionRequest())
        #expect(plan.collisions.map(\.id) == ["\(id), \(twin)"])
        #expect(plan.collisions.map(\.permission) == [nil])
        let stranger = try bench.connector(journal: InMemoryJournal())
        #expect(await code { try await stranger.plan(ConnectionRequest()) } == .collision)
        // Disconnecting ends both.
        #expect(try await bench.disconnect().outcome == .disconnected)
        #expect(bench.vendor.ids(MemoryAdapter.line) == [])
    }

    @Test("A connection that lives in another account of the platform is a collision for that name alone")
    func otherPlatformAccount() async throws {
        let bench = EngineBench()
        try await bench.connect()
        let there = MemoryVendor()
        let connector = try bench.connector(platform: there, platformAccount: "two")
        #expect(await code { try await connector.plan(EngineBench.request()) } == .collision)
        #expect(await code { try await connector.plan(DisconnectionRequest()) } == .collision)
        let other = try await connector.plan(
            EngineBench.request(numbers: [EngineBench.second], name: ConnectionName("sales")))
        #expect(other.collisions == [])
    }

    // MARK: Conflicts and diversions

    @Test(
        "A conflict that breaks every call, or that refuses a change, is a collision; any other is a warning",
        arguments: [
            (Conflict.Reach.everyCall, false, false, true), (.someCalls, true, true, true),
            (.someCalls, true, false, false), (.someCalls, false, true, false), (.noCall, false, false, false),
        ])
    func conflicts(_ reach: Conflict.Reach, _ isRefusal: Bool, _ changes: Bool, _ isCollision: Bool) async throws {
        let bench = EngineBench()
        try await bench.connect()
        let other = bench.vendor.insert(
            MemoryAdapter.line, ["number": .string(Self.number), "name": "theirs", "type": "sip"])
        let connector = try bench.connector(conflict: { kind, body, other in
            guard kind == MemoryAdapter.line, body["number"] == other.fields["number"] else { return nil }
            return Conflict("two lines", reach: reach, isRefusal: isRefusal)
        })
        let plan = try await connector.plan(EngineBench.request(changes ? ["agent": "a2"] : [:], numbers: []))
        #expect(plan.collisions.map(\.id) == (isCollision ? [other] : []))
        let about = plan.warnings.filter { $0.code == .conflict }.map { $0.object?.id }
        #expect(about == (isCollision ? [] : [other]))
        // A disconnect ends what is in the way.
        #expect(try await connector.plan(DisconnectionRequest()).collisions == [])
    }

    @Test("A member that stops calls is warned of and left, also where nothing else changes")
    func diversions() async throws {
        let bench = EngineBench()
        try await bench.connect()
        bench.vendor.change(MemoryAdapter.gateway, try bench.only(MemoryAdapter.gateway), ["prefix": "9"])
        bench.vendor.change(MemoryAdapter.line, try bench.only(MemoryAdapter.line), ["status": "blocked"])
        for request in [ConnectionRequest(), try EngineBench.request(["agent": "a2"], numbers: [])] {
            let plan = try await bench.plan(request)
            let about = plan.warnings.filter { $0.code == .diversion }.compactMap(\.object?.kind)
            #expect(about == [MemoryAdapter.gateway, MemoryAdapter.line])
        }
        #expect(try await bench.connect(["agent": "a2"], numbers: []).outcome == .connected)
        let gateway = bench.vendor[MemoryAdapter.gateway, try bench.only(MemoryAdapter.gateway)]
        #expect(gateway?["prefix"] == "9")
    }

    @Test("Others' objects about the numbers are looked for although every id is remembered")
    func looksAside() async throws {
        let bench = EngineBench()
        try await bench.connect()
        bench.vendor.clearCalls()
        _ = try await bench.plan(ConnectionRequest())
        let lists = Set(bench.vendor.calls.filter { $0.operation == .list }.map(\.kind))
        #expect(lists == [MemoryAdapter.line])
    }

    // MARK: Adoption

    struct Adoption: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var theirs: JSONObject
        var values: [String: ParameterValue] = ["agent": "a1"]
        var deeds: [String]
        var needsConsent = false
        var losses = 0

        init(
            _ description: String, _ theirs: JSONObject, values: [String: ParameterValue] = ["agent": "a1"],
            deeds: [String] = ["update \(EngineOthersTests.line)"], needsConsent: Bool = false, losses: Int = 0
        ) {
            testDescription = description
            self.theirs = theirs
            self.values = values
            self.deeds = deeds
            self.needsConsent = needsConsent
            self.losses = losses
        }
    }

    @Test(
        "A record that is taken over goes back to what it was; what cannot go back is a loss and needs consent",
        arguments: [
            Adoption("with the same members", ["agent": "a0", "note": "n"]),
            // A note that was absent can be taken away again.
            Adoption("without a note", ["agent": "a0"], values: ["agent": "a1", "note": "x"]),
            Adoption("without an agent", [:], needsConsent: true, losses: 1),
            Adoption("an agent that is kept", ["agent": "a0"], values: [:]),
        ])
    func adoption(_ adoption: Adoption) async throws {
        let bench = EngineBench()
        let gateway = bench.vendor.insert(MemoryAdapter.gateway, ["name": "theirs", "type": "sip", "hosts": []])
        let theirs: JSONObject = [
            "number": .string(Self.number), "name": "theirs", "type": "sip", "gateway": .string(gateway),
        ]
        let id = bench.vendor.insert(MemoryAdapter.line, theirs.merging(adoption.theirs))
        let before = bench.vendor.text
        let plan = try await bench.plan(EngineBench.request(adoption.values, mayAdopt: true))
        #expect(plan.deeds.filter { $0.contains("line") } == adoption.deeds)
        #expect(plan.collisions == [])
        #expect(plan.needsConsent == adoption.needsConsent)
        #expect(plan.losses.count == adoption.losses)
        #expect(await bench.applies(plan) == [])
        #expect(bench.vendor.ids(MemoryAdapter.line) == [id])
        if let agent = adoption.theirs["agent"], adoption.values.isEmpty {
            #expect(bench.vendor[MemoryAdapter.line, id]?["agent"] == agent)
        }
        // Adopting twice changes nothing.
        #expect(try await bench.plan(ConnectionRequest(mayAdopt: true)).deeds == [])
        let end = try await bench.plan(DisconnectionRequest())
        #expect(end["line"]?.deeds == [.putBack])
        #expect(end.losses.count == adoption.losses)
        #expect(await bench.applies(end) == [])
        if adoption.losses == 0 { #expect(bench.vendor.text == before) }
    }

    @Test("A record that could only be replaced is refused, unless its id is named")
    func replacing() async throws {
        let bench = EngineBench()
        let id = bench.vendor.insert(
            MemoryAdapter.line,
            ["number": .string(Self.number), "name": "theirs", "type": "sip", "agent": "a0"])
        // Taking the agent away takes another object.
        let values: [String: ParameterValue] = ["agent": nil]
        let refused = try await bench.plan(EngineBench.request(values, mayAdopt: true))
        #expect(refused.collisions.map(\.permission) == [.allow(.replacement(id: id))])
        let plan = try await bench.plan(EngineBench.request(values, mayAdopt: true, replaceable: [id]))
        #expect(plan.collisions == [])
        #expect(plan.needsConsent)
        #expect(plan.losses.count == 1)
        #expect(await bench.applies(plan) == [])
        #expect(bench.vendor[MemoryAdapter.line, id] == nil)
        // It does not come back, and the disconnect says so.
        let end = try await bench.plan(DisconnectionRequest())
        #expect(end.losses.contains { $0.contains(id) })
        #expect(await bench.applies(end) == [])
        #expect(bench.vendor.ids(MemoryAdapter.line) == [])
    }

    @Test("Records with different values of an option that nothing sets are a collision")
    func differentValues() async throws {
        let bench = EngineBench()
        for (number, agent) in [(Self.number, "a0"), (EngineBench.second, "b0")] {
            bench.vendor.insert(
                MemoryAdapter.line,
                ["number": .string(number), "name": "theirs", "type": "sip", "agent": .string(agent)])
        }
        let numbers = [Self.number, EngineBench.second]
        #expect(
            await code { try await bench.plan(EngineBench.request([:], numbers: numbers, mayAdopt: true)) }
                == .collision)
        let plan = try await bench.plan(EngineBench.request(numbers: numbers, mayAdopt: true))
        #expect(plan.collisions == [])
        #expect(await bench.applies(plan) == [])
    }

    @Test("What of a taken over record was changed since the plan stops the run")
    func moved() async throws {
        let bench = EngineBench()
        let id = bench.vendor.insert(
            MemoryAdapter.line, ["number": .string(Self.number), "name": "theirs", "type": "sip", "agent": "a0"])
        let plan = try await bench.plan(EngineBench.request(mayAdopt: true))
        bench.vendor.change(MemoryAdapter.line, id, ["agent": "b0"])
        let before = bench.vendor.text
        let report = await (try bench.connector()).apply(plan, consent: true)
        #expect(report.error?.code == .moved)
        #expect(report.aftermath == .undone)
        #expect(bench.vendor.text == before)
    }
}

extension Collision {
    /// The remedy that permits the plan in spite of the collision.
    fileprivate var permission: Remedy? {
        remedies.first { if case .allow = $0 { true } else { false } }
    }
}
