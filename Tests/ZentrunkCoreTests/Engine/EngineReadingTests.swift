import Testing
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTestKit

@testable @_spi(Adapter) import ZentrunkCore

@Suite("Engine: what is read of the live objects")
struct EngineReadingTests {
    private static let all = [
        MemoryCarrier.login, MemoryCarrier.uri, MemoryCarrier.trunk, MemoryAdapter.gateway, MemoryAdapter.line,
        MemoryAdapter.pool, MemoryAdapter.desk,
    ]

    enum Hints: String, CaseIterable, Sendable { case right, oneWrong, oneGone, oneMissing, none }

    @Test(
        "Hints are verified one by one; a wrong, missing or lost one lists its kind, none lists everything",
        arguments: Hints.allCases)
    func hints(_ hints: Hints) async throws {
        let bench = EngineBench()
        try await bench.connect()
        let kinds = try bench.kinds()
        var record = try #require(try await bench.journal.connections().first)
        let key = InstanceID("in")
        switch hints {
        case .right: break
        case .oneWrong: record.objects[key]?.id = try bench.id("out", of: MemoryCarrier.trunk)
        case .oneGone: record.objects[key]?.id = "trunk-9999"
        case .oneMissing: record.objects[key] = nil
        case .none: record.objects = [:]
        }
        let before = try await bench.journal.connections().first?.objects ?? [:]
        let wanted = before.mapValues(\.kind)
        bench.vendor.clearCalls()
        let reader = LiveReader(
            kinds: kinds, owner: kinds.owner("memory", .main),
            references: try bench.connector().engine.planner.references,
            events: nil)
        let state = try await reader.read(
            wanted: wanted, hints: record.objects, numbers: record.connection.numbers,
            known: record.connection.numbers)
        #expect(state.owned.mapValues(\.recorded) == before)
        #expect(state.twins == [:])
        let lists = bench.vendor.calls.filter { $0.operation == .list }.map(\.kind)
        switch hints {
        case .right: #expect(lists == [])
        case .oneWrong, .oneGone, .oneMissing: #expect(lists == [MemoryCarrier.trunk])
        case .none: #expect(lists.sorted() == Self.all.sorted())
        }
        #expect(state.routes.count == 1)
        #expect(bench.vendor.writes == [])
    }

    @Test(
        "A response that is not a valid answer never counts as an empty one",
        arguments: [
            MemoryFailure.missingRoute, .unavailable, .unreadable, .lostBefore, .unauthenticated, .rateLimited,
            .refused,
        ])
    func failures(_ failure: MemoryFailure) async throws {
        let bench = EngineBench()
        try await bench.connect()
        let before = bench.vendor.text
        bench.vendor.fail(failure, at: .read(), times: .max)
        for journal in [bench.journal, InMemoryJournal()] {
            let connector = try bench.connector(journal: journal)
            let expected: ZentrunkError.Code =
                switch failure {
                case .unauthenticated: .unauthenticated
                case .rateLimited: .rateLimited
                case .refused: .refused
                default: .unavailable
                }
            #expect(await code { try await connector.plan(ConnectionRequest()) } == expected)
            #expect(await code { try await connector.plan(DisconnectionRequest()) } == expected)
        }
        #expect(bench.vendor.text == before)
    }

    @Test("An object whose path the vendor does not know is gone only when the list says so")
    func missingRoute() async throws {
        let bench = EngineBench()
        try await bench.connect()
        let trunk = try bench.id("in", of: MemoryCarrier.trunk)
        bench.vendor.fail(.missingRoute, at: .call(.read, of: MemoryCarrier.trunk, id: trunk), times: .max)
        #expect(await code { try await bench.plan(ConnectionRequest()) } == .unavailable)
        bench.vendor.remove(MemoryCarrier.trunk, trunk)
        #expect(try await bench.plan(ConnectionRequest()).deeds.first == "create in")
    }

