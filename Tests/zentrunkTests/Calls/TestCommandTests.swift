import Foundation
import Testing
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("Test calls by the command")
struct TestCommandTests {
    private static let number = "+14155550100"
    private static let phone = "+442079460000"

    /// Runs the body with a connection in both directions that has an agent.
    private func withConnection(
        _ pairing: Pairing, _ body: (Desk) async throws -> Void
    ) async throws {
        try await Desk.run { desk async throws in
            let needed = pairing.facts.needed.sorted { $0.key < $1.key }.flatMap { ["--\($0.key)", $0.value] }
            let connected = try await desk.zentrunk(
                [
                    "connect", pairing.id, "--number", Self.number, "--\(pairing.agent.name)", pairing.agent.value,
                    "--auth",
                    "credentials",
                ] + needed)
            #expect(connected.status == 0, "\(connected.stderr)")
            desk.sandbox.clearRequests()
            try await body(desk)
        }
    }

    private func outbound(_ pairing: Pairing, _ more: String...) -> [String] {
        ["test", "outbound", pairing.id, "--to", Self.phone, "--yes", "--json"] + more
    }

    @Test("An outbound call is placed once, followed to its record, and works", arguments: Pairing.all)
    func answered(_ pairing: Pairing) async throws {
        try await withConnection(pairing) { desk async throws in
            let result = try await desk.zentrunk(outbound(pairing))
            #expect(result.status == 0, "\(result.stderr) \(result.stdout)")
            let document = try result.json
            #expect(document["verdict"] == "works")
            #expect(document["from"]?.string == Self.number)
            #expect(document["record"]?["hangup_cause_code"] == 3000)
            #expect(document["platform_call"]?["answered"] == true)
            #expect(desk.writes.count == 1)
            // Addresses that control or hear a call are as secret as a key.
            #expect(!result.stdout.contains("control.sandbox") && !result.stderr.contains("control.sandbox"))
            let text = try await desk.zentrunk(["test", "outbound", pairing.id, "--to", Self.phone, "--yes"])
            #expect(text.stdout.contains("was answered"))
            #expect(text.stderr.contains("calls \(Self.phone) from \(Self.number)"))
        }
    }

    @Test("Without consent nothing is sent", arguments: Pairing.all)
    func consent(_ pairing: Pairing) async throws {
        try await withConnection(pairing) { desk async throws in
            let result = try await desk.zentrunk(["test", "outbound", pairing.id, "--to", Self.phone])
            #expect(result.status == 5)
            #expect(result.stderr.contains("for at most 30 seconds, which costs money"))
            #expect(desk.writes.isEmpty)
        }
    }

    @Test("A call whose answer is lost is looked up, and not placed again", arguments: Pairing.all)
    func lost(_ pairing: Pairing) async throws {
        try await withConnection(pairing) { desk async throws in
            desk.sandbox.setFaults([SandboxFault(vendor: pairing.vendor, writesOnly: true, effect: .loseAnswer)])
            let result = try await desk.zentrunk(outbound(pairing))
            #expect(result.status == 0, "\(result.stderr) \(result.stdout)")
            #expect(try result.json["verdict"] == "works")
            #expect(try result.json["answer_lost"]?.string != nil)
            #expect(desk.writes.count == 1)
            #expect(desk.sandbox.state["plivo"]?["calls"]?.array?.count == 1)
        }
    }

    @Test("After a rate limit, a call is not placed again", arguments: Pairing.all)
    func noRetry(_ pairing: Pairing) async throws {
        try await withConnection(pairing) { desk async throws in
            let fault = SandboxFault(vendor: pairing.vendor, writesOnly: true, effect: .rateLimited())
            desk.sandbox.setFaults([fault])
            let result = try await desk.zentrunk(outbound(pairing))
            #expect(result.status == 4, "\(result.stderr)")
            #expect(desk.writes.count == 1)
        }
    }

    /// What a person's phone does, or what breaks the half at Plivo, with the verdict and the owner.
    enum Fault: String, CaseIterable, CustomTestStringConvertible {
        case busy, silent, noCredit, passwordChanged
        var testDescription: String { rawValue }

        var expected: (verdict: String, owner: String, code: Int64) {
            switch self {
            case .busy: ("no-answer", "none", 4410)
            case .silent: ("no-answer", "none", 4340)
            case .noCredit: ("failed", "customer", 4030)
            case .passwordChanged: ("failed", "carrier config", 4180)
            }
        }
    }

