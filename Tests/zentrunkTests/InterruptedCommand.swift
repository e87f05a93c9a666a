import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
@_spi(Adapter) import ZentrunkJournal
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

/// A command that a sweep interrupts, as a process.
enum InterruptedCommand: String, CaseIterable, CustomTestStringConvertible {
    case connect, change, rotate, switchover, back, disconnect, undo

    var testDescription: String { rawValue }

    /// Whether calls in both directions have to succeed before, between and after.
    var keepsCalls: Bool { [.rotate, .switchover, .back].contains(self) }

    /// What a sweep begins with.
    struct Start {
        /// The command.
        var program: Program
        /// The accounts before everything.
        var empty: JSONValue
        /// The platforms with a connection afterwards.
        var pairings: [Pairing]
    }

    /// Sets up the state before the command and clears the recorded requests.
    ///
    /// - Parameters:
    ///   - state: The folder of the state.
    ///   - options: Further arguments of the command.
    func prepare(_ pairing: Pairing, _ world: World, _ state: String, _ options: [String]) async throws -> Start {
        world.sandbox.reset()
        world.sandbox.setFaults([])
        world.sandbox.own(number: "+14155550100", application: Journey.application)
        let empty = world.sandbox.state.withoutCalls
        var pairings = [pairing]
        var arguments = pairing.command("connect", "--reroute")
        if self != .connect {
            let plain = Combination(
                pairing: pairing, authentication: keepsCalls ? "credentials" : nil, hasAgent: keepsCalls ? true : nil)
            let report = try await world.connect(
                try world.connector(pairing, journal: try SQLiteJournal(directory: state)), try Journey.request(plain))
            #expect(report.error == nil)
            switch self {
            case .undo: arguments = ["undo", try #require(report.run)]
            case .disconnect: arguments = ["disconnect", pairing.id]
            case .connect, .change: arguments += ["--secure"]
            case .rotate: arguments = ["rotate", pairing.id]
            case .switchover, .back:
                let (_, new) = try #require(SwitchCommandTests.pairs.first { $0.0.id == pairing.id })
                pairings.insert(new, at: 0)
                arguments = ["switch", "+14155550100", "--to", new.id, "--agent", new.agent.value]
                if self == .back {
                    let there = try await Program(arguments + ["--yes"], sandbox: world.sandbox, state: state).run()
                    #expect(there.status == 0, "\(there.stderr)")
                    arguments = ["switch", "+14155550100", "--back"]
                }
            }
            world.sandbox.clearRequests()
        }
        let program = Program(arguments + options + ["--yes"], sandbox: world.sandbox, state: state)
        return Start(program: program, empty: empty, pairings: pairings)
    }
}
