import Foundation
import Testing
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("Keys in a profile file")
struct ProfileFileTests {
    /// Returns the path of the profile, with the variables that lead to it.
    private static func place(_ folder: String, _ where: String) -> (path: String, variables: [String: String]) {
        switch `where` {
        case "HOME": (folder + "/.config/zentrunk/profile", [:])
        case "XDG_CONFIG_HOME": (folder + "/xdg/zentrunk/profile", ["XDG_CONFIG_HOME": folder + "/xdg"])
        default: (folder + "/keys", ["ZENTRUNK_PROFILE": folder + "/keys", "XDG_CONFIG_HOME": folder + "/nowhere"])
        }
    }

    private func write(_ text: String, _ path: String, mode: Int = 0o600) throws {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    private static func profile(_ environment: [String: String]) -> String {
        environment.sorted { $0.key < $1.key }.map { "export \($0.key)='\($0.value)'\n" }.joined()
    }

    @Test("A connection can be made with only the profile's keys", arguments: Pairing.all)
    func connects(_ pairing: Pairing) async throws {
        try await Desk.run { desk async throws in
            let (path, variables) = Self.place(desk.folder, "HOME")
            try write(Self.profile(desk.sandbox.environment), path)
            let done = try await Program(pairing.command("connect", "--json"), state: desk.folder, variables).run()
            #expect(done.status == 0, "\(done.stderr)")
            #expect(try done.json["outcome"] == "connected")
            #expect(!desk.writes.isEmpty)
        }
    }

    @Test(
        "The profile is found through the variables, and the environment takes precedence, even an empty variable",
        arguments: ["HOME", "XDG_CONFIG_HOME", "ZENTRUNK_PROFILE"])
    func precedence(_ where: String) async throws {
        try await Desk.run { desk async throws in
            let (path, variables) = Self.place(desk.folder, `where`)
            try write(Self.profile(desk.sandbox.environment.merging(["PLIVO_AUTH_TOKEN": "stale-token"]) { $1 }), path)
            let token = try #require(desk.sandbox.environment["PLIVO_AUTH_TOKEN"])
            func list(_ more: [String: String]) async throws -> Program.Result {
                try await Program(["trunk", "list"], state: desk.folder, variables.merging(more) { $1 }).run()
            }
            let stale = try await list([:])
            #expect(stale.status == 2, "\(stale.stderr)")
            #expect(stale.stderr.contains("in the environment or in \(path)"))
            #expect(try await list(["PLIVO_AUTH_TOKEN": token]).status == 0)
            let empty = try await list(["PLIVO_AUTH_TOKEN": ""])
            #expect(empty.status == 1)
            #expect(empty.stderr.contains("PLIVO_AUTH_TOKEN is empty in the environment"))
            #expect(empty.stderr.contains("next: unset PLIVO_AUTH_TOKEN\n"))
            try write("# nothing\n", path)
            let unset = try await list([:])
            #expect(
                unset.stderr.contains(
                    "or write PLIVO_AUTH_ID=…, PLIVO_AUTH_TOKEN=… into \(path), one per line, mode 0600"))
        }
    }

    @Test(
        "A profile that others could read or change is refused with the command that fixes it",
        arguments: [0o640, 0o604, 0o620, 0o602])
    func open(_ mode: Int) async throws {
        try await Desk.run { desk async throws in
            let path = desk.folder + "/my keys"
            try write(Self.profile(desk.sandbox.environment), path, mode: mode)
            let refused = try await Program(["list"], state: desk.folder, ["ZENTRUNK_PROFILE": path]).run()
            #expect(refused.status == 1)
            #expect(refused.stderr.contains("next: chmod 600 '\(path)'\n"))
            #expect(desk.sandbox.requests.isEmpty)
            let repair = try await Program(["list"], state: desk.folder, ["ZENTRUNK_PROFILE": path])
                .with { $0.script = "chmod 600 '\(path)' && exec \"$0\" \"$@\"" }.run()
            #expect(repair.status == 0, "\(repair.stderr)")
        }
    }

