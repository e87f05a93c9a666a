import Foundation
import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
@_spi(Adapter) import ZentrunkJournal
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("Commands about runs")
struct RunCommandTests {
    private static let number = "+14155550100"

    @Test("A completed connect is undone by its id, and the connection is removed", arguments: Pairing.all)
    func takenBack(_ pairing: Pairing) async throws {
        try await Desk.run { desk async throws in
            desk.sandbox.own(number: Self.number, application: "4711")
            // The trunk stays, and a number can only be removed from it by routing it elsewhere.
            desk.sandbox.own(number: "+14155550101", application: "4711")
            let before = desk.sandbox.state
            let done = try await desk.zentrunk(pairing.command("connect", "--reroute", "--json"))
            let id = try #require(try done.json["run"]?.string)
            let connected = Account(desk.sandbox.state)
            let added = try await desk.zentrunk(
                "connect", pairing.id, "--number", "+14155550101", "--reroute", "--json")
            let second = try #require(try added.json["run"]?.string, "\(added.stderr)")
            let early = try await desk.zentrunk("undo", id, "--json", "--yes")
            #expect(early.status == 5)
            #expect(try early.json["error"]?["next"]?.array?.first == .string("zentrunk undo \(second)"))
            let back = try await desk.zentrunk("undo", second, "--json", "--yes")
            #expect(back.status == 0, "\(back.stdout) \(back.stderr)")
            #expect(Account(desk.sandbox.state).difference(from: connected) == [])
            #expect(try await desk.zentrunk("connect", pairing.id, "--json").json["outcome"] == "unchanged")
            let end = try await desk.zentrunk("undo", id, "--json", "--yes")
            #expect(end.status == 0, "\(end.stdout) \(end.stderr)")
            #expect(desk.sandbox.state == before)
            let runs = try await desk.zentrunk("runs", "--json").json["runs"]?.array ?? []
            #expect(runs.prefix(2).allSatisfy { $0["outcome"] == "undone" && $0["operation"] == "connect" })
            #expect(runs.allSatisfy { $0["platform"] == .string(pairing.id) && $0["begun"]?.string != nil })
        }
    }

    @Test("A completed disconnect is not undone, and the next step is named")
    func notTakenBack() async throws {
        try await Desk.run { desk async throws in
            _ = try await desk.zentrunk(Pairing.vapi.command("connect"))
            let done = try await desk.zentrunk("disconnect", "vapi", "--json", "--yes")
            let id = try #require(try done.json["run"]?.string)
            let written = desk.writes.count
            let result = try await desk.zentrunk("undo", id, "--json", "--yes")
            #expect(result.status == 5)
            #expect(desk.writes.count == written)
            #expect(try await desk.zentrunk("undo", "20200101-000000-x").status == 5)
            #expect(try await desk.zentrunk("show", "20200101-000000-x").status == 5)
        }
    }

    @Test(
        "Objects that undo cannot restore are named with exit code 7, and undo continues later", arguments: Pairing.all)
    func leftOver(_ pairing: Pairing) async throws {
        try await Desk.run { desk async throws in
            desk.sandbox.own(number: Self.number, application: "4711")
            let before = desk.sandbox.state
            desk.sandbox.setFaults([
                SandboxFault(writesOnly: true, path: "*/Number/*", effect: .refused("not now")),
                SandboxFault(vendor: "plivo", method: "DELETE", effect: .refused("not now")),
            ])
            let failed = try await desk.zentrunk(pairing.command("connect", "--reroute", "--json"))
            #expect(failed.status == 7, "\(failed.stderr)")
            let json = try failed.json
            let id = try #require(json["run"]?.string)
            #expect(json["left"]?.array?.isEmpty == false)
            #expect(json["error"]?["next"]?.array?.contains(.string("zentrunk undo \(id)")) == true)
            #expect(failed.stderr.contains("zentrunk undo \(id)"))
            let story = try await desk.zentrunk("show", id, "--json").json
            #expect(story["outcome"] == "left")
            #expect(story["left"]?.array?.count == json["left"]?.array?.count)
            let still = try await desk.zentrunk("undo", id, "--json", "--yes")
            #expect(still.status == 7, "\(still.stderr)")
            #expect(try still.json["error"]?["next"] == [.string("zentrunk undo \(id)")])
            desk.sandbox.setFaults([])
            let undone = try await desk.zentrunk("undo", id, "--json", "--yes")
            #expect(undone.status == 0, "\(undone.stderr)")
            #expect(desk.sandbox.state == before)
        }
    }

    @Test("Two parallel processes create one set of objects", arguments: Pairing.all)
    func twoAtOnce(_ pairing: Pairing) async throws {
        try await Desk.run { desk async throws in
            let once = try await desk.zentrunk(pairing.command("connect"))
            #expect(once.status == 0, "\(once.stderr)")
            let connected = Account(desk.sandbox.state)
            desk.sandbox.reset()
            let folder = desk.folder + "/two"
            let program = Program(pairing.command("connect", "--wait", "--json"), sandbox: desk.sandbox, state: folder)
            async let first = program.run()
            async let second = program.run()
            let results = try await [first, second]
            #expect(results.map(\.status) == [0, 0], "\(results.map(\.stderr))")
            #expect(Set(try results.map { try $0.json["outcome"]?.string }) == ["connected", "unchanged"])
            #expect(Account(desk.sandbox.state).difference(from: connected) == [])
        }
    }

