import Foundation

/// The check of every block of a checkout, by its language, against the modules, the command, the makefile and the stubs of this one.
enum BlockChecks {
    /// Languages whose blocks are output or drawings, for people alone.
    private static let unchecked = ["text", "mermaid"]

    private static let compiler = Task { try await Compiler(checkout: .here) }

    /// Returns what does not hold, by page and line.
    static func findings(in checkout: Checkout) async throws -> [Finding] {
        let pages: [Page]
        do { pages = try checkout.pages() } catch let finding as Finding { return [finding] }
        let compiler = try await compiler.value
        return try await withThrowingTaskGroup(of: [Finding].self) { group in
            for page in pages {
                if !page.blocks(in: "swift").isEmpty { group.addTask { try await compiler.findings(about: page) } }
                for block in page.blocks {
                    group.addTask { try await findings(in: block, of: page) + departures(of: block, on: page) }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }.sorted { ($0.page, $0.line) < ($1.page, $1.line) }
        }
    }

    private static func findings(in block: CodeBlock, of page: Page) async throws -> [Finding] {
        switch block.language {
        case "swift": []
        case "sh": try await ShellBlock(page: page, block: block, checkout: .here).findings()
        case "json": try JSONBlock(page: page, block: block, checkout: .here).findings()
        case let language where unchecked.contains(language): []
        case let language:
            [
                Finding(
                    page: page.path, line: block.line - 1,
                    text: language.isEmpty ? "the block has no language" : "unknown language \(language)")
            ]
        }
    }

    /// Returns whether the block says that it is part of a file, but is not, apart from indentation.
    private static func departures(of block: CodeBlock, on page: Page) -> [Finding] {
        guard let origin = block.origin else { return [] }
        func lines(_ text: String) -> String {
            text.split(separator: "\n", omittingEmptySubsequences: false)
                .map { $0.trimmingCharacters(in: .whitespaces) }.joined(separator: "\n")
        }
        let file = (try? Checkout.here.text(origin)) ?? ""
        guard !lines(file).contains(lines(block.text)) else { return [] }
        return [Finding(page: page.path, line: block.line, text: "the block differs from \(origin)")]
    }
}
