import Foundation

/// A `guide.md`: what only words can say about a platform or the carrier.
///
/// Plain Markdown with fixed headings: the title, a summary, "Before you start", "Rights of the key", "Traps" and "Sources".
struct Guide {
    /// A heading that is missing, unknown, repeated or out of order.
    struct Malformed: Error, CustomStringConvertible {
        var description: String
    }

    /// The headings in the order of the file, and whether a guide must have them.
    private static let headings: [(name: String, isRequired: Bool)] = [
        ("Before you start", true), ("Rights of the key", true), ("Traps", false), ("Sources", true),
    ]

    let title: String
    /// The text between the title and the first heading.
    let summary: String
    private let sections: [String: String]

    var prerequisites: String { sections["Before you start"] ?? "" }
    var keyRights: String { sections["Rights of the key"] ?? "" }
    var traps: String { sections["Traps"] ?? "" }
    var sources: String { sections["Sources"] ?? "" }

    /// - Parameter file: The name for messages.
    /// - Throws: ``Malformed``.
    init(_ text: String, file: String) throws(Malformed) {
        var parts = text.components(separatedBy: "\n## ")
        let head = parts.removeFirst().split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: true)
        guard let first = head.first, first.hasPrefix("# "), head.count == 2 else {
            throw Malformed(description: "\(file): begin with \"# Title\" and a summary")
        }
        title = String(first.dropFirst(2))
        summary = Self.trimmed(String(head[1]))
        var sections: [String: String] = [:]
        var names: [String] = []
        for part in parts {
            let lines = part.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(lines.first ?? "")
            names.append(name)
            sections[name] = Self.trimmed(lines.count == 2 ? String(lines[1]) : "")
        }
        let wanted = Self.headings.filter { $0.isRequired || names.contains($0.name) }.map(\.name)
        guard names == wanted else {
            let list = Self.headings.map(\.name).joined(separator: "\", \"")
            throw Malformed(description: "\(file): the headings are \"\(list)\", in this order")
        }
        for name in names where sections[name]?.isEmpty != false {
            throw Malformed(description: "\(file): \"\(name)\" is empty")
        }
        self.sections = sections
    }

    private static func trimmed(_ text: String) -> String { text.trimmingCharacters(in: .whitespacesAndNewlines) }
}
