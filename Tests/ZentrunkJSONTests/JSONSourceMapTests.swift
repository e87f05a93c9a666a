import Testing
import ZentrunkJSON

@Suite("Positions of values in a document")
struct JSONSourceMapTests {
    private static let text = #"""
        {
          "naïve": 1, "list": [
            "a",
            { "x": {"deep": [[], [7]]} }
          ],
          "sl/ash\u0020": { "$when": null }
        }
        """#

    @Test(
        "A member's position is its name, an element's its start",
        arguments: [
            ("", 1, 1), ("/naïve", 2, 3), ("/list", 2, 15), ("/list/0", 3, 5), ("/list/1", 4, 5), ("/list/1/x", 4, 7),
            ("/list/1/x/deep", 4, 13), ("/list/1/x/deep/0", 4, 22), ("/list/1/x/deep/1/0", 4, 27),
            ("/sl~1ash ", 6, 3), ("/sl~1ash /$when", 6, 21),
        ])
    func found(_ pointer: String, _ line: Int, _ column: Int) throws {
        let map = JSONSourceMap(Array(Self.text.utf8))
        let position = map.position(of: try #require(JSONPointer(pointer)))
        #expect(position == JSONPosition(line: line, column: column))
    }

    @Test(
        "A missing value has the position of the value around it",
        arguments: [("/list/9", 2, 15), ("/list/1/x/why/so", 4, 7), ("/none", 1, 1)])
    func missing(_ pointer: String, _ line: Int, _ column: Int) throws {
        let map = JSONSourceMap(Array(Self.text.utf8))
        #expect(map.position(of: try #require(JSONPointer(pointer))) == JSONPosition(line: line, column: column))
    }

    @Test("Every value has its own position, in the document's order")
    func all() throws {
        let map = JSONSourceMap(Array(Self.text.utf8))
        var places: [JSONPointer] = []
        func walk(_ cursor: JSONCursor) throws {
            places.append(cursor.path)
            switch cursor.value {
            case .object(let members): for name in members.names { try walk(cursor.member(name)) }
            case .array: for element in try cursor.elements() { try walk(element) }
            default: return
            }
        }
        try walk(JSONCursor(JSONValue(parsing: Self.text)))
        let positions = places.map { map.position(of: $0) }
        #expect(positions == positions.sorted())
        #expect(Set(positions).count == places.count)
    }

    @Test(
        "Invalid documents do not crash", arguments: ["", "{", "{\"a\"", "{\"a\": [", "[\"open", "]", "{1: 2}", "[,,"])
    func broken(_ text: String) {
        #expect(JSONSourceMap(Array(text.utf8)).position(of: JSONPointer(["a", "0"])).line == 1)
    }
}
