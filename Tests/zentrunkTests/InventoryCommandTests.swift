import Foundation
import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("The inventory as a process")
struct InventoryCommandTests {
    @Test("A connection has no findings, and its numbers lead to the platform", arguments: Pairing.all)
    func healthy(_ pairing: Pairing) async throws {
        try await Desk.run { desk async throws in
            let connected = try await desk.zentrunk(pairing.command("connect", "--json"))
            #expect(connected.status == 0, "\(connected.stderr)")
            let before = desk.writes.count
            let result = try await desk.zentrunk("inventory", "--json", "--check")
            #expect(result.status == 0, "\(result.stdout)")
            let document = try result.json
            #expect(document["findings"] == [] && document["problems"] == [], "\(result.stdout)")
            let numbers = document["numbers"]?.array ?? []
            let own = try #require(numbers.first { $0["connection"] == .string("\(pairing.id)/main") })
            #expect(own["targets"]?.array?.first?["platform"] == .string(pairing.id))
            #expect(own["records"]?.array?.first?["platform"] == .string(pairing.id))
            #expect(own["records"]?.array?.first?["answer"] != .null)
            let dialling = document["dialling"]?.array ?? []
            #expect(dialling.count == 1 && dialling[0]["connection"] == .string("\(pairing.id)/main"))
            #expect(desk.writes.count == before)
            let text = try await desk.zentrunk("inventory").stdout
            #expect(text.contains("\(pairing.id)/main") && text.contains("  ✓ none"))
        }
    }

    @Test("Each list is read once")
    func lists() async throws {
        try await Desk.run { desk async throws in
            desk.sandbox.services.plivo.fill(trunks: 50, numbers: 50)
            _ = try await desk.zentrunk("inventory", "--json")
            let requests = desk.sandbox.requests.map { "\($0.vendor) \($0.method) \($0.path) \($0.query)" }
            #expect(Set(requests).count == requests.count && !requests.isEmpty)
        }
    }

    @Test("A problem makes the exit code 8 with --check only, and has the command that ends it")
    func problem() async throws {
        try await Desk.run { desk async throws in
            let trunk = desk.sandbox.services.plivo.addTrunk(name: "pbx", direction: "outbound")
            desk.sandbox.services.plivo.own(number: "+14155550101", route: .trunk(trunk))
            let result = try await desk.zentrunk("inventory")
            #expect(result.status == 0)
            #expect(result.stdout.contains("✗ +14155550101 is routed to the outbound trunk \"pbx\""))
            #expect(result.stdout.contains("next: zentrunk number update +14155550101 --trunk NAME"))
            #expect(try await desk.zentrunk("inventory", "--check").status == 8)
            let findings = try await desk.zentrunk("inventory", "--json").json["findings"]?.array ?? []
            #expect(findings.contains { $0["code"] == "number-outbound-trunk" && $0["next"]?.array?.isEmpty == false })
        }
    }

    @Test("A platform that cannot be read is named, and the others are listed")
    func outage() async throws {
        try await Desk.run { desk async throws in
            desk.sandbox.setFaults([SandboxFault(vendor: "vapi", effect: .answer(.json(401, ["message": "no"])))])
            let result = try await desk.zentrunk("inventory", "--json", with: ["ELEVENLABS_API_KEY": ""])
            #expect(result.status == 0, "\(result.stderr)")
            let problems = try result.json["problems"]?.array ?? []
            #expect(problems.map { $0["vendor"] } == ["ElevenLabs", "Vapi"])
            #expect(try result.json["places"]?.array?.map { $0["platform"] } == ["livekit"])
            #expect(try await desk.zentrunk("inventory", "--check").status == 8)
            desk.sandbox.setFaults([SandboxFault(vendor: "plivo", effect: .answer(.json(401, ["error": "no"])))])
            #expect(try await desk.zentrunk("inventory", "--json").status == 2)
        }
    }

    @Test("The graph is one, and hostile names do not escape from it", arguments: ["mermaid", "dot"])
    func graph(_ format: String) async throws {
        try await Desk.run { desk async throws in
            _ = try await desk.zentrunk(Pairing.all[0].command("connect"))
            _ = desk.sandbox.services.plivo.addTrunk(name: TerminalSafetyTests.evil, direction: "inbound")
            let result = try await desk.zentrunk("inventory", "--graph", format)
            #expect(result.status == 0)
            #expect(result.stdout.contains(format == "dot" ? "digraph inventory {" : "flowchart LR"))
            #expect(result.stdout.contains("dials") && result.stdout.contains("routed to"))
            TerminalSafetyTests.check(result, says: "pwned")
            let both = try await desk.zentrunk("inventory", "--graph", format, "--json")
            #expect(both.status == 1)
        }
    }

    @Test("The page in a browser: no errors, the numbers, and something to see", .enabled(if: Browser.isInstalled))
    func browser() async throws {
        try await Desk.run { desk async throws in
            for pairing in Pairing.all { _ = try await desk.zentrunk(pairing.command("connect", "--reroute")) }
            desk.sandbox.services.plivo.own(number: "+14155550109", route: .trunk("1234567890123456"))
            _ = desk.sandbox.services.plivo.addTrunk(name: "<img src=x onerror=alert(1)>", direction: "inbound")
            let path = desk.folder + "/inventory.html"
            let result = try await desk.zentrunk("inventory", "--html", path)
            #expect(result.status == 0, "\(result.stderr)")
            for width in [1200, 390] {
                let view = try await Browser.open(path, width: width, in: desk.folder)
                #expect(view.errors == [])
                for words in ["+14155550109", "which does not exist", "Problem: ", "&lt;img src=x"] {
                    #expect(view.text.contains(words), "\(words)")
                }
                #expect(view.weight > 4, "the screenshot is blank")
            }
        }
    }
}
