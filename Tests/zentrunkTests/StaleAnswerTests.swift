#if os(Linux)
    import Testing
    import ZentrunkSandbox
    import ZentrunkTestKit

    @Suite("Consent applies only to the plan shown")
    struct StaleAnswerTests {
        @Test("A number that another machine adds during the question stops the run", arguments: Pairing.all)
        func stale(_ pairing: Pairing) async throws {
            try await Desk.run { desk async throws in
                #expect(try await desk.zentrunk(pairing.command("connect")).status == 0)
                let program = Program(["disconnect", pairing.id], sandbox: desk.sandbox, state: desk.folder)
                let ending = try await PseudoTerminal.run(program) { terminal in
                    try await terminal.shows("[y/N]")
                    var words = pairing.command("connect", "--yes")
                    words[3] = "+14155550101"
                    let other = try await Program(words, sandbox: desk.sandbox, state: desk.folder + "/other").run()
                    #expect(other.status == 0, "\(other.stderr)")
                    terminal.type("y\n")
                }
                #expect(ending.status == 5, "\(ending.screen)")
                #expect(!desk.writes.contains { $0.method == "DELETE" })
                #expect(desk.sandbox.services.plivo.route(of: "+14155550101") != nil)
            }
        }
    }
#endif
