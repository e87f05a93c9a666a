import Testing
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTestKit

@testable @_spi(Adapter) import ZentrunkCore

@Suite("Planner of objects")
struct ObjectPlannerTests {
    @Test("Without live objects everything is created, users after what they use, with placeholders")
    func fresh() throws {
        let (part, bodies) = try PlanningExample(isLive: false).objects()
        #expect(part.deeds == ["out", "gateway", "uri", "in", "line"].map { "create \($0)" })
        #expect(part.collisions == [] && part.warnings == [] && part.losses == [])
        #expect(part.resources.allSatisfy { !$0.needsConsent && $0.id == nil })
        let host = part["gateway"]?.changes.first { $0.path.tokens.first == "hosts" }
        #expect(host?.knownAfter == ["out"] && host?.to == nil)
        #expect(part["in"]?.after == [InstanceID("uri")])
        #expect(bodies.planned.count == 5)
    }

    @Test("Objects that are as described are kept", arguments: [false, true])
    func same(_ usesCredentials: Bool) throws {
        let example = try PlanningExample(
            ["authentication": usesCredentials ? "credentials" : "none", "agent": "a1"],
            numbers: [PlanningExample.number, PlanningExample.second])
        let (part, bodies) = try example.objects()
        #expect(part.resources.allSatisfy { $0.deeds.isEmpty && $0.changes.isEmpty && $0.id != nil })
        #expect(bodies.usernames == (usesCredentials ? ["sip": "user1ofACCOUNT1"] : [:]))
    }

    struct Drift: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var key: String
        var fields: JSONObject
        /// Everything that is not kept.
        var deeds: [String]
        var paths: [String]

