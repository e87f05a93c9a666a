import Foundation
import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("Next steps in errors")
struct NextStepTests {
    private static let number = "+14155550100"

    private func next(_ result: Program.Result) throws -> [String] {
        try result.json["error"]?["next"]?.array?.compactMap(\.string) ?? []
    }

    @Test("A next step keeps the options of the failed command")
    func kept() async throws {
        try await Desk.run { desk async throws in
            try desk.sandbox.location.write(to: desk.folder)
            for (arguments, wanted) in [
                (["show", "vapi", "--name", "nope", "--sandbox"], "zentrunk list --sandbox"),
                (["trunk", "get", "nope", "--sandbox"], "zentrunk trunk list --sandbox"),
                (["connect", "vapi", "--name", "nope", "--sandbox"], "zentrunk number list --sandbox"),
                (["show", "20200101-000000-x", "--sandbox"], "zentrunk runs --sandbox"),
                (["list", "nope", "--sandbox"], "zentrunk template list"),
                (["connect", "nope", "-n", Self.number], "zentrunk template list"),
                (["connect", "vapi", "-n", "12"], "zentrunk connect vapi --help"),
                (
                    ["connect", "vapi", "-n", Self.number, "--no-agent", "--template", "/nope"],
                    "zentrunk connect vapi --help"
                ),
            ] {
                let result = try await Program(arguments + ["--json"], state: desk.folder).run()
                #expect(result.status != 0)
                #expect(try next(result) == [wanted], "\(arguments): \(result.stderr)")
                // The suggested command works.
                let again = try await Program(
                    Array(wanted.split(separator: " ").dropFirst().map(String.init)), state: desk.folder
                ).run()
                #expect(again.status == 0, "\(wanted): \(again.stderr)")
            }
        }
    }

    @Test("A collision about a number suggests the command that resolves it")
    func collisions() async throws {
        try await Desk.run { desk async throws in
            let foreign = try await desk.zentrunk(
                "connect", "vapi", "--number", "+442071234567", "--no-agent", "--json")
            #expect(foreign.status == 5)
            #expect(try next(foreign) == ["zentrunk number list"])
            let first = try await desk.zentrunk("connect", "vapi", "--name", "a", "--number", Self.number, "--no-agent")
            #expect(first.status == 0, "\(first.stderr)")
            let second = try await desk.zentrunk(
                "connect", "vapi", "--name", "b", "--number", Self.number, "--no-agent", "--json")
            #expect(second.status == 5)
            #expect(try next(second).first == "zentrunk disconnect vapi --name a --number \(Self.number)")
        }
    }

    @Test("All missing settings are named at once, each with its source", arguments: Pairing.all)
    func missing(_ pairing: Pairing) async throws {
        try await withFolder { folder async throws in
            let result = try await Program(pairing.command("connect", "--json"), state: folder).run()
            #expect(result.status == 1)
            let message = try result.json["error"]?["message"]?.string ?? ""
            let required = pairing.adapter.platform.settings.filter(\.isRequired)
            let names = ["PLIVO_AUTH_ID", "PLIVO_AUTH_TOKEN"] + required.map(\.variable)
            for name in names {
                #expect(message.contains(name))
                #expect(try next(result).first?.contains("\(name)=…") == true)
            }
            for setting in required { #expect(message.contains(setting.help)) }
        }
    }

    @Test(
        "Values that were copied incorrectly are detected before anything is sent, and not quoted",
        arguments: [
            (["PLIVO_AUTH_TOKEN": "\"topsecret-1\""], "PLIVO_AUTH_TOKEN is in quotes"),
            (["VAPI_API_KEY": "'topsecret-1'"], "VAPI_API_KEY is in quotes"),
            (["PLIVO_AUTH_ID": "topsecret1", "PLIVO_AUTH_TOKEN": "MAABCDEFGHIJ0123456A"], "swapped"),
        ])
    func copied(_ variables: [String: String], _ words: String) async throws {
        try await Desk.run { desk async throws in
            let result = try await desk.zentrunk(Pairing.vapi.command("connect"), with: variables)
            #expect(result.status == 1)
            #expect(result.stderr.contains(words), "\(result.stderr)")
            #expect(!result.stderr.contains("topsecret") && !result.stderr.contains("MAABCDEFGHIJ0123456A"))
            #expect(desk.sandbox.requests.isEmpty)
        }
    }

    @Test("For a LiveKit URL without scheme, the correct one is suggested")
    func scheme() async throws {
        try await Desk.run { desk async throws in
            let variables = ["LIVEKIT_URL": "name.livekit.cloud"]
            let result = try await desk.zentrunk(Pairing.liveKit.command("connect", "--json"), with: variables)
            #expect(result.status == 1)
            #expect(try next(result).first == "export LIVEKIT_URL=wss://name.livekit.cloud")
        }
    }

    @Test(
        "A setting that is only allowed in the environment is refused in a profile",
        arguments: ["ZENTRUNK_STATE_DIR", "NO_COLOR"])
    func environmentOnly(_ name: String) async throws {
        try await withFolder { folder async throws in
            let file = folder + "/keys"
            try "\(name)=1\n".write(toFile: file, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
            let result = try await Program(["list"], state: folder, ["ZENTRUNK_PROFILE": file]).run()
            #expect(result.status == 1)
            #expect(result.stderr.contains("\(file):1 sets \(name), which is read from the environment only"))
        }
    }
}
