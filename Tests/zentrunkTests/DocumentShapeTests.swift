import Foundation
import Testing
import ZentrunkJSON
import ZentrunkLiveKitSandbox
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("Shape of the JSON documents")
struct DocumentShapeTests {
    private static let number = "+14155550100"

    private static func page() throws -> String {
        let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("docs/json.md")
        return try String(contentsOf: page, encoding: .utf8)
    }

    /// Returns the events listed in `docs/json.md`.
    private static func documentedEvents() throws -> Set<String> {
        Set(
            try page().split(separator: "| Event |").last?.matches(of: /\| `([a-z-]+)` \|/).map { String($0.output.1) }
                ?? [])
    }

    /// Returns the table of `docs/json.md`: members by command.
    private static func documented() throws -> [String: Set<String>] {
        var members: [String: Set<String>] = [:]
        for line in try page().split(separator: "\n") {
            let cells = line.split(separator: "|").map { $0.matches(of: /`([^`]+)`/).map { String($0.output.1) } }
            guard cells.count == 2, cells[1].contains("error") else { continue }
            for command in cells[0] { members[command] = Set(cells[1]) }
        }
        return members
    }

    private func check(remedies holder: JSONValue) throws {
        for remedy in try #require(holder["remedies"]?.array) {
            let code = try #require(remedy["code"]?.string)
            #expect(try Self.page().contains("| `\(code)` |"), "\(remedy.text())")
        }
    }

    @Test("The page lists every remedy")
    func remedies() throws {
        for code in RemedyTextTests.codes { #expect(try Self.page().contains("| `\(code)` |"), "\(code)") }
    }

    private func check(_ result: Program.Result, _ command: String, status: Int32 = 0) throws -> JSONValue {
        #expect(result.status == status, "\(command): \(result.stderr)")
        let json = try result.json
        let wanted = try #require(try Self.documented()[command], "\(command) is not documented")
        #expect(Set((json.object ?? [:]).names) == wanted, "\(command)")
        // A template with errors lists them as errors.
        let hasFailed = json["outcome"] == "failed" || json["outcome"] == "interrupted"
        if command != "template validate" {
            #expect((json["error"] != .null) == hasFailed)
            if let error = json["error"], hasFailed { try check(remedies: error) }
            for warning in json["warnings"]?.array ?? [] {
                #expect(
                    Set((warning.object ?? [:]).names) == ["code", "object", "message", "next", "remedies"],
                    "\(command)")
                try check(remedies: warning)
                #expect(try Self.page().contains("| `\(warning["code"]?.string ?? "")` |"), "\(warning.text())")
            }
        }
        return json
    }

    @Test("Commands about connections print the documented members, on success and on failure", arguments: Pairing.all)
    func connections(_ pairing: Pairing) async throws {
        try await Desk.run { desk async throws in
            let planned = try check(try await desk.zentrunk(pairing.command("plan", "--json")), "plan")
            #expect(planned["summary"]?["create"]?.integer == Int64(planned["resources"]?.array?.count ?? 0))
            let done = try check(try await desk.zentrunk(pairing.command("connect", "--json")), "connect")
            let run = try #require(done["run"]?.string)
            let again = try check(try await desk.zentrunk(pairing.command("connect", "--json")), "connect")
            #expect(again["outcome"] == "unchanged")
            #expect(try check(try await desk.zentrunk("show", pairing.id, "--json"), "show")["outcome"] == "unchanged")
            _ = try check(try await desk.zentrunk("show", run, "--json"), "show RUN")
            _ = try check(try await desk.zentrunk("list", "--json"), "list")
            _ = try check(try await desk.zentrunk("runs", "--json"), "runs")
            _ = try check(try await desk.zentrunk("doctor", "--json"), "doctor")
            _ = try check(try await desk.zentrunk("drift", "--json"), "drift")
            let undone = try check(try await desk.zentrunk("undo", run, "--yes", "--json"), "undo")
            #expect(undone["outcome"] == "undone")
            let nothing = try check(
                try await desk.zentrunk("disconnect", pairing.id, "--yes", "--json"), "disconnect")
            #expect(nothing["outcome"] == "unchanged")
        }
    }

    @Test("Warnings have the same shape in every document, and a documented code")
    func warnings() async throws {
        try await Desk.run { desk async throws in
            let connection = ["livekit", "--number", Self.number, "--failover", "sip.example.com", "--json"]
            for (command, arguments) in [
                ("plan", ["plan"] + connection), ("connect", ["connect"] + connection),
                ("connect", ["connect"] + connection), ("show", ["show", "livekit", "--json"]),
            ] {
                let json = try check(try await desk.zentrunk(arguments), command)
                let warnings = json["warnings"]?.array ?? []
                #expect(warnings.contains { $0["code"] == "no-agent" }, "\(command)")
                #expect(warnings.contains { $0["next"]?.array?.first?.string?.hasSuffix("--agent NAME") == true })
                if command != "show" { #expect(warnings.contains { $0["code"] == "no-transport" }) }
            }
            desk.sandbox.service(LiveKitService.self).addInboundTrunk([
                "name": "theirs", "numbers": [.string(Self.number)],
            ])
            let shown = try check(try await desk.zentrunk("show", "livekit", "--json"), "show")
            #expect(shown["warnings"]?.array?.contains { $0["code"] == "collision" } == true)
        }
    }

    @Test("A disconnect that finds nothing is unchanged and records no run")
    func nothingToDisconnect() async throws {
        try await Desk.run { desk async throws in
            let result = try await desk.zentrunk("disconnect", "vapi", "--yes", "--json")
            let json = try check(result, "disconnect")
            #expect(json["outcome"] == "unchanged")
            #expect(json["run"] == .null)
            #expect(try await desk.zentrunk("runs", "--json").json["runs"] == [])
        }
    }

    @Test(
        "A failure has the same members as a success, however early it occurs",
        arguments: [
            ("connect", ["connect", "nope", "-n", number]), ("connect", ["connect", "vapi", "-n", "12"]),
            ("connect", ["connect", "vapi", "--nope"]), ("connect", ["connect"]), ("plan", ["plan", "nope"]),
            ("disconnect", ["disconnect", "nope"]), ("undo", ["undo"]), ("show", ["show", "nope"]),
            ("list", ["list", "nope"]), ("runs", ["runs", "--limit", "0"]),
            ("template validate", ["template", "validate", "/nope"]), ("trunk create", ["trunk", "create"]),
            ("sandbox", ["sandbox", "--latency", "-1"]), ("explain", ["explain"]),
            ("explain", ["explain", "4150", "--platform", "nope"]), ("probe", ["probe", "https://example.com"]),
            ("sandbox", ["sandbox", "--latency", "-1"]), ("calls list", ["calls", "list", "--since", "x"]),
            ("calls get", ["calls", "get", "a b"]), ("calls stats", ["calls", "stats", "--sample", "-1"]),
            ("inventory", ["inventory", "--nope"]),
        ])
    func failures(_ command: String, _ arguments: [String]) async throws {
        try await withFolder { folder async throws in
            let result = try await Program(arguments + ["--json"], state: folder).run()
            _ = try check(result, command, status: 1)
        }
    }

    @Test("A missing object ends with exit code 5, whatever its kind")
    func notFound() async throws {
        try await Desk.run { desk async throws in
            for (command, arguments) in [
                ("show", ["show", "vapi", "--name", "nope"]), ("show RUN", ["show", "20200101-000000-x"]),
                ("undo", ["undo", "20200101-000000-x", "--yes"]), ("trunk get", ["trunk", "get", "nope"]),
            ] {
                let json = try check(try await desk.zentrunk(arguments + ["--json"]), command, status: 5)
                #expect(json["error"]?["code"] == "not-found")
                #expect(json["error"]?["next"]?.array?.isEmpty == false)
            }
        }
    }

    @Test("Commands without an account, and the carrier's own, print the documented members")
    func others() async throws {
        try await Desk.run { desk async throws in
            let listed = try check(try await desk.zentrunk("template", "list", "--json"), "template list")
            #expect(listed["templates"]?.array?.count == Pairing.all.count)
            _ = try check(try await desk.zentrunk("template", "validate", "vapi", "--json"), "template validate")
            for words in [["--version", "--json"], ["--json", "--version"]] {
                _ = try check(try await desk.zentrunk(words), "--version")
            }
            _ = try check(try await desk.zentrunk("explain", "4150", "--json"), "explain")
            _ = try check(try await desk.zentrunk("explain", "nonsense", "--json"), "explain", status: 8)
            _ = try check(try await desk.zentrunk("probe", "sip.example.com", "--json"), "probe")
            _ = try check(try await desk.zentrunk("probe", "sip.nowhere.invalid", "--json"), "probe", status: 8)
            let uri = ["uri", "create", "--name", "pbx", "--uri", "sip.example.com", "--json"]
            #expect(try await desk.zentrunk(uri).status == 0)
            let create = ["trunk", "create", "--name", "a", "--direction", "inbound", "--uri", "pbx", "--json"]
            _ = try check(try await desk.zentrunk(create), "trunk create")
            _ = try check(try await desk.zentrunk("trunk", "list", "--json"), "trunk list")
            let calls = try desk.sandbox.services.plivo.addCalls([[:]])
            _ = try check(try await desk.zentrunk("calls", "list", "--json"), "calls list")
            _ = try check(try await desk.zentrunk("calls", "get", calls[0], "--json"), "calls get")
            _ = try check(try await desk.zentrunk("calls", "stats", "--json"), "calls stats")
            _ = try check(try await desk.zentrunk("inventory", "--json"), "inventory")
            _ = try check(try await desk.zentrunk("trunk", "get", "a", "--json"), "trunk get")
            let rename = ["trunk", "update", "a", "--name", "b", "--yes", "--json"]
            _ = try check(try await desk.zentrunk(rename), "trunk update")
            _ = try check(try await desk.zentrunk("trunk", "delete", "b", "--yes", "--json"), "trunk delete")
        }
    }

    @Test("A sandbox prints its address as JSON")
    func sandbox() async throws {
        try await withFolder { folder async throws in
            let result = try await Program(["sandbox", "--json"], state: folder).run(until: "the sandbox is running") {
                $0.interrupt()
            }
            let json = try check(result, "sandbox")
            #expect(json["environment"]?["PLIVO_AUTH_ID"]?.string?.isEmpty == false)
        }
    }

    @Test("A command that is stopped at once still prints its document")
    func stoppedAtOnce() async throws {
        try await Desk.run { desk async throws in
            let sandbox = desk.sandbox
            sandbox.setFaults([.failing(write: 1, with: .hang)])
            let program = Program(Pairing.vapi.command("connect", "--json"), sandbox: sandbox, state: desk.folder)
            let result = try await program.run { process in
                while process.isRunning, !sandbox.requests.contains(where: { $0.fault != nil }) { await Task.yield() }
                while process.isRunning {
                    process.interrupt()
                    await Task.yield()
                }
            }
            let json = try check(result, "connect", status: 7)
            #expect(json["error"]?["code"] == "cancelled")
            #expect(json["undone"] == false)
        }
    }

    // MARK: Events

    private func events(_ result: Program.Result) throws -> [JSONValue] {
        let events = try result.stderr.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
        for event in events {
            #expect(
                event["time"]?.string?.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil,
                "\(event.text())")
            #expect(event["run"] != nil)
            #expect(try Self.documentedEvents().contains(event["event"]?.string ?? ""), "\(event.text())")
        }
        #expect(events.count { $0["event"] == "end" } == 1)
        let last = try #require(events.last)
        #expect(last["event"] == "end")
        #expect(last["exit"]?.integer == Int64(result.status))
        return events
    }

    @Test("Events have time and run, and the last one has the outcome", arguments: Pairing.all)
    func eventsOfRun(_ pairing: Pairing) async throws {
        try await Desk.run { desk async throws in
            let done = try await desk.zentrunk(pairing.command("connect", "--events", "--json"))
            let events = try events(done)
            let run = try #require(try done.json["run"])
            #expect(run.string != nil)
            let finished = events.filter { $0["event"] == "finished" }
            #expect(!finished.isEmpty && finished.allSatisfy { $0["run"] == run })
            #expect(events.last?["outcome"] == "connected")
            let again = try await desk.zentrunk(pairing.command("connect", "--events"))
            #expect(try self.events(again).last?["outcome"] == "unchanged")
            desk.sandbox.setFaults([SandboxFault(writesOnly: true, effect: .refused("not now"))])
            let failed = try await desk.zentrunk("disconnect", pairing.id, "--yes", "--events")
            let told = try self.events(failed)
            #expect(told.last?["outcome"] == "failed")
            #expect(told.contains { $0["event"] == "error" && $0["message"]?.string?.contains("not now") == true })
        }
    }

    @Test(
        "Only events are on stderr, even without a plan",
        arguments: [
            ["connect", "nope", "-n", number], ["connect", "vapi", "--nope"],
            ["connect", "vapi", "-n", number, "--no-agent"],
            ["connect"], ["undo", "20200101-000000-x"], ["plan", "vapi", "-n", number, "--no-agent"],
        ])
    func earlyFailure(_ arguments: [String]) async throws {
        try await withFolder { folder async throws in
            // Without any key.
            let result = try await Program(arguments + ["--events"], state: folder).run()
            #expect(result.status != 0)
            let events = try events(result)
            #expect(events.contains { $0["event"] == "error" || $0["event"] == "note" })
            #expect(events.last?["outcome"] == "failed")
        }
    }
}
