import Testing
import ZentrunkJSON

@testable @_spi(Adapter) import ZentrunkCore

@Suite("Walk over template bodies")
struct TemplateWalkTests {
    private static let text = #"""
        {"a": {"$when": {"x": "1"}, "$value": ["${p}", "v-${q.id}"]},
         "b": {"$select": "s", "cases": {"one": {"c": 1, "d": "${r}"}, "two": {"$when": {"y": "2"}, "e": "${t?}"}}},
         "f": [{"$when": {"z": "3"}, "$spread": "${u}"}]}
        """#

    private static func node() throws -> TemplateNode { try TemplateNode(JSONCursor(JSONValue(parsing: text))) }

    @Test("Every node is met once, at its path in the file, outside before inside")
    func paths() throws {
        #expect(
            try Self.node().walk(at: JSONPointer(["body"])).map(\.path.description) == [
                "/body", "/body/a", "/body/a/$value", "/body/a/$value/0", "/body/a/$value/1", "/body/b",
                "/body/b/cases/one", "/body/b/cases/one/c", "/body/b/cases/one/d", "/body/b/cases/two",
                "/body/b/cases/two", "/body/b/cases/two/e", "/body/f", "/body/f/0", "/body/f/0",
            ])
    }

    @Test("A part without a context is left out with everything inside")
    func context() throws {
        let places = try Self.node().walk(0) { step, depth in step == .member("b") ? nil : depth + 1 }
        #expect(places.map(\.context) == [0, 1, 2, 3, 3, 1, 2, 3])
    }

    @Test("References, selections and owned members are those of every branch")
    func everything() throws {
        let node = try Self.node()
        #expect(node.references.map(\.description) == ["${p}", "${q.id}", "${r}", "${t?}", "${u}"])
        #expect(node.walk().compactMap(\.node.selection?.parameter) == ["s"])
        #expect(node.walk().compactMap(\.node.selection?.values) == [["one", "two"]])
        #expect(
            node.ownMembers
                == .members(["a": .whole, "b": .members(["c": .whole, "d": .whole, "e": .whole]), "f": .whole]))
    }

    @Test("A settled body has values for what is known, and resolved references for the rest")
    func settled() throws {
        let values = TemplateValues(parameters: ["x": "1", "p": "P", "s": "two", "y": "2", "z": "3", "u": ["U", "V"]]) {
            InstanceReference(key: $0, field: $1[0], targets: [InstanceID($0)], isList: false)
        }
        let body = try #require(try values.settled(Self.node()))
        #expect(body.walk().contains { $0.node.isChoice } == false)
        #expect(try body.value { _ in "ID" } == ["a": ["P", "v-ID"], "b": [:], "f": ["U", "V"]])
        let edges = body.edges(from: InstanceID("me"))
        #expect(edges.map(\.path.description) == ["/a"])
        #expect(edges.map(\.targets) == [[InstanceID("q")]] && edges.map(\.field) == ["id"])
    }
}
