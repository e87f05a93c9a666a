import Foundation
import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("Promises of the command to scripts")
struct CommandTests {
    private static let number = "+14155550100"

    @Test("It prints its version alone on stdout")
    func version() async throws {
        try await withFolder { folder async throws in
            let result = try await Program(["--version"], state: folder).run()
            #expect(result.status == 0)
            #expect(result.stdout.split(separator: "\n").count == 1)
            #expect(result.stdout.contains(/^\d+\.\d+\.\d+/))
            #expect(result.stderr.isEmpty)
        }
    }

    @Test("The test's platforms are the same as the command's")
    func platforms() async throws {
        try await withFolder { folder async throws in
            let result = try await Program(["template", "list"], state: folder).run()
            let listed = result.stdout.split(separator: "\n").compactMap {
                $0.split(separator: " ").first.map(String.init)
            }
            #expect(Set(listed) == Set(Pairing.all.map(\.id)))
        }
    }

    @Test(
        "Connect prints the result object, a second connect is unchanged, and disconnect removes it",
        arguments: Pairing.all)
    func result(_ pairing: Pairing) async throws {
        try await Desk.run { desk async throws in
            let before = desk.sandbox.state
            let done = try await desk.zentrunk(pairing.command("connect", "--json"))
            #expect(done.status == 0, "\(done.stderr)")
            let json = try done.json
            #expect(json["connection"] == "main")
            #expect(json["platform"] == .string(pairing.id))
            #expect(json["direction"] == "both")
            #expect(json["numbers"] == [.string(Self.number)])
            #expect(json["outcome"] == "connected")
            #expect(json["trunk_domain"]?.string?.isEmpty == false)
            #expect(json["depth"]?.integer == 10 || (json["depth"]?.integer ?? 99) < 10)
            #expect(json["seconds"] != nil)
            #expect(json["error"] == .null)
            let sent = Dictionary(grouping: desk.sandbox.requests, by: \.vendor).mapValues { Int64($0.count) }
            #expect(json["requests"]?["carrier"]?.integer == sent["plivo"])
            #expect(json["requests"]?["platform"]?.integer == sent[pairing.vendor])
            let resources = try #require(json["resources"]?.array)
            #expect(resources.allSatisfy { $0["action"] == "created" && $0["id"]?.string != nil && $0["kind"] != nil })
            #expect(resources.contains { $0["key"] == "route" && $0["number"] == .string(Self.number) })
            try pairing.check(desk.sandbox.state, Combination(pairing: pairing))

            let again = try await desk.zentrunk(pairing.command("connect", "--json"))
            #expect(again.status == 0)
            #expect(try again.json["outcome"] == "unchanged")
            let listed = try await desk.zentrunk("list", "--json")
            #expect(listed.status == 0)
            #expect(listed.stdout.contains("main"))
            let shown = try await desk.zentrunk("show", pairing.id, "--json")
            #expect(try shown.json["options"]?["direction"] == "both")

            let end = try await desk.zentrunk("disconnect", pairing.id, "--json", "--yes")
            #expect(end.status == 0, "\(end.stderr)")
            #expect(try end.json["outcome"] == "disconnected")
            #expect(desk.sandbox.state == before)
        }
    }

    @Test("The plan matches the later connect, and sends only reads", arguments: Pairing.all)
    func plan(_ pairing: Pairing) async throws {
        try await Desk.run { desk async throws in
            let planned = try await desk.zentrunk(pairing.command("plan", "--json")).json
            #expect(desk.writes.isEmpty)
            #expect(planned["collisions"] == [])
            let digest = try #require(planned["digest"]?.string)
            let wrong = try await desk.zentrunk(pairing.command("connect", "--expect", "0000", "--json"))
            #expect(wrong.status == 5)
            #expect(try wrong.json["error"]?["code"] == "plan-changed")
            // The suggested command shows the current plan.
            let next = try #require(try wrong.json["error"]?["next"]?.array?.first?.string)
            let words = next.split(separator: " ").map(String.init)
            #expect(words.first == "zentrunk")
            #expect(try await desk.zentrunk(Array(words.dropFirst())).json["digest"] == .string(digest))
            #expect(desk.writes.isEmpty)
            let done = try await desk.zentrunk(pairing.command("connect", "--expect", digest, "--json"))
            #expect(done.status == 0, "\(done.stderr)")
            #expect(try done.json["depth"] == planned["depth"])
            func steps(_ json: JSONValue, _ past: String) -> Set<[JSONValue?]> {
                Set(
                    (json["resources"]?.array ?? []).map {
                        [$0["key"], $0["number"], $0["kind"], .string(($0["action"]?.string ?? "") + past)]
                    })
            }
            #expect(try steps(planned, "d") == steps(done.json, ""))
        }
    }

