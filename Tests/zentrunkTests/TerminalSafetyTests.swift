import Foundation
import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit
import ZentrunkVapiSandbox

@Suite("Foreign texts cannot control the terminal or imitate our messages")
struct TerminalSafetyTests {
    /// Sets a title, returns to the start of the line, sets colours and the writing direction, and begins a new line.
    static let evil = "\u{1B}]0;pwned\u{07}\r\u{9B}31m\u{202E}x\u{2066}\u{200B}\nforged"

    /// Checks that the output has no control sequences and still contains the foreign text, escaped.
    static func check(_ result: Program.Result, says words: String = #"\u001b]0;pwned"#) {
        for text in [result.stdout, result.stderr] {
            for scalar in text.unicodeScalars where scalar != "\n" {
                switch scalar.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator:
                    Issue.record("U+\(String(scalar.value, radix: 16)) in \(text.debugDescription)")
                    return
                default: break
                }
            }
            #expect(!text.split(separator: "\n").contains { $0.hasPrefix("forged") })
        }
        let all = (result.stdout + result.stderr).lowercased()
        #expect(all.contains(words), "\(all)")
        if result.stdout.hasPrefix("{") { #expect(throws: Never.self) { try result.json } }
    }

    @Test("A vendor's error text is escaped", arguments: Pairing.all, [[], ["--json"], ["--events"]])
    func vendorError(_ pairing: Pairing, _ options: [String]) async throws {
        try await Desk.run { desk async throws in
            for vendor in ["plivo", pairing.vendor] {
                for verb in ["plan", "connect"] {
                    desk.sandbox.setFaults([
                        SandboxFault(vendor: vendor, writesOnly: verb == "connect", effect: .refused(Self.evil))
                    ])
                    // The events of a plan are about its reading and include no error.
                    let result = try await desk.zentrunk(
                        pairing.command(verb, "--auth", "credentials")
                            + (verb == "plan" && options == ["--events"] ? [] : options))
                    #expect([5, 6].contains(result.status))
                    Self.check(result)
                }
            }
            desk.sandbox.setFaults([])
            // The journal stores the reason why a write was not done.
            let runs = try await desk.zentrunk("runs", "--json")
            for run in try runs.json["runs"]?.array ?? [] {
                let id = try #require(run["run"]?.string)
                Self.check(try await desk.zentrunk(["show", id] + options.filter { $0 == "--json" }), says: "run")
            }
        }
    }

    @Test("A request id from a vendor's body or header is escaped")
    func requestID() async throws {
        try await Desk.run { desk async throws in
            let body: JSONValue = ["api_id": .string(Self.evil), "error": "no"]
            desk.sandbox.setFaults([SandboxFault(vendor: "plivo", effect: .answer(.json(400, body)))])
            Self.check(try await desk.zentrunk("trunk", "list"))
            var answer = SandboxAnswer.json(400, ["error": "no"])
            answer.headers["X-Request-Id"] = "id\u{202E}di"
            desk.sandbox.setFaults([SandboxFault(vendor: "plivo", effect: .answer(answer))])
            Self.check(try await desk.zentrunk("trunk", "list"), says: "request id")
        }
    }

    @Test("The name of another user's object in a collision is escaped", arguments: Pairing.all, [[], ["--json"]])
    func foreignObject(_ pairing: Pairing, _ options: [String]) async throws {
        try await Desk.run { desk async throws in
            pairing.addForeignRecord(desk.sandbox, try PhoneNumber("+14155550100"), named: Self.evil)
            for verb in ["plan", "connect"] {
                let result = try await desk.zentrunk(pairing.command(verb) + options)
                #expect(result.status == 5, "\(result.stderr)")
                Self.check(result)
            }
        }
    }

