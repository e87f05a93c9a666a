import Testing
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTestKit

@testable @_spi(Adapter) import ZentrunkCore

@Suite("Planner of removals")
struct RemovalPlannerTests {
    @Test("When the connection goes, every object is deleted; a foreign key is named")
    func whole() throws {
        var example = try PlanningExample()
        example.isRemoved = true
        example.state.owned[InstanceID("more")] = example.state.owned[InstanceID("gateway")]
        example.state.owned[InstanceID("old-uri")] = example.state.owned[InstanceID("uri")]
        let part = try RemovalPlanner(subject: example.subject).plan()
        #expect(
            Set(part.deeds) == Set(["gateway", "in", "line", "more", "old-uri", "out", "uri"].map { "delete \($0)" }))
        #expect(part.resources.filter { $0.note != nil }.map(\.instance.key) == ["more"])
        #expect(part.resources.allSatisfy { $0.needsConsent })
        #expect(part.warnings == [] && part.losses == [])
    }

    @Test("A change deletes what the options no longer include, and keeps what the template lacks")
    func change() throws {
        var example = try PlanningExample()
        example.state.owned[InstanceID("failover")] = example.state.owned[InstanceID("uri")]
        example.state.owned[InstanceID("more")] = example.state.owned[InstanceID("gateway")]
        let part = try RemovalPlanner(subject: example.subject).plan()
        #expect(part.deeds == ["delete failover"])
        #expect(part.warnings.map(\.code) == [.leftover])
    }

    @Test("Twins are deleted together, and an untagged object without evidence is left and named")
    func twins() throws {
        var example = try PlanningExample()
        example.isRemoved = true
        let gateway = try #require(example.state.owned[InstanceID("gateway")])
        var twin = gateway
        twin.object.id = "twin"
        example.state.owned = [InstanceID("gateway"): gateway]
        example.state.twins[InstanceID("gateway")] = [twin]
        example.state.untagged[InstanceID("line")] = [
            .init(kind: MemoryAdapter.line, object: LiveObject(id: "untagged", fields: [:]))
        ]
        let part = try RemovalPlanner(subject: example.subject).plan()
        #expect(part.resources.map(\.id) == ["gateway", "twin"])
        #expect(part.warnings.map(\.code) == [.unclaimed] && part.warnings.first?.object?.id == "untagged")
        #expect(try example.state.twinCollisions(example.kinds).map(\.id) == ["gateway, twin"])
    }

    @Test("An adopted record is restored, with what cannot be; one that was replaced is lost")
    func adopted() throws {
        var example = try PlanningExample(["agent": "a1"])
        example.isRemoved = true
        let line = try #require(example.state.owned.values.first { $0.kind == MemoryAdapter.line })
        example.state.owned = example.state.owned.filter { $0.value == line }
        example.former[line.recorded] = ["name": "theirs", "gateway": "g"]
        example.former[RecordedObject(kind: MemoryAdapter.line, id: "gone")] = [:]
        var subject = example.subject
        subject.described = [MemoryAdapter.line: ["agent", "name"]]
        let part = try RemovalPlanner(subject: subject).plan()
        #expect(part.deeds == ["update line"])
        #expect(part["line"]?.restoration == .values(["name": "theirs", "gateway": "g"]))
        #expect(Set(part["line"]?.changes.map(\.path.description) ?? []) == ["/name", "/gateway"])
        #expect(
            part.losses == [
                "line gone: it was taken over and is gone", "line \(line.object.id): agent, which cannot be cleared",
            ])
        example.isRemoved = false
        #expect(try RemovalPlanner(subject: example.subject).plan().losses == [])
    }

    // MARK: Users

    private static func kept(_ bench: EngineBench, _ plan: (inout PlanningExample) throws -> Void) async throws
        -> PlanPart
    {
        var example = try PlanningExample()
        example.isRemoved = true
        try plan(&example)
        let subject = PlanSubject(
            blueprint: nil, state: example.state, kinds: try bench.kinds(),
            secrets: example.connector.engine.carrier.secrets,
            former: example.former, applicationField: "application", templateKeys: example.subject.templateKeys)
        let removals = RemovalPlanner(subject: subject)
        var routes = RoutePlanner(subject, DesiredBodies(blueprint: nil), key: "route")
        routes.routeTo = .nothing
        var part = try routes.plan()
        part.add(try removals.plan())
        return try await removals.keepingUsed(part, routes)
    }

    @Test("An object that others use stays, and what it uses stays, too; a route then cannot end with its trunk")
    func users() async throws {
        let bench = EngineBench()
        // Another trunk uses the URI, and a foreign line the gateway.
        bench.vendor.insert(MemoryCarrier.uri, ["name": "u"], id: "uri")
        bench.vendor.insert(MemoryCarrier.trunk, ["name": "theirs", "uri": "uri"])
        bench.vendor.insert(MemoryAdapter.gateway, ["name": "g"], id: "gateway")
        bench.vendor.insert(MemoryAdapter.line, ["name": "theirs", "gateway": "gateway"], id: "their-line")
        let part = try await Self.kept(bench) { _ in }
        #expect(Set(part.deeds.filter { $0.hasPrefix("keep") }) == ["keep uri", "keep gateway"])
        #expect(part["gateway"]?.note == "left: line their-line (\"theirs\") uses it")
        #expect(part.warnings.map(\.code) == [.kept, .kept])
        #expect(part["route"]?.deeds == [.detachRoute])
    }

    @Test("Numbers that were routed to the trunk by hand leave with the connection")
    func routedByHand() async throws {
        let bench = EngineBench()
        bench.vendor.insert(MemoryCarrier.trunk, ["name": "t"], id: "in")
        bench.vendor.change(MemoryCarrier.route, "14155550101", ["trunk": "in", "application": .null])
        let part = try await Self.kept(bench) { _ in }
        #expect(part.warnings.map(\.code) == [.unlistedNumber])
        #expect(Set(part.resources.filter(\.isRoute).compactMap(\.id)) == ["14155550100", "14155550101"])
    }
}
