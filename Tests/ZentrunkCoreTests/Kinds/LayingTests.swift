import Testing
import ZentrunkJSON

@testable @_spi(Adapter) import ZentrunkCore

@Suite("Laying a template's values over a live object")
struct LayingTests {
    private static let agent = Field.object(["name": .string, "metadata": .string.defaulting(to: "")])
    private static let kind = KindDescription(
        "test.thing", title: "thing", side: .platform, idField: "id",
        fields: [
            "id": .string.readOnly(), "name": .string,
            "room": .object(["agents": .list(of: agent, key: "name")]).removed(.byWriting(.null)),
            "gateways": .list(of: .object(["ip": .string, "port": .integer]), unordered: true, key: "ip"),
            "inbound": .object(["encryption": .string, "callers": .list(of: .string)]).removed(.byWriting(.null))
                .goingWhole(),
            "headers": .map,
        ])

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var live: JSONObject
        var wanted: JSONObject
        var own: [String: OwnMembers]
        var earlier: JSONObject?
        var result: JSONObject
        var losses: [String] = []

        static let all = [
            Case(
                testDescription: "members that the template does not set stay, known or not",
                live: ["inbound": ["encryption": "a", "callers": ["+1"], "new": true], "name": "n"],
                wanted: ["inbound": ["encryption": "b"]], own: ["inbound": .members(["encryption": .whole])],
                result: ["inbound": ["encryption": "b", "callers": ["+1"], "new": true], "name": "n"]),
            Case(
                testDescription:
                    "what the template sets and does not want goes, and the object with it when nothing is left",
                live: ["room": ["agents": [["name": "a"]]]], wanted: [:], own: ["room": .members(["agents": .whole])],
                earlier: ["room": ["agents": [["name": "a"]]]], result: [:]),
            Case(
                testDescription: "the object stays for what others set",
                live: ["room": ["agents": [["name": "a", "tags": ["x": "y"]]], "timeout": 33]], wanted: [:],
                own: ["room": .members(["agents": .whole])], earlier: ["room": ["agents": [["name": "a"]]]],
                result: ["room": ["timeout": 33]], losses: ["/room/agents/0/tags"]),
            Case(
                testDescription: "an object that says something by being there goes whole, which is a loss",
                live: ["inbound": ["encryption": "a", "callers": ["+1"], "new": ""]], wanted: [:],
                own: ["inbound": .members(["encryption": .whole])], result: [:], losses: ["/inbound/callers"]),
            Case(
                testDescription: "an element whose key changes takes the other members along",
                live: ["room": ["agents": [["name": "theirs"], ["name": "a", "tags": 1]]]],
                wanted: ["room": ["agents": [["name": "b"]]]], own: ["room": .members(["agents": .whole])],
                earlier: ["room": ["agents": [["name": "a"]]]],
                result: ["room": ["agents": [["name": "theirs"], ["name": "b", "tags": 1]]]]),
            Case(
                testDescription: "an element that was renamed by hand is renamed back",
                live: ["room": ["agents": [["name": "evil"]]]], wanted: ["room": ["agents": [["name": "a"]]]],
                own: ["room": .members(["agents": .whole])], earlier: ["room": ["agents": [["name": "a"]]]],
                result: ["room": ["agents": [["name": "a"]]]]),
            Case(
                testDescription: "elements that others added stay, and the connection's own go",
                live: ["gateways": [["ip": "1", "port": 1], ["ip": "2", "ping": true], ["ip": "9"]]],
                wanted: ["gateways": [["ip": "2"]]], own: ["gateways": .whole],
                earlier: ["gateways": [["ip": "1", "port": 1], ["ip": "2"]]],
                result: ["gateways": [["ip": "2", "ping": true], ["ip": "9"]]]),
            Case(
                testDescription: "of a map only the template's keys are its own",
                live: ["headers": ["X-A": "1", "X-B": "2"]], wanted: ["headers": ["X-A": "3"]],
                own: ["headers": .members(["X-A": .whole])], result: ["headers": ["X-A": "3", "X-B": "2"]]),
        ]
    }

    @Test(arguments: Case.all)
    func laying(_ example: Case) {
        let comparison = Comparison(
            kind: Self.kind, managed: .members(example.own), earlier: [example.earlier].compactMap { $0 })
        let laid = comparison.laid(example.wanted, over: example.live)
        #expect(laid.object == example.result)
        #expect(laid.losses.map(\.description) == example.losses)
        // The result has no differences.
        #expect(comparison.changes(from: laid.object, to: example.wanted) == [])
    }

    @Test("Lost members are restored from a former value, even if an element's key has changed")
    func completing() {
        let gateways = Self.kind.fields["gateways"]
        let value: JSONValue = [["ip": "new", "port": 1], ["ip": "2"]]
        let former: JSONValue = [["ip": "2", "ping": true], ["ip": "old", "port": 7, "mask": 24]]
        #expect(
            gateways?.completed(value, from: former, own: .whole)
                == [["ip": "new", "port": 1, "mask": 24], ["ip": "2", "ping": true]])
    }

    @Test("Keys to other services are neither stored nor shown")
    func secrets() {
        let object: JSONObject = [
            "credentials": ["username": "u"], "s3": ["accessKey": "a", "secret": "b", "bucket": "c"],
            "headers": ["Authorization": "Bearer x", "X-Api-Key": "y", "X-A": "1"],
            "list": [["token": "t", "name": "n"]],
        ]
        #expect(
            object.withoutSecretMembers == [
                "credentials": ["username": "u"], "s3": ["bucket": "c"], "headers": ["X-A": "1"],
                "list": [["name": "n"]],
            ])
    }
}
