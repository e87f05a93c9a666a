import Testing
import ZentrunkJSON

@Suite("Limits of what is read")
struct JSONLimitTests {
    @Test(
        "Values nested 128 deep are read, 129 deep are refused at the bracket that is too many",
        arguments: [
            ("[", "]", 1), (#"{"a":"#, "}", 5), (#"["[\"{",{"b":"#, "}]", 13),
        ])
    func depth(open: String, close: String, width: Int) throws {
        let each = open.count { $0 == "[" || $0 == "{" } - (width == 13 ? 2 : 0)
        let times = JSONValue.maximumDepth / each
        let deepest = String(repeating: open, count: times) + "1" + String(repeating: close, count: times)
        #expect(throws: Never.self) { try JSONValue(parsing: deepest) }

        let tooDeep = String(repeating: open, count: times) + "[]" + String(repeating: close, count: times)
        let expected = JSONSyntaxError(
            line: 1, column: times * width + 1, reason: "values are nested more than 128 deep")
        #expect(throws: expected) { try JSONValue(parsing: tooDeep) }
    }

    @Test("Depth is counted, not brackets: many side by side are no nesting")
    func breadth() throws {
        let document = "[" + Array(repeating: "[{}]", count: 1000).joined(separator: ",") + "]"
        #expect(try JSONValue(parsing: document).array?.count == 1000)
    }

    @Test("A million brackets are refused without recursion", arguments: ["[", #"{"a":"#, "[[[{\"a\":"])
    func hostileDepth(open: String) {
        let document = String(repeating: open, count: 1_000_000 / open.utf8.count)
        let error = #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: document) }
        #expect(error?.reason == "values are nested more than 128 deep")
    }

    @Test("A document of 16 MiB is read, one of a byte more is refused at that byte")
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
