import Testing
import ZentrunkJSON

@testable @_spi(Adapter) import ZentrunkCore

@Suite("Differences between live and wanted objects")
struct ComparisonTests {
    private static let gateway = Field.object([
        "ip": .string, "port": .integer.defaulting(to: 5060), "password": .string.writeOnly(),
    ])

    private static let kind = KindDescription(
        "test.thing", title: "thing", side: .platform, idField: "id",
        fields: [
            "id": .string.readOnly(), "name": .string, "secure": .boolean.defaulting(to: false),
            "networks": .list(of: .string.normalised { $0 == "1.1.1.1" ? "1.1.1.1/32" : $0 }, unordered: true),
            "codecs": .list(of: .string), "gateways": .list(of: gateway, unordered: true), "plan": gateway,
            "password": .string.writeOnly(), "primary": .string, "fallback": .string.removed(.byCopying("primary")),
        ])

    private func changes(_ live: JSONObject, _ desired: JSONObject, managed: [String]? = nil) -> [PlannedResource
        .Change]
    {
        let names = managed ?? Array(Self.kind.fields.keys)
        return Comparison(kind: Self.kind, managed: OwnMembers(names)).changes(from: live, to: desired)
    }

    @Test(
        "Equivalent objects have no differences",
        arguments: [
            ([:], ["secure": false]),
            (["secure": .null], [:]),
            (["id": "1", "password": "x"], ["password": "y"]),
            (["networks": ["2.2.2.2", "1.1.1.1"]], ["networks": ["1.1.1.1/32", "2.2.2.2"]]),
            (
                ["gateways": [["ip": "b"], ["ip": "a", "port": 5060, "other": 1]]],
                ["gateways": [["ip": "a"], ["ip": "b", "port": 5060, "password": "x"]]]
            ),
            (["plan": ["ip": "a", "port": .double(5060)]], ["plan": ["ip": "a"]]),
            (["primary": "u", "fallback": "u"], ["primary": "u"]),
            (["unknown": 1], [:]),
        ] as [(JSONObject, JSONObject)])
    func same(_ live: JSONObject, _ desired: JSONObject) {
        #expect(changes(live, desired) == [])
    }

    @Test(
        "Differences are reported with their path",
        arguments: [
            (["name": "a"], ["name": "b"], ["/name"]),
            (["name": "a"], [:], ["/name"]),
            ([:], ["secure": true], ["/secure"]),
            (["codecs": ["a", "b"]], ["codecs": ["b", "a"]], ["/codecs/0", "/codecs/1"]),
            (["networks": ["a"]], ["networks": ["a", "b"]], ["/networks"]),
            (["plan": ["ip": "a", "port": 5061]], ["plan": ["ip": "a"]], ["/plan/port"]),
            (["plan": ["ip": "a"]], [:], ["/plan"]),
            (
                ["gateways": [["ip": "a"], ["ip": "b", "port": 1]]],
                ["gateways": [["ip": "b", "port": 2], ["ip": "a"]]],
                ["/gateways/1/port"]
            ),
            (["primary": "u", "fallback": "v"], ["primary": "u"], ["/fallback"]),
            (["primary": "u"], ["primary": "u", "fallback": "v"], ["/fallback"]),
        ] as [(JSONObject, JSONObject, [String])])
    func differ(_ live: JSONObject, _ desired: JSONObject, _ paths: [String]) {
        #expect(changes(live, desired).map(\.path.description) == paths)
    }

    @Test("A change has the old and the new value")
    func values() {
        #expect(
            changes(["name": "a"], ["name": "b"]) == [
                .init(path: JSONPointer(["name"]), from: "a", to: "b", knownAfter: [])
            ])
        #expect(changes([:], ["name": "b"]).first?.from == nil)
        #expect(changes(["secure": true], [:]).first?.to == false)
    }

    @Test("An unknown value is a change that names what it depends on")
    func pending() {
        let pending = Pending.value(after: ["sip"])
        #expect(
            changes(["name": "a"], ["name": pending])
                == [.init(path: JSONPointer(["name"]), from: "a", to: nil, knownAfter: ["sip"])])
        let nested = changes(["plan": ["ip": "a"]], ["plan": ["ip": pending, "port": 5061]])
        #expect(nested.map(\.path.description) == ["/plan/ip", "/plan/port"])
        #expect(nested.first?.knownAfter == ["sip"])
        let whole = changes(["plan": ["ip": "a"]], ["plan": pending])
        #expect(whole.map(\.knownAfter) == [["sip"]])
    }

    @Test("Fields that the template does not set are ignored")
    func unmanaged() {
        #expect(
            changes(["name": "a", "secure": true], ["name": "b"], managed: ["secure"]).map(\.path.description) == [
                "/secure"
            ])
        #expect(changes(["name": "a"], ["name": "b"], managed: []) == [])
    }

    @Test("Compared fields include no write-only, read-only or unmanaged ones")
    func compared() {
        let compared = Comparison(kind: Self.kind, managed: OwnMembers(["id", "name", "password", "secure"]))
            .compared(["id": "1", "name": "a", "password": "x", "codecs": []])
        #expect(compared == ["name": "a", "secure": false])
    }
}
