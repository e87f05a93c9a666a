import Testing
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTestKit

@testable @_spi(Adapter) import ZentrunkCore

@Suite("Engine: small parts")
struct EnginePartTests {
    @Test("A rival is reported as something that moved, at its side")
    func rival() throws {
        let kind = try EngineBench().kinds().kind(MemoryAdapter.line).description
        let error = Connector.explain(Rival(kind, "line-0002", InstanceID("line")))
        #expect(error.code == .moved)
        #expect(error.place == .platform)
        #expect(error.message.contains("line-0002"))
    }

    @Test("A run that ended since makes another mark")
    func runMarks() async throws {
        let bench = EngineBench()
        try await bench.connect()
        let runs = try await bench.journal.runs(of: nil)
        var open = runs[0]
        open.outcome = nil
        #expect(RunMark(runs[0]) == RunMark(runs[0]))
        #expect(RunMark(runs[0]) != RunMark(open))
    }

    @Test("Unfinished runs explain what is gone and what is there without an id")
    func unfinished() throws {
        let bench = EngineBench()
        let connector = try bench.connector()
        let line = RecordedObject(kind: MemoryAdapter.line, id: "line-0001")
        let trunk = RecordedObject(kind: MemoryCarrier.trunk, id: "trunk-0001")
        var writes = UnfinishedWrites()
        for (operation, outcome) in [
            (Deed.remove, WriteOutcome.notDone("")), (.make, .notDone("")),
            (.change, .done(id: line.id)),
        ] {
            writes.add(Self.write(operation, outcome, line))
        }
        #expect(writes.removed == [] && writes.attempted == [])
        let connection = Connection(platform: "memory", name: .main, numbers: [], values: [:])
        let record = ConnectionRecord(
            identity: connector.engine.planner.identity(.main), connection: connection,
            objects: [InstanceID("line"): line, InstanceID("in"): trunk])
        var state = LiveState()
        state.owned[InstanceID("in")] = .init(kind: trunk.kind, object: LiveObject(id: trunk.id, fields: [:]))
        func check() -> SideCheck {
            SideCheck(
                kinds: connector.engine.kinds, platform: MemoryAdapter.platform, record: record, unfinished: writes,
                template: connector.engine.template, references: connector.engine.planner.references)
        }
        #expect(check().rememberedPlatformObjects == [line])
        #expect(throws: ZentrunkError.self) { try check().check(state) }
        writes.add(Self.write(.remove, nil, line))
        #expect(check().rememberedPlatformObjects == [])
        #expect(throws: Never.self) { try check().check(state) }
        writes.add(Self.write(.make, nil, line))
        #expect(writes.attempted == [InstanceID("line")])
    }

    private static func write(
        _ deed: Deed, _ outcome: WriteOutcome?, _ object: RecordedObject
    ) -> PastWrite {
        PastWrite(
            WriteIntent(
                sequence: 1, deed: deed, instance: InstanceID("line"), kind: object.kind,
                id: deed == .make ? nil : object.id, name: nil, fields: [:], former: nil), outcome)
    }

