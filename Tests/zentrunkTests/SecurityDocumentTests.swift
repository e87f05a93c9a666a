import Foundation
import Testing

@Suite("Claims of docs/security.md are tested")
struct SecurityDocumentTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The sources of all tests and conformance suites, by the name of the file up to a plus.
    private static func sources() throws -> [String: String] {
        var sources: [String: String] = [:]
        for folder in ["Tests", "Plugins", "Sources/ZentrunkTestKit"] {
            let files = root.appendingPathComponent(folder)
            for path in try FileManager.default.subpathsOfDirectory(atPath: files.path) where path.hasSuffix(".swift") {
                let file = files.appendingPathComponent(path)
                let name = file.deletingPathExtension().lastPathComponent.prefix { $0 != "+" }
                sources[String(name), default: ""] += try String(contentsOf: file, encoding: .utf8)
            }
        }
        return sources
    }

    @Test("Every row has a footnote, and every test that a footnote names exists, by its suite and its sentence")
    func tests() throws {
        let text = try String(contentsOf: Self.root.appendingPathComponent("docs/security.md"), encoding: .utf8)
        let sources = try Self.sources()
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("| ") && !$0.hasPrefix("| What") }
        #expect(rows.count > 20)
        let notes = text.matches(of: /(?m)^\[\^([0-9]+)\]: (.+(?:\n    .+)*)/)
        let numbers = rows.map { row in row.firstMatch(of: /\[\^([0-9]+)\] \|$/).map { String($0.output.1) } ?? "\(row)"
        }
        #expect(notes.map { String($0.output.1) } == numbers)
        for note in notes {
            let tests = note.output.2.matches(of: /`([A-Za-z]+(?:Tests|Conformance))` "([^"]+)"/)
            #expect(!tests.isEmpty, "\(note.output.0)")
            for test in tests {
                let source = sources[String(test.output.1)]
                #expect(source?.contains("\"\(test.output.2)\"") == true, "\(test.output.0)")
            }
        }
        // A suite outside of a table has to be there as well.
        for suite in text.matches(of: /`([A-Za-z]+(?:Tests|Conformance))`/) {
            #expect(sources[String(suite.output.1)] != nil, "\(suite.output.0)")
        }
    }
}
