import Foundation
import Testing

@Suite("The core, the journal and the adapters speak of causes, and not of one door")
struct CoreWordsTests {
    private static let rooms = [
        "Sources/ZentrunkCore", "Sources/ZentrunkJournal", "Sources/ZentrunkPlivo", "Sources/ZentrunkCurl",
        "Sources/ZentrunkJSON", "Plugins",
    ]
    private static let commands =
        "connect|plan|disconnect|show|list|runs|undo|template|sandbox|trunk|credential|uri|acl|number|completions|--"

    @Test("No string literal has an option or a command of ours", arguments: rooms)
    func literals(_ room: String) throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let option = try Regex("\"([^\"]*[^a-z0-9\"])?--([a-z]|\\\\\\()")
        let command = try Regex("\"[^\"]*\\bzentrunk (\(Self.commands))\\b[^\"]*\"")
        let files = try #require(FileManager.default.enumerator(atPath: root.path + "/" + room)).compactMap {
            $0 as? String
        }
        let sources = files.filter { $0.hasSuffix(".swift") && !Self.isForPeople($0) }
        #expect(!sources.isEmpty)
        for file in sources {
            let text = try String(contentsOfFile: "\(root.path)/\(room)/\(file)", encoding: .utf8)
            for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
                let code = line.trimmingPrefix { $0 == " " }
                // Words of a vendor's own tool are no options of ours.
                guard !code.hasPrefix("//"), !code.contains(".command([") else { continue }
                let found = code.firstMatch(of: option) != nil || code.firstMatch(of: command) != nil
                #expect(!found, "\(room)/\(file):\(index + 1): \(code)")
            }
        }
    }

    /// Guides are pages about the command, and an adapter's tests may run it.
    private static func isForPeople(_ file: String) -> Bool {
        file.hasSuffix("Guide.swift") || file.contains("Tests/") || file.contains("Sandbox/")
    }
}
