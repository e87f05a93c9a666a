import Testing
import ZentrunkJSON

/// A document that must be refused, with the expected position and reason.
struct Refusal: Sendable, CustomTestStringConvertible {
    var bytes: [UInt8]
    var error: JSONSyntaxError
    var testDescription: String { "\(String(decoding: bytes.prefix(40), as: UTF8.self)) at \(error)" }

    init(_ text: String, _ line: Int, _ column: Int, _ reason: String) {
        self.init(Array(text.utf8), line, column, reason)
    }

    init(_ bytes: [UInt8], _ line: Int, _ column: Int, _ reason: String) {
        self.bytes = bytes
        self.error = JSONSyntaxError(line: line, column: column, reason: reason)
    }

    func check() {
        #expect(throws: error) { try JSONValue(parsing: bytes) }
    }
}

@Suite("Refused documents")
struct JSONRefusalTests {
    @Test(
        "An incomplete document is refused at its end, and the error says so",
        arguments: [
            Refusal("", 1, 1, "the document is empty"),
            Refusal(" \n\t", 2, 2, "the document is empty"),
            Refusal("{", 1, 2, "the document ends before it is complete"),
            Refusal(#"{"a":1"#, 1, 7, "the document ends before it is complete"),
            Refusal("[1,2,\n", 2, 1, "the document ends before it is complete"),
            Refusal(#"{"a""#, 1, 5, "the document ends before it is complete"),
            Refusal(#"["abc"#, 1, 2, "the string that begins here is not closed"),
            Refusal(#"["a\"#, 1, 2, "the string that begins here is not closed"),
            Refusal(#"{"a":"b\"}"#, 1, 6, "the string that begins here is not closed"),
        ])
    func incomplete(_ refusal: Refusal) { refusal.check() }

    @Test(
        "A token in the wrong place is refused at its start",
        arguments: [
            Refusal("[1 2]", 1, 4, "expected a comma or a closing ]"),
            Refusal("[1-2]", 1, 3, "expected a comma or a closing ]"),
            Refusal("[1x]", 1, 3, "expected a comma or a closing ]"),
            Refusal("[\"é\" 234]", 1, 6, "expected a comma or a closing ]"),
            Refusal(#"{"a":1 "long name":2}"#, 1, 8, "expected a comma or a closing }"),
            Refusal(#"{"a":{"b":1],"c":2}"#, 1, 12, "expected a comma or a closing }"),
            Refusal(#"{"a" 100}"#, 1, 6, "expected a colon after the key"),
            Refusal(#"{"a", "b"}"#, 1, 5, "expected a colon after the key"),
            Refusal("{100:2}", 1, 2, "expected a key in double quotes or a closing }"),
            Refusal("{name:2}", 1, 2, "expected a key in double quotes or a closing }"),
            Refusal("{'a':2}", 1, 2, "expected a key in double quotes or a closing }"),
            Refusal("[1,2,]", 1, 6, "nothing between the comma and this bracket"),
            Refusal("{\"a\":1,\r\n}", 2, 1, "nothing between the comma and this bracket"),
            Refusal("[,1]", 1, 2, "expected a value"),
            Refusal("[}", 1, 2, "expected a value"),
            Refusal("]", 1, 1, "expected a value"),
            Refusal(#"{"a":}"#, 1, 6, "expected a value"),
        ])
    func misplaced(_ refusal: Refusal) { refusal.check() }

    @Test(
        "An invalid value is refused at its start",
        arguments: [
            Refusal("[ 01]", 1, 3, "this is not a number as JSON writes it"),
            Refusal("[-]", 1, 2, "this is not a number as JSON writes it"),
            Refusal("[12.x]", 1, 2, "this is not a number as JSON writes it"),
            Refusal("[1e+]", 1, 2, "this is not a number as JSON writes it"),
            Refusal("{\n  \"a\": tru\n}", 2, 8, "this word is none of true, false and null"),
            Refusal("NaN", 1, 1, "this word is none of true, false and null"),
            Refusal("[-Infinity]", 1, 2, "this is not a number as JSON writes it"),
            Refusal("['a']", 1, 2, "this character begins no JSON value"),
            Refusal("// note\n1", 1, 1, "this character begins no JSON value"),
            Refusal("[\u{E9}]", 1, 2, "this character begins no JSON value"),
            Refusal("[+1]", 1, 2, "this character begins no JSON value"),
            Refusal("\u{FEFF}[]", 1, 1, "the document begins with a byte order mark; JSON is UTF-8 without one"),
        ])
    func unknown(_ refusal: Refusal) { refusal.check() }

    @Test(
        "Text other than white space after the value is refused",
        arguments: [
            Refusal("1 234", 1, 3, "something follows the end of the document"),
            Refusal("{}\n\n  {}", 3, 3, "something follows the end of the document"),
            Refusal("[]]", 1, 3, "something follows the end of the document"),
            Refusal("\"a\"\u{FEFF}", 1, 4, "something follows the end of the document"),
        ])
    func trailing(_ refusal: Refusal) { refusal.check() }

    @Test(
        "A duplicate key is refused at its second position and named",
        arguments: [
            Refusal(#"{"name":1,"other":2,"name":3}"#, 1, 21, #"the key "name" appears twice in its object"#),
            Refusal("{\"é\":1,\n \"é\":2}", 2, 2, #"the key "é" appears twice in its object"#),
            Refusal(#"{"a":1,"\u0061":2}"#, 1, 8, #"the key "\u0061" appears twice in its object"#),
            Refusal(#"{"":1,"":2}"#, 1, 7, #"the key "" appears twice in its object"#),
            Refusal(#"[{"x":{"a":1}},{"x":{"a":1,"a":1}}]"#, 1, 28, #"the key "a" appears twice in its object"#),
            Refusal(
                "{\"\u{202E}\u{9B}a\":1,\"\u{202E}\u{9B}a\":2}", 1, 10,
                "the key \"\u{FFFD}\u{FFFD}a\" appears twice in its object"),
            Refusal(
                "{\"\(String(repeating: "k", count: 81))\":1,\"\(String(repeating: "k", count: 81))\":2}", 1, 88,
                "the key \"\(String(repeating: "k", count: 80))…\" appears twice in its object"),
        ])
    func duplicate(_ refusal: Refusal) { refusal.check() }

    @Test(
        "A number that would lose precision is refused at its start",
        arguments: [
            Refusal("[9223372036854775808]", 1, 2, Self.tooLong),
            Refusal("[0,-9223372036854775809]", 1, 4, Self.tooLong),
            Refusal(#"{"trunk":123456789012345678901234567890}"#, 1, 10, Self.tooLong),
            Refusal("[1e400]", 1, 2, "this number is too large for a double"),
            Refusal("[-1.5E+999]", 1, 2, "this number is too large for a double"),
        ])
    func overflowing(_ refusal: Refusal) { refusal.check() }

    private static let tooLong =
        "this integer does not fit into 64 bits; an identifier of that length is written as a string"

    @Test(
        "An invalid character or escape inside a string is refused at its position",
        arguments: [
            Refusal("[\"a\nb\"]", 1, 4, "a string may not span lines; a line break is written \\n"),
            Refusal("[\"a\tb\"]", 1, 4, "a control character inside a string has to be escaped"),
            Refusal(#"["é\x"]"#, 1, 4, "this backslash does not begin a valid escape"),
            Refusal(#"["a\u12g4"]"#, 1, 4, #"four hexadecimal digits should follow \u"#),
            Refusal(#"["a\u12"]"#, 1, 4, #"four hexadecimal digits should follow \u"#),
            Refusal(#"["a\\\u0000b"]"#, 1, 6, #"a string may not hold NUL, written \u0000 here"#),
            Refusal(#"{"a\u0000":1}"#, 1, 4, #"a string may not hold NUL, written \u0000 here"#),
            Refusal(#"["a\ud83d"]"#, 1, 4, Self.loneSurrogate),
            Refusal(#"["a\ud83d\u0041"]"#, 1, 4, Self.loneSurrogate),
            Refusal(#"["\ud83d\ude00\ude00"]"#, 1, 15, Self.loneSurrogate),
        ])
    func insideStrings(_ refusal: Refusal) { refusal.check() }

    private static let loneSurrogate = "this escape is one half of a surrogate pair, without the other half"

    @Test(
        "Bytes that are not UTF-8 are refused at the first one",
        arguments: [
            Refusal([0xFF, 0xFE, 0x5B], 1, 1, Self.notUTF8),
            Refusal([0x5B, 0x22, 0xC3, 0xA9, 0xFF, 0x22, 0x5D], 1, 4, Self.notUTF8),
            Refusal([0x5B, 0x0A, 0x22, 0xC3, 0x22, 0x5D], 2, 2, Self.notUTF8),
            Refusal([0x22, 0xED, 0xA0, 0x80, 0x22], 1, 2, Self.notUTF8),
            Refusal([0x22, 0xC0, 0x80, 0x22], 1, 2, Self.notUTF8),
            Refusal([0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], 1, 2, Self.notUTF8),
            Refusal([0x5B, 0x31, 0xFF, 0x5D], 1, 3, Self.notUTF8),
            Refusal([0x22, 0xF0, 0x9F], 1, 2, Self.notUTF8),
            Refusal("[1\0]", 1, 3, Self.nul),
            Refusal("[true\0]", 1, 6, Self.nul),
            Refusal("[\"a\0\"]", 1, 4, Self.nul),
            Refusal("[\"a\\\0\"]", 1, 5, Self.nul),
            Refusal("[]\0", 1, 3, Self.nul),
        ])
    func notText(_ refusal: Refusal) { refusal.check() }

    private static let notUTF8 = "the bytes that begin here are not valid UTF-8"
    private static let nul = "NUL byte; JSON is UTF-8 text without NUL bytes"

    @Test(
        "A reason contains nothing of the document",
        arguments: [
            "[sesame]", "[\"sesame]", "{\"a\":\"sesame\" 1}", "[1] sesame", "{sesame}", "[\"sesame\\x\"]",
            "[\"sesame\n\"]",
            "{\"a\":\"sesame\",}", "{\"a\":\"sesame\"", "[-sesame]", "{\"a\":\"sesame\",\"b\":1,\"b\":2}",
        ])
    func keepsSecrets(_ document: String) {
        let error = #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: document) }
        #expect(error?.description.contains("sesame") == false)
        #expect(error?.description.contains("near") == false)
    }

    @Test("An error is printed with its position first")
    func description() {
        let error = JSONSyntaxError(line: 3, column: 14, reason: "expected a value")
        #expect("\(error)" == "line 3, column 14: expected a value")
    }
}
