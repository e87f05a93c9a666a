import Testing
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTestKit

@testable @_spi(Adapter) import ZentrunkCore

@Suite("Engine: whose an object is")
struct EngineOwnershipTests {
    private static let number = EngineBench.number

    @Test("An object with the tag of another carrier account is never the connection's")
    func otherCarrierAccount() async throws {
        let (bench, stranger) = (EngineBench(), EngineBench())
        try await bench.connect()
        let before = bench.vendor.text
        let connector = try stranger.connector(account: "ACCOUNT2", platform: bench.vendor)
        let end = try await connector.plan(DisconnectionRequest())
        #expect(end.resources.isEmpty && end.warnings.isEmpty)
        #expect(try await connector.liveConnections() == [])
        let plan = try await connector.plan(EngineBench.request(numbers: [EngineBench.second]))
        #expect(plan["gateway"]?.deeds == [.make])
        #expect(bench.vendor.text == before)
    }

    // MARK: Names of version 0.1

    enum Evidence: String, CaseIterable, Sendable {
        case journal, number, pointsAtOurs, isPointedAtByOurs, none
        /// A text of the object contains the domain of a trunk of the connection.
        case mentionsOurs
        /// The connection's URI has an id that begins with the object's.
        case isPartOfOurs

        var isSufficient: Bool { ![.none, .mentionsOurs, .isPartOfOurs].contains(self) }
    }

    @Test(
        "A platform object without a tag needs evidence; what nothing speaks for is named and left",
        arguments: Evidence.allCases)
    func untagged(_ evidence: Evidence) async throws {
        let bench = EngineBench()
        try await bench.connect()
        let (gateway, line) = (try bench.only(MemoryAdapter.gateway), try bench.only(MemoryAdapter.line))
        // A number that the account does not have.
        if evidence != .number { bench.vendor.change(MemoryAdapter.line, line, ["number": "+442079460000"]) }
        if evidence != .pointsAtOurs { bench.vendor.change(MemoryAdapter.gateway, gateway, ["hosts": []]) }
        switch evidence {
        case .isPointedAtByOurs: break
        case .isPartOfOurs:
            let uri = try bench.only(MemoryCarrier.uri)
            bench.vendor.change(MemoryCarrier.uri, uri, ["uri": .string("\(gateway)0.sip.memory.example.com")])
        case .mentionsOurs:
            let trunk = try bench.id("out", of: MemoryCarrier.trunk)
            bench.vendor.change(
                MemoryAdapter.gateway, gateway, ["prefix": .string("\(trunk).carrier.example.com")])
            fallthrough
        default: for id in bench.vendor.ids(MemoryCarrier.uri) { bench.vendor.remove(MemoryCarrier.uri, id) }
        }
        if !evidence.isSufficient { bench.vendor.change(MemoryAdapter.line, line, ["gateway": .null]) }
        for (kind, id, key) in [(MemoryAdapter.gateway, gateway, "gateway"), (MemoryAdapter.line, line, "line")] {
            bench.vendor.change(kind, id, ["name": .string("zc_memory_main_\(key)")])
        }
        let kinds = try bench.kinds()
        let record = try #require(try await bench.journal.connections().first)
        let reader = LiveReader(
            kinds: kinds, owner: kinds.owner("memory", .main),
            references: try bench.connector().engine.planner.references,
            events: nil)
        let state = try await reader.read(
            wanted: [:], hints: [:], remembered: evidence == .journal ? record.objects : [:],
            numbers: EngineBench.numbers([Self.number]))
        let isOurs = state.owned[InstanceID("gateway")] != nil
        #expect(isOurs == evidence.isSufficient)
        #expect((state.untagged[InstanceID("gateway")] == nil) == isOurs)
        if !evidence.isSufficient {
            let stranger = try bench.connector(journal: InMemoryJournal())
            let request = DisconnectionRequest(routeTo: .nothing, mayBeOneSided: true)
            let plan = try await stranger.plan(request)
            let unclaimed = plan.warnings.filter { $0.code == .unclaimed }.compactMap(\.object?.id)
            #expect(Set(unclaimed) == [gateway, line])
            #expect(await stranger.apply(plan, consent: true).outcome == .disconnected)
            #expect(bench.vendor.ids(MemoryAdapter.gateway) == [gateway])
        }
    }

    @Test("An object with a name of version 0.1 keeps its name")
    func oldNamesStay() async throws {
        let bench = EngineBench()
        try await bench.connect()
        let gateway = try bench.only(MemoryAdapter.gateway)
        bench.vendor.change(MemoryAdapter.gateway, gateway, ["name": "zc_memory_main_gateway"])
        for journal in [bench.journal, InMemoryJournal()] {
            #expect(try await bench.connector(journal: journal).plan(ConnectionRequest()).deeds == [])
        }
        let plan = try await bench.plan(EngineBench.request(["secure": "true"], numbers: []))
        #expect(await bench.applies(plan) == [])
        #expect(bench.vendor[MemoryAdapter.gateway, gateway]?["name"] == "zc_memory_main_gateway")
    }

    // MARK: One half

