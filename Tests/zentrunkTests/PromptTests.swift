#if os(Linux)
    import Foundation
    import Testing
    import ZentrunkCore
    import ZentrunkJSON
    import ZentrunkSandbox
    import ZentrunkTestKit

    @Suite("Questions on the terminal")
    struct PromptTests {
        /// A command that asks for consent.
        struct Prompt: Sendable, CustomTestStringConvertible {
            var testDescription: String
            var question: String
            /// Sets up the live objects and returns the command's arguments.
            var prepare: @Sendable (Desk) async throws -> [String]

            private static func connected(_ desk: Desk) async throws -> String {
                let done = try await desk.zentrunk(Pairing.vapi.command("connect", "--json"))
                return try #require(try done.json["run"]?.string, "\(done.stderr)")
            }

            static let all = [
                Prompt(testDescription: "connect that changes", question: "Change 1 object?") { desk in
                    _ = try await connected(desk)
                    return ["connect", "vapi", "--assistant", "00000000-0000-4000-8000-000000000009"]
                },
                Prompt(testDescription: "disconnect", question: "Delete 6 objects and restore 1 route?") { desk in
                    _ = try await connected(desk)
                    return ["disconnect", "vapi"]
                },
                Prompt(testDescription: "undo", question: "Delete ") { desk in ["undo", try await connected(desk)] },
                Prompt(testDescription: "number update", question: "Change number +14155550100") { desk in
                    desk.sandbox.services.plivo.addTrunk(name: "in", direction: "inbound")
                    return ["number", "update", "+14155550100", "--trunk", "in"]
                },
                Prompt(testDescription: "trunk delete", question: "Delete trunk \"in\"") { desk in
                    desk.sandbox.services.plivo.addTrunk(name: "in", direction: "inbound")
                    return ["trunk", "delete", "in"]
                },
                Prompt(testDescription: "trunk update", question: "Change trunk \"in\"") { desk in
                    desk.sandbox.services.plivo.addTrunk(name: "in", direction: "inbound")
                    return ["trunk", "update", "in", "--name", "other"]
                },
            ]
        }

        /// An answer or a signal at the question.
        struct Act: Sendable, CustomTestStringConvertible {
            var testDescription: String
            /// The redirections of the streams, in shell syntax.
            var redirection = ""
            /// Typed before the question appears.
            var early = ""
            var typed = ""
            var signal: Int32?
            var environment: [String: String] = [:]
            var status: Int32
            var words = ""

            static let cancelled = "Cancelled; nothing was changed."
            static let declined = "Not confirmed; nothing was changed."

            static let all = [
                Act(testDescription: "Ctrl-C", typed: PseudoTerminal.controlC, status: 6, words: cancelled),
                Act(testDescription: "SIGTERM", signal: SIGTERM, status: 6, words: cancelled),
                Act(testDescription: "SIGHUP", signal: SIGHUP, status: 6, words: cancelled),
                Act(testDescription: "no", typed: "n\n", status: 5, words: declined),
                Act(testDescription: "Enter", typed: "\n", status: 5, words: declined),
                Act(testDescription: "Ctrl-D", typed: PseudoTerminal.controlD, status: 5, words: declined),
                Act(testDescription: "a yes that was typed before, then no", early: "y\n", typed: "n\n", status: 5),
                Act(testDescription: "yes", typed: "y\n", status: 0),
                Act(
                    testDescription: "YES on a dumb terminal", typed: "YES\n", environment: ["TERM": "dumb"], status: 0),
                Act(
                    testDescription: "| tee", redirection: "2>&1 | tee -i \"$HOME/log\"; exit ${PIPESTATUS[0]}",
                    typed: "yes\n", status: 0),
                Act(
                    testDescription: "| head", redirection: "2>&1 | head -n 1; exit ${PIPESTATUS[0]}", typed: "y\n",
                    status: 0),
                Act(
                    testDescription: "| tee, no", redirection: "2>&1 | tee \"$HOME/log\"; exit ${PIPESTATUS[0]}",
                    typed: "n\n", status: 5),
                Act(testDescription: "2>file", redirection: "2>\"$HOME/log\"", typed: "y\n", status: 0),
                Act(
                    testDescription: "2>file, Ctrl-C", redirection: "2>\"$HOME/log\"", typed: PseudoTerminal.controlC,
                    status: 6, words: cancelled),
                Act(
                    testDescription: "<file >file 2>file", redirection: "</dev/null >\"$HOME/out\" 2>\"$HOME/log\"",
                    typed: "y\n", status: 0),
                Act(testDescription: "<&- >&- 2>&-, no", redirection: "<&- >&- 2>&-", typed: "n\n", status: 5),
            ]
        }

        @Test(
            "The command asks on the terminal, whatever the redirections, and obeys the answer", arguments: Prompt.all,
            Act.all)
        func question(_ prompt: Prompt, _ act: Act) async throws {
            try await Desk.run { desk async throws in
                let arguments = try await prompt.prepare(desk)
                let before = desk.sandbox.state
                let written = desk.writes.count
                var program = Program(arguments, sandbox: desk.sandbox, state: desk.folder, act.environment)
                if !act.redirection.isEmpty { program.script = "\"$0\" \"$@\" \(act.redirection)" }
                let ending = try await PseudoTerminal.run(program) { terminal in
                    if !act.early.isEmpty { terminal.type(act.early) }
                    try await terminal.shows("[y/N] ")
                    if let signal = act.signal { terminal.send(signal) } else { terminal.type(act.typed) }
                }
                #expect(ending.status == act.status, "\(ending.screen)")
                #expect(ending.screen.contains(prompt.question), "\(ending.screen)")
                #expect(ending.screen.contains(act.words) || act.words.isEmpty, "\(ending.screen)")
                if act.status == 0 {
                    #expect(desk.writes.count > written)
                    #expect(desk.sandbox.state != before)
                } else {
                    #expect(desk.writes.count == written)
                    #expect(desk.sandbox.state == before)
                    #expect(!ending.screen.contains("Stopped"), "\(ending.screen)")
                }
            }
        }

        @Test("--yes skips the question; JSON is alone on stdout whatever the answer", arguments: Prompt.all)
        func json(_ prompt: Prompt) async throws {
            try await Desk.run { desk async throws in
                let arguments = try await prompt.prepare(desk)
                let out = desk.folder + "/out"
                for (typed, code) in [("n\n", "consent"), (PseudoTerminal.controlC, "cancelled")] {
                    var program = Program(arguments + ["--json"], sandbox: desk.sandbox, state: desk.folder)
                    program.script = "\"$0\" \"$@\" >\"$HOME/out\""
                    _ = try await PseudoTerminal.run(program) { terminal in
                        try await terminal.shows("[y/N] ")
                        terminal.type(typed)
                    }
                    let document = try JSONValue(parsing: try String(contentsOfFile: out, encoding: .utf8))
                    #expect(document["error"]?["code"] == .string(code))
                }
                let agreed = try await PseudoTerminal.run(
                    Program(arguments + ["--yes"], sandbox: desk.sandbox, state: desk.folder))
                #expect(agreed.status == 0, "\(agreed.screen)")
                #expect(!agreed.screen.contains("[y/N]"))
            }
        }

        @Test("Without a terminal, --yes is required, and the suggested command works", arguments: Prompt.all)
        func script(_ prompt: Prompt) async throws {
            try await Desk.run { desk async throws in
                let arguments = try await prompt.prepare(desk)
                let before = desk.sandbox.state
                let refused = try await desk.zentrunk(arguments + ["--json"])
                #expect(refused.status == 5)
                let error = try refused.json["error"]
                #expect(error?["code"] == "consent")
                let next = try #require(error?["next"]?.array?.first?.string)
                #expect(next == (["zentrunk"] + arguments + ["--json", "--yes"]).joined(separator: " "))
                #expect(desk.sandbox.state == before)
                let done = try await desk.zentrunk(next.split(separator: " ").dropFirst().map(String.init))
                #expect(done.status == 0, "\(done.stderr)")
            }
        }

        @Test("A command that waits for its input ends at once", arguments: [SIGINT, SIGTERM, SIGHUP])
        func input(_ signal: Int32) async throws {
            try await Desk.run { desk async throws in
                let fifo = desk.folder + "/numbers"
                #expect(mkfifo(fifo, 0o600) == 0)
                let commands = [
                    ["connect", "vapi", "--numbers", "-"], ["connect", "vapi", "--numbers", fifo],
                    ["disconnect", "vapi", "--numbers", fifo],
                    ["connect", "vapi", "-n", "+14155550100", "--no-agent", "--template", fifo],
                ]
                for arguments in commands {
                    var program = Program(arguments + ["--json"], sandbox: desk.sandbox, state: desk.folder)
                    // The shell is replaced by the command, so that its start is visible.
                    program.script = "echo begun; exec \"$0\" \"$@\""
                    let ending = try await PseudoTerminal.run(program) { terminal in
                        try await terminal.shows("begun")
                        try await Self.takesSignals(terminal.process)
                        terminal.send(signal)
                    }
                    #expect(ending.status == 6, "\(arguments) \(ending.screen)")
                    #expect(ending.screen.contains(Act.cancelled), "\(ending.screen)")
                    #expect(desk.sandbox.requests.isEmpty)
                }
            }
        }

        /// Waits until the command handles its signals. Before that, a signal would kill it.
        static func takesSignals(_ process: pid_t) async throws {
            let file = "/proc/\(process)/status"
            // SigCgt: a mask in which signal n is bit n - 1. <https://man7.org/linux/man-pages/man5/proc_pid_status.5.html>
            while let status = try? String(contentsOfFile: file, encoding: .utf8) {
                let line = status.split(separator: "\n").first { $0.hasPrefix("SigCgt:") }
                let mask = line.flatMap { UInt64($0.drop { $0 != "\t" }.dropFirst(), radix: 16) } ?? 0
                if [SIGINT, SIGTERM, SIGHUP].allSatisfy({ mask & (1 << UInt64($0 - 1)) != 0 }) { return }
                await Task.yield()
            }
        }

        @Test("Singular and plural are correct", arguments: Pairing.all)
        func counts(_ pairing: Pairing) async throws {
            try await Desk.run { desk async throws in
                desk.sandbox.own(number: "+14155550100", application: Journey.application)
                let done = try await desk.zentrunk(pairing.command("connect", "--reroute"))
                #expect(done.status == 0, "\(done.stderr)")
                let plan = try await desk.zentrunk("disconnect", pairing.id, "--dry-run", "--json").json
                let deleted = plan["resources"]?.array?.count { $0["action"] == "delete" } ?? 0
                let ending = try await PseudoTerminal.run(
                    Program(["disconnect", pairing.id], sandbox: desk.sandbox, state: desk.folder)
                ) { terminal in
                    try await terminal.shows("Delete \(deleted) objects and restore 1 route? [y/N] ")
                    terminal.type("y\n")
                }
                #expect(ending.status == 0, "\(ending.screen)")
                #expect(desk.sandbox.services.plivo.route(of: "+14155550100") == .application(Journey.application))
            }
        }
    }
#endif
