#if os(Linux)
    import Foundation
    import Testing
    import ZentrunkCore
    import ZentrunkJSON
    import ZentrunkJournal
    import ZentrunkSandbox
    import ZentrunkTestKit

    @Suite("Terminals or readers that go away", .sweep(.hangup))
    struct HangupSweep {
        typealias Victim = InterruptedCommand

        @Test(
            "SIGHUP, Ctrl-C or SIGTERM at any write ends with a completed or a restored run", arguments: Pairing.all,
            Victim.allCases)
        func signals(_ pairing: Pairing, _ victim: Victim) async throws {
            try await sweep(pairing, victim) { terminal, write in
                switch write % 3 {
                case 0: terminal.type(PseudoTerminal.controlC)
                case 1: terminal.hangUp()
                default: terminal.send(SIGTERM)
                }
            }
        }

        @Test(
            "A reader of text or events that closes after some lines does not stop a run", arguments: Pairing.all,
            Victim.allCases)
        func readers(_ pairing: Pairing, _ victim: Victim) async throws {
            try await World.run { world async throws in
                try await withFolder { folder async throws in
                    for (index, lines) in [1, 3, 9].enumerated() {
                        for option in [[], ["--events"]] {
                            let state = "\(folder)/\(index)\(option.first ?? "")"
                            var (program, _, goal) = try await prepare(pairing, victim, world, state)
                            program.arguments += option
                            program.script = "\"$0\" \"$@\" 2>&1 | head -n \(lines); exit ${PIPESTATUS[0]}"
                            let ending = try await PseudoTerminal.run(program)
                            Sweep.count()
                            #expect(ending.status == 0, "\(ending.screen)")
                            #expect(Account(world.sandbox.state.withoutCalls).difference(from: goal) == [])
                            try await ended(state)
                        }
                    }
                }
            }
        }

        // MARK: One case

        private func sweep(
            _ pairing: Pairing, _ victim: Victim, _ act: (PseudoTerminal, Int) -> Void
        ) async throws {
            try await World.run { world async throws in
                try await withFolder { folder async throws in
                    let first = try await prepare(pairing, victim, world, folder + "/0")
                    let writes = first.writes
                    for write in 1...writes where Sweep.isFull || write % 2 == 1 || write == writes {
                        let state = "\(folder)/\(write)"
                        let (program, _, goal) = try await prepare(pairing, victim, world, state)
                        let start = Account(world.sandbox.state.withoutCalls)
                        world.sandbox.setFaults([
                            SandboxFault(writesOnly: true, hits: .nth(write), effect: .delay(.milliseconds(100)))
                        ])
                        let sandbox = world.sandbox
                        let ending = try await PseudoTerminal.run(program) { terminal in
                            while !sandbox.requests.contains(where: { $0.fault != nil }) { await Task.yield() }
                            act(terminal, write)
                        }
                        sandbox.setFaults([])
                        Sweep.count()
                        let now = Account(sandbox.state.withoutCalls)
                        let place: Comment = "write \(write): \(ending.screen)"
                        switch ending.status {
                        case 0: #expect(now.difference(from: goal) == [], place)
                        case 6: #expect(now.difference(from: start) == [], place)
                        default: #expect(ending.status == 7 && victim != .connect, "\(ending.status) \(place)")
                        }
                        try await ended(state)
                        let again = try await PseudoTerminal.run(program)
                        let isOver = ending.status == 0 && [.undo, .back].contains(victim)
                        #expect(again.status == 0 || isOver, "\(again.screen)")
                        #expect(Account(sandbox.state.withoutCalls).difference(from: goal) == [], place)
                        #expect(try world.violations(pairing) == [], place)
                    }
                }
            }
        }

        /// Checks that every run in the journal has ended.
        private func ended(_ state: String) async throws {
            let runs = try await SQLiteJournal(directory: state).runs(of: nil)
            #expect(runs.allSatisfy { $0.outcome != nil })
        }

        /// Sets up the state before the run, and determines the expected result.
        private func prepare(
            _ pairing: Pairing, _ victim: Victim, _ world: World, _ state: String
        ) async throws -> (program: Program, writes: Int, goal: Account) {
            // The first pass determines the expected result, the second one is for the test.
            let first = try await victim.prepare(pairing, world, state + "-goal", []).program
            let undisturbed = try await first.run()
            #expect(undisturbed.status == 0, "\(undisturbed.stderr)")
            let (writes, goal) = (world.writes.count, Account(world.sandbox.state.withoutCalls))
            return (try await victim.prepare(pairing, world, state, []).program, writes, goal)
        }
    }
#endif
