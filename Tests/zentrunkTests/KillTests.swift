import Foundation
import Testing
import ZentrunkCore
import ZentrunkJSON
import ZentrunkSandbox

@Suite("The command, killed at any write, is taken up by the next one")
struct KillTests {
    private static let number = "+14155550100"

    /// Whether the vendor acts on the write that is the last of the process.
    enum Moment: String, CaseIterable, CustomTestStringConvertible {
        case unsent = "before the vendor acts"
        case unanswered = "after the vendor acted"

        var testDescription: String { rawValue }
        var effect: SandboxFault.Effect { self == .unsent ? .hang : .delay(.seconds(3600)) }
    }

    @Test("SIGKILL at each write of a connect, then connect and disconnect", arguments: Pairing.all, Moment.allCases)
    func killed(_ pairing: Pairing, _ moment: Moment) async throws {
        try await Desk.run { desk async throws in
            let sandbox = desk.sandbox
            let arguments = pairing.command("connect", "--reroute", "--json")
            func begin() -> JSONValue {
                sandbox.reset()
                sandbox.own(number: Self.number, application: "4711")
                return sandbox.state
            }
            let before = begin()
            let undisturbed = try await Program(arguments, sandbox: sandbox, state: desk.folder + "/0").run()
            #expect(undisturbed.status == 0, "\(undisturbed.stderr)")
            let connected = Account(sandbox.state)
            let count = sandbox.requests.count(where: \.isWrite)
            #expect(count > 5)
            for write in 1...count {
                _ = begin()
                let state = "\(desk.folder)/\(write)"
                sandbox.setFaults([.failing(write: write, with: moment.effect)])
                let killed = try await Program(arguments, sandbox: sandbox, state: state).run { process in
                    while process.isRunning, !sandbox.requests.contains(where: { $0.fault != nil }) {
                        await Task.yield()
                    }
                    kill(process.processIdentifier, SIGKILL)
                }
                #expect(killed.status == SIGKILL)
                sandbox.setFaults([])
                let runs = try await Program(["runs", "--json"], sandbox: sandbox, state: state).run()
                #expect(try runs.json["runs"]?.array?.map { $0["outcome"] } == ["died"], "write \(write)")
                let plan = try await Program(
                    pairing.command("plan", "--reroute", "--json"), sandbox: sandbox, state: state
                ).run()
                #expect(plan.stdout.contains(" died: connect goes on"), "write \(write)")
                let again = try await Program(arguments, sandbox: sandbox, state: state).run()
                #expect(again.status == 0, "write \(write): \(again.stderr)")
                #expect(Account(sandbox.state).difference(from: connected) == [], "write \(write)")
                let end = try await Program(["disconnect", pairing.id], sandbox: sandbox, state: state).run()
                #expect(end.status == 0, "write \(write): \(end.stderr)")
                #expect(sandbox.state == before, "write \(write)")
            }
        }
    }

    @Test("A run that was killed is told, and taken back by its id", arguments: Pairing.all)
    func undone(_ pairing: Pairing) async throws {
        try await Desk.run { desk async throws in
            let sandbox = desk.sandbox
            sandbox.own(number: Self.number, application: "4711")
            let before = sandbox.state
            sandbox.setFaults([SandboxFault(writesOnly: true, path: "*/Number/*", effect: .delay(.seconds(3600)))])
            let arguments = pairing.command("connect", "--reroute", "--json")
            _ = try await Program(arguments, sandbox: sandbox, state: desk.folder).run { process in
                while process.isRunning, !sandbox.requests.contains(where: { $0.fault != nil }) { await Task.yield() }
                kill(process.processIdentifier, SIGKILL)
            }
            sandbox.setFaults([])
            #expect(sandbox.state != before)
            let runs = try await desk.zentrunk("runs", "--json").json["runs"]?.array
            let id = try #require(runs?.first?["run"]?.string)
            let story = try await desk.zentrunk("show", id)
            #expect(story.status == 0)
            #expect(story.stdout.contains("died"))
            #expect(story.stdout.contains("zentrunk undo \(id)"))
            let told = try await desk.zentrunk("show", id, "--json").json
            #expect(
                told["writes"]?.array?.last?["before"]?.object?.contains { $0.value.string?.contains("4711") == true }
                    == true)
            let undone = try await desk.zentrunk("undo", id, "--json")
            #expect(undone.status == 0, "\(undone.stderr)")
            #expect(try undone.json["outcome"] == "undone")
            #expect(try undone.json["run"] == .string(id))
            #expect(sandbox.state == before)
            let again = try await desk.zentrunk("undo", id)
            #expect(again.status == 0)
            #expect(again.stdout.contains("Nothing is left"))
            #expect(try await desk.zentrunk("show", id, "--json").json["left"] == [])
        }
    }
}