    @Test("Users of several objects are found by one list of each kind that can point at them")
    func users() async throws {
        let bench = EngineBench()
        try await bench.connect()
        let kinds = try bench.kinds()
        let uri = RecordedObject(kind: MemoryCarrier.uri, id: try bench.only(MemoryCarrier.uri))
        let gateway = RecordedObject(kind: MemoryAdapter.gateway, id: try bench.only(MemoryAdapter.gateway))
        bench.vendor.clearCalls()
        let users = try await UserReading(kinds: kinds).users(of: [uri, gateway])
        #expect(users[uri]?.map(\.kind) == [MemoryCarrier.trunk])
        #expect(users[gateway]?.map(\.kind) == [MemoryAdapter.line])
        #expect(
            bench.vendor.calls.map(\.description).sorted()
                == ["list carrier.trunk", "list memory.line", "list memory.pool"])
    }

    @Test("A deleted object is looked for three times, by its id, and at the platform by its name as well")
    func survivors() async throws {
        let bench = EngineBench()
        let kinds = try bench.kinds()
        let id = bench.vendor.insert(MemoryAdapter.gateway, ["name": "a"])
        let uri = bench.vendor.insert(MemoryCarrier.uri, ["name": "b"])
        let survivors = Survivors(kinds: kinds, clock: bench.clock)
        func find(_ kind: String, _ id: String, _ name: String, besides known: Set<RecordedObject> = []) async throws
            -> [String]
        {
            try await survivors.find(
                [.init(instance: InstanceID("x"), kind: kind, id: id, name: name)], besides: known
            ).map(\.id)
        }
        #expect(try await find(MemoryAdapter.gateway, id, "other") == [id])
        #expect(bench.clock.sleeps == [.milliseconds(200), .milliseconds(400)])
        #expect(try await find(MemoryAdapter.gateway, "gateway-9999", "a") == [id])
        let known = RecordedObject(kind: MemoryAdapter.gateway, id: id)
        #expect(try await find(MemoryAdapter.gateway, "gateway-9999", "a", besides: [known]) == [])
        #expect(try await find(MemoryCarrier.uri, "uri-9999", "b") == [])
        #expect(try await find(MemoryCarrier.uri, uri, "b") == [uri])
    }

    @Test("A run's results name each object with what happened to it")
    func results() async throws {
        let report = try await EngineBench().connect(["direction": "outbound"])
        let kinds = [MemoryCarrier.trunk, MemoryAdapter.gateway, MemoryAdapter.line]
        let number = try PhoneNumber(EngineBench.number)
        let instances = [InstanceID("out"), InstanceID("gateway"), InstanceID("line", number: number)]
        let ids = ["trunk-0001", "gateway-0001", "line-0001"]
        #expect(
            report.resources
                == instances.indices.map {
                    ResourceResult(instance: instances[$0], kind: kinds[$0], id: ids[$0], deeds: [.make])
                })
    }

    @Test("Warnings of a run are those of what it kept, and then those of what it could not verify")
    func warnings() throws {
        let memory = RunMemory(usernames: [:])
        let identity = try EngineBench().connector().engine.planner.identity(.main)
        let connection = Connection(platform: "memory", name: .main, numbers: [], values: [:])
        let resource = PlannedResource(
            instance: InstanceID("uri"), kind: MemoryCarrier.uri, deeds: [.remove], id: "uri-0001", after: [],
            changes: [], note: nil, needsConsent: true)
        let plan = Plan(
            operation: .disconnect, identity: identity, connection: connection, resources: [resource], collisions: [],
            warnings: [], depth: 0, digest: "", context: .init())
        memory.noteUnverified("b")
        memory.noteUnverified("b")
        memory.keep(resource.identity, because: "a")
        #expect(
            memory.warnings(plan) == [
                Warning(.kept, "a", about: RecordedObject(kind: MemoryCarrier.uri, id: "uri-0001")),
                Warning(.notVerified, "b"),
            ])
    }
}

@Suite("Engine: the vendor in memory itself")
struct EngineVendorTests {
    private func kind(_ name: String, _ vendor: MemoryVendor) throws -> any ResourceKind {
        try vendor.connector(journal: InMemoryJournal(), clock: TestClock()).engine.kinds.kind(name)
    }

    @Test(
        "A write that a real vendor would refuse is refused",
        arguments: [
            (["name": "a", "direction": "inbound"], false), (["name": "b", "direction": "inbound"], true),
            (["name": "b"], true), (["name": "b", "unknown": "x"], false), (["name": "b", "domain": "x"], false),
            (["name": "b", "uri": "uri-0009"], false), (["name": "b", "uri": "uri-0001"], true),
        ] as [(JSONObject, Bool)])
    func creates(_ fields: JSONObject, _ isTaken: Bool) async throws {
        let vendor = MemoryVendor()
        vendor.insert(MemoryCarrier.uri, ["name": "u"])
        vendor.insert(MemoryCarrier.trunk, ["name": "a"])
        let trunks = try kind(MemoryCarrier.trunk, vendor)
        if isTaken {
            // The id alone is answered; a read shows the rest.
            let made = try await trunks.create(fields)
            #expect(made.fields == ["id": .string(made.id)])
            #expect(try await trunks.read(made.id)?.fields["domain"] != nil)
        } else {
            await #expect(throws: APIError.self) { try await trunks.create(fields) }
        }
        #expect(vendor.ids(MemoryCarrier.trunk).count == (isTaken ? 2 : 1))
    }

