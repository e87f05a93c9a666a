import Testing
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTestKit

@testable @_spi(Adapter) import ZentrunkCore

@Suite("Engine: routes of numbers")
struct EngineRouteTests {
    static let number = EngineBench.number

    // MARK: Connecting

    struct Case: Sendable, CustomTestStringConvertible {
        var application: String?
        var mayReroute: Bool
        var deeds: [String]
        var isCollision = false

        var testDescription: String { "\(application ?? "nowhere") \(mayReroute)" }
    }

    @Test(
        "A route is set where there was none, and moved only on request",
        arguments: [
            Case(application: nil, mayReroute: false, deeds: ["create route \(number)"]),
            Case(application: "4711", mayReroute: true, deeds: ["update route \(number)"]),
            Case(application: "4711", mayReroute: false, deeds: ["update route \(number)"], isCollision: true),
        ])
    func connecting(_ example: Case) async throws {
        let bench = EngineBench(application: example.application)
        let plan = try await bench.plan(EngineBench.request(mayReroute: example.mayReroute))
        #expect(plan.deeds.filter { $0.contains("route") } == example.deeds)
        #expect(plan.collisions.map(\.remedies) == (example.isCollision ? [[.allow(.rerouting)]] : []))
        // Asking for it is the consent.
        #expect(!plan.needsConsent)
    }

    @Test("A route to another trunk, that is not the connection's, moves only on request")
    func foreignTrunk() async throws {
        let bench = EngineBench(application: nil)
        let trunk = bench.vendor.insert(MemoryCarrier.trunk, ["name": "theirs", "direction": "inbound"])
        bench.vendor.change(MemoryCarrier.route, "14155550100", ["trunk": .string(trunk)])
        let before = bench.vendor.text
        #expect(try await bench.plan(EngineBench.request(mayReroute: false)).collisions.count == 1)
        let plan = try await bench.plan(EngineBench.request())
        #expect(plan.collisions == [])
        #expect(await bench.applies(plan) == [])
        #expect(try await bench.disconnect().outcome == .disconnected)
        #expect(bench.vendor.text == before)
    }

    @Test("An outbound connection looks at its numbers and leaves their routes")
    func outbound() async throws {
        let bench = EngineBench()
        let report = try await bench.connect(["direction": "outbound"])
        #expect(report.outcome == .connected)
        #expect(bench.vendor.route(of: Self.number) == "application 4711")
        #expect(report.numbers == [])
    }

    // MARK: Disconnecting

    struct Return: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var application: String?
        /// Whether only the first of two numbers leaves.
        var isPart = false
        var forgets = false
        var routeTo: DisconnectionRequest.RouteTarget?
        var deed: String?
        var route: String?
        var isCollision: Bool

