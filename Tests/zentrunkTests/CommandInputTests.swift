import Foundation
import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
import ZentrunkPairings
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("Invalid input to the command")
struct CommandInputTests {
    struct Mistake: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var arguments: [String]
        var variables: [String: String] = [:]
        /// A file that the arguments reference as `FILE`.
        var file: String?
        /// Parts of the expected message.
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
                arguments: ["connect", "vapi", "-n", "+14155550100", "--no-agent", "--set", "asistant=x"],
                parts: ["asistant", "did you mean", "assistant"]),
            Mistake(
                testDescription: "misspelt platform", arguments: ["connect", "vappi", "--number", "+14155550100"],
                parts: ["vappi", "vapi"]),
            Mistake(
                testDescription: "another platform's word", arguments: ["connect", "vapi", "--agent", "x"],
                parts: ["--agent", "did you mean", "--assistant", "next: zentrunk connect vapi --help"]),
            Mistake(
                testDescription: "the other platform's word", arguments: ["connect", "livekit", "--assistant", "x"],
                parts: ["--assistant", "did you mean", "--agent"]),
            Mistake(
                testDescription: "number without its option", arguments: ["connect", "vapi", "+14155550100", "--yes"],
                parts: ["--number", "next: zentrunk connect vapi --number +14155550100 --yes"]),
            Mistake(
                testDescription: "option without its value", arguments: ["connect", "vapi", "--number"],
                parts: ["error: missing value", "--number", "next: zentrunk connect vapi --help"]),
            Mistake(
                testDescription: "no platform", arguments: ["connect"],
                parts: ["error: missing", "platform", "elevenlabs, livekit, vapi", "next: zentrunk connect --help"]),
            Mistake(
                testDescription: "misspelt command", arguments: ["trunk", "lst"],
                parts: ["\"trunk lst\"", "did you mean \"list\"", "next: zentrunk trunk --help"]),
            Mistake(
                testDescription: "misspelt command of a template", arguments: ["template", "valdate"],
                parts: ["\"template valdate\"", "did you mean \"validate\""]),
            Mistake(testDescription: "ls", arguments: ["ls"], parts: ["did you mean \"list\""]),
            Mistake(testDescription: "delete", arguments: ["delete"], parts: ["did you mean \"disconnect\""]),
            Mistake(testDescription: "status", arguments: ["status"], parts: ["did you mean \"show\""]),
            Mistake(
                testDescription: "no command at all like it", arguments: ["xyzzy"],
                parts: ["\"xyzzy\"", "zentrunk --help"]),
            Mistake(
                testDescription: "option of a command that has none of the platform's",
                arguments: ["disconnect", "vapi", "--reigon", "eu"], parts: ["--reigon", "did you mean", "--region"]),
            Mistake(
                testDescription: "carrier's option", arguments: ["trunk", "create", "--nam", "x"],
                parts: [
                    "error: unknown option --nam, did you mean \"--name\"?", "next: zentrunk trunk create --help",
                ]),
            Mistake(
                testDescription: "two names", arguments: ["show", "vapi/support", "--name", "sales"],
                parts: ["support", "sales", "two different names"]),
            Mistake(testDescription: "no name", arguments: ["show", "vapi/"], parts: ["vapi/", "vapi/main"]),
            Mistake(
                testDescription: "slash and a misspelt platform", arguments: ["show", "vappi/main"],
                parts: ["vappi", "did you mean \"vapi\""]),
            Mistake(
                testDescription: "too long a name behind a slash", arguments: ["show", "vapi/much-too-long-a-name"],
                parts: ["much-too-long-a-name", "15"]),
            Mistake(
                testDescription: "two numbers on one line", arguments: ["connect", "vapi", "--numbers", "FILE"],
                file: "+14155550100\n+14155550101, +14155550102\n", parts: ["FILE", ":2:", "2 numbers on one line"]),
            Mistake(
                testDescription: "a second file of numbers",
                arguments: ["connect", "vapi", "--numbers", "FILE", "--numbers", "/nowhere/at/all"],
                file: "+14155550100\n", parts: ["/nowhere/at/all"]),
            Mistake(
                testDescription: "Indian number", arguments: ["connect", "vapi", "--number", "+918012345678"],
                parts: ["+918012345678", "Indian"]),
            Mistake(
                testDescription: "unknown direction",
                arguments: ["connect", "vapi", "-n", "+14155550100", "--no-agent", "--direction", "sideways"],
                parts: ["direction", "sideways", "outbound"]),
            Mistake(
                testDescription: "too long a name",
                arguments: ["connect", "vapi", "-n", "+14155550100", "--no-agent", "--name", "much-too-long-a-name"],
                parts: ["much-too-long-a-name", "15"]),
            Mistake(
                testDescription: "no number", arguments: ["connect", "vapi"], parts: ["vapi/main", "needs a number"]),
            Mistake(
                testDescription: "http to another machine",
                arguments: ["connect", "vapi", "-n", "+14155550100", "--no-agent"],
                variables: ["PLIVO_API_URL": "http://api.example.com"],
                parts: ["PLIVO_API_URL", "http://api.example.com", "https"]),
            Mistake(
                testDescription: "missing carrier key",
                arguments: ["connect", "vapi", "-n", "+14155550100", "--no-agent"],
                variables: ["PLIVO_AUTH_TOKEN": ""], parts: ["PLIVO_AUTH_TOKEN is not set"]),
            Mistake(
                testDescription: "missing platform key",
                arguments: ["connect", "vapi", "-n", "+14155550100", "--no-agent"],
                variables: ["VAPI_API_KEY": ""], parts: ["VAPI_API_KEY is not set"]),
            Mistake(
                testDescription: "broken template", arguments: ["template", "validate", "FILE"],
                file: "{\n  \"pairing\": \"vapi\",\n  \"title\": oops\n}", parts: ["FILE", "3:12"]),
            Mistake(
                testDescription: "broken template in connect",
                arguments: ["connect", "vapi", "-n", "+14155550100", "--no-agent", "--template", "FILE"],
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

    @Test(
        "Invalid input ends with one sentence and exit code 1, and nothing is sent",
        arguments: Mistake.all + Mistake.values)
    func mistake(_ mistake: Mistake) async throws {
        try await Desk.run { desk async throws in
            let file = desk.folder + "/mine.json"
            if let text = mistake.file { try text.write(toFile: file, atomically: true, encoding: .utf8) }
            let arguments = mistake.arguments.map { $0 == "FILE" ? file : $0 }
            // Not if the last option would take it as its value.
            let json = mistake.arguments.first == "connect" && mistake.arguments.last != "--number" ? ["--json"] : []
            let result = try await Program(
                arguments + json, sandbox: desk.sandbox, state: desk.folder, mistake.variables
            ).run()
            #expect(result.status == 1, "\(result.stdout)\(result.stderr)")
            for part in mistake.parts {
                #expect(result.stderr.contains(part == "FILE" ? file : part), "\(result.stderr)")
            }
            #expect(!(result.stdout + result.stderr).contains("s3cret"))
            if !json.isEmpty {
                let document = try result.json
                #expect(document["outcome"] == "failed")
                #expect(document["error"]?["where"] == "local")
                #expect(document["error"]?["message"]?.string?.contains("\n") == false)
            }
            #expect(desk.writes.isEmpty)
            // Whether a number is needed depends on the live objects.
            #expect(desk.sandbox.requests.isEmpty || mistake.testDescription == "no number")
        }
    }

    @Test("The help has the template's options and the settings", arguments: Pairing.all)
    func help(_ pairing: Pairing) async throws {
        try await withFolder { folder async throws in
            let result = try await Program(["connect", pairing.id, "--help"], state: folder).run()
            #expect(result.status == 0)
            let settings = pairing.adapter.platform.settings.map(\.variable)
            for part in ["--number", "--reroute", "--\(pairing.agent.name)", "PLIVO_AUTH_TOKEN"] + settings {
                #expect(result.stdout.contains(part))
            }
            #expect(result.stderr.isEmpty)
            // The example is the platform's own, and a script that reads the help gets the width that it asks for.
            let example = pairing.adapter.platform.example.flatMap(\.options).joined(separator: " ")
            #expect(
                result.stdout.replacing(/\s+/, with: " ").contains(
                    "zentrunk connect \(pairing.id) --number +14155550100 \(example)"))
            for verb in ["connect", "plan", "disconnect", "show"] {
                let narrow = Program([verb, pairing.id, "--help"], state: folder, ["COLUMNS": "60"])
                let text = try await narrow.run().stdout
                let long = text.split(separator: "\n").filter { $0.count > 60 }
                // Words are never broken.
                #expect(long.allSatisfy { $0.contains("https://") || !$0.dropFirst(26).contains(" ") }, "\(long)")
                for other in Pairing.all where other.id != pairing.id {
                    #expect(!text.contains("zentrunk \(verb) \(other.id)"))
                }
                #expect(text.contains("zentrunk \(verb) \(pairing.id)"))
                let asked = Program(["help", verb, pairing.id], state: folder, ["COLUMNS": "60"])
                #expect(try await asked.run().stdout == text)
            }
        }
    }

    @Test("platform/name is the same as platform with --name", arguments: Pairing.all)
    func slash(_ pairing: Pairing) async throws {
        try await Desk.run { desk async throws in
            var words = pairing.command("connect", "--json")
            words[1] = "\(pairing.id)/support"
            #expect(try await desk.zentrunk(words).json["connection"] == "support")
            let shown = try await desk.zentrunk("show", "\(pairing.id)/support", "--name", "support", "--json")
            #expect(shown.status == 0, "\(shown.stderr)")
            let planned = try await desk.zentrunk("plan", "\(pairing.id)/support", "--json")
            #expect(try planned.json["resources"]?.array?.allSatisfy { $0["action"] == "keep" } == true)
            let gone = try await desk.zentrunk("disconnect", "\(pairing.id)/support", "--yes", "--json")
            #expect(gone.status == 0, "\(gone.stderr)")
            #expect(try gone.json["outcome"] == "disconnected")
        }
    }

    @Test("Numbers from several files and options are combined", arguments: Pairing.all)
    func severalFiles(_ pairing: Pairing) async throws {
        try await Desk.run { desk async throws in
            let files = ["a", "b"].map { desk.folder + "/\($0).csv" }
            try "name,number,forward\nx,+14155550101,+14155550109\n".write(
                toFile: files[0], atomically: true, encoding: .utf8)
            try "+14155550102\n".write(toFile: files[1], atomically: true, encoding: .utf8)
            let result = try await desk.zentrunk(
                pairing.command("plan", "--numbers", files[0], "--numbers", files[1], "--json"))
            #expect(result.status == 0, "\(result.stderr)")
            let numbers = try result.json["numbers"]?.array?.compactMap(\.string)
            #expect(numbers == ["+14155550100", "+14155550101", "+14155550102"])
        }
    }

    @Test(
        "A number without its own heading is refused with its line",
        arguments: ["number\n+14155550103,+14155550104\n", "number,number\n+14155550103,+14155550104\n"])
    func unnamedNumbers(_ text: String) async throws {
        try await Desk.run { desk async throws in
            let file = desk.folder + "/numbers.csv"
            try text.write(toFile: file, atomically: true, encoding: .utf8)
            let result = try await desk.zentrunk("plan", "vapi", "--numbers", file, "--no-agent", "--json")
            #expect(result.status == 1)
            #expect(result.stderr.contains(":2: 2 numbers on one line"), "\(result.stderr)")
        }
    }

    @Test("Names that look like options are refused for new connections", arguments: Pairing.all)
    func newNames(_ pairing: Pairing) async throws {
        try await Desk.run { desk async throws in
            for name in ["-a", "a--b", "-", "--"] {
                for verb in ["plan", "connect"] {
                    let result = try await desk.zentrunk(pairing.command(verb, "--name=\(name)"))
                    #expect(result.status == 1, "\(result.stdout)\(result.stderr)")
                    #expect(result.stderr.contains("\"\(name)\" is not a valid name"))
                }
                // Other commands read and remove existing connections with such names.
                let gone = try await desk.zentrunk("disconnect", pairing.id, "--name=\(name)", "--yes")
                #expect(gone.status == 0, "\(gone.stderr)")
            }
            #expect(desk.writes.isEmpty)
        }
        // An existing connection with such a name keeps working.
        try await World.run { world async throws in
            let connector = try world.connector(pairing)
            let request = ConnectionRequest(
                name: try ConnectionName("a--b"), numbers: [try PhoneNumber("+14155550100")],
                values: try Combination(pairing: pairing).request.values)
            #expect(try await connector.plan(request).isNew)
            try await world.connect(connector, request)
            #expect(try await !connector.plan(request).isNew)
            #expect(try await !world.connector(pairing, journal: InMemoryJournal()).plan(request).isNew)
        }
    }

    @Test("A failover without a transport causes a warning", arguments: Pairing.all)
    func failover(_ pairing: Pairing) async throws {
        try await Desk.run { desk async throws in
            for verb in ["plan", "connect"] {
                let cut = try await desk.zentrunk(pairing.command(verb, "--failover", "sip.example.com:5060"))
                #expect(cut.status == 0, "\(cut.stderr)")
                #expect((cut.stdout + cut.stderr).contains("has no transport"))
                let whole = try await desk.zentrunk(
                    pairing.command(
                        verb, "--name", "b", "--failover", "sip.example.com:5060;transport=udp", "--reroute"))
                #expect(!(whole.stdout + whole.stderr).contains("has no transport"))
            }
        }
    }

    @Test("Completions are available for each shell", arguments: ["bash", "zsh", "fish"])
    func completions(_ shell: String) async throws {
        try await withFolder { folder async throws in
            let result = try await Program(["completions", shell], state: folder).run()
            #expect(result.status == 0)
            #expect(result.stdout.contains("zentrunk"))
            #expect(result.stdout.contains(" complete -- "))
        }
    }

    @Test("Without any account, --sandbox connects in a temporary sandbox", arguments: Pairing.all)
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
