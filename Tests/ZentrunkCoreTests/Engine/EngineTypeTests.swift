import Foundation
import Testing

@Suite("Engine: every type is used by a test")
struct EngineTypeTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private static func sources(below folder: String) throws -> [URL] {
        let files = FileManager.default.enumerator(
            at: root.appendingPathComponent(folder), includingPropertiesForKeys: nil)
        let all = try #require(files).compactMap { $0 as? URL }
        return all.filter { $0.pathExtension == "swift" && $0.lastPathComponent != "EngineTypeTests.swift" }
    }

    /// The file without comments.
    private static func code(_ file: URL) throws -> String {
        try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
            .filter { !$0.drop { $0 == " " }.hasPrefix("//") }.joined(separator: "\n")
    }

    /// The types that stand at the top of the engine's files.
    private static func types() throws -> Set<String> {
        let core = try sources(below: "Sources/ZentrunkCore").filter { file in
            let folder = file.deletingLastPathComponent().lastPathComponent
            return ["Planning", "Running"].contains(folder) || file.lastPathComponent.hasPrefix("Connector")
        }
        let declaration =
            /(?m)^(?:(?:public|package|final|private|fileprivate|indirect) )*(?:struct|class|enum|actor|protocol) (\w+)/
        return try core.reduce(into: []) { types, file in
            for match in try code(file).matches(of: declaration) where !match.output.0.contains("private ") {
                types.insert(String(match.output.1))
            }
        }
    }

    @Test("A test uses each type of the engine, not only in a comment")
    func types() throws {
        let types = try Self.types()
        #expect(types.count > 40)
        let sources =
            try Self.sources(below: "Tests") + Self.sources(below: "Plugins").filter { $0.path.contains("/Tests/") }
        let tests = try sources.map(Self.code).joined(separator: "\n")
        let words = Set(tests.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init))
        #expect(types.subtracting(words).sorted() == [])
    }
}