        init(
            _ description: String, from application: String?, isPart: Bool = false, forgets: Bool = false,
            routeTo: DisconnectionRequest.RouteTarget? = nil, deed: String? = nil, ends route: String? = nil,
            isCollision: Bool = false
        ) {
            testDescription = description
            self.application = application
            self.isPart = isPart
            self.forgets = forgets
            self.routeTo = routeTo
            self.deed = deed
            self.route = route
            self.isCollision = isCollision
        }
    }

    @Test(
        "A number that leaves gets its former route, or the requested one",
        arguments: [
            Return("to its application", from: "4711", deed: "update", ends: "application 4711"),
            Return("to its application, alone", from: "4711", isPart: true, deed: "update", ends: "application 4711"),
            // It ends with its trunk.
            Return("to nowhere", from: nil, deed: "delete"),
            Return("to nowhere while its trunk stays", from: nil, isPart: true, isCollision: true),
            Return(
                "to nowhere while its trunk stays, on request", from: nil, isPart: true, routeTo: .nothing,
                deed: "update"),
            Return("chosen", from: "4711", routeTo: .application("99"), deed: "update", ends: "application 99"),
            Return("chosen to be none", from: "4711", routeTo: .nothing, deed: "delete"),
            Return("from where no journal knows", from: "4711", forgets: true, isCollision: true),
            Return(
                "from where no journal knows, chosen", from: "4711", forgets: true, routeTo: .application("99"),
                deed: "update", ends: "application 99"),
        ])
    func returns(_ example: Return) async throws {
        let bench = EngineBench(application: example.application)
        try await bench.connect(["agent": "a1"], numbers: [Self.number, EngineBench.second])
        let connector = try bench.connector(journal: example.forgets ? InMemoryJournal() : nil)
        let plan = try await connector.plan(
            DisconnectionRequest(
                numbers: EngineBench.numbers(example.isPart ? [Self.number] : []), routeTo: example.routeTo))
        if example.isCollision {
            #expect(plan.collisions.first?.remedies.contains { if case .route = $0 { true } else { false } } == true)
            #expect(plan.collisions.allSatisfy { $0.what == "route" })
            return
        }
        #expect(plan.collisions == [])
        #expect(plan.deeds.contains("\(example.deed ?? "") route \(Self.number)"))
        #expect(plan.needsConsent)
        let report = await connector.apply(plan, consent: true)
        #expect(report.outcome == .disconnected, "\(report.error?.message ?? "")")
        #expect(bench.vendor.route(of: Self.number) == example.route)
        #expect((bench.vendor.route(of: EngineBench.second)?.hasPrefix("trunk") == true) == example.isPart)
        #expect(report.numbers.first { $0.number.e164 == Self.number } != nil)
    }

    @Test("A former trunk that is gone is asked for, and the choice is taken")
    func formerTrunkGone() async throws {
        let bench = EngineBench(application: nil)
        let trunk = bench.vendor.insert(MemoryCarrier.trunk, ["name": "theirs", "direction": "inbound"])
        bench.vendor.change(MemoryCarrier.route, "14155550100", ["trunk": .string(trunk)])
        try await bench.connect()
        bench.vendor.remove(MemoryCarrier.trunk, trunk)
        #expect(try await bench.plan(DisconnectionRequest()).collisions.map(\.what) == ["route"])
        let report = try await bench.disconnect(DisconnectionRequest(routeTo: .application("99")))
        #expect(report.outcome == .disconnected)
        #expect(bench.vendor.route(of: Self.number) == "application 99")
    }

    @Test("A number that was routed elsewhere by hand since stays there, with a warning")
    func elsewhere() async throws {
        let bench = EngineBench()
        try await bench.connect()
        bench.vendor.change(MemoryCarrier.route, "14155550100", ["trunk": .null, "application": "99"])
        let report = try await bench.disconnect()
        #expect(report.outcome == .disconnected)
        #expect(report.warnings.map(\.code) == [.elsewhere])
        #expect(report.numbers.map(\.target) == [.elsewhere("application 99")])
        #expect(bench.vendor.route(of: Self.number) == "application 99")
    }

    @Test("A number that was routed to the trunk by hand leaves with the connection, and the plan says so")
    func byHand() async throws {
        let bench = EngineBench()
        try await bench.connect()
        let trunk = try bench.id("in", of: MemoryCarrier.trunk)
        bench.vendor.change(MemoryCarrier.route, "14155550102", ["trunk": .string(trunk), "application": .null])
        let plan = try await bench.plan(DisconnectionRequest(routeTo: .nothing))
        #expect(plan.warnings.map(\.code) == [.unlistedNumber])
        #expect(plan.deeds.contains("delete route \(EngineBench.third)"))
        #expect(await bench.applies(plan) == [])
        #expect(bench.vendor.route(of: EngineBench.third) == nil)
    }

    @Test("A second connect keeps the first former route, whatever came between")
    func formerStays() async throws {
        let bench = EngineBench()
        try await bench.connect()
        bench.vendor.change(MemoryCarrier.route, "14155550100", ["trunk": .null, "application": "99"])
        #expect(try await bench.connect(EngineBench.request([:], numbers: [])).outcome == .connected)
        #expect(try await bench.disconnect().outcome == .disconnected)
        #expect(bench.vendor.route(of: Self.number) == "application 4711")
    }

    @Test("A number that is not the connection's cannot be taken out of it")
    func unknownNumber() async throws {
        let bench = EngineBench()
        try await bench.connect()
        let request = DisconnectionRequest(numbers: try EngineBench.numbers([EngineBench.third]))
        #expect(await code { try await bench.plan(request) } == .notFound)
    }

    @Test("Digits without a plus are taken when the account has exactly them, and refused otherwise")
    func withoutPlus() async throws {
        let bench = EngineBench()
        for (text, expected) in [("+14155550100", nil), ("+4155550100", ZentrunkError.Code.notFound)] {
            var request = try EngineBench.request(numbers: [text])
            request.withoutPlus = [request.numbers[0]: "row 1"]
            #expect(await code { try await bench.plan(request) } == expected)
        }
    }
}