    @Test("Numbers are looked up one by one, and the account's list only for one that is missing")
    func numbers() async throws {
        let bench = EngineBench()
        _ = try await bench.plan(EngineBench.request(numbers: [EngineBench.number, EngineBench.second]))
        let routes = bench.vendor.calls.filter { $0.kind == MemoryCarrier.route }
        #expect(routes.allSatisfy { $0.operation == .read })
        #expect(Set(routes.compactMap(\.id)) == ["14155550100", "14155550101"])
        bench.vendor.own("+49301234567")
        let plan = try await bench.plan(EngineBench.request(numbers: ["+493012345670"]))
        #expect(plan.collisions.map(\.what) == ["number"])
        #expect(plan.collisions.first?.message.contains("did you mean +49301234567") == true)
        #expect(bench.vendor.calls.contains { $0.kind == MemoryCarrier.route && $0.operation == .list })
    }

    @Test("The reads of a plan are sent side by side: it is one round trip deep")
    func depth() async throws {
        let bench = EngineBench()
        let connector = try bench.connector()
        let first = try await connector.plan(EngineBench.request())
        let report = await connector.apply(first, consent: true)
        #expect(report.outcome == .connected)
        #expect(report.depth == first.depth)
        let sent = Side.allCases.reduce(0) { $0 + (report.requests[$1] ?? 0) }
        #expect(sent == bench.vendor.calls.count)
        #expect(try await connector.plan(ConnectionRequest()).depth == 1)
    }

    // MARK: Secrets

    enum Usernames: String, CaseIterable, Sendable { case equal, different, ofAnotherKey, missing }

    @Test(
        "A username stays if one half carries it and its password can be computed; the platform's comes first",
        arguments: Usernames.allCases)
    func usernames(_ usernames: Usernames) async throws {
        let bench = EngineBench()
        try await bench.connect(["agent": "a1", "authentication": "credentials"])
        let login = try bench.only(MemoryCarrier.login)
        let gateway = try bench.only(MemoryAdapter.gateway)
        let username = bench.vendor[MemoryCarrier.login, login]?["username"]?.string ?? ""
        switch usernames {
        case .equal: break
        case .different: bench.vendor.change(MemoryCarrier.login, login, ["username": "user999ofACCOUNT1"])
        case .ofAnotherKey:
            bench.vendor.change(MemoryCarrier.login, login, ["username": "theirs"])
            bench.vendor.change(MemoryAdapter.gateway, gateway, ["login": ["username": "theirs"]])
        case .missing: bench.vendor.change(MemoryAdapter.gateway, gateway, ["login": .null])
        }
        let plan = try await bench.plan(ConnectionRequest())
        let secrets = try bench.connector().engine.carrier.secrets
        var state = LiveState()
        for (key, kind, id) in [("login", MemoryCarrier.login, login), ("gateway", MemoryAdapter.gateway, gateway)] {
            let fields = try #require(bench.vendor[kind, id])
            state.owned[InstanceID(key)] = .init(kind: kind, object: LiveObject(id: id, fields: fields))
        }
        let blueprint = try #require(plan.context.blueprint)
        let kinds = try bench.connector().engine.kinds
        let kept = SecretReading(blueprint: blueprint, state: state, kinds: kinds, secrets: secrets).usernames()
        #expect(kept == (usernames == .ofAnotherKey ? [:] : ["sip": username]))
        let deeds: Set<String> =
            switch usernames {
            case .equal: []
            case .different: ["update login"]
            case .ofAnotherKey: ["update login", "update gateway"]
            case .missing: ["update gateway"]
            }
        #expect(Set(plan.deeds) == deeds)
        #expect(plan.needsConsent == (usernames != .equal))
        #expect(await bench.applies(plan) == [])
        let now = bench.vendor[MemoryCarrier.login, login]
        let live = bench.vendor[MemoryAdapter.gateway, gateway]?["login"]
        #expect(now?["username"] == live?["username"])
        #expect(now?["password"] == live?["password"])
        #expect(now?["password"]?.string == now?["username"]?.string.map { "secret-of-\($0)" })
    }

