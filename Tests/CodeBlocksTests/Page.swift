import Foundation

/// Something that a page shows and that does not hold.
struct Finding: Error, Hashable, CustomStringConvertible {
    /// The page's path below the root of the checkout.
    var page: String
    var line: Int
    var text: String

    var description: String { "\(page):\(line): \(text)" }
}

/// A fenced block of code.
struct CodeBlock: Sendable {
    /// The first word after the fence; empty if there is none.
    var language: String
    /// The number of the first line after the fence, from 1.
    var line: Int
    var text: String
    /// The file that the block is a part of, as `<!-- as in PATH -->` above the fence says.
    var origin: String?

    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
}

/// A file with fenced blocks: a page in Markdown, or the documentation comments of a Swift file.
struct Page: Sendable, CustomStringConvertible {
    /// The path below the root of the checkout.
    var path: String
    var blocks: [CodeBlock]

    var description: String { path }

    func blocks(in languages: String...) -> [CodeBlock] { blocks.filter { languages.contains($0.language) } }

    /// - Throws: ``Finding`` if a fence has no end.
    init(path: String, text: String) throws {
        self.path = path
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard path.hasSuffix(".swift") else {
            blocks = try Self.blocks(in: lines, from: 1, of: path)
            return
        }
        var blocks: [CodeBlock] = []
        var comment: [Substring] = []
        for (index, line) in lines.enumerated() {
            let body = line.drop(while: \.isWhitespace)
            guard body.hasPrefix("///") else {
                blocks += try Self.blocks(in: comment, from: index + 1 - comment.count, of: path)
                comment = []
                continue
            }
            comment.append(body.dropFirst(body.hasPrefix("/// ") ? 4 : 3))
        }
        self.blocks = blocks
    }

    private static func blocks(in lines: [Substring], from first: Int, of path: String) throws -> [CodeBlock] {
        var blocks: [CodeBlock] = []
        var open: (fence: Substring, indent: Int)?
        var origin: String?
        for (number, line) in zip(first..., lines) {
            let body = line.drop { $0 == " " }
            guard let current = open else {
                if let mark = body.wholeMatch(of: /<!-- as in (\S+) -->/) { origin = String(mark.output.1) }
                let fence = body.prefix { $0 == "`" }
                guard fence.count >= 3 else {
                    if !body.isEmpty, !body.hasPrefix("<!-- as in ") { origin = nil }
                    continue
                }
                open = (fence, line.count - body.count)
                let language = body.dropFirst(fence.count).prefix { !$0.isWhitespace }
                blocks.append(CodeBlock(language: String(language), line: number + 1, text: "", origin: origin))
                origin = nil
                continue
            }
            guard body != current.fence else {
                open = nil
                continue
            }
            let indent = min(current.indent, line.count - body.count)
            blocks[blocks.count - 1].text += line.dropFirst(indent) + "\n"
        }
        guard open == nil else { throw Finding(page: path, line: blocks.last?.line ?? 1, text: "the block has no end") }
        return blocks
    }
}

/// A checkout and its pages.
struct Checkout: Sendable {
    let root: String

    /// The checkout that contains this test.
    static let here = Checkout(
        root: URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path)

    func text(_ path: String) throws -> String {
        try String(contentsOfFile: "\(root)/\(path)", encoding: .utf8)
    }

    /// Returns every page of the checkout, and every source of the libraries, that has a block.
    ///
    /// - Throws: ``Finding`` if a fence has no end.
    func pages() throws -> [Page] {
        let sources = try files(in: "Sources", ".swift") + files(in: "Plugins", ".swift")
        return try (files(in: "", ".md") + sources).map { try Page(path: $0, text: text($0)) }
            .filter { !$0.blocks.isEmpty }
    }

    /// Returns the paths of files below a folder, without hidden folders, in which builds are.
    func files(in folder: String, _ ending: String) throws -> [String] {
        let start = folder.isEmpty ? root : "\(root)/\(folder)"
        guard let paths = FileManager.default.enumerator(atPath: start) else { return [] }
        var found: [String] = []
        while let path = paths.nextObject() as? String {
            let name = path.split(separator: "/").last ?? ""
            if name.hasPrefix(".") { paths.skipDescendants() } else if path.hasSuffix(ending) { found.append(path) }
        }
        return found.map { folder.isEmpty ? $0 : "\(folder)/\($0)" }.sorted()
    }
}
