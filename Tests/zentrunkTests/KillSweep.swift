import Foundation
import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
@_spi(Adapter) import ZentrunkJournal
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("After SIGKILL at any moment, the next command continues", .sweep(.kill))
struct KillSweep {
    typealias Victim = InterruptedCommand

    /// When the command is killed.
    enum Moment: Sendable, CustomStringConvertible {
        /// At this request of the process, before or after the vendor has processed it.
        case request(SandboxFault.Hits, writesOnly: Bool, hasActed: Bool)
        /// A number of scheduler yields after a number of requests: at any point, even while the journal is written.
        case after(requests: Int, turns: Int)

        var description: String {
            switch self {
            case .request(let hits, let writesOnly, let hasActed):
                "\(writesOnly ? "write" : "request") \(hits), \(hasActed ? "after" : "before") the vendor acted"
            case .after(let requests, let turns): "\(requests) requests and \(turns) turns"
            }
        }
    }

    @Test(
        "SIGKILL at a write, before or after the vendor processes it, can be recovered", arguments: Pairing.all,
        Victim.allCases)
    func writes(_ pairing: Pairing, _ victim: Victim) async throws {
        try await sweep(pairing, victim) { count, writes in
            // Alternates between before and after; a full sweep has both.
            (1...max(writes, 1)).flatMap { write in
                (Sweep.isFull ? [false, true] : [write.isMultiple(of: 2) == (victim == .change)]).map {
                    .request(.nth(write), writesOnly: true, hasActed: $0)
                }
            }
        }
    }

    @Test(
        "SIGKILL at any request can be recovered", .enabled(if: Sweep.isFull), arguments: Pairing.all, Victim.allCases)
    func requests(_ pairing: Pairing, _ victim: Victim) async throws {
        try await sweep(pairing, victim) { count, _ in
            (1...count).flatMap { request in
                [false, true].map { .request(.nth(request), writesOnly: false, hasActed: $0) }
            }
        }
    }

    @Test("SIGKILL at pseudo-random moments between requests can be recovered", arguments: Pairing.all, Victim.allCases)
    func moments(_ pairing: Pairing, _ victim: Victim) async throws {
        var random = Multiplier(state: UInt64(victim.rawValue.utf8.count))
        let moments = (0..<(Sweep.isFull ? 24 : 2)).map { _ in
            (Double.random(in: 0..<1, using: &random), Int.random(in: 0..<3000, using: &random))
        }
        try await sweep(pairing, victim) { count, _ in
            moments.map { .after(requests: 1 + Int($0.0 * Double(count)), turns: $0.1) }
        }
    }

    // MARK: One case

