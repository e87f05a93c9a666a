#if os(Linux)
    import Foundation
    import Testing
    import ZentrunkJSON
    import ZentrunkSandbox
    import ZentrunkTestKit

    @Suite(
        "Output errors do not stop a run")
    struct OutputTests {
        @Test(
            "On a full disk, the command ends with an output error",
            arguments: [
                ["trunk", "list", "--json"], ["number", "list"], ["list", "--json"], ["runs", "--json"], ["--version"],
                ["--help"],
                ["template", "list"], ["template", "show", "vapi"], ["completions", "bash"],
                ["connect", "vapi", "--help"],
                ["plan", "vapi", "-n", "+14155550100", "--no-agent"],
                ["plan", "vapi", "-n", "+14155550100", "--no-agent", "--json"],
                ["plan", "vapi", "-n", "+14155550100", "--no-agent", "--graph", "dot"],
            ])
        func fullDisk(_ arguments: [String]) async throws {
            try await Desk.run { desk async throws in
                var program = Program(arguments, sandbox: desk.sandbox, state: desk.folder)
                program.script = "\"$0\" \"$@\" >/dev/full"
                let full = try await program.run()
                #expect(full.status == 9, "\(full.stderr)")
                #expect(
                    full.stderr.contains("could not be written: No space left on device") || arguments == ["--version"])
                program.script = "\"$0\" \"$@\" >&-"
                #expect(try await program.run().status == 9)
                program.script = "set -o pipefail; \"$0\" \"$@\" | head -c 1"
                let left = try await program.run()
                #expect(left.status == 0, "\(left.stderr)")
                #expect(!left.stderr.contains("error"))
            }
        }

        @Test("If stdout fails, a run continues and keeps the exit code of a failure", arguments: Pairing.all)
        func run(_ pairing: Pairing) async throws {
            try await Desk.run { desk async throws in
                let before = desk.sandbox.state
                var program = Program(pairing.command("connect", "--json"), sandbox: desk.sandbox, state: desk.folder)
                program.script = "\"$0\" \"$@\" >/dev/full"
                desk.sandbox.setFaults([.failing(write: 2, with: .refused("no"))])
                #expect(try await program.run().status == 6)
                #expect(desk.sandbox.state == before)
                desk.sandbox.setFaults([])
                let done = try await program.run()
                #expect(done.status == 9, "\(done.stderr)")
                #expect(done.stderr.contains("everything else was done"))
                try pairing.check(desk.sandbox.state, Combination(pairing: pairing))
                program.arguments = ["disconnect", pairing.id, "--yes"]
                #expect(try await program.run().status == 9)
                #expect(desk.sandbox.state == before)
            }
        }

        @Test("A password's file is complete or missing, and only its owner can read it")
        func password() async throws {
            try await Desk.run { desk async throws in
                let file = desk.folder + "/pbx.secret"
                let create = ["credential", "create", "--name", "pbx", "--password-out"]
                var program = Program(create + [file], sandbox: desk.sandbox, state: desk.folder)
                program.script = "ulimit -f 0; \"$0\" \"$@\""
                let full = try await program.run()
                #expect(full.status != 0, "\(full.stderr)")
                let names = try FileManager.default.contentsOfDirectory(atPath: desk.folder)
                #expect(!names.contains { $0.hasPrefix("pbx") }, "\(names)")
                let made = try await desk.zentrunk("credential", "create", "--name", "other", "--password-out", file)
                #expect(made.status == 0, "\(made.stderr)")
                let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
                #expect(mode == 0o600)
                let there = try await desk.zentrunk("credential", "get", "other", "--password-out", file)
                #expect(there.status == 1)
                #expect(there.stderr.contains("File exists"))
                program = Program(
                    ["credential", "get", "other", "--password-out", "-"], sandbox: desk.sandbox, state: desk.folder)
                program.script = "\"$0\" \"$@\" >/dev/full"
                #expect(try await program.run().status == 9)
            }
        }

        @Test("Without UTF-8, our own symbols are ASCII", arguments: ["C", "POSIX", "de_DE.ISO-8859-1"])
        func locale(_ name: String) async throws {
            try await Desk.run { desk async throws in
                let plan = try await desk.zentrunk(Pairing.vapi.command("plan"), with: ["LC_ALL": name])
                #expect(plan.status == 0)
                #expect(plan.stdout.utf8.allSatisfy { $0 < 0x80 })
                #expect(plan.stdout.contains("`- "))
            }
        }
    }

    @Suite("Interrupting a command")
    struct StoppingTests {
        @Test(
            "While reading, Ctrl-C ends the command at once and nothing is changed",
            arguments: [SIGINT, SIGTERM, SIGHUP])
        func reading(_ signal: Int32) async throws {
            try await Desk.run { desk async throws in
                let sandbox = desk.sandbox
                sandbox.setFaults([SandboxFault(readsOnly: true, effect: .hang)])
                for arguments in [Pairing.vapi.command("connect"), ["disconnect", "vapi"], ["trunk", "list"]] {
                    sandbox.clearRequests()
                    let program = Program(arguments + ["--json"], sandbox: sandbox, state: desk.folder)
                    let ending = try await PseudoTerminal.run(program) { terminal in
                        while !sandbox.requests.contains(where: { $0.fault != nil }) { await Task.yield() }
                        // A request of the previous process may arrive late.
                        try await PromptTests.takesSignals(terminal.process)
                        terminal.send(signal)
                    }
                    #expect(ending.status == 6, "\(ending.screen)")
                    #expect(ending.screen.contains("Cancelled; nothing was changed."), "\(ending.screen)")
                    #expect(!ending.screen.contains("rolling back"))
                }
            }
        }

        @Test(
            "A second Ctrl-C after a write ends with exit code 7, the run's id alone on stdout, and the next command",
            arguments: Pairing.all)
        func twice(_ pairing: Pairing) async throws {
            try await Desk.run { desk async throws in
                let sandbox = desk.sandbox
                let before = sandbox.state
                sandbox.setFaults([.failing(write: 3, with: .hang)])
                var program = Program(pairing.command("connect", "--json"), sandbox: sandbox, state: desk.folder)
                program.script = "exec \"$0\" \"$@\" >\"$HOME/out\""
                let ending = try await PseudoTerminal.run(program) { terminal in
                    while !sandbox.requests.contains(where: { $0.fault != nil }) { await Task.yield() }
                    terminal.type(PseudoTerminal.controlC)
                    try await terminal.shows(
                        "Interrupted: finishing requests in flight, then rolling back. Press Ctrl-C again to stop now.")
                    terminal.type(PseudoTerminal.controlC)
                }
                #expect(ending.status == 7, "\(ending.screen)")
                sandbox.setFaults([])
                let document = try JSONValue(parsing: try String(contentsOfFile: desk.folder + "/out", encoding: .utf8))
                #expect(document["outcome"] == "interrupted")
                let run = try #require(document["run"]?.string)
                #expect(document["error"]?["next"]?.array?.first == .string("zentrunk undo \(run)"))
                let undone = try await desk.zentrunk("undo", run, "--yes")
                #expect(undone.status == 0, "\(undone.stderr)")
                #expect(sandbox.state == before)
            }
        }

        @Test("The sandbox ends normally and prints nothing about writes", arguments: [SIGINT, SIGTERM, SIGHUP])
        func sandbox(_ signal: Int32) async throws {
            try await withFolder { folder async throws in
                let ending = try await PseudoTerminal.run(Program(["sandbox"], state: folder)) { terminal in
                    try await terminal.shows("press Ctrl-C to stop it")
                    terminal.send(signal)
                }
                #expect(ending.status == 0, "\(ending.screen)")
                #expect(!ending.screen.contains("Interrupted"))
            }
        }
    }

    @Suite("Dry runs")
    struct DryRunTests {
        @Test("connect --dry-run is the same as plan", arguments: Pairing.all)
        func connect(_ pairing: Pairing) async throws {
            try await Desk.run { desk async throws in
                for isRouted in [false, true] {
                    if isRouted { desk.sandbox.own(number: "+14155550100", application: "4711") }
                    for option in [[], ["--json"]] {
                        let plan = try await desk.zentrunk(pairing.command("plan", "--yes", "--wait") + option)
                        let dry = try await desk.zentrunk(
                            pairing.command("connect", "--dry-run", "--yes", "--wait") + option)
                        #expect(plan.status == (isRouted ? 5 : 0), "\(plan.stderr)")
                        #expect(dry.status == plan.status)
                        #expect(dry.stdout == plan.stdout)
                    }
                }
                let other = try await desk.zentrunk(pairing.command("plan", "--expect", "0000", "--json"))
                #expect(other.status == 5)
                #expect(try other.json["error"]?["code"] == "plan-changed")
                #expect(desk.writes.isEmpty)
            }
        }

        @Test("disconnect --dry-run sends only reads", arguments: Pairing.all)
        func disconnect(_ pairing: Pairing) async throws {
            try await Desk.run { desk async throws in
                #expect(try await desk.zentrunk(pairing.command("connect")).status == 0)
                let (before, written) = (desk.sandbox.state, desk.writes.count)
                let dry = try await desk.zentrunk("disconnect", pairing.id, "--dry-run", "--json")
                #expect(dry.status == 0, "\(dry.stderr)")
                let done = try dry.json["resources"]?.array?.compactMap { $0["action"]?.string } ?? []
                #expect(done.contains("delete"))
                #expect(desk.writes.count == written)
                #expect(desk.sandbox.state == before)
            }
        }

        @Test("The carrier's commands send only reads with --dry-run", arguments: CarrierNounCase.all)
        func carrier(_ noun: CarrierNounCase) async throws {
            try await Desk.run { desk async throws in
                noun.prepare(desk.sandbox)
                let create = [noun.name, "create", "--name", "pbx"] + noun.create
                let planned = try await desk.json(create + ["--dry-run"], input: noun.input)
                #expect(planned.status == 0, "\(planned.document)")
                #expect(planned.document["outcome"] == "planned")
                #expect(planned.document[noun.name]?["name"] == "pbx")
                #expect(planned.document[noun.name]?["password"] == nil)
                #expect(desk.writes.isEmpty)
                #expect(try await desk.json(create, input: noun.input).status == 0)
                let (before, written) = (desk.sandbox.state, desk.writes.count)
                #expect(try await desk.json(create + ["--dry-run"], input: noun.input).status == 5)
                let updated = try await desk.json([noun.name, "update", "pbx"] + noun.update + ["--dry-run", "--yes"])
                #expect(updated.status == 0, "\(updated.document)")
                #expect(updated.document["outcome"] == "planned")
                #expect(updated.document["changes"]?.array?.isEmpty == false)
                let deleted = try await desk.json([noun.name, "delete", "pbx", "--dry-run", "--yes"])
                #expect(deleted.status == 0, "\(deleted.document)")
                #expect(deleted.document["dependents"] != nil)
                #expect(desk.writes.count == written)
                #expect(desk.sandbox.state == before)
            }
        }
    }
#endif