    struct Half: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// What is removed at the platform.
        var removed: [String]
        var hasJournal: Bool
        var isRefused: Bool

        init(_ description: String, removed: [String], hasJournal: Bool, isRefused: Bool) {
            testDescription = description
            self.removed = removed
            self.hasJournal = hasJournal
            self.isRefused = isRefused
        }
    }

    @Test(
        "A carrier's half stands alone only where the journal or a link vouches for it",
        arguments: [
            Half("both halves", removed: [], hasJournal: true, isRefused: false),
            Half("both halves, without a journal", removed: [], hasJournal: false, isRefused: false),
            // One known object of the platform is enough.
            Half("a known line", removed: [MemoryAdapter.gateway], hasJournal: true, isRefused: false),
            Half("nothing at the platform", removed: MemoryVendor.platformKinds, hasJournal: true, isRefused: true),
            Half(
                "nothing at the platform, without a journal", removed: MemoryVendor.platformKinds, hasJournal: false,
                isRefused: true),
        ])
    func oneSided(_ half: Half) async throws {
        let bench = EngineBench()
        try await bench.connect()
        bench.vendor.removeAll(of: half.removed)
        let before = bench.vendor.text
        let connector = try bench.connector(journal: half.hasJournal ? nil : InMemoryJournal())
        let expected: ZentrunkError.Code? = half.isRefused ? .oneSided : nil
        #expect(await code { try await connector.plan(ConnectionRequest()) } == expected)
        #expect(await code { try await connector.plan(DisconnectionRequest(routeTo: .nothing)) } == expected)
        #expect(bench.vendor.text == before)
        guard half.isRefused else { return }
        let request = try EngineBench.request(
            ["agent": "a1", "direction": "both", "secure": "false", "authentication": "none"],
            mayBeOneSided: true)
        let report = try await bench.connect(request, by: connector)
        #expect(report.outcome == .connected, "\(report.error?.message ?? "")")
        #expect(try await connector.plan(ConnectionRequest()).deeds == [])
    }

    @Test("Halves that do not point at one another are two connections")
    func unlinked() async throws {
        let (bench, other) = (EngineBench(), EngineBench())
        // Other ids there than here.
        for kind in MemoryVendor.carrierKinds + MemoryVendor.platformKinds {
            for _ in 1...3 { other.vendor.remove(kind, other.vendor.insert(kind, [:])) }
        }
        try await bench.connect()
        try await other.connect(["agent": "a1"], numbers: [EngineBench.second])
        let connector = try bench.connector(journal: InMemoryJournal(), platform: other.vendor)
        #expect(await code { try await connector.plan(DisconnectionRequest()) } == .oneSided)
        #expect(await code { try await connector.plan(ConnectionRequest()) } == .oneSided)
    }

    @Test("A number that the platform has and that is routed to the trunk joins both halves")
    func linkedByRoute() async throws {
        let bench = EngineBench()
        let template = try Template(parsing: EngineTemplates.unlinked, file: "unlinked")
        let connector = try bench.connector(template: template)
        let report = try await bench.connect(EngineBench.request([:]), by: connector)
        #expect(report.outcome == .connected, "\(report.error?.message ?? "")")
        let stranger = try bench.connector(journal: InMemoryJournal(), template: template)
        #expect(try await stranger.plan(ConnectionRequest()).deeds == [])
        bench.vendor.change(MemoryCarrier.route, "14155550100", ["trunk": .null])
        #expect(await code { try await stranger.plan(ConnectionRequest()) } == .oneSided)
    }

    // MARK: Others' changes

    @Test("A number that another machine added is the connection's, and one that was routed there by hand is not")
    func addedElsewhere() async throws {
        let bench = EngineBench()
        try await bench.connect()
        let elsewhere = try bench.connector(journal: InMemoryJournal())
        let added = try await bench.connect(
            EngineBench.request([:], numbers: [EngineBench.second]), by: elsewhere)
        #expect(added.outcome == .connected, "\(added.error?.message ?? "")")
        let trunk = try bench.id("in", of: MemoryCarrier.trunk)
        bench.vendor.change(MemoryCarrier.route, "14155550102", ["trunk": .string(trunk), "application": .null])
        let plan = try await bench.plan(EngineBench.request(["agent": "a2"], numbers: []))
        #expect(plan.connection.numbers.map(\.e164) == [Self.number, EngineBench.second])
        #expect(plan.deeds == ["update line \(Self.number)", "update line \(EngineBench.second)"])
        // Without a journal of its former route it has to be asked for.
        let end = try await bench.plan(DisconnectionRequest())
        #expect(Set(end.collisions.map(\.id)) == [EngineBench.second, EngineBench.third])
    }

    @Test("An object that the journal knows and that was renamed by hand is renamed back")
    func renamed() async throws {
        let bench = EngineBench()
        try await bench.connect()
        let id = try bench.only(MemoryAdapter.gateway)
        let name = bench.vendor[MemoryAdapter.gateway, id]?["name"]
        bench.vendor.change(MemoryAdapter.gateway, id, ["name": "by hand"])
        let plan = try await bench.plan(ConnectionRequest())
        #expect(plan.deeds == ["update gateway"])
        #expect(await bench.applies(plan) == [])
        #expect(bench.vendor[MemoryAdapter.gateway, id]?["name"] == name)
    }

    @Test("A name that another connection gives says that it took the object over")
    func takenOver() async throws {
        let bench = EngineBench()
        try await bench.connect()
        let id = try bench.only(MemoryAdapter.gateway)
        let name = "zc_memory_sales_gateway_\(AccountTag(of: "ACCOUNT1"))"
        bench.vendor.change(MemoryAdapter.gateway, id, ["name": .string(name)])
        let plan = try await bench.plan(ConnectionRequest())
        #expect(plan["gateway"]?.deeds == [.make])
        let end = try await bench.plan(DisconnectionRequest())
        #expect(!end.resources.contains { $0.id == id })
        #expect(await bench.applies(end) == [])
        #expect(bench.vendor[MemoryAdapter.gateway, id] != nil)
    }

    @Test("An object under a key that the template lacks is named, and only disconnect deletes it")
    func leftover() async throws {
        let bench = EngineBench()
        try await bench.connect()
        let id = bench.vendor.insert(
            MemoryAdapter.gateway,
            ["name": .string("zc_memory_main_relay_\(AccountTag(of: "ACCOUNT1"))"), "type": "sip", "hosts": []])
        // The gateways are listed where a hint is wrong.
        let gateway = try bench.id("gateway", of: MemoryAdapter.gateway)
        bench.vendor.change(MemoryAdapter.gateway, gateway, ["name": "by hand"])
        let plan = try await bench.plan(ConnectionRequest())
        #expect(plan.warnings.filter { $0.code == .leftover }.map(\.object?.id) == [id])
        #expect(await bench.applies(plan) == [])
        #expect(bench.vendor[MemoryAdapter.gateway, id] != nil)
        let end = try await bench.plan(DisconnectionRequest())
        #expect(end.deeds.contains("delete relay"))
        #expect(await bench.applies(end) == [])
        #expect(bench.vendor.ids(MemoryAdapter.gateway) == [])
    }

    @Test("An object that a foreign object uses is kept, and so is what it depends on")
    func used() async throws {
        let bench = EngineBench()
        try await bench.connect()
        let uri = try bench.id("uri", of: MemoryCarrier.uri)
        bench.vendor.insert(MemoryCarrier.trunk, ["name": "theirs", "direction": "inbound", "uri": .string(uri)])
        let gateway = try bench.only(MemoryAdapter.gateway)
        bench.vendor.insert(MemoryAdapter.line, ["name": "theirs", "number": "+1", "gateway": .string(gateway)])
        let plan = try await bench.plan(DisconnectionRequest())
        #expect(plan["uri"]?.deeds == [])
        #expect(plan["gateway"]?.deeds == [])
        #expect(Set(plan.warnings.filter { $0.code == .kept }.compactMap(\.object?.id)) == [uri, gateway])
        #expect(await bench.applies(plan) == [])
        #expect(bench.vendor[MemoryCarrier.uri, uri] != nil)
        // The next disconnect finds the rest.
        for id in bench.vendor.ids(MemoryCarrier.trunk) { bench.vendor.remove(MemoryCarrier.trunk, id) }
        for id in bench.vendor.ids(MemoryAdapter.line) { bench.vendor.remove(MemoryAdapter.line, id) }
        #expect(try await bench.disconnect(DisconnectionRequest(mayBeOneSided: true)).outcome == .disconnected)
        #expect(Set(bench.vendor.objects.keys) == [MemoryCarrier.route])
    }

    // MARK: How much is read

    @Test("A disconnect spares the carrier's lists where the journal's ids are right and nothing was changed")
    func sparedLists() async throws {
        let bench = EngineBench()
        try await bench.connect()
        func lists() async throws -> Set<String> {
            bench.vendor.clearCalls()
            _ = try await bench.plan(DisconnectionRequest())
            // Users of what goes are looked for in the lists of trunks and routes.
            return Set(bench.vendor.calls.filter { $0.operation == .list }.map(\.kind))
        }
        #expect(try await lists().isDisjoint(with: [MemoryCarrier.login, MemoryCarrier.uri]))
        bench.vendor.change(MemoryCarrier.uri, try bench.id("uri", of: MemoryCarrier.uri), ["uri": "x.example.com"])
        #expect(try await lists().isSuperset(of: [MemoryCarrier.login, MemoryCarrier.uri]))
    }

    @Test("Live connections are found by name at both sides")
    func liveConnections() async throws {
        let bench = EngineBench()
        try await bench.connect()
        try await bench.connect(
            EngineBench.request(numbers: [EngineBench.second], name: ConnectionName("sales")))
        let live = try await bench.connector(journal: InMemoryJournal()).liveConnections()
        #expect(
            live == [
                LiveConnection(platform: "memory", name: .main, objects: 5),
                LiveConnection(platform: "memory", name: try ConnectionName("sales"), objects: 5),
            ])
    }
}