    @Test("An update may not change what is fixed, nor leave out what belongs to every update")
    func updates() async throws {
        let vendor = MemoryVendor()
        let id = vendor.insert(MemoryCarrier.trunk, ["name": "a", "direction": "inbound"])
        let trunks = try kind(MemoryCarrier.trunk, vendor)
        let live = try #require(try await trunks.read(id))
        await #expect(throws: APIError.self) { try await trunks.update(live, ["direction": "outbound"]) }
        await #expect(throws: APIError.self) { try await trunks.update(live, ["name": "b"]) }
        try await trunks.update(live, ["name": "b", "direction": "inbound"])
        #expect(try await trunks.read(id)?.fields["name"] == "b")
        let login = vendor.insert(MemoryCarrier.login, ["username": "u", "password": "p"])
        let shown = try await kind(MemoryCarrier.login, vendor).read(login)
        #expect(shown?.fields == ["id": .string(login), "username": "u"])
    }

    @Test("Deleting a URI deletes its trunks, and deleting a trunk detaches its numbers")
    func deletes() async throws {
        let vendor = MemoryVendor()
        vendor.own("+14155550100")
        let uri = vendor.insert(MemoryCarrier.uri, [:])
        let first = vendor.insert(MemoryCarrier.trunk, ["name": "a"])
        vendor.insert(MemoryCarrier.trunk, ["name": "b", "uri": .string(uri)])
        vendor.change(MemoryCarrier.route, "14155550100", ["trunk": .string(first)])
        try await kind(MemoryCarrier.uri, vendor).delete(uri)
        #expect(vendor.ids(MemoryCarrier.trunk) == [first])
        try await kind(MemoryCarrier.trunk, vendor).delete(first)
        #expect(vendor.route(of: "+14155550100") == nil)
        let gone = await #expect(throws: APIError.self) { try await kind(MemoryCarrier.uri, vendor).delete(uri) }
        #expect(gone?.isNotFound == true)
    }

    @Test(
        "A failure occurs at its place, as often as requested, and reports what is known",
        arguments: MemoryFailure.allCases)
    func failures(_ failure: MemoryFailure) async throws {
        let vendor = MemoryVendor()
        let lines = try kind(MemoryAdapter.line, vendor)
        vendor.fail(failure, at: .write(2))
        _ = try await lines.create(["name": "a"])
        let error = await #expect(throws: APIError.self) { try await lines.create(["name": "b"]) }
        #expect(error?.isCertainlyNotDone == failure.isCertainlyNotDone)
        #expect(error?.isRefusal == [.refused, .unauthenticated].contains(failure))
        #expect(error?.isMissingRoute == (failure == .missingRoute))
        #expect(vendor.ids(MemoryAdapter.line).count == (failure.acts ? 2 : 1))
        _ = try await lines.create(["name": "c"])
        #expect(vendor.writes.count == 3)
    }

    @Test("The adapter takes its settings like any other")
    func settings() throws {
        let vendor = MemoryVendor()
        let missing = PlatformSettings([:], redactor: Redactor())
        #expect(throws: ZentrunkError.self) {
            try MemoryAdapter(settings: missing, values: [:], transport: vendor.transport(to: .platform))
        }
        let settings = PlatformSettings(["MEMORY_API_KEY": Secret("key")], redactor: Redactor())
        let adapter = try MemoryAdapter(
            settings: settings, values: ["account": "two"], transport: vendor.transport(to: .platform))
        #expect(adapter.account == "two")
    }
}
