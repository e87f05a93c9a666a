import Foundation
import Testing
@_spi(Adapter) import ZentrunkTestKit

@Suite("Mistakes in the pages are found, with page and line")
struct MistakeTests {
    struct Mistake: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var page = "docs/page.md"
        var text: String
        /// The line of each finding and a part of its text, by line.
        var findings: [(line: Int, part: String)]
    }

    private static let mistakes = [
        Mistake(
            testDescription: "a call that does not exist, after a block without a mistake",
            text: """
                # Page

                ```swift
                import ZentrunkCore
                let number = try PhoneNumber("+14155550100")
                ```

                ```swift
                print(number)
                print(number.countryOfOrigin)
                ```
                """,
            findings: [(10, "countryOfOrigin")]),
        Mistake(
            testDescription: "a variable that is declared in a later block only",
            text: "```swift\nprint(later)\n```\n\n```swift\nlet later = 1\nprint(later)\n```\n",
            findings: [(2, "later")]),
        Mistake(
            testDescription: "a missing import", text: "```swift\nimport Foundation\nlet plan: Plan? = nil\n```\n",
            findings: [(3, "Plan")]),
        Mistake(
            testDescription: "an import that does not exist", text: "```swift\nimport ZentrunkCores\n```\n",
            findings: [(2, "ZentrunkCores")]),
        Mistake(
            testDescription: "a member whose module is not imported",
            text: "```swift\nimport ZentrunkCore\nfunc text(_ event: RunEvent) -> String { event.json.text() }\n```\n",
            findings: [(3, "text")]),
        Mistake(
            testDescription: "a result that is dropped",
            text: "```swift\nimport ZentrunkCore\ntry PhoneNumber(\"+14155550100\")\n\"1\".count\n```\n",
            findings: [(3, "unused"), (4, "unused")]),
        Mistake(
            testDescription: "a declaration at the level of the file",
            text: """
                ```swift
                import Testing
                import ZentrunkCore

                @Test func digits() throws {
                    let number = try PhoneNumber("+14155550100")
                    #expect(number.digit == "14155550100")
                }
                ```
                """,
            findings: [(7, "digit")]),
        Mistake(
            testDescription: "a declaration that is internal to the package",
            text: "```swift\nimport ZentrunkTestKit\nlet places = Turnstile(2)\n```\n", findings: [(3, "Turnstile")]),
        Mistake(
            testDescription: "a comment of a source", page: "Sources/Some/Some.swift",
            text: "/// Does it.\n///\n/// ```swift\n/// let one: Int = \"1\"\n/// ```\nfunc doIt() {}\n",
            findings: [(4, "Int")]),
        Mistake(
            testDescription: "a dependency's parameter",
            text: "```swift\n.package(url: \"…\", from: \"1.0.0\"),\n.package(url: \"…\", form: \"1.0.0\"),\n```\n",
            findings: [(3, "package")]),
        Mistake(
            testDescription: "a whole manifest",
            text: "```swift\nimport PackageDescription\nlet package = Package(\n    name: 1)\n```\n",
            findings: [(4, "Int")]),
        Mistake(
            testDescription: "an option of the command, and a platform's",
            text: "```sh\nexport A=…   # zentrunk nope\nzentrunk connect vapi --number +14155550100 \\\n  --yes\n"
                + "zentrunk connect vapi --assistent ID\nsudo zentrunk plan vapi --numbre +1 | cat\n```\n",
            findings: [(5, "--assistent"), (6, "--numbre")]),
        Mistake(
            testDescription: "a command",
            text: "1. Step\n\n   ```sh\n   cd / && A=b zentrunk trunk lst > 'a b'\n   ```\n",
            findings: [(4, "lst")]),
        Mistake(
            testDescription: "a platform", text: "```sh\n.build/debug/zentrunk show vappi\n```\n",
            findings: [(2, "vappi")]),
        Mistake(
            testDescription: "a value",
            text: "```sh\nzentrunk list --timeout 0\nzentrunk list --timeout SECONDS\n```\n",
            findings: [(2, "--timeout")]),
        Mistake(
            testDescription: "a target of the makefile", text: "```sh\nmake tests FILTER='A|B'\nmake lint\n```\n",
            findings: [(2, "tests")]),
        Mistake(
            testDescription: "a script", text: "```sh\nScripts/tests\nScripts/test\n```\n",
            findings: [(2, "Scripts/tests")]),
        Mistake(testDescription: "a quote without its end", text: "```sh\necho 'a\n```\n", findings: [(2, "'")]),
        Mistake(
            testDescription: "broken JSON", text: "```json\n{\n  \"a\": 1,\n}\n```\n", findings: [(4, "comma")]),
        Mistake(
            testDescription: "a template with a reference to nothing",
            text:
                "```json\n{\"title\": \"A\", \"pairing\": \"acme\", \"extends\": \"zentrunk\", \"verified\": \"2026-01-01\",\n"
                + "\"resources\": {\"line\": {\"kind\": \"acme.line\", \"body\": {\"trunk\": \"${out.id}\"}}}}\n```\n",
            findings: [(3, "out")]),
        Mistake(
            testDescription: "a document that no command prints",
            text: "```json\n{\"outcome\": \"done\", \"runs\": [], \"errors\": null}\n```\n",
            findings: [(2, "docs/json.md")]),
        Mistake(
            testDescription: "an event with a member too many",
            text:
                "```json\n{\"event\": \"started\", \"time\": \"\", \"run\": \"\", \"key\": \"\", \"kind\": \"\"}\n```\n",
            findings: [(2, "kind")]),
        Mistake(
            testDescription: "no language, and another one", text: "a\n```\nx\n```\n\n```ruby\nx\n```\n",
            findings: [(2, "no language"), (6, "ruby")]),
        Mistake(
            testDescription: "a block that differs from the file that it is said to be a part of",
            text: """
                <!-- as in Scripts/lint -->
                ```text
                failed=0
                ```

                <!-- as in Scripts/lint -->

                ```text
                failed=1 or 2
                ```

                <!-- as in Scripts/lint -->
                not above a block
                ```text
                failed=3
                ```
                """,
            findings: [(9, "Scripts/lint")]),
        Mistake(testDescription: "a block without its end", text: "a\n\n```sh\nmake\n", findings: [(4, "no end")]),
    ]

    @Test(arguments: mistakes)
    func mistake(_ mistake: Mistake) async throws {
        try await withFolder { folder async throws in
            let file = URL(fileURLWithPath: folder).appending(path: mistake.page)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(mistake.text.utf8).write(to: file)
            let found = try await BlockChecks.findings(in: Checkout(root: folder))
            try #require(found.count == mistake.findings.count, "\(found)")
            for (finding, wanted) in zip(found, mistake.findings) {
                #expect(finding.page == mistake.page && finding.line == wanted.line, "\(finding)")
                #expect(finding.text.contains(wanted.part), "\(finding)")
            }
        }
    }

    @Test("Blocks may declare a name again, extend a type of another block and use what they share")
    func allowed() async throws {
        let text = """
            ```swift
            import Foundation
            import ZentrunkCore

            struct Greeting { var text = "hello" }

            extension Greeting: CustomStringConvertible { var description: String { text } }
            ```

            ```swift
            let greeting = Greeting()
            func say(_ greeting: Greeting) -> String { "\\(greeting)" }
            ```

            ```swift
            let greeting = say(greeting)
            if greeting.isEmpty { return }
            try await Task.sleep(for: .seconds(1))
            ```

            ```swift
            extension Greeting { static let polite = Greeting(text: "good day") }
            ```

            ```swift
            .package(url: "…/zentrunk-connect", from: "0.1.0", traits: ["Journal"])
            // In the target:
            .product(name: "ZentrunkCore", package: "zentrunk-connect"),
            .product(name: "ZentrunkPlivo", package: "zentrunk-connect")
            ```

            ```json
            {"outcome": "done", "runs": [], "error": null}
            ```

            ```sh
            zentrunk connect vapi/support --template mine.json --number +14155550100   # keeps it
            zentrunk --help; zentrunk help connect && make --version
            ```

            ```text
            zentrunk nope
            ```
            """
        try await withFolder { folder async throws in
            try Data(text.utf8).write(to: URL(fileURLWithPath: folder).appending(path: "page.md"))
            let found = try await BlockChecks.findings(in: Checkout(root: folder))
            #expect(found.isEmpty, "\(found)")
        }
    }

    @Test("A script is taken apart as a shell does it")
    func commands() {
        let script = """
            # a comment
            A=b one 'two three' "fo"ur 2>/dev/null >&2 # rest
            five \\
              six; (seven && eight) | nine > "ten" < eleven

            twelve#thirteen
            """
        #expect(
            ShellCommand.commands(in: script) == [
                ShellCommand(words: ["A=b", "one", "two three", "four"], line: 1),
                ShellCommand(words: ["five", "six"], line: 2), ShellCommand(words: ["seven"], line: 3),
                ShellCommand(words: ["eight"], line: 3), ShellCommand(words: ["nine"], line: 3),
                ShellCommand(words: ["twelve#thirteen"], line: 5),
            ])
    }
}