    @Test("A route that one process moved is restored by another", arguments: Pairing.all)
    func reroute(_ pairing: Pairing) async throws {
        try await Desk.run { desk async throws in
            desk.sandbox.own(number: Self.number, application: "4711")
            let before = desk.sandbox.state
            let refused = try await desk.zentrunk(pairing.command("connect", "--json"))
            #expect(refused.status == 5)
            #expect(try refused.json["error"]?["code"] == "collision")
            #expect(try refused.json["error"]?["next"]?.array?.first?.string?.contains("--reroute") == true)
            #expect(desk.sandbox.state == before)
            let done = try await desk.zentrunk(pairing.command("connect", "--reroute"))
            #expect(done.status == 0, "\(done.stderr)")
            let end = try await desk.zentrunk("disconnect", pairing.id, "--yes")
            #expect(end.status == 0, "\(end.stderr)")
            #expect(desk.sandbox.services.plivo.route(of: Self.number) == .application("4711"))
            #expect(desk.sandbox.state == before)
        }
    }

    @Test("A refused key ends with exit code 2 and names the variable", arguments: Pairing.all)
    func wrongKey(_ pairing: Pairing) async throws {
        try await Desk.run { desk async throws in
            let result = try await Program(
                pairing.command("connect", "--json"), sandbox: desk.sandbox, state: desk.folder,
                ["PLIVO_AUTH_TOKEN": "not-the-token-of-the-account"]
            ).run()
            #expect(result.status == 2)
            let error = try result.json["error"]
            #expect(error?["code"] == "unauthenticated")
            #expect(error?["where"] == "carrier")
            #expect(error?["status"] == 401)
            #expect(error?["message"]?.string?.contains("PLIVO_AUTH_TOKEN") == true)
            #expect(!(result.stdout + result.stderr).contains("not-the-token-of-the-account"))
        }
    }

    @Test("An unreachable server ends with exit code 3 and names the vendor", arguments: Pairing.all)
    func unreachable(_ pairing: Pairing) async throws {
        try await Desk.run { desk async throws in
            // Port 9 is the discard service, which is normally not running.
            let elsewhere = ["PLIVO_API_URL": "http://127.0.0.1:9"]
            let arguments = pairing.command("connect", "--json")
            let program = Program(arguments, sandbox: desk.sandbox, state: desk.folder, elsewhere)
            let result = try await program.run()
            #expect(result.status == 3, "\(result.stderr)")
            let error = try result.json["error"]
            #expect(error?["code"] == "unavailable")
            #expect(error?["message"]?.string?.contains("Plivo") == true)
            #expect(error?["where"]?.string.map { ["wire", "carrier"].contains($0) } == true)
            #expect(desk.writes.isEmpty)
        }
    }

    @Test("If a vendor refuses a write, the accounts are restored and the exit code is 6", arguments: Pairing.all)
    func refusedWrite(_ pairing: Pairing) async throws {
        try await Desk.run { desk async throws in
            let before = desk.sandbox.state
            desk.sandbox.setFaults([.failing(write: 3, with: .refused("it does not please us"))])
            let result = try await desk.zentrunk(pairing.command("connect", "--json"))
            #expect(result.status == 6)
            let json = try result.json
            #expect(json["outcome"] == "failed")
            #expect(json["undone"] == true)
            #expect(json["error"]?["vendor_message"]?.string?.contains("it does not please us") == true)
            #expect(desk.sandbox.state == before)
        }
    }

    @Test("Ctrl-C during a run restores the accounts, and the exit code is 6", arguments: Pairing.all)
    func interrupted(_ pairing: Pairing) async throws {
        try await Desk.run { desk async throws in
            let before = desk.sandbox.state
            let sandbox = desk.sandbox
            sandbox.setLatency(.milliseconds(20))
            let program = Program(
                pairing.command("connect", "--json"), sandbox: sandbox, state: desk.folder)
            let result = try await program.run { process in
                while process.isRunning, sandbox.requests.count(where: \.isWrite) < 2 { await Task.yield() }
                process.interrupt()
            }
            #expect(result.status == 6, "\(result.stderr)")
            let json = try result.json
            #expect(json["error"]?["code"] == "cancelled")
            #expect(json["undone"] == true)
            #expect(sandbox.state == before)
            #expect(sandbox.violations == [])
        }
    }
}