    @Test(
        "A link, a folder, a pipe, a long file or another user's file is not accepted as the profile",
        arguments: ["a symbolic link", "not a regular file", "regular file", "64 KiB", "another user"])
    func noProfile(_ words: String) async throws {
        try await Desk.run { desk async throws in
            let (path, variables) = Self.place(desk.folder, "HOME")
            let text = Self.profile(desk.sandbox.environment)
            try write(text, path)
            let files = FileManager.default
            switch words {
            case "a symbolic link":
                try files.moveItem(atPath: path, toPath: path + ".real")
                try files.createSymbolicLink(atPath: path, withDestinationPath: path + ".real")
            case "not a regular file":
                try files.removeItem(atPath: path)
                try files.createDirectory(atPath: path, withIntermediateDirectories: true)
            case "regular file":
                try files.removeItem(atPath: path)
                try #require(mkfifo(path, 0o600) == 0)
            case "64 KiB": try write(text + String(repeating: "#", count: 64 << 10), path)
            default:
                guard geteuid() == 0 else { return }
                try #require(chown(path, 12_345, 12_345) == 0)
            }
            let refused = try await Program(["list", "--json"], state: desk.folder, variables).run()
            #expect(refused.status == 1)
            #expect(try refused.json["error"]?["code"] == "invalid")
            #expect(try refused.json["error"]?["message"]?.string?.contains(words) == true)
            #expect(refused.stderr.contains(path))
            #expect(desk.sandbox.requests.isEmpty)
        }
    }

    @Test("A profile named by ZENTRUNK_PROFILE must exist; the default one is optional")
    func missing() async throws {
        try await Desk.run { desk async throws in
            let without = try await desk.zentrunk("trunk", "list")
            #expect(without.status == 0, "\(without.stderr)")
            let path = desk.folder + "/nobody"
            let named = try await desk.zentrunk(["trunk", "list"], with: ["ZENTRUNK_PROFILE": path])
            #expect(named.status == 1)
            #expect(named.stderr.contains(path))
            #expect(try await desk.zentrunk(["trunk", "list"], with: ["ZENTRUNK_PROFILE": ""]).status == 0)
        }
    }

    @Test("An error in the profile is reported with its line and without its value")
    func mistake() async throws {
        try await Desk.run { desk async throws in
            let (path, variables) = Self.place(desk.folder, "HOME")
            try write("# keys\nVAPI_API_KYE=topsecret-1\n", path)
            let refused = try await desk.zentrunk(["list"], with: variables)
            #expect(refused.status == 1)
            #expect(refused.stderr.contains("\(path):2 sets VAPI_API_KYE"))
            #expect(refused.stderr.contains("did you mean VAPI_API_KEY?"))
            #expect(!(refused.stdout + refused.stderr).contains("topsecret"))
        }
    }

    @Test("With --sandbox, neither the profile nor keys of the environment are used")
    func sandbox() async throws {
        try await Desk.run { desk async throws in
            let (path, variables) = Self.place(desk.folder, "HOME")
            // A request with a wrong key would be visible here.
            try write(Self.profile(desk.sandbox.environment), path, mode: 0o644)
            var location = desk.sandbox.location
            location.environment["PLIVO_AUTH_TOKEN"] = nil
            try location.write(to: desk.folder)
            let real = variables.merging(["PLIVO_AUTH_TOKEN": "a-real-token"]) { $1 }
            let refused = try await Program(["trunk", "list", "--sandbox"], state: desk.folder, real).run()
            #expect(refused.status == 1)
            #expect(refused.stderr.contains("PLIVO_AUTH_TOKEN is not set"))
            #expect(desk.sandbox.requests.isEmpty)
            try desk.sandbox.location.write(to: desk.folder)
            let done = try await Program(["trunk", "list", "--sandbox"], state: desk.folder, real).run()
            #expect(done.status == 0, "\(done.stderr)")
            #expect(!desk.sandbox.requests.isEmpty)
        }
    }
}

extension Program {
    func with(_ change: (inout Program) -> Void) -> Program {
        var copy = self
        change(&copy)
        return copy
    }
}