    /// - Parameter moments: Receives the number of requests and writes of the undisturbed command.
    private func sweep(
        _ pairing: Pairing, _ victim: Victim, _ moments: (Int, Int) -> [Moment]
    ) async throws {
        try await World.run { world async throws in
            try await withFolder { folder async throws in
                let first = try await victim.prepare(pairing, world, folder + "/0", ["--json"])
                let undisturbed = try await first.program.run()
                #expect(undisturbed.status == 0, "\(undisturbed.stderr)")
                let goal = Account(world.sandbox.state.withoutCalls)
                let sent = world.sandbox.requests
                for (index, moment) in moments(sent.count, sent.count(where: \.isWrite)).enumerated() {
                    let state = "\(folder)/\(index + 1)"
                    let start = try await victim.prepare(pairing, world, state, ["--json"])
                    let program = start.program
                    if victim.keepsCalls { #expect(world.silent(pairing) == [], "\(moment)") }
                    let usernames = Self.usernames(world)
                    try await kill(program, at: moment, world.sandbox)
                    Sweep.count()
                    if victim.keepsCalls { #expect(world.silent(pairing) == [], "\(moment)") }
                    let again = try await program.run()
                    // The kill may have come too late: then the number is back, and there is no further way back.
                    let wasBack = victim == .back && again.stderr.contains("not routed through another connection")
                    #expect(again.status == 0 || wasBack, "\(moment): \(again.stderr)")
                    if victim.keepsCalls { #expect(world.silent(pairing) == [], "\(moment)") }
                    #expect(Account(world.sandbox.state.withoutCalls).difference(from: goal) == [], "\(moment)")
                    if victim == .rotate { #expect(Self.usernames(world).isDisjoint(with: usernames), "\(moment)") }
                    let journal = try SQLiteJournal(directory: state)
                    #expect(try await journal.runs(of: nil).allSatisfy { $0.outcome != nil }, "\(moment)")
                    for one in start.pairings {
                        let end = try await world.disconnect(try world.connector(one, journal: journal))
                        #expect(end.error == nil, "\(moment): \(end.error?.message ?? "")")
                    }
                    #expect(world.sandbox.state.withoutCalls == start.empty, "\(moment)")
                    #expect(world.silenced() == [], "\(moment)")
                    #expect(try world.violations(pairing) == [], "\(moment)")
                    let canary = Canary(world.sandbox, pairing)
                    #expect(canary.found(in: again.stdout + again.stderr) == [], "\(moment)")
                    #expect(try canary.found(inFolder: state) == [], "\(moment)")
                }
            }
        }
    }

    /// The usernames at the carrier.
    private static func usernames(_ world: World) -> Set<String> {
        Set((world.sandbox.state["plivo"]?["credentials"]?.array ?? []).compactMap { $0["username"]?.string })
    }

    private func kill(_ program: Program, at moment: Moment, _ sandbox: Sandbox) async throws {
        if case .request(let hits, let writesOnly, let hasActed) = moment {
            sandbox.setFaults([
                SandboxFault(
                    writesOnly: writesOnly, hits: hits, effect: hasActed ? .delay(.seconds(3600)) : .hang)
            ])
        }
        let killed = try await program.run { process in
            switch moment {
            case .request:
                while process.isRunning, !sandbox.requests.contains(where: { $0.fault != nil }) { await Task.yield() }
            case .after(let requests, let turns):
                while process.isRunning, sandbox.requests.count < requests { await Task.yield() }
                for _ in 0..<turns { await Task.yield() }
            }
            Foundation.kill(process.processIdentifier, SIGKILL)
        }
        // At a moment between requests, the command may have ended before.
        if case .request = moment { #expect(killed.status == SIGKILL, "\(moment)") }
        sandbox.setFaults([])
    }

    @Test("A killed run is reported, and undone by its id", arguments: Pairing.all)
    func undone(_ pairing: Pairing) async throws {
        try await Desk.run { desk async throws in
            let sandbox = desk.sandbox
            sandbox.own(number: "+14155550100", application: Journey.application)
            let before = sandbox.state
            sandbox.setFaults([SandboxFault(writesOnly: true, path: "*/Number/*", effect: .delay(.seconds(3600)))])
            let arguments = pairing.command("connect", "--reroute", "--json")
            _ = try await Program(arguments, sandbox: sandbox, state: desk.folder).run { process in
                while process.isRunning, !sandbox.requests.contains(where: { $0.fault != nil }) { await Task.yield() }
                Foundation.kill(process.processIdentifier, SIGKILL)
            }
            sandbox.setFaults([])
            Sweep.count()
            #expect(sandbox.state != before)
            let runs = try await desk.zentrunk("runs", "--json").json["runs"]?.array
            #expect(runs?.map { $0["outcome"] } == ["died"])
            let id = try #require(runs?.first?["run"]?.string)
            let plan = try await desk.zentrunk(pairing.command("plan", "--reroute", "--json"))
            #expect(plan.stdout.contains(" died before it ended: connect resumes it"))
            let story = try await desk.zentrunk("show", id)
            #expect(story.status == 0)
            #expect(story.stdout.contains("died"))
            #expect(story.stdout.contains("zentrunk undo \(id)"))
            let told = try await desk.zentrunk("show", id, "--json").json
            #expect(
                told["writes"]?.array?.last?["before"]?.object?.contains { $0.value.string?.contains("4711") == true }
                    == true)
            let undone = try await desk.zentrunk("undo", id, "--json", "--yes")
            #expect(undone.status == 0, "\(undone.stderr)")
            #expect(try undone.json["outcome"] == "undone")
            #expect(try undone.json["run"] == .string(id))
            #expect(sandbox.state == before)
            let again = try await desk.zentrunk("undo", id, "--yes")
            #expect(again.status == 0)
            #expect(again.stdout.contains("was already undone"))
            #expect(try await desk.zentrunk("show", id, "--json").json["left"] == [])
        }
    }
}

/// Knuth's MMIX generator: the same numbers on every machine.
struct Multiplier: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 33)
    }
}