    @Test("Passwords are in no plan, event, journal or report")
    func noSecrets() async throws {
        let bench = EngineBench()
        let events = RunEvents()
        let connector = try bench.connector()
        let plan = try await connector.plan(
            EngineBench.request(["agent": "a1", "authentication": "credentials"]))
        let report = await connector.apply(plan, consent: true, reporting: events)
        var seen = "\(plan) \(report) \(bench.journal.entries)"
        for await event in events { seen += event.json.text() }
        #expect(bench.vendor.writes.contains { JSONValue.object($0.fields).text().contains("secret-of-") })
        #expect(!seen.contains("secret-of-"))
    }

    // MARK: Digest

    struct Touch: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var isCovered: Bool
        var act: @Sendable (EngineBench) throws -> Void

        init(_ description: String, isCovered: Bool, _ act: @escaping @Sendable (EngineBench) throws -> Void) {
            testDescription = description
            self.isCovered = isCovered
            self.act = act
        }
    }

    @Test(
        "The digest changes with everything that the plan depends on, and with nothing else",
        arguments: [
            Touch("a compared member of a live object", isCovered: true) {
                $0.vendor.change(MemoryAdapter.line, try $0.only(MemoryAdapter.line), ["agent": "other"])
            },
            Touch("a route", isCovered: true) { $0.vendor.own(EngineBench.number, application: "99") },
            Touch("an object that is missing", isCovered: true) {
                $0.vendor.remove(MemoryAdapter.line, try $0.only(MemoryAdapter.line))
            },
            Touch("a member that no template sets", isCovered: false) {
                $0.vendor.change(MemoryAdapter.gateway, try $0.only(MemoryAdapter.gateway), ["prefix": "9"])
            },
            Touch("another number of the account", isCovered: false) { $0.vendor.own(EngineBench.third) },
            Touch("a foreign object", isCovered: false) {
                $0.vendor.insert(MemoryAdapter.line, ["name": "x", "number": "+1"])
            },
        ])
    func digest(_ touch: Touch) async throws {
        let bench = EngineBench()
        try await bench.connect(["agent": "a1", "authentication": "credentials"])
        let request = try EngineBench.request(["agent": "a2"], numbers: [])
        let first = try await bench.plan(request)
        try touch.act(bench)
        let second = try await bench.plan(request)
        #expect((first.digest != second.digest) == touch.isCovered)
        #expect(PlanDigest(second, kinds: try bench.kinds()).text == second.digest)
        #expect(second.digest.count == 16)
    }

    @Test("The digest of a disconnect covers what the deleted objects are")
    func digestOfDeletion() async throws {
        let bench = EngineBench()
        try await bench.connect()
        let first = try await bench.plan(DisconnectionRequest())
        bench.vendor.change(MemoryCarrier.uri, try bench.only(MemoryCarrier.uri), ["uri": "x.example.com"])
        #expect(try await bench.plan(DisconnectionRequest()).digest != first.digest)
    }

    @Test("The digest differs by request, name, account and command, and is the same on another machine")
    func digests() async throws {
        let bench = EngineBench()
        try await bench.connect()
        let elsewhere = try bench.connector(journal: InMemoryJournal())
        #expect(
            try await bench.plan(EngineBench.request(["agent": "a2"], numbers: [])).digest
                == elsewhere.plan(EngineBench.request(["agent": "a2"], numbers: [])).digest)
        let plans = [
            try await bench.plan(ConnectionRequest()), try await bench.plan(EngineBench.request(["agent": "a2"])),
            try await bench.plan(EngineBench.request(["agent": "a3"])),
            try await bench.plan(EngineBench.request(numbers: [EngineBench.second])),
            try await bench.plan(EngineBench.request(name: ConnectionName("sales"))),
            try await bench.plan(DisconnectionRequest()),
            try await bench.plan(DisconnectionRequest(routeTo: .application("99"))),
        ]
        #expect(Set(plans.map(\.digest)).count == plans.count)
    }
}