    @Test(
        "Names in the carrier's commands are escaped",
        arguments: [
            ["list"], ["get", evil], ["get", "nobody"], ["update", evil, "--name", "x"],
            ["update", evil, "--name", "x", "--yes"],
            ["delete", evil], ["delete", evil, "--yes"], ["update", "seed", "--name", evil, "--yes"],
        ], [[], ["--json"]])
    func carrier(_ arguments: [String], _ options: [String]) async throws {
        try await Desk.run { desk async throws in
            desk.sandbox.services.plivo.addTrunk(name: Self.evil, direction: "inbound")
            desk.sandbox.services.plivo.addTrunk(name: "seed", direction: "inbound")
            let result = try await desk.zentrunk(["trunk"] + arguments + options)
            Self.check(result, says: arguments == ["get", "nobody"] ? "nobody" : #"\u001b]0;pwned"#)
        }
    }

    @Test("A parameter's value is shown only in the refusal that quotes it", arguments: [[], ["--json"]])
    func options(_ options: [String]) async throws {
        try await Desk.run { desk async throws in
            for (value, words) in [(Self.evil, #"\u001b]0;pwned"#), ("a\u{202E}b", #"a\u202eb"#)] {
                for set in ["assistant", "region"] {
                    let refused = try await desk.zentrunk(
                        ["connect", "vapi", "-n", "+14155550100", "--no-agent", "--set", "\(set)=\(value)"] + options)
                    #expect(refused.status == 1)
                    Self.check(refused, says: words)
                }
            }
            #expect(desk.writes.isEmpty)
        }
    }

    @Test("The names in a template and of its file are escaped", arguments: ["title", "kind", "name"])
    func template(_ place: String) async throws {
        try await Desk.run { desk async throws in
            let shown = try await desk.zentrunk("template", "show", "vapi").stdout
            let json = JSONValue.string(Self.evil).text().dropFirst().dropLast()
            let text =
                switch place {
                case "title": shown.replacing(/"title": "[^"]*"/, with: "\"title\": \"\(json)\"", maxReplacements: 1)
                case "kind": shown.replacing("\"zentrunk.trunk\"", with: "\"\(json)\"")
                default: shown + "x"
                }
            let file = desk.folder + "/" + (place == "name" ? Self.evil : "mine.json")
            try text.write(toFile: file, atomically: true, encoding: .utf8)
            for options in [[], ["--json"]] {
                let checked = try await desk.zentrunk(["template", "validate", file] + options)
                #expect(checked.status == (place == "title" ? 0 : 1), "\(checked.stderr)")
                Self.check(checked, says: place == "title" && !options.isEmpty ? "valid" : #"\u001b]0;pwned"#)
            }
            if place == "kind" {
                Self.check(
                    try await desk.zentrunk("plan", "vapi", "-n", "+14155550100", "--no-agent", "--template", file))
            }
        }
    }

    @Test("Arguments and the lines of a numbers file are escaped", arguments: [[], ["--json"]])
    func input(_ options: [String]) async throws {
        try await Desk.run { desk async throws in
            let file = desk.folder + "/numbers.csv"
            try "number\n\u{1B}[2J\u{07}\u{9B}31m\u{202E}x\n".write(toFile: file, atomically: true, encoding: .utf8)
            let arguments = [
                ["connect", "vapi", "--numbers", file, "--no-agent"],
                ["connect", "vapi", "--numbers", desk.folder + Self.evil],
                ["connect", Self.evil], ["connect", "vapi", "--\(Self.evil)", "x"], [Self.evil],
                ["show", "vapi", Self.evil],
                ["undo", Self.evil], ["connect", "vapi", "--template", Self.evil],
                ["disconnect", "vapi", "--name", Self.evil],
            ]
            for arguments in arguments {
                let result = try await desk.zentrunk(arguments + options)
                #expect(result.status == 1, "\(result.stderr)")
                Self.check(
                    result, says: arguments.contains(file) ? #"\u001b[2j\u0007\u009b31m\u202e"# : #"\u001b]0;pwned"#)
            }
        }
    }

    #if os(Linux)
        @Test(
            "On a terminal, only our own colours are not escaped",
            .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/script"), "script makes the terminal"))
        func colours() async throws {
            try await Desk.run { desk async throws in
                desk.sandbox.service(VapiService.self).addPhoneNumber("+14155550100", name: Self.evil)
                var program = Program(
                    ["plan", "vapi", "-n", "+14155550100", "--no-agent"], sandbox: desk.sandbox, state: desk.folder,
                    ["TERM": "xterm"]
                )
                program.script = #"exec script -qec "'$0' $*" /dev/null"#
                let shown = try await program.run().stdout
                #expect(shown.contains("\u{1B}[1mconnect vapi/main\u{1B}[0m"), "\(shown.debugDescription)")
                #expect(shown.contains(#"\u001b]0;pwned"#))
                let rest = shown.replacing(/\u{1B}\[[0-9]+m/, with: "").replacing("\r\u{1B}[2K", with: "")
                    .replacing("\r\n", with: "\n")
                Self.check(Program.Result(status: 0, stdout: rest, stderr: ""))
                #expect(!rest.unicodeScalars.contains("\u{F8FF}"))
            }
        }
    #endif

    @Test(
        "Completing a name does not run commands in it",
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/bin/bash"), "bash completes"))
    func completion() async throws {
        try await Desk.run { desk async throws in
            let sign = desk.folder + "/was-run"
            desk.sandbox.services.plivo.addTrunk(name: "$(touch \(sign))", direction: "inbound")
            desk.sandbox.services.plivo.addTrunk(name: "`touch \(sign)`", direction: "inbound")
            desk.sandbox.services.plivo.addTrunk(name: "plain-one", direction: "inbound")
            var program = Program([], sandbox: desk.sandbox, state: desk.folder)
            program.script = """
                source <("$0" completions bash)
                PATH="$(dirname "$0"):$PATH"
                COMP_WORDS=(zentrunk trunk get ''); COMP_CWORD=3; COMP_LINE='zentrunk trunk get '; COMP_POINT=19
                _zentrunk
                printf '%s\\n' "${COMPREPLY[@]}"
                """
            let offered = try await program.run().stdout.split(separator: "\n").map(String.init)
            #expect(offered.contains("plain-one"), "\(offered)")
            #expect(offered.count == 3)
            #expect(offered.allSatisfy { $0.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" } })
            #expect(!FileManager.default.fileExists(atPath: sign))
        }
    }
}
