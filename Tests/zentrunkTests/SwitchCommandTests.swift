import Foundation
import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("The command switch, and the way back")
struct SwitchCommandTests {
    /// Each platform with the one that its number is switched to.
    static let pairs: [(Pairing, Pairing)] = Pairing.all.indices.map {
        (Pairing.all[$0], Pairing.all[($0 + 1) % Pairing.all.count])
    }

    private static func writes(_ desk: Desk) -> [RecordedRequest] {
        defer { desk.sandbox.clearRequests() }
        return desk.writes
    }

    @Test("The route is written last, and --back writes the route alone", arguments: pairs)
    func thereAndBack(_ old: Pairing, _ new: Pairing) async throws {
        try await Desk.run { desk async throws in
            let first = try await desk.zentrunk(old.command("connect", "--json"))
            #expect(first.status == 0, "\(first.stderr)")
            let before = desk.sandbox.services.plivo.route(of: "+14155550100")
            _ = Self.writes(desk)

            let target = ["--to", "\(new.id)/second", "--agent", new.agent.value]
            let arguments = ["switch", "+14155550100"] + target + ["--json"]
            let plan = try await desk.zentrunk(arguments + ["--dry-run"])
            #expect(plan.status == 0 && Self.writes(desk).isEmpty)

            // To ask for the switch is consent to move the number.
            let there = try await desk.zentrunk(arguments)
            #expect(there.status == 0, "\(there.stderr)")
            let sent = Self.writes(desk)
            #expect(sent.count > 1)
            #expect(sent.last?.path.hasSuffix("/Number/14155550100/") == true)
            #expect(sent.count { $0.path.contains("/Number/") } == 1)
            #expect(desk.sandbox.services.plivo.route(of: "+14155550100") != before)

            // The former connection is as it was left, and says where its number went.
            let drift = try await desk.zentrunk("drift", "--json")
            #expect(drift.status == 0, "\(drift.stdout)")
            let switched = try drift.json["connections"]?.array?.first { $0["platform"] == .string(old.id) }?[
                "switched"]
            #expect(switched == [["number": "+14155550100", "to": .string("\(new.id)/second")]])
            let diagnosis = try await desk.zentrunk("doctor", old.id, "--no-wire")
            #expect(diagnosis.status == 0, "\(diagnosis.stdout)")
            #expect(diagnosis.stdout.contains("+14155550100 was switched to \(new.id)/second"))
            #expect(diagnosis.stdout.contains("zentrunk switch +14155550100 --back"))

            let back = try await desk.zentrunk("switch", "+14155550100", "--back", "--yes", "--json")
            #expect(back.status == 0, "\(back.stderr)")
            #expect(try back.json["platform"] == .string(old.id))
            #expect(Self.writes(desk).map(\.path.isOfNumber) == [true])
            #expect(desk.sandbox.services.plivo.route(of: "+14155550100") == before)

            let again = try await desk.zentrunk("switch", "+14155550100", "--back", "--yes")
            #expect(again.status == 1)
            #expect(again.stderr.contains("was not routed through another connection before \(old.id)/main"))
            #expect(Self.writes(desk).isEmpty)
        }
    }

    @Test("After a switch that died before it wrote the route, --back names the run, and undo reverses it")
    func diedBeforeTheRoute() async throws {
        let (old, new) = try #require(Self.pairs.first)
        try await Desk.run { desk async throws in
            let sandbox = desk.sandbox
            let first = try await desk.zentrunk(old.command("connect"))
            #expect(first.status == 0, "\(first.stderr)")
            let before = Account(sandbox.state.withoutCalls)
            sandbox.clearRequests()
            sandbox.setFaults([SandboxFault(writesOnly: true, path: "*/Number/*", effect: .hang)])
            let arguments = ["switch", "+14155550100", "--to", "\(new.id)/second", "--agent", new.agent.value, "--yes"]
            _ = try await Program(arguments, sandbox: sandbox, state: desk.folder).run { process in
                while process.isRunning, !sandbox.requests.contains(where: { $0.fault != nil }) { await Task.yield() }
                Foundation.kill(process.processIdentifier, SIGKILL)
            }
            sandbox.setFaults([])
            let back = try await desk.zentrunk("switch", "+14155550100", "--back", "--yes", "--json")
            #expect(back.status == 1)
            let runs = try await desk.zentrunk("runs", "--json").json["runs"]?.array
            let run = try #require(runs?.first { $0["outcome"] == "died" }?["run"]?.string)
            let shown = back.stdout + back.stderr
            #expect(shown.contains("zentrunk undo \(run)"), "\(shown)")
            #expect(shown.contains("zentrunk switch +14155550100 --to \(new.id)/second"), "\(shown)")
            let undone = try await desk.zentrunk("undo", run, "--yes")
            #expect(undone.status == 0, "\(undone.stderr)")
            #expect(Account(sandbox.state.withoutCalls).difference(from: before) == [])
        }
    }

    @Test(
        "Wrong arguments are refused before anything is sent",
        arguments: [
            (["switch", "+14155550100"], "--to PLATFORM or --back"),
            (["switch", "+14155550100", "--to", "nowhere"], "nowhere"),
            (["switch", "+14155550100", "--back", "--agent", "x"], "leave --agent and --set out"),
            (["switch", "hello", "--back"], "hello"),
        ])
    func refusals(_ arguments: [String], _ words: String) async throws {
        try await Desk.run { desk async throws in
            let result = try await desk.zentrunk(arguments)
            #expect(result.status == 1)
            #expect(result.stderr.contains(words), "\(result.stderr)")
            #expect(desk.sandbox.requests.isEmpty)
        }
    }
}

extension String {
    fileprivate var isOfNumber: Bool { hasSuffix("/Number/14155550100/") }
}
