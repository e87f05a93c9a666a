import Foundation
import Testing

@Suite("Claims of docs/security.md are tested")
struct SecurityDocumentTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Returns the sources of all tests by file name.
    private static func sources() throws -> [String: String] {
        let tests = root.appendingPathComponent("Tests")
        var sources: [String: String] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: tests.path) where path.hasSuffix("Tests.swift")
        {
            let file = tests.appendingPathComponent(path)
            sources[file.deletingPathExtension().lastPathComponent, default: ""] += try String(
                contentsOf: file, encoding: .utf8)
        }
        return sources
    }

    @Test("Every row names a test, and every named suite and test exists")
    func tests() throws {
        let text = try String(contentsOf: Self.root.appendingPathComponent("docs/security.md"), encoding: .utf8)
        let sources = try Self.sources()
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("| ") }
        #expect(rows.count > 20)
        var named = 0
        for row in rows where !row.hasPrefix("| What") && !row.hasPrefix("| ---") {
            let tests = row.matches(of: /`([A-Za-z]+Tests)` "([^"]+)"/)
            #expect(!tests.isEmpty, "\(row)")
            for test in tests {
                named += 1
                let source = sources[String(test.output.1)]
                #expect(source?.contains("\"\(test.output.2)\"") == true, "\(test.output.0)")
            }
        }
        #expect(named >= rows.count - 12)
        // A suite named outside of the table must exist as well.
        for suite in text.matches(of: /`([A-Za-z]+Tests)`/) {
            #expect(sources[String(suite.output.1)] != nil, "\(suite.output.0)")
        }
    }
}
