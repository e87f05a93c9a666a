import Testing
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTestKit

@Suite("Damaged documents")
struct JSONMutationTests {
    private static let documents = [
        #"{"objects":[{"trunk_id":"012345678901234567","secure":true,"weight":0.25},{"trunk_id":null}],"meta":{"total":2}}"#,
        "[\"\\ud83d\\ude00\\n\\\\\", \"é😀\", -12.5e-3, 9223372036854775807, [[[{}]]], \"\\u00e9\"]",
        "{\n  \"a\": {\"b\": [1, 2, {\"c\": \"d\"}]},\n  \"\": [true, false, null]\n}\n",
    ]

    /// Bytes with a meaning in JSON, and some that are never valid.
    private static let meaningful =
        Array("\"\\{}[]:,.-+eE019utfn/ \n\t'".utf8) + [0, 0x1F, 0x7F, 0x80, 0xBF, 0xC3, 0xED, 0xF0, 0xFF]

    @Test(
        "A randomly damaged document is refused at a position inside it, or read and written normally",
        arguments: documents)
    func mutation(document: String) throws {
        var random = SeededGenerator(seed: 0x5EED)
        var refused = 0
        for _ in 0..<3000 {
            var bytes = Array(document.utf8)
            for _ in 0..<Int.random(in: 1...4, using: &random) { Self.damage(&bytes, using: &random) }
            do throws(JSONSyntaxError) {
                let value = try JSONValue(parsing: bytes)
                let copy = try JSONValue(parsing: value.bytes())
                #expect(copy == value)
            } catch {
                refused += 1
                Self.expectPlace(of: error, inside: bytes)
            }
        }
        #expect((1000..<3000).contains(refused))
    }

    @Test("Every proper prefix of a document is refused", arguments: documents)
    func truncation(document: String) {
        let bytes = Array(document.utf8)
        let whole = document.hasSuffix("\n") ? bytes.count - 1 : bytes.count
        for count in 0..<whole {
            let error = #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: Array(bytes.prefix(count))) }
            if let error { Self.expectPlace(of: error, inside: Array(bytes.prefix(count))) }
        }
    }

    private static func damage(_ bytes: inout [UInt8], using random: inout SeededGenerator) {
        guard let place = bytes.indices.randomElement(using: &random) else { return }
        let byte = meaningful.randomElement(using: &random) ?? 0
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[place] = byte
        case 1: bytes[place] = UInt8.random(in: .min ... .max, using: &random)
        case 2: bytes.insert(byte, at: place)
        default: bytes.remove(at: place)
        }
    }

    /// Expects a position that exists in the document and a specific reason.
    private static func expectPlace(of error: JSONSyntaxError, inside bytes: [UInt8]) {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard lines.indices.contains(error.line - 1) else {
            Issue.record("no such line: \(error)")
            return
        }
        let width = lines[error.line - 1].count { $0 & 0xC0 != 0x80 }
        #expect((1...width + 1).contains(error.column), "\(error)")
        #expect(error.reason != "this is not valid JSON")
    }
}