    @Test("A call that fails is explained by Plivo's record", arguments: Pairing.all, Fault.allCases)
    func failed(_ pairing: Pairing, _ fault: Fault) async throws {
        try await withConnection(pairing) { desk async throws in
            switch fault {
            case .busy: desk.sandbox.exchange.setPhone(Self.phone, .busy)
            case .silent: desk.sandbox.exchange.setPhone(Self.phone, .doesNotAnswer)
            case .noCredit: desk.sandbox.services.plivo.setAccount { $0.cashCredits = "0" }
            case .passwordChanged:
                let credential = try #require(PlivoState(desk.sandbox.state).rows("credentials").first)
                let id = try #require(credential["credential_uuid"]?.string)
                let reply = try await Caller(sandbox: desk.sandbox).plivo(
                    "POST", "Zentrunk/Credential/\(id)/",
                    ["username": credential["username"] ?? .null, "password": "not_a_secret_at_all"])
                #expect(reply.status == 202)
            }
            let result = try await desk.zentrunk(outbound(pairing))
            #expect(result.status == 8, "\(result.stderr) \(result.stdout)")
            let document = try result.json
            #expect(document["verdict"]?.string == fault.expected.verdict, "\(result.stdout)")
            #expect(document["owner"]?.string == fault.expected.owner)
            #expect(document["record"]?["hangup_cause_code"]?.integer == fault.expected.code)
        }
    }

    @Test("An inbound call by Plivo's Voice API arrives at the platform", arguments: Pairing.all)
    func inbound(_ pairing: Pairing) async throws {
        try await withConnection(pairing) { desk async throws in
            // On LiveKit a call can be seen only while it lasts.
            desk.sandbox.exchange.setPace(.init(ringing: .milliseconds(500), talking: .seconds(2)))
            let result = try await desk.zentrunk([
                "test", "inbound", pairing.id, "--from", "+14155550101", "--yes", "--json", "--wait", "10",
            ])
            #expect(result.status == 0, "\(result.stderr) \(result.stdout)")
            let document = try result.json
            #expect(document["verdict"] == "works")
            #expect(document["platform_call"] != .null)
            #expect(document["record"]?["call_direction"] == "inbound")
            #expect(result.stderr.contains("Plivo calls \(Self.number) from +14155550101"))
        }
    }

    @Test(
        "An inbound call that the platform refuses is seen in Plivo's record, and in SIP messages if the platform keeps them",
        arguments: Pairing.all)
    func refused(_ pairing: Pairing) async throws {
        try await withConnection(pairing) { desk async throws in
            pairing.service(in: desk.sandbox)?.setAgents([])
            let result = try await desk.zentrunk([
                "test", "inbound", pairing.id, "--from", "+14155550101", "--yes", "--json", "--wait", "10",
            ])
            #expect(result.status == 8, "\(result.stderr) \(result.stdout)")
            #expect(try result.json["verdict"] == "failed", "\(result.stdout)")
            #expect(try result.json["owner"] == "platform config")
            let messages = try result.json["messages"]?.array ?? []
            let asked = desk.sandbox.requests.contains { $0.path.hasSuffix("/sip-messages") }
            #expect(asked == (messages.first?["method"] == "INVITE"), "\(messages)")
            #expect(messages.last?["status"].map { $0 != .null } ?? true)
            // The sandbox's messages have a key of SRTP.
            #expect(!result.stdout.contains("inline:"))
        }
    }

    @Test("Without a call the verdict is unknown, and says so", arguments: Pairing.all)
    func nothing(_ pairing: Pairing) async throws {
        try await withConnection(pairing) { desk async throws in
            let result = try await desk.zentrunk(["test", "inbound", pairing.id, "--json", "--wait", "1"])
            #expect(result.status == 8)
            #expect(try result.json["verdict"] == "unknown")
            #expect(desk.writes.isEmpty)
        }
    }

    @Test(
        "Wrong arguments are refused before anything is sent",
        arguments: [
            (["--to", "12"], 1), (["--to", number], 1), (["--to", phone, "--from", "+14155550105"], 1),
            (["--to", phone, "--seconds", "5"], 1), (["--to", phone, "--name", "other"], 1),
        ] as [([String], Int32)])
    func arguments(_ arguments: [String], _ status: Int32) async throws {
        let pairing = try #require(Pairing.all.first)
        try await withConnection(pairing) { desk async throws in
            let result = try await desk.zentrunk(["test", "outbound", pairing.id, "--yes"] + arguments)
            #expect(result.status == status || result.status == 5, "\(result.stderr)")
            #expect(result.status != 0)
            #expect(desk.writes.isEmpty)
        }
    }

    @Test("The document has the members that the page lists")
    func documented() async throws {
        let page = try String(
            contentsOf: URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("docs/json.md"),
            encoding: .utf8)
        let row = try #require(page.split(separator: "\n").first { $0.hasPrefix("| `test outbound`") })
        let members = Set(row.split(separator: "|").last?.matches(of: /`([^`]+)`/).map { String($0.output.1) } ?? [])
        let pairing = try #require(Pairing.all.first)
        try await withConnection(pairing) { desk async throws in
            let done = try await desk.zentrunk(outbound(pairing))
            #expect(Set((try done.json.object ?? [:]).names) == members)
            let failed = try await desk.zentrunk(outbound(pairing, "--name", "other"))
            #expect(Set((try failed.json.object ?? [:]).names) == members)
        }
    }
}
