import Foundation
import Testing
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("Secrecy of SIP passwords in the carrier's commands")
struct CarrierSecrecyTests {
    private static let canary = "canary_0f3a9"

    private func sent(_ desk: Desk) -> [String] {
        desk.sandbox.requests.compactMap { $0.document?["password"]?.string }
    }

    @Test(
        "A password from stdin is sent unchanged and never shown, even if a vendor quotes it",
        arguments: [
            ["credential", "create", "--name", "pbx", "--username", "pbx01", "--password-stdin"],
            [
                "uri", "create", "--name", "pbx", "--uri", "sip.example.com;transport=udp", "--username", "pbx01",
                "--password-stdin",
            ],
        ], [[], ["--json"]])
    func fromStdin(_ arguments: [String], _ more: [String]) async throws {
        try await Desk.run { desk async throws in
            var program = Program(arguments + more, sandbox: desk.sandbox, state: desk.folder)
            program.input = Self.canary + "\r\n"
            desk.sandbox.setFaults([
                SandboxFault(method: "POST", effect: .refused("we do not like \(Self.canary)"))
            ])
            let refused = try await program.run()
            #expect(refused.status == 5)
            #expect((refused.stdout + refused.stderr).contains("we do not like <redacted>"))
            desk.sandbox.setFaults([])
            let done = try await program.run()
            #expect(done.status == 0, "\(done.stderr)")
            #expect(sent(desk) == [Self.canary, Self.canary])
            for text in [refused.stdout, refused.stderr, done.stdout, done.stderr] {
                #expect(!text.contains(Self.canary))
            }
            try check(desk.folder, Self.canary)
        }
    }

    @Test("A generated password is written to a new file with access for its owner only, and can be derived again")
    func generated() async throws {
        try await Desk.run { desk async throws in
            let file = desk.folder + "/pbx.secret"
            let made = try await desk.zentrunk("credential", "create", "--name", "pbx", "--password-out", file)
            #expect(made.status == 0, "\(made.stderr)")
            let password = try #require(sent(desk).first)
            #expect(try String(contentsOfFile: file, encoding: .utf8) == password + "\n")
            let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            let again = try await desk.zentrunk("credential", "get", "pbx", "--password-out", "-")
            #expect(again.stdout == password + "\n")
            let shown = try await desk.zentrunk("credential", "get", "pbx", "--json")
            let twice = try await desk.zentrunk("credential", "get", "pbx", "--password-out", file)
            #expect(twice.status == 1)
            for text in [made.stdout, made.stderr, again.stderr, shown.stdout, shown.stderr, twice.stderr] {
                #expect(!text.contains(password))
            }
            #expect(try String(contentsOfFile: file, encoding: .utf8) == password + "\n")

            let next = desk.folder + "/new.secret"
            let update = ["credential", "update", "pbx", "--generate", "--password-out", next]
            #expect(try await desk.zentrunk(update).status == 5)
            #expect(!FileManager.default.fileExists(atPath: next))
            #expect(try await desk.zentrunk(update + ["--yes"]).status == 0)
            #expect(try String(contentsOfFile: next, encoding: .utf8) == (sent(desk).last ?? "") + "\n")
            #expect(sent(desk).count == 2)
            #expect(try World.contractViolations(in: desk.sandbox.requests) == [])
        }
    }

    @Test("A failed creation leaves no file, and a foreign password is not derived")
    func nothing() async throws {
        try await Desk.run { desk async throws in
            let file = desk.folder + "/pbx.secret"
            desk.sandbox.setFaults([SandboxFault(method: "POST", hits: .nth(1), effect: .refused("no"))])
            let refused = try await desk.zentrunk("credential", "create", "--name", "pbx", "--password-out", file)
            #expect(refused.status == 5)
            #expect(!FileManager.default.fileExists(atPath: file))
            _ = try await desk.json(
                ["credential", "create", "--name", "pbx", "--username", "pbx01", "--password-stdin"], input: Self.canary
            )
            let unknown = try await desk.zentrunk("credential", "get", "pbx", "--password-out", file)
            #expect(unknown.status == 5)
            #expect(!FileManager.default.fileExists(atPath: file))
            let renamed = try await desk.json(["credential", "update", "pbx", "--name", "other", "--yes"])
            #expect(renamed.status == 1)
            #expect(renamed.document["error"]?["message"]?.string?.contains("blanks") == true)
            #expect(desk.sandbox.violations == [])
        }
    }

    private func check(_ folder: String, _ secret: String) throws {
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder) {
            let bytes = FileManager.default.contents(atPath: folder + "/" + name) ?? Data()
            #expect(bytes.range(of: Data(secret.utf8)) == nil, "in \(name)")
        }
    }
}
