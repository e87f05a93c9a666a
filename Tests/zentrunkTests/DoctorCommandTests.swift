import Foundation
import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("doctor and drift")
struct DoctorCommandTests {
    private static let number = "+14155550100"

    @Test("A healthy connection is ready, with its path and without a write", arguments: Pairing.all)
    func healthy(_ pairing: Pairing) async throws {
        try await Desk.run { desk in
            #expect(try await desk.zentrunk(pairing.command("connect", "--yes")).status == 0)
            desk.sandbox.clearRequests()
            let text = try await desk.zentrunk("doctor", pairing.id)
            #expect(text.status == 0, "\(text.stdout)\(text.stderr)")
            #expect(text.stdout.hasPrefix("✓ \(pairing.id)/main: ready\n"))
            for title in ["phone", "Plivo", "number", "trunk", "URI", "host", pairing.platform.title] {
                #expect(text.stdout.contains("\(title)"), "\(title)")
            }
            let json = try await desk.zentrunk("doctor", "--json")
            #expect(json.status == 0)
            let diagnosis = try #require(try json.json["diagnoses"]?.array?.first)
            #expect(diagnosis["verdict"] == "ready" && diagnosis["owner"] == .null)
            #expect((diagnosis["depth"]?.integer ?? 99) <= 4)
            #expect(try await desk.zentrunk("drift", "--json").json["outcome"] == "unchanged")
            #expect(desk.sandbox.requests.allSatisfy { !$0.isWrite })
        }
    }

    @Test("A broken one names the owner, marks the link, and its next command repairs it", arguments: Pairing.all)
    func broken(_ pairing: Pairing) async throws {
        try await Desk.run { desk in
            #expect(try await desk.zentrunk(pairing.command("connect", "--yes")).status == 0)
            desk.sandbox.own(number: Self.number, application: "4711")
            let text = try await desk.zentrunk("doctor", pairing.id)
            #expect(text.status == 8, "\(text.stdout)")
            #expect(text.stdout.hasPrefix("✗ \(pairing.id)/main: inbound calls will fail: "), "\(text.stdout)")
            #expect(text.stdout.contains("  owner: carrier config\n"))
            #expect(text.stdout.contains("    ✗ number"))
            let next = try #require(text.stdout.firstMatch(of: #/  next: zentrunk (.*)\n/#)?.output.1)
            #expect(next.contains("--reroute"))
            let plain = try await desk.zentrunk(["doctor", pairing.id], with: ["LC_ALL": "C"])
            #expect(plain.stdout.allSatisfy(\.isASCII) && plain.stdout.contains("x number"))
            let drift = try await desk.zentrunk("drift", pairing.id)
            #expect(drift.status == 8 && drift.stdout.contains("drifted"))
            #expect(try await desk.zentrunk(next.split(separator: " ").map(String.init)).status == 0)
            #expect(try await desk.zentrunk("doctor", pairing.id).status == 0)
        }
    }

    @Test("A number leads to what somebody set up by hand", arguments: Pairing.all)
    func byNumber(_ pairing: Pairing) async throws {
        try await Desk.run { desk in
            #expect(try await desk.zentrunk(pairing.command("connect", "--yes", "--no-journal")).status == 0)
            let text = try await desk.zentrunk("doctor", "--number", Self.number)
            #expect(text.stdout.contains(pairing.platform.title), "\(text.stdout)")
            #expect(text.stdout.hasPrefix("✓ \(Self.number): ready"), "\(text.stdout)")
            #expect(try await desk.zentrunk("doctor", pairing.id, "--number", Self.number).status == 1)
        }
    }

    @Test("The page loads nothing, and what it quotes is escaped")
    func page() async throws {
        try await Desk.run { desk in
            let pairing = try #require(Pairing.all.first)
            #expect(try await desk.zentrunk(pairing.command("connect", "--yes")).status == 0)
            let id = desk.sandbox.services.plivo.addTrunk(name: "<script>alert(1)</script>", direction: "outbound")
            desk.sandbox.services.plivo.own(number: Self.number, route: .trunk(id))
            let file = "\(desk.folder)/report.html"
            #expect(try await desk.zentrunk("doctor", "--number", Self.number, "--html", file).status == 8)
            let page = try String(contentsOfFile: file, encoding: .utf8)
            #expect(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && !page.contains("<script"))
            #expect(!page.contains("http://") && !page.contains("src=") && page.contains("default-src 'none'"))
            // A file of that name is left alone.
            #expect(try await desk.zentrunk("doctor", "--html", file).status == 1)
            #expect(try String(contentsOfFile: file, encoding: .utf8) == page)
        }
    }

    @Test("Without keys nothing can be told, and an unknown connection is not found")
    func refusals() async throws {
        try await Desk.run { desk in
            let pairing = try #require(Pairing.all.first)
            let unknown = try await desk.zentrunk("doctor", pairing.id, "--name", "nobody", "--json")
            #expect(unknown.status == 5, "\(unknown.stdout)")
            #expect(try await desk.zentrunk("doctor").stderr.contains("no connections"))
            #expect(try await desk.zentrunk("drift", pairing.id, "--name", "nobody").stdout.contains("cannot be read"))
            let keyless = try await desk.zentrunk(["doctor", pairing.id], with: ["PLIVO_AUTH_TOKEN": ""])
            #expect(keyless.status == 8 && keyless.stdout.contains("PLIVO_AUTH_TOKEN"), "\(keyless.stdout)")
        }
    }

    @Test("A vendor that refuses the key does not hide the other side's fault", arguments: Pairing.all)
    func refusedKey(_ pairing: Pairing) async throws {
        try await Desk.run { desk in
            #expect(try await desk.zentrunk(pairing.command("connect", "--yes")).status == 0)
            let key = try #require(pairing.platform.settings.first { $0.isSecret }).variable
            let wrong = try await desk.zentrunk(["doctor", pairing.id, "--json"], with: [key: "wrong-key"])
            let json = try #require(try wrong.json["diagnoses"]?.array?.first)
            #expect(wrong.status == 8 && json["verdict"] == "cannot-be-told" && json["owner"] == "customer")
            desk.sandbox.own(number: Self.number, application: "4711")
            let both = try await desk.zentrunk(["doctor", pairing.id, "--json"], with: [key: "wrong-key"])
            let more = try #require(try both.json["diagnoses"]?.array?.first)
            #expect(more["verdict"] == "will-fail" && more["owner"] == "carrier config", "\(more.text(.pretty))")
        }
    }
}
