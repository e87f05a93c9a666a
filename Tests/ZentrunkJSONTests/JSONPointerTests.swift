import Testing
import ZentrunkJSON

@Suite("JSON Pointer")
struct JSONPointerTests {
    /// <https://www.rfc-editor.org/rfc/rfc6901#section-5>
    private static let document = #"""
        {"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8}
        """#

    @Test(
        "The examples of RFC 6901 lead to their values and are printed unchanged",
        arguments: [
            ("/foo", ["bar", "baz"]), ("/foo/0", "bar"), ("/", 0), ("/a~1b", 1), ("/c%d", 2), ("/e^f", 3), ("/g|h", 4),
            (#"/i\j"#, 5), (#"/k"l"#, 6), ("/ ", 7), ("/m~0n", 8),
        ] as [(String, JSONValue)])
    func examples(text: String, expected: JSONValue) throws {
        let document = try JSONValue(parsing: Self.document)
        let pointer = try #require(JSONPointer(text))
        #expect(document[pointer] == expected)
        #expect(pointer.description == text)
    }

    @Test("The empty pointer is the whole document")
    func root() throws {
        let document = try JSONValue(parsing: Self.document)
        #expect(JSONPointer("") == .root)
        #expect(document[.root] == document)
        #expect(JSONPointer.root.description == "")
    }

    @Test(
        "A pointer to a missing value is nil",
        arguments: [
            "/none", "/foo/2", "/foo/-", "/foo/-1", "/foo/00", "/foo/01", "/foo/+1", "/foo/1x", "/foo/", "/foo/0/0",
            "/foo/99999999999999999999", "/foo/\u{661}", "//", "/a~1b/0",
        ])
    func nothing(text: String) throws {
        let document = try JSONValue(parsing: Self.document)
        let pointer = try #require(JSONPointer(text))
        #expect(document[pointer] == nil)
    }

    @Test("A null member is found as null")
    func null() throws {
        let pointer = try #require(JSONPointer("/a"))
        #expect(JSONValue.object(["a": .null])[pointer] == .some(.null))
    }

    @Test("Digits are an index in an array and a name in an object")
    func digits() throws {
        let pointer = try #require(JSONPointer("/10"))
        #expect(JSONValue.object(["10": true])[pointer] == true)
        #expect(JSONValue.array(Array(repeating: false, count: 10) + [true])[pointer] == true)
    }

    @Test(
        "An invalid pointer is refused",
        arguments: ["foo", "a/b", "~", "/~", "/~2", "/a~", "/~~0", " /a", "#/foo"])
    func malformed(text: String) {
        #expect(JSONPointer(text) == nil)
    }

    @Test(
        "Tokens are unchanged after printing and parsing",
        arguments: [
            [""], ["", ""], ["~1"], ["~01", "/"], ["a/b~c"], ["é", "😀"], ["/\u{301}"], ["~\u{301}"],
            ["~0\u{301}", "\u{301}"], ["\r\n"],
        ])
    func roundTrip(tokens: [String]) throws {
        let text = JSONPointer(tokens).description
        let read = try #require(JSONPointer(text))
        #expect(read.tokens.map { Array($0.utf8) } == tokens.map { Array($0.utf8) })
    }

    @Test("Steps are appended at the end")
    func appending() {
        #expect(
            JSONPointer.root.appending("resources").appending(3).appending("a/b").description == "/resources/3/a~1b")
    }
}
