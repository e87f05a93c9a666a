import Foundation
import Testing
import ZentrunkCore
import ZentrunkJSON
import ZentrunkSandbox

@Suite("Wrong input gets one sentence, exit code 1, and nothing is sent")
struct CommandInputTests {
    struct Mistake: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var arguments: [String]
        var variables: [String: String] = [:]
        /// A file that the arguments name as `FILE`.
        var file: String?
        /// What the message contains.
        var parts: [String]

        static let all: [Mistake] = [
            Mistake(
                testDescription: "misspelt option", arguments: ["connect", "vapi", "--numbr", "+14155550100"],
                parts: ["--numbr", "did you mean", "--number"]),
            Mistake(
                testDescription: "misspelt parameter", arguments: ["connect", "vapi", "--assistent", "x"],
                parts: ["--assistent", "did you mean", "--assistant"]),
            Mistake(
                testDescription: "misspelt --set",
                arguments: ["connect", "vapi", "-n", "+14155550100", "--set", "asistant=x"],
                parts: ["asistant", "did you mean", "assistant"]),
            Mistake(
                testDescription: "misspelt platform", arguments: ["connect", "vappi", "--number", "+14155550100"],
                parts: ["vappi", "vapi"]),
            Mistake(
                testDescription: "number without a country code",
                arguments: ["connect", "vapi", "--number", "4155550100"],
                parts: ["4155550100", "country code"]),
            Mistake(
                testDescription: "Indian number", arguments: ["connect", "vapi", "--number", "+918012345678"],
                parts: ["+918012345678", "Indian"]),
            Mistake(
                testDescription: "unknown direction",
                arguments: ["connect", "vapi", "-n", "+14155550100", "--direction", "sideways"],
                parts: ["direction", "sideways", "outbound"]),
            Mistake(
                testDescription: "too long a name",
                arguments: ["connect", "vapi", "-n", "+14155550100", "--name", "much-too-long-a-name"],
                parts: ["much-too-long-a-name", "15"]),
            Mistake(
                testDescription: "no number", arguments: ["connect", "vapi"], parts: ["vapi/main", "which number"]),
            Mistake(
                testDescription: "http to another machine", arguments: ["connect", "vapi", "-n", "+14155550100"],
                variables: ["PLIVO_API_URL": "http://api.example.com"],
                parts: ["PLIVO_API_URL", "http://api.example.com", "https"]),
            Mistake(
                testDescription: "missing carrier key", arguments: ["connect", "vapi", "-n", "+14155550100"],
                variables: ["PLIVO_AUTH_TOKEN": ""], parts: ["PLIVO_AUTH_TOKEN is not set"]),
            Mistake(
                testDescription: "missing platform key", arguments: ["connect", "vapi", "-n", "+14155550100"],
                variables: ["VAPI_API_KEY": ""], parts: ["VAPI_API_KEY is not set"]),
            Mistake(
                testDescription: "broken template", arguments: ["template", "validate", "FILE"],
                file: "{\n  \"pairing\": \"vapi\",\n  \"title\": oops\n}", parts: ["FILE", "3:12"]),
            Mistake(
                testDescription: "broken template in connect",
                arguments: ["connect", "vapi", "-n", "+14155550100", "--template", "FILE"],
                file: "{\n  \"pairing\": \"vapi\",,\n}", parts: ["FILE", "2:"]),
            Mistake(
                testDescription: "unknown kind", arguments: ["template", "validate", "FILE"],
                file: Self.template(kind: "zentrunk.trunc", reference: "name"),
                parts: ["zentrunk.trunc", "zentrunk.trunk"]),
            Mistake(
                testDescription: "unknown reference", arguments: ["template", "validate", "FILE"],
                file: Self.template(kind: "zentrunk.trunk", reference: "nobody.id"), parts: ["nobody"]),
            Mistake(
                testDescription: "cycle", arguments: ["template", "validate", "FILE"],
                file: Self.template(kind: "zentrunk.trunk", reference: "b.trunk_id"), parts: ["b"]),
        ]

        private static func template(kind: String, reference: String) -> String {
            """
            {"pairing": "vapi", "title": "t", "verified": "2026-11-22", "guides": [], "parameters": {}, "resources": {
              "b": {"kind": "\(kind)", "body": {"name": "${name}", "trunk_direction": "inbound",
                    "primary_uri_uuid": "${\(reference)}"}}
            }}
            """
        }
    }

    @Test("A mistake", arguments: Mistake.all)
    func mistake(_ mistake: Mistake) async throws {
        try await Desk.run { desk async throws in
            let file = desk.folder + "/mine.json"
            if let text = mistake.file { try text.write(toFile: file, atomically: true, encoding: .utf8) }
            let arguments = mistake.arguments.map { $0 == "FILE" ? file : $0 }
            let json = mistake.arguments.first == "connect" ? ["--json"] : []
            let result = try await Program(
                arguments + json, sandbox: desk.sandbox, state: desk.folder, mistake.variables
            ).run()
            #expect(result.status == 1, "\(result.stdout)\(result.stderr)")
            for part in mistake.parts {
                #expect(result.stderr.contains(part == "FILE" ? file : part))
            }
            if !json.isEmpty {
                let document = try result.json
                #expect(document["outcome"] == "failed")
                #expect(document["error"]?["where"] == "local")
                #expect(document["error"]?["message"]?.string?.contains("\n") == false)
            }
            #expect(desk.writes.isEmpty)
            // Whether a number is needed hangs on what is live.
            #expect(desk.sandbox.requests.isEmpty || mistake.testDescription == "no number")
        }
    }

    @Test("Help has the template's options and the settings", arguments: Pairing.all)
    func help(_ pairing: Pairing) async throws {
        try await withFolder { folder async throws in
            let result = try await Program(["connect", pairing.id, "--help"], state: folder).run()
            #expect(result.status == 0)
            let settings = pairing.adapter.platform.settings.map(\.variable)
            for part in ["--number", "--reroute", "--\(pairing.agent.name)", "PLIVO_AUTH_TOKEN"] + settings {
                #expect(result.stdout.contains(part))
            }
            #expect(result.stderr.isEmpty)
        }
    }

    @Test("Completions are made for each shell", arguments: ["bash", "zsh", "fish"])
    func completions(_ shell: String) async throws {
        try await withFolder { folder async throws in
            let result = try await Program(["completions", shell], state: folder).run()
            #expect(result.status == 0)
            #expect(result.stdout.contains("disconnect"))
            #expect(result.stdout.contains("reroute"))
        }
    }

    @Test("Without any account, the sandbox for the length of the command connects", arguments: Pairing.all)
    func ownSandbox(_ pairing: Pairing) async throws {
        try await withFolder { folder async throws in
            let result = try await Program(
                pairing.command("connect", "--sandbox", "--json"), state: folder
            ).run()
            #expect(result.status == 0, "\(result.stderr)")
            #expect(try result.json["outcome"] == "connected")
        }
    }
}