    @Test("A second run is refused and names the first, or waits until Ctrl-C; other connections are not blocked")
    func busy() async throws {
        try await Desk.run { desk async throws in
            let sandbox = desk.sandbox
            let pairing = Pairing.vapi
            sandbox.setFaults([.failing(write: 1, with: .hang)])
            let first = Program(pairing.command("connect"), sandbox: sandbox, state: desk.folder)
            let killed = try await first.run { process in
                while process.isRunning, !sandbox.requests.contains(where: { $0.fault != nil }) { await Task.yield() }
                let refused = try await desk.zentrunk(pairing.command("connect", "--json"))
                #expect(refused.status == 5)
                let error = try refused.json["error"]
                #expect(error?["code"] == "busy")
                #expect(error?["message"]?.string?.contains("process \(process.processIdentifier), since ") == true)
                #expect(error?["next"]?.array?.first?.string?.hasSuffix("--wait") == true)
                let planned = try await desk.zentrunk(pairing.command("plan", "--json"))
                #expect(planned.status == 0)
                #expect(planned.stdout.contains("process \(process.processIdentifier)"))
                let runs = try await desk.zentrunk("runs", "--json").json["runs"]?.array?.first
                #expect(runs?["outcome"] == "running")
                let other = try await desk.zentrunk(
                    ["connect", pairing.id, "--number", "+14155550105", "--name", "other"] + pairing.answer)
                #expect(other.status == 0, "\(other.stderr)")
                let waiting = Program(
                    pairing.command("connect", "--wait", "--json"), sandbox: sandbox, state: desk.folder)
                let interrupted = try await waiting.run(until: "waiting for another run") { $0.interrupt() }
                #expect(interrupted.status == 6, "\(interrupted.stderr)")
                kill(process.processIdentifier, SIGKILL)
            }
            #expect(killed.status == SIGKILL)
            sandbox.setFaults([])
            #expect(try await desk.zentrunk(pairing.command("connect")).status == 0)
        }
    }

    @Test("A damaged journal names the command that works without it", arguments: Pairing.all)
    func withoutJournal(_ pairing: Pairing) async throws {
        try await Desk.run { desk async throws in
            let before = desk.sandbox.state
            #expect(try await desk.zentrunk(pairing.command("connect")).status == 0)
            let file = desk.folder + "/zentrunk.sqlite"
            try Data(repeating: 0x2a, count: 8192).write(to: URL(fileURLWithPath: file))
            // From a log that is not merged yet, SQLite would rightly restore everything.
            for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: file + suffix) }
            let refused = try await desk.zentrunk("disconnect", pairing.id, "--json", "--yes")
            #expect(refused.status == 1)
            let error = try refused.json["error"]
            #expect(error?["code"] == "journal")
            let next = try #require(error?["next"]?.array?.compactMap(\.string).first { $0.contains("--no-journal") })
            let words = next.split(separator: " ").map(String.init)
            let asked = try await desk.zentrunk(Array(words.dropFirst()))
            // Objects that were not recorded are found by name; only the former route must be given.
            #expect(asked.status == 5)
            let done = try await desk.zentrunk(Array(words.dropFirst()) + ["--route-to", "none"])
            #expect(done.status == 0, "\(done.stderr)")
            #expect(desk.sandbox.state == before)
            let runs = try await desk.zentrunk("runs", "--json")
            #expect(runs.status == 1)
            #expect(!runs.stdout.contains("--no-journal"))
        }
    }

    @Test("Undo leaves later changes by hand and warns about them")
    func movedSince() async throws {
        try await World.run { world async throws in
            let journal = InMemoryJournal()
            let asked = Combination(pairing: .vapi)
            let connector = try world.connector(asked.pairing, journal: journal)
            let number = try #require(asked.numbers.first)
            world.sandbox.own(number: number.e164, application: "4711")
            var request = try asked.request
            request.mayReroute = true
            let report = try await world.connect(connector, request)
            let id = try #require(report.run)
            world.sandbox.own(number: number.e164, application: "5000")
            let undone = try await connector.undo(id)
            #expect(undone.outcome == .undone)
            #expect(undone.left == [])
            #expect(undone.warnings.contains { $0.message.contains("was changed since the run") })
            #expect(world.sandbox.services.plivo.route(of: number.e164) == .application("5000"))
            #expect(Pairing.vapi.rows(world.sandbox.state, "phone_numbers").isEmpty)
            #expect(try await connector.undo(id).outcome == .unchanged)
        }
    }

    @Test("A plan that another run made obsolete is not applied")
    func overtaken() async throws {
        try await World.run { world async throws in
            let asked = Combination(pairing: .vapi)
            let connector = try world.connector(asked.pairing)
            let old = try await connector.plan(asked.request)
            #expect(try await world.connect(connector, asked.request).outcome == .connected)
            let written = world.writes.count
            let late = await connector.apply(old, consent: true)
            #expect(late.error?.code == .moved)
            let claim = try await connector.claim(.main)
            let busy = try await world.connect(connector, asked.request)
            #expect(busy.error?.code == .busy)
            let plan = try await connector.plan(asked.request, under: claim)
            #expect(await connector.apply(plan, consent: true, under: claim).outcome == .unchanged)
            #expect(world.writes.count == written)
            claim.release()
        }
    }
}
