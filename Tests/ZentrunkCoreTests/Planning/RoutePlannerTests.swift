import Testing
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTestKit

@testable @_spi(Adapter) import ZentrunkCore

@Suite("Planner of routes")
struct RoutePlannerTests {
    private static let route = RecordedObject(kind: MemoryCarrier.route, id: "14155550100")

    private static func planner(_ example: PlanningExample) throws -> RoutePlanner {
        RoutePlanner(example.subject, try example.objects().bodies, key: "route")
    }

    struct Setting: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// The live route; nil for a number that is not on the account.
        var live: JSONObject?
        var objections: [String] = []
        var mayReroute = false
        var deeds: [Deed]?
        var needsConsent = false
        var note: String?
        var remedies: [[Remedy]] = []
    }

    static let settings: [Setting] = [
        Setting(testDescription: "not on the account", live: nil, remedies: [[.listNumbers]]),
        Setting(
            testDescription: "not voice-enabled", live: [:], objections: ["is not voice-enabled"], deeds: [.setRoute],
            note: "not routed so far; only disconnecting the whole connection restores that", remedies: [[]]),
        Setting(
            testDescription: "no route", live: [:], deeds: [.setRoute],
            note: "not routed so far; only disconnecting the whole connection restores that"),
        Setting(
            testDescription: "to an application", live: ["application": "7"], deeds: [.moveRoute],
            note: "moves from application 7", remedies: [[.allow(.rerouting)]]),
        Setting(
            testDescription: "to an application, with consent", live: ["application": "7"], mayReroute: true,
            deeds: [.moveRoute], note: "moves from application 7"),
        Setting(
            testDescription: "to a foreign trunk, with consent", live: ["trunk": "theirs"], mayReroute: true,
            deeds: [.moveRoute], note: "moves from trunk theirs"),
        Setting(testDescription: "to the connection's trunk", live: ["trunk": "in"], deeds: []),
        Setting(
            testDescription: "to another trunk of the connection", live: ["trunk": "out"], deeds: [.moveRoute],
            needsConsent: true),
    ]

    @Test("A number of the connection gets its route, or is a collision", arguments: settings)
    func sets(_ test: Setting) throws {
        var example = try PlanningExample()
        try example.route(test.live, objections: test.objections)
        var planner = try Self.planner(example)
        planner.mayReroute = test.mayReroute
        let part = try planner.plan()
        #expect(part["route"]?.deeds == test.deeds)
        #expect(part["route"]?.needsConsent ?? false == test.needsConsent)
        #expect(part["route"]?.note == test.note)
        #expect(part.collisions.map(\.remedies) == test.remedies)
        #expect(part.resources.allSatisfy { $0.isRoute })
    }

    struct Return: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var live: JSONObject = ["trunk": "in"]
        var former: JSONObject?
        var routeTo: DisconnectionRequest.RouteTarget?
        var isMissing = false
        /// Whether the whole connection goes.
        var isWhole = true
        var deeds: [Deed]?
        var note: String?
        var question: String?
    }

    static let endings: [Return] = [
        Return(
            testDescription: "an application", former: ["application": "7"], deeds: [.giveBackRoute],
            note: "restored to application 7"),
        Return(testDescription: "nothing", former: [:], deeds: [.detachRoute], note: "detached with its trunk"),
        Return(
            testDescription: "nothing, while the trunk stays", former: [:], isWhole: false,
            question: "was routed nowhere before"),
        Return(testDescription: "not in the journal", question: "that is not in the journal"),
        Return(
            testDescription: "not in the journal, and an application is chosen", routeTo: .application("9"),
            deeds: [.giveBackRoute], note: "restored to application 9"),
        Return(
            testDescription: "nothing is chosen, while the trunk stays", former: ["application": "7"],
            routeTo: .nothing,
            isWhole: false, deeds: [.giveBackRoute], note: "restored to nothing"),
        Return(
            testDescription: "a trunk", former: ["trunk": "theirs"], deeds: [.giveBackRoute],
            note: "restored to trunk theirs"),
        Return(
            testDescription: "a trunk that is gone", former: ["trunk": "theirs"], isMissing: true,
            question: "was routed to trunk theirs before, which no longer exists"),
        Return(testDescription: "routed by hand since", live: ["application": "8"], former: ["application": "7"]),
        Return(testDescription: "never ours", live: ["application": "8"]),
    ]

    @Test("The route of a number that leaves is restored, ends with its trunk, or is asked for", arguments: endings)
    func returns(_ test: Return) throws {
        var example = try PlanningExample(numbers: [PlanningExample.number, PlanningExample.second])
        if let former = test.former { example.former[Self.route] = former }
        try example.route(test.live)
        if test.isWhole {
            example.isRemoved = true
            example.state.routes[try PhoneNumber(PlanningExample.second)] = nil
        } else {
            let staying = try PlanningExample(numbers: [PlanningExample.second])
            example = example.describing(staying.blueprint)
        }
        var planner = try Self.planner(example)
        planner.routeTo = test.routeTo
        if test.isMissing { planner.missingTargets = [RecordedObject(kind: MemoryCarrier.trunk, id: "theirs")] }
        let part = try planner.plan()
        let leaving = part.resources.filter { $0.id == Self.route.id }
        #expect(leaving.map(\.deeds) == [test.deeds].compactMap { $0 })
        #expect(leaving.first?.note == test.note)
        #expect(part.collisions.count == (test.question == nil ? 0 : 1))
        #expect(part.collisions.first.map { $0.message.contains(test.question ?? "") } ?? true)
        let isElsewhere = test.live["trunk"] == nil && test.former != nil
        #expect(part.elsewhere.values.map { $0 } == (isElsewhere ? ["application 8"] : []))
        #expect(part.warnings.map(\.code) == (isElsewhere ? [.elsewhere] : []))
    }

    @Test("The targets of former routes are those of numbers that leave the connection")
    func targets() throws {
        var example = try PlanningExample()
        example.former[Self.route] = ["trunk": "theirs"]
        #expect(try Self.planner(example).formerTargets == [])
        example.isRemoved = true
        #expect(
            try Self.planner(example).formerTargets == [RecordedObject(kind: MemoryCarrier.trunk, id: "theirs")])
        try example.route(["application": "8"])
        #expect(try Self.planner(example).formerTargets == [])
    }
}