        init(_ description: String, _ key: String, _ fields: JSONObject, _ deeds: [String], _ paths: [String]) {
            testDescription = description
            (self.key, self.fields, self.deeds, self.paths) = (key, fields, deeds, paths)
        }
    }

    @Test(
        "A difference is an update, or a replacement where nothing can change or unset the member",
        arguments: [
            Drift("a value", "line", ["agent": "hand"], ["update line"], ["/agent"]),
            Drift("a value that is set by hand and can be unset", "line", ["note": "hand"], ["update line"], ["/note"]),
            Drift("a foreign member", "gateway", ["prefix": "9"], [], []),
            Drift(
                "a fixed member", "gateway", ["type": "old"], ["replace gateway", "update uri", "update line"],
                ["/type"]),
            Drift("a name of version 0.1", "gateway", ["name": "zc_memory_main_gateway"], [], []),
            Drift(
                "a name of version 0.1 with another key", "gateway", ["name": "zc_memory_main_other"],
                ["update gateway"], ["/name"]),
        ])
    func drift(_ drift: Drift) throws {
        var example = try PlanningExample(["agent": "a1"])
        example.change(drift.key, drift.fields)
        let part = try example.objects().part
        #expect(part.deeds.filter { !$0.hasPrefix("keep") } == drift.deeds)
        #expect(part[drift.key]?.changes.map(\.path.description) == drift.paths)
        #expect(part.resources.allSatisfy { $0.needsConsent == !$0.deeds.isEmpty })
        #expect(part.collisions == [])
    }

    @Test("A user of a replaced object waits for the new one")
    func replaced() throws {
        var example = try PlanningExample()
        example.change("gateway", ["type": "old"])
        let (part, bodies) = try example.objects()
        #expect(part["line"]?.changes.map(\.knownAfter) == [["gateway"]])
        let line = try #require(example.blueprint.instances.first { $0.id.key == "line" })
        #expect(try bodies.body(of: line)["gateway"] == Pending.value(after: ["gateway"]))
    }

    @Test("A foreign record is taken over; what cannot be restored is named, and a replacement needs its own consent")
    func takenOver() throws {
        var example = try PlanningExample(["agent": "a1"])
        example.remove("line")
        let number = try PhoneNumber(PlanningExample.number)
        let line = InstanceID("line", number: number)
        func plan(_ fields: JSONObject, _ replaceable: Set<String> = []) throws -> PlanPart {
            let record = LiveObject(
                id: "theirs", fields: fields.merging(["id": "theirs", "number": .string(number.e164)]))
            return try example.objects(ConnectionRequest(replaceable: replaceable), adopted: [line: record]).part
        }
        let taken = try plan(["type": "sip", "name": "theirs", "agent": "b", "gateway": "g"])
        #expect(taken["line"]?.deeds == [.change] && taken["line"]?.isOurs == false)
        #expect(taken["line"]?.needsConsent == false)
        #expect(taken["line"]?.note == "taken over; disconnect restores it" && taken.losses == [])
        let open = try plan(["type": "sip", "name": "theirs"])
        #expect(open["line"]?.needsConsent == true)
        #expect(open.losses.contains { $0.hasPrefix("line theirs: agent") })
        let fixed: JSONObject = ["type": "old", "name": "theirs", "agent": "b", "gateway": "g"]
        #expect(try plan(fixed).collisions.map(\.remedies) == [[.allow(.replacement(id: "theirs"))]])
        #expect(try plan(fixed, ["theirs"]).collisions == [])
        #expect(try plan(fixed, ["theirs"])["line"]?.deeds == Deed.replacement)
    }

    @Test("A request for more numbers is consent to adding them to a shared object, and to nothing else")
    func sharedNumbers() throws {
        let (one, two) = (PlanningExample.number, PlanningExample.second)
        func consent(_ live: JSONObject, requesting numbers: [String]) throws -> Bool? {
            var example = try PlanningExample(numbers: [one, two], template: EngineTemplates.pool)
            example.change("pool", live)
            let request = ConnectionRequest(numbers: try EngineBench.numbers(numbers))
            return try example.objects(request).part["pool"]?.needsConsent
        }
        #expect(try consent(["numbers": [.string(one)]], requesting: [two]) == false)
        #expect(try consent(["numbers": [.string(one)]], requesting: []) == true)
        #expect(try consent(["numbers": [.string(one)], "name": "x"], requesting: [two]) == true)
        #expect(try consent(["numbers": [.string(two), "+1"]], requesting: [one]) == true)
    }

    @Test("Values of earlier descriptions have what the live objects have")
    func earlier() throws {
        let former = try PlanningExample(["note": "old"])
        var subject = former.subject
        subject.earlier = [former.blueprint]
        let line = try ObjectPlanner(subject, ConnectionRequest()).plan().part["line"]
        #expect(line?.earlier.map { $0.values["gateway"] } == ["gateway"])
        #expect(line?.earlier.map { $0.values["note"] } == ["old"])
    }
}

@Suite("Bodies of a plan")
struct DesiredBodiesTests {
    @Test(
        "A password is only a placeholder, and so is a username that is not known; without the secret there is neither")
    func secrets() throws {
        let blueprint = try PlanningExample(["authentication": "credentials"]).blueprint
        let login = try #require(blueprint[InstanceID("login")])
        var bodies = DesiredBodies(blueprint: blueprint)
        #expect(try bodies.body(of: login)["username"] == Pending.value(after: ["secrets.sip"]))
        bodies.usernames = ["sip": "user1"]
        #expect(try bodies.body(of: login)["username"] == "user1")
        #expect(try bodies.body(of: login)["password"] == Pending.value(after: ["secrets.sip"]))
        #expect(throws: ZentrunkError.self) { try DesiredBodies(blueprint: nil).body(of: login) }
    }

    @Test("Each connection's blueprint is made once")
    func memo() throws {
        let example = try PlanningExample()
        var made = 0
        let blueprints = Blueprints { _ in
            made += 1
            return example.blueprint
        }
        var other = example.blueprint.connection
        other.values["note"] = "n"
        for connection in [example.blueprint.connection, other, example.blueprint.connection] {
            _ = try blueprints.blueprint(connection)
        }
        #expect(made == 2)
        let failing = Blueprints { _ in throw ZentrunkError(.invalid, "") }
        #expect(throws: ZentrunkError.self) { try failing.blueprint(other) }
    }
}
