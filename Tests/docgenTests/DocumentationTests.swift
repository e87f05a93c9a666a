import Foundation
import Testing
@_spi(Adapter) import ZentrunkCore
@_spi(Adapter) import ZentrunkPlatforms
@_spi(Adapter) import ZentrunkPlivo

@testable import docgen

@Suite("Generated documentation is up to date")
struct DocumentationTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    @Test("The committed pages and lists are fresh; make docs writes them")
    func committed() throws {
        let stale = try Documentation(root: Self.root).stale()
        #expect(stale.isEmpty, "run make docs")
    }

    @Test("Stale and missing files are written once, and pages of removed platforms go")
    func writing() throws {
        let manager = FileManager.default
        let folder = manager.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        defer { try? manager.removeItem(at: folder) }
        try manager.createDirectory(at: folder, withIntermediateDirectories: true)
        for name in ["README.md", "docs", "Plugins", "Sources/ZentrunkPlivo/guide.md"] {
            let copy = folder.appendingPathComponent(name)
            try manager.createDirectory(at: copy.deletingLastPathComponent(), withIntermediateDirectories: true)
            try manager.copyItem(atPath: "\(Self.root)/\(name)", toPath: copy.path)
        }
        let documentation = Documentation(root: folder.path)
        #expect(try documentation.update().isEmpty)

        func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
        let page = "docs/platforms/vapi.md"
        let text = try String(contentsOfFile: path(page), encoding: .utf8)
        try (text + "by hand").write(toFile: path(page), atomically: true, encoding: .utf8)
        try "".write(toFile: path("docs/platforms/gone.md"), atomically: true, encoding: .utf8)
        let list = try String(contentsOfFile: path("README.md"), encoding: .utf8)
        let emptied = list.replacing(
            /(?s)<!-- settings -->.*<!-- \/settings -->/, with: "<!-- settings --><!-- /settings -->")
        #expect(emptied != list)
        try emptied.write(toFile: path("README.md"), atomically: true, encoding: .utf8)

        let stale = ["README.md", "docs/platforms/gone.md", page]
        #expect(try documentation.stale() == stale)
        #expect(try documentation.update() == stale)
        #expect(try documentation.stale().isEmpty)
        #expect(try String(contentsOfFile: path(page), encoding: .utf8) == text)
        #expect(try String(contentsOfFile: path("README.md"), encoding: .utf8) == list)
        #expect(!manager.fileExists(atPath: path("docs/platforms/gone.md")))
    }

    @Test(
        "A page has everything that is needed before connecting",
        arguments: Platforms.all.map { $0.adapter.platform.id })
    func content(_ id: PlatformID) throws {
        let platform = try #require(Platforms.all.first { $0.adapter.platform.id == id })
        let adapter = platform.adapter
        let page = try String(contentsOfFile: "\(Self.root)/docs/platforms/\(id).md", encoding: .utf8)
        let template = try PlivoAccount.template(of: platform.platform)
        let guide = try Documentation(root: Self.root).guide(of: platform)
        for setting in adapter.platform.settings { #expect(page.contains("`\(setting.variable)`")) }
        for parameter in template.allParameters where parameter.name != "authentication" {
            #expect(page.contains("`--\(parameter.name)`"))
        }
        for refusal in template.refusals { #expect(page.contains(refusal.reason)) }
        for warning in template.warnings {
            #expect(page.contains(warning.reason) && page.contains("`\(warning.code)`"))
        }
        for resource in template.resources { #expect(page.contains("| `\(resource.key)` |")) }
        for part in [guide.summary, guide.prerequisites, guide.traps, guide.sources] { #expect(page.contains(part)) }
        #expect(guide.title == adapter.platform.title)
        #expect(page.contains("Checked on \(adapter.platform.verified)"))
        #expect(page.contains("```mermaid\n"))
        #expect(!page.contains("PLACEHOLDER"))
        // The author of an adapter states which calls its kinds send.
        #expect(page.matches(of: /(?m)^\| [0-9]+ \| .* \| `[A-Z]+ [^`]+`.* \| `/).count >= 4)
        #expect(page.matches(of: /(?m)^\| [0-9]+ \| [^|]+ \| [^|]+ \|  \|/).isEmpty)
    }

    @Test("A guide with a missing, unknown or empty section is refused")
    func malformedGuides() throws {
        let good =
            "# A\n\nSummary.\n\n## Before you start\n\n* x\n\n## Rights of the key\n\nA key.\n\n## Sources\n\n* y\n"
        #expect(try Guide(good, file: "a").keyRights == "A key.")
        let bad = [
            "", "# A\n", good.replacing("## Sources", with: "## Source"), good.replacing("A key.", with: ""),
            good.replacing("## Before you start\n\n* x\n\n", with: ""), good + "\n## Traps\n\n* z\n",
        ]
        for text in bad { #expect(throws: Guide.Malformed.self) { try Guide(text, file: "a") } }
    }
}
