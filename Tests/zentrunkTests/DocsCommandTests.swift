import Foundation
import Testing
import ZentrunkCore

@Suite("Generated pages about platforms")
struct DocsCommandTests {
    private static let pages = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("docs/platforms").path

    private func docs(_ folder: String, _ output: String, _ more: String...) async throws -> Program.Result {
        try await Program(["docs", "--output", output] + more, state: folder).run()
    }

    @Test("The committed pages are up to date")
    func committed() async throws {
        try await withFolder { folder async throws in
            let result = try await docs(folder, Self.pages, "--check")
            #expect(result.status == 0, "\(result.stderr)")
            #expect(result.stdout.isEmpty && result.stderr.isEmpty)
        }
    }

    @Test("Pages are written only if they change, and stale ones are listed")
    func writing() async throws {
        try await withFolder { folder async throws in
            let output = folder + "/a/b"
            let missing = try await docs(folder, output, "--check")
            #expect(missing.status == 8)
            #expect(!FileManager.default.fileExists(atPath: output))
            #expect(try await docs(folder, output).status == 0)
            let again = try await docs(folder, output)
            #expect(again.status == 0)
            #expect(again.stderr.isEmpty)
            #expect(try await docs(folder, output, "--check").status == 0)

            let page = output + "/vapi.md"
            let text = try String(contentsOfFile: page, encoding: .utf8)
            try (text + "by hand").write(toFile: page, atomically: true, encoding: .utf8)
            let stale = try await docs(folder, output, "--check")
            #expect(stale.status == 8)
            #expect(stale.stderr == "\(page) is stale: run make docs\n")
            #expect(try await docs(folder, output).stderr == "wrote \(page)\n")
            #expect(try String(contentsOfFile: page, encoding: .utf8) == text)

            try "".write(toFile: output + "/gone.md", atomically: true, encoding: .utf8)
            let surplus = try await docs(folder, output, "--check")
            #expect(surplus.status == 8)
            #expect(surplus.stderr.contains("gone.md"))
        }
    }

    @Test("A page has all information needed before connecting", arguments: Pairing.all)
    func content(_ pairing: Pairing) throws {
        let page = try String(contentsOfFile: Self.pages + "/\(pairing.id).md", encoding: .utf8)
        let template = try Template(parsing: pairing.adapter.template, file: pairing.id)
        let platform = pairing.adapter.platform
        for setting in platform.settings { #expect(page.contains("`\(setting.variable)`")) }
        for parameter in template.allParameters where parameter.name != "authentication" {
            #expect(page.contains("`--\(parameter.name)`"))
        }
        for refusal in template.refusals { #expect(page.contains(refusal.reason)) }
        for warning in template.warnings {
            #expect(page.contains(warning.reason) && page.contains("`\(warning.code)`"))
        }
        for resource in template.resources { #expect(page.contains("| `\(resource.key)` |")) }
        for source in platform.guide.sources { #expect(page.contains("(\(source.url))")) }
        for trap in platform.guide.traps { #expect(page.contains("**\(trap.title).**")) }
        #expect(page.contains("Checked on \(platform.verified)"))
        #expect(page.contains("```mermaid\n"))
        #expect(!page.contains("PLACEHOLDER"))
        #expect(!platform.guide.summary.isEmpty && !platform.guide.keyRights.isEmpty && !platform.guide.sources.isEmpty)
        // Every platform documents the calls of its kinds.
        #expect(page.matches(of: /(?m)^\| [0-9]+ \| .* \| `[A-Z]+ [^`]+`.* \| `/).count >= 4)
        #expect(page.matches(of: /(?m)^\| [0-9]+ \| [^|]+ \| [^|]+ \|  \|/).isEmpty)
    }

    @Test("The command that writes the pages is not in the help")
    func hidden() async throws {
        try await withFolder { folder async throws in
            let help = try await Program(["--help"], state: folder).run()
            #expect(help.stdout.contains("completions"))
            #expect(!help.stdout.contains("docs"))
        }
    }
}
