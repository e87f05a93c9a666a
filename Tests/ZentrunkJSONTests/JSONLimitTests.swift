import Testing
import ZentrunkJSON

@Suite("Limits of documents")
struct JSONLimitTests {
    @Test(
        "Values nested 128 deep are read; 129 deep are refused at the first excessive bracket",
        arguments: [
            Nest(open: "[", close: "]", levels: 1),
            Nest(open: #"{"a":"#, close: "}", levels: 1),
            Nest(open: #"["[\"{",{"b":"#, close: "}]", levels: 2),
        ])
    func depth(_ nest: Nest) {
        let times = 128 / nest.levels
        #expect(throws: Never.self) { try JSONValue(parsing: nest.repeated(times, around: "1")) }

        let expected = JSONSyntaxError(
            line: 1, column: times * nest.open.count + 1, reason: "values are nested more than 128 deep")
        #expect(throws: expected) { try JSONValue(parsing: nest.repeated(times, around: "[]")) }
    }

    /// Texts that open and close a number of levels.
    struct Nest: Sendable {
        var open: String
        var close: String
        var levels: Int

        func repeated(_ times: Int, around core: String) -> String {
            String(repeating: open, count: times) + core + String(repeating: close, count: times)
        }
    }

    @Test("Depth counts nesting and not brackets")
    func breadth() throws {
        let document = "[" + Array(repeating: "[{}]", count: 1000).joined(separator: ",") + "]"
        #expect(try JSONValue(parsing: document).array?.count == 1000)
    }

    @Test(
        "Brackets inside a string do not count as nesting, those after it do",
        arguments: ["", #"\""#, #"\\"#, #"\\\""#])
    func bracketsInStrings(escapes: String) {
        let brackets = String(repeating: "[{", count: 100)
        #expect(throws: Never.self) { try JSONValue(parsing: #"["\#(escapes)\#(brackets)"]"#) }

        let error = #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: #"["\#(escapes)",\#(brackets)"#) }
        #expect(error?.reason == "values are nested more than 128 deep")
    }

    @Test("A million brackets are refused without recursion", arguments: ["[", #"{"a":"#, "[[[{\"a\":"])
    func hostileDepth(open: String) {
        let document = String(repeating: open, count: 1_000_000 / open.utf8.count)
        let error = #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: document) }
        #expect(error?.reason == "values are nested more than 128 deep")
    }

    @Test("A document of 16 MiB is read; a larger one is refused at the first excessive byte")
    func size() throws {
        #expect(JSONValue.maximumByteCount == 16 * 1024 * 1024)
        var document = [UInt8](repeating: UInt8(ascii: "x"), count: JSONValue.maximumByteCount)
        document[0] = UInt8(ascii: "\"")
        document[document.count - 1] = UInt8(ascii: "\"")
        #expect(try JSONValue(parsing: document).string?.utf8.count == JSONValue.maximumByteCount - 2)

        document.append(UInt8(ascii: " "))
        let expected = JSONSyntaxError(
            line: 1, column: JSONValue.maximumByteCount + 1, reason: "the document is larger than 16 MiB")
        #expect(throws: expected) { try JSONValue(parsing: document) }
    }
}
