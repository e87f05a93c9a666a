import Testing
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTestKit

@testable @_spi(Adapter) import ZentrunkCore

@Suite("Engine: how runs end, for people and for the journal")
struct EngineEndingTests {
    private static let number = EngineBench.number

    private func record(_ bench: EngineBench) async throws -> ConnectionRecord? {
        try await bench.journal.connections().first
    }

    @Test("A connect remembers every object, the options and the former routes; the report has the same")
    func connected() async throws {
        let bench = EngineBench()
        let report = try await bench.connect(["agent": "a1", "authentication": "credentials"])
        let record = try #require(try await record(bench))
        #expect(record.connection == report.connection)
        #expect(
            Set(record.objects.values.map(\.id))
                == Set(
                    MemoryVendor.carrierKinds.flatMap(bench.vendor.ids)
                        + MemoryVendor.platformKinds.flatMap(bench.vendor.ids)))
        #expect(record.former.count == 1)
        #expect(record.former.values.first?["application"] == "4711")
        #expect(report.resources.map(\.deeds).filter { $0 != [.make] } == [[.moveRoute]])
        #expect(report.trunkDomain == "\(try bench.id("out", of: MemoryCarrier.trunk)).carrier.example.com")
        #expect(report.numbers == [NumberEnd(number: try PhoneNumber(Self.number), target: .platform)])
        #expect(report.verified && report.aftermath == nil)
        #expect(report.run == bench.journal.runs.last?.record.id)
    }

    @Test("An unchanged connection begins no run, unless this machine did not know it")
    func unchanged() async throws {
        let bench = EngineBench()
        try await bench.connect()
        let report = try await bench.connect(ConnectionRequest())
        #expect(report.outcome == .unchanged && report.run == nil)
        #expect(bench.journal.runs.count == 1)
        let journal = InMemoryJournal()
        let known = try await bench.connect(ConnectionRequest(), by: bench.connector(journal: journal))
        #expect(known.outcome == .unchanged && known.run != nil)
        #expect(try await journal.connections().map(\.objects) == [record(bench)?.objects])
        #expect(report.resources.allSatisfy { $0.deeds.isEmpty })
    }

    @Test("A disconnect that is done leaves nothing in the journal, and the same of nothing begins no run")
    func gone() async throws {
        let bench = EngineBench()
        try await bench.connect()
        let report = try await bench.disconnect()
        #expect(report.outcome == .disconnected)
        #expect(report.numbers.map(\.target) == [.former("application 4711")])
        #expect(try await record(bench) == nil)
        let again = try await bench.disconnect()
        #expect(again.outcome == .disconnected && again.run == nil && again.resources == [])
        #expect(bench.journal.runs.map(\.ending?.outcome) == [.done, .gone])
    }

    @Test("A number that leaves takes its former route along, and the others' stay remembered")
    func oneNumber() async throws {
        let bench = EngineBench()
        try await bench.connect(["agent": "a1"], numbers: [Self.number, EngineBench.second])
        let report = try await bench.disconnect(DisconnectionRequest(numbers: EngineBench.numbers([Self.number])))
        #expect(report.outcome == .disconnected)
        let record = try #require(try await record(bench))
        #expect(record.connection.numbers.map(\.e164) == [EngineBench.second])
        #expect(record.former.keys.map(\.id) == ["14155550101"])
        #expect(record.objects[InstanceID("line", number: try PhoneNumber(Self.number))] == nil)
    }

    @Test("A chosen route is reported as chosen")
    func chosen() async throws {
        let bench = EngineBench()
        try await bench.connect()
        let report = try await bench.disconnect(DisconnectionRequest(routeTo: .application("99")))
        #expect(report.numbers.map(\.target) == [.chosen("application 99")])
        let other = EngineBench()
        try await other.connect()
        let nowhere = try await other.disconnect(DisconnectionRequest(routeTo: .nothing))
        #expect(nowhere.numbers.map(\.target) == [.chosen(nil)])
    }

    @Test("A failed connect leaves no record, and a failed change the old one")
    func failed() async throws {
        let bench = EngineBench()
        bench.vendor.fail(.refused, at: .write(3))
        #expect(try await bench.connect().outcome == .failed)
        #expect(try await record(bench) == nil)
        bench.vendor.heal()
        try await bench.connect()
        let known = try await record(bench)
        bench.vendor.fail(.refused, at: .write(2))
        let report = try await bench.connect(["agent": "a2", "secure": "true"], numbers: [])
        #expect(report.aftermath == .undone)
        #expect(try await record(bench)?.connection == known?.connection)
        #expect(try await record(bench)?.former == known?.former)
        #expect(report.resources.allSatisfy { [[.putBack], [.giveBackRoute], []].contains($0.deeds) })
    }

    @Test("Endings are made from what was written, without a vendor")
    func endings() async throws {
        let bench = EngineBench()
        let connector = try bench.connector()
        let plan = try await connector.plan(EngineBench.request())
        let memory = RunMemory(usernames: [:])
        let ending = RunEndings(
            plan: plan, memory: memory, kinds: connector.engine.kinds, domainField: "domain",
            applicationField: "application")
        // Nothing was written: nothing was made, and the route is as it was.
        #expect(ending.results(undone: false).map(\.deeds) == [[]])
        #expect(ending.domain == nil)
        let out = try #require(plan.resources.first { $0.instance.key == "out" }).identity
        memory.note(.init(.make, out, made: "trunk-0001"))
        memory.remember(LiveObject(id: "trunk-0001", fields: ["domain": "d.example.com"]), of: out)
        #expect(ending.results(undone: false).first?.deeds == [.make])
        #expect(ending.results(undone: true).first?.deeds == [.remove])
        #expect(ending.domain == "d.example.com")
        #expect(ending.partial?.objects[InstanceID("out")]?.id == "trunk-0001")
        guard case .done(let record) = ending.success else { return #expect(Bool(false), "it is not done") }
        #expect(record.objects.count == 1)
    }

    @Test(
        "What a number is routed to is said in the words of the route's kind",
        arguments: [
            (["trunk": "7"], "trunk 7"), (["application": "99"], "application 99"), ([:], nil),
            (["trunk": "7", "application": "99"], "trunk 7"),
        ] as [(JSONObject, String?)])
    func target(_ fields: JSONObject, _ expected: String?) throws {
        let kind = try EngineBench().kinds().route.description
        #expect(RoutePlanner.target(of: LiveObject(id: "1", fields: fields), kind, "application") == expected)
    }

    @Test("Events report the steps in order and end with the run")
    func events() async throws {
        let bench = EngineBench()
        let connector = try bench.connector()
        let plan = try await connector.plan(EngineBench.request())
        let events = RunEvents()
        let report = await connector.apply(plan, consent: true, reporting: events)
        #expect(report.outcome == .connected)
        let seen = await names(of: events)
        #expect(seen.count { $0 == "started" } == 6)
        #expect(seen.count { $0 == "finished" } == 6)
        #expect(seen.last == "reading-back")
        bench.vendor.fail(.refused, at: .write(2))
        let failing = RunEvents()
        let change = try await connector.plan(EngineBench.request(["secure": "true"], numbers: []))
        #expect(await connector.apply(change, consent: true, reporting: failing).aftermath == .undone)
        let second = await names(of: failing)
        #expect(second.contains("undoing"))
        #expect(second.contains("put-back"))
    }

    private func names(of events: RunEvents) async -> [String] {
        let all = await events.reduce(into: [RunEvent]()) { $0.append($1) }
        return all.compactMap { $0.json["event"]?.string }
    }
}
