import Testing
import ZentrunkJSON

@Suite("Reading documents")
struct JSONReadingTests {
    @Test(
        "Each type of value is read",
        arguments: [
            ("null", .null), ("true", true), (" false\r\n", false), ("0", 0), ("-1", -1), ("1.0", 1.0), ("1e2", 100.0),
            ("-0.5", -0.5), ("1e-400", 0.0), ("\"\"", ""), ("[]", []), ("{}", [:]),
            ("[1,[true,null]]", [1, [true, .null]]),
            (#"{"a":{"b":[{}]}}"#, ["a": ["b": [[:]]]]),
        ] as [(String, JSONValue)])
    func kinds(text: String, value: JSONValue) throws {
        #expect(try JSONValue(parsing: text) == value)
        #expect(try JSONValue(parsing: Array(text.utf8)) == value)
    }

    @Test(
        "Integers have a range of 64 bits and stay integers",
        arguments: [Int64.min, -1, 0, 1, 1 << 53 + 1, Int64.max] as [Int64])
    func integers(number: Int64) throws {
        #expect(try JSONValue(parsing: "\(number)") == .integer(number))
    }

    @Test(
        "Escapes are replaced with their characters",
        arguments: [
            (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u00e9\u00E9""#, "éé"), (#""\ud83d\ude00""#, "😀"),
            (#""\u001F""#, "\u{1F}"), ("\"\u{7F}\u{2028}😀\"", "\u{7F}\u{2028}😀"), (#""\uFFFF""#, "\u{FFFF}"),
            (#""\\u0000""#, "\\u0000"),
        ])
    func escapes(text: String, expected: String) throws {
        #expect(try JSONValue(parsing: text) == .string(expected))
    }

    @Test("A trunk id of 18 digits is kept as a string")
    func trunkID() throws {
        let document = try JSONValue(parsing: #"{"trunk_id":"012345678901234567"}"#)
        #expect(document["trunk_id"] == .string("012345678901234567"))
        #expect(document["trunk_id"]?.integer == nil)
        #expect(document.text() == #"{"trunk_id":"012345678901234567"}"#)
    }

    @Test("Members keep the order of the document")
    func order() throws {
        let names = (0..<500).map { "key\(($0 * 7919) % 500)" }
        let text = "{" + names.map { "\"\($0)\":0" }.joined(separator: ",") + "}"
        #expect(try JSONValue(parsing: text).object?.names == names)
    }

    @Test("Names that look the same but differ in code points are two members")
    func canonicalEquivalence() throws {
        let text = "{\"\u{E9}\":1,\"e\u{301}\":2}"
        let document = try JSONValue(parsing: text)
        #expect(document.object?.count == 2)
        #expect(document["\u{E9}"] == 1)
        #expect(document["e\u{301}"] == 2)
        #expect(document.text() == text)
    }

    @Test("A bridged string is read like any other")
    func bridgedText() throws {
        let text = #"["a","b"]"#
        #expect(try JSONValue(parsing: String(text.reversed().reversed())) == ["a", "b"])
    }
}
