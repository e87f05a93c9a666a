import Foundation
import Testing
@_spi(Adapter) import ZentrunkTestKit

@Suite("Links between the pages")
struct LinkTests {
    /// Returns what the links of the pages name and does not exist: files, and headings in them.
    static func findings(in checkout: Checkout) throws -> [Finding] {
        let files = try checkout.files(in: "", ".md")
        let texts = try Dictionary(uniqueKeysWithValues: files.map { ($0, try prose(of: $0, in: checkout)) })
        return files.flatMap { page in
            (texts[page] ?? []).enumerated().flatMap { index, line in
                // With a scheme it leads elsewhere.
                line.matches(of: /\]\(([^)\s:#]*)(?:#([^)\s:]+))?\)/).compactMap { link in
                    let target = link.output.1.isEmpty ? page : Self.path(String(link.output.1), from: page)
                    let anchor = link.output.2.map(String.init)
                    let headings = texts[target].map { $0.compactMap(Self.anchor) }
                    let exists = FileManager.default.fileExists(atPath: "\(checkout.root)/\(target)")
                    guard !exists || anchor.map({ headings?.contains($0) != true }) == true else { return nil }
                    return Finding(page: page, line: index + 1, text: "\(link.output.0) leads nowhere")
                }
            }
        }
    }

    /// The lines of a page, those of its blocks emptied.
    private static func prose(of page: String, in checkout: Checkout) throws -> [String] {
        var lines = try checkout.text(page).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        for block in try Page(path: page, text: checkout.text(page)).blocks {
            for index in 0..<block.lines.count - 1 { lines[block.line - 1 + index] = "" }
        }
        return lines
    }

    private static func path(_ link: String, from page: String) -> String {
        var steps = page.split(separator: "/").dropLast().map(String.init)
        for step in link.split(separator: "/") {
            if step == ".." { _ = steps.popLast() } else if step != "." { steps.append(String(step)) }
        }
        return steps.joined(separator: "/")
    }

    /// The name of a heading in links; nil for another line.
    private static func anchor(_ line: String) -> String? {
        guard let heading = line.wholeMatch(of: /#{1,6} +(.+)/)?.output.1 else { return nil }
        return String(
            heading.lowercased().filter { $0.isLetter || $0.isNumber || " -_".contains($0) }.map {
                $0 == " " ? "-" : $0
            })
    }

    @Test("Every link to a page and to a heading leads somewhere")
    func links() throws {
        for finding in try Self.findings(in: .here) { Issue.record("\(finding)") }
    }

    @Test("A link to a missing file or heading is found")
    func mistakes() async throws {
        try await withFolder { folder async throws in
            let text = """
                # A page, and `more`

                [here](#a-page-and-more) [there](docs/b.md#second) [a folder](docs/) [elsewhere](https://example.com/#x)
                [a](docs/c.md) [b](docs/b.md#third) [c](#second)
                ```text
                [d](docs/c.md)
                ```
                """
            let root = URL(fileURLWithPath: folder)
            try FileManager.default.createDirectory(at: root.appending(path: "docs"), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: root.appending(path: "a.md"))
            try Data("[up](../a.md)\n## Second\n".utf8).write(to: root.appending(path: "docs/b.md"))
            let found = try Self.findings(in: Checkout(root: folder)).map(\.description)
            #expect(
                found == [
                    "a.md:4: ](docs/c.md) leads nowhere", "a.md:4: ](docs/b.md#third) leads nowhere",
                    "a.md:4: ](#second) leads nowhere",
                ])
        }
    }
}
