import Testing
import ZentrunkJSON

@testable @_spi(Adapter) import ZentrunkCore

@Suite("References of a blueprint")
struct BlueprintTests {
    private static let template = #"""
        {
          "pairing": "memory", "title": "References in every direction", "verified": "2026-11-30",
          "parameters": { "spare": { "type": "bool", "default": false, "help": "Whether there is a spare" } },
          "resources": {
            "one": { "kind": "x", "body": { "name": "${name}", "all": "${each.id}", "spare": "${spare-one.id?}" } },
            "each": { "kind": "x", "each": "numbers", "after": ["two"],
                      "body": { "name": "${name}", "number": "${number}", "list": ["${two.id}", "${two.domain}"] } },
            "other": { "kind": "x", "each": "numbers", "body": { "name": "${name}", "in": { "text": "a.${each.id}.b" } } },
            "two": { "kind": "x", "body": { "name": "${name}" } },
            "spare-one": { "kind": "x", "when": { "spare": true }, "body": { "name": "${name}" } }
          }
        }
        """#
    private static let numbers = ["+14155550100", "+14155550101"]

    private static func blueprint(isSpare: Bool = false) throws -> Blueprint {
        let connection = Connection(
            platform: "memory", name: .main, numbers: try numbers.map { try PhoneNumber($0) },
            values: ["spare": .bool(isSpare)])
        let template = try Template(parsing: Array(template.utf8), file: "test")
        return try Blueprint(template, connection, platform: [:], carrier: [:])
    }

    private static func id(_ key: String, _ number: Int? = nil) throws -> InstanceID {
        InstanceID(key, number: try number.map { try PhoneNumber(numbers[$0]) })
    }

    @Test("Instances of one number belong together; from outside, a reference means all of them")
    func targets() throws {
        let blueprint = try Self.blueprint()
        let all = try [Self.id("each", 0), Self.id("each", 1)]
        #expect(blueprint[try Self.id("one")]?.edges.map(\.targets) == [all])
        #expect(try blueprint[Self.id("other", 1)]?.edges.map(\.targets) == [[Self.id("each", 1)]])
        #expect(try blueprint[Self.id("each", 0)]?.edges.map(\.targets) == [[Self.id("two")], [Self.id("two")]])
        let values = try blueprint.instances.map { instance in
            try instance.body.value { reference in
                guard case .instances(let meant) = reference.source else { return nil }
                return meant.value { .string("<\($0).\(meant.field)>") }
            }
        }
        #expect(values.first??["all"] == ["<each +14155550100.id>", "<each +14155550101.id>"])
        #expect(values[1]?["list"] == ["<two.id>", "<two.domain>"])
        #expect(values[4]?["in"]?["text"] == "a.<each +14155550101.id>.b")
    }

    @Test("An edge has the member's path without indices, and the field that is taken")
    func edges() throws {
        #expect(
            try Self.blueprint(isSpare: true).edges.map { "\($0.from) \($0.path) \($0.field)" } == [
                "one /all id", "one /spare id", "each +14155550100 /list id", "each +14155550100 /list domain",
                "each +14155550101 /list id", "each +14155550101 /list domain", "other +14155550100 /in/text id",
                "other +14155550101 /in/text id",
            ])
    }

    @Test("An instance waits for what it names first, then for what it references, and not for what is absent")
    func prerequisites() throws {
        let blueprint = try Self.blueprint()
        #expect(try blueprint[Self.id("one")]?.prerequisites == [Self.id("each", 0), Self.id("each", 1)])
        #expect(try blueprint[Self.id("each", 1)]?.prerequisites == [Self.id("two")])
        #expect(try blueprint[Self.id("other", 1)]?.prerequisites == [Self.id("each", 1)])
        #expect(try Self.blueprint(isSpare: true)[Self.id("one")]?.prerequisites.last == Self.id("spare-one"))
    }

    @Test("Only an object whose field another one takes, other than the id, is read after its creation")
    func reads() throws {
        let edges = try Self.blueprint().edges
        #expect(try edges.readAfterCreate { _ in "id" } == [Self.id("two")])
        #expect(try edges.readAfterCreate { $0.key == "two" ? "domain" : "id" } == [Self.id("two")])
        #expect(edges.filter { $0.field == "id" }.readAfterCreate { _ in "id" } == [])
    }
}
