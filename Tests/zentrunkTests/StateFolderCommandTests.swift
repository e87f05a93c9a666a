import Foundation
import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
@_spi(Adapter) import ZentrunkJournal
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("Commands without a writable state folder")
struct StateFolderCommandTests {
    @Test(
        "Commands that only read create no folder",
        arguments: [
            ["plan", "vapi", "--number", "+14155550100", "--no-agent"], ["list"], ["runs"], ["show", "vapi"],
            ["trunk", "list"],
            ["list", "--no-journal"], ["template", "list"],
        ])
    func nothingMade(_ arguments: [String]) async throws {
        try await Desk.run { desk async throws in
            let state = desk.folder + "/not/yet"
            let result = try await Program(arguments, sandbox: desk.sandbox, state: state).run()
            #expect(result.status == (arguments == ["show", "vapi"] ? 5 : 0), "\(result.stderr)")
            #expect(!FileManager.default.fileExists(atPath: desk.folder + "/not"))
        }
    }

    @Test(
        "A relative path is refused with its variable, except if no state is needed",
        arguments: [
            ("ZENTRUNK_STATE_DIR", "state"), ("ZENTRUNK_STATE_DIR", "~/state"), ("XDG_STATE_HOME", "state"),
            ("HOME", "home"), ("HOME", ""),
        ])
    func relative(_ name: String, _ value: String) async throws {
        try await Desk.run { desk async throws in
            func zentrunk(_ arguments: String...) async throws -> Program.Result {
                var program = Program(arguments, sandbox: desk.sandbox, state: desk.folder)
                if name != "ZENTRUNK_STATE_DIR" { program.environment["ZENTRUNK_STATE_DIR"] = nil }
                program.environment[name] = value
                program.script = "cd '\(desk.folder)' && exec \"$0\" \"$@\""
                return try await program.run()
            }
            for command in [["list"], ["runs"], ["connect", "vapi", "-n", "+14155550100", "--no-agent"]] {
                let refused =
                    command.count == 1
                    ? try await zentrunk(command[0])
                    : try await zentrunk("connect", "vapi", "-n", "+14155550100", "--no-agent")
                #expect(refused.status == 1)
                #expect(refused.stderr.contains(name), "\(refused.stderr)")
                #expect(refused.stderr.contains("next: export "))
            }
            #expect(desk.sandbox.requests.isEmpty)
            #expect(try FileManager.default.contentsOfDirectory(atPath: desk.folder).isEmpty)
            #expect(try await zentrunk("trunk", "list").status == 0)
            #expect(try await zentrunk("template", "list").status == 0)
        }
    }

    @Test("A umask that removes all permissions keeps the owner's")
    func umask() async throws {
        try await Desk.run { desk async throws in
            let state = desk.folder + "/state/zentrunk"
            var program = Program(
                ["connect", "vapi", "-n", "+14155550100", "--no-agent"], sandbox: desk.sandbox, state: state)
            program.script = "umask 777; exec \"$0\" \"$@\""
            #expect(try await program.run().status == 0)
            for (path, mode) in [
                ("/state", 0o700), ("/state/zentrunk", 0o700), ("/state/zentrunk/zentrunk.sqlite", 0o600),
            ] {
                let attributes = try FileManager.default.attributesOfItem(atPath: desk.folder + path)
                #expect(attributes[.posixPermissions] as? Int == mode, "\(path)")
            }
        }
    }

    /// Without permission to mount, there is no read-only file system; the journal's own tests cover the case.
    private static let canMount: Bool = {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()

    /// Starts the command with a state folder that is read-only even for root.
    private static let readOnlyState = [
        "/usr/bin/env", "unshare", "-m", "/bin/sh", "-c",
        """
        mount --bind "$ZENTRUNK_STATE_DIR" "$ZENTRUNK_STATE_DIR" &&
        mount -o remount,bind,ro "$ZENTRUNK_STATE_DIR" && exec "$@"
        """, "sh",
    ]

    @Test(
        "Entries that another process has not merged into the file are read on a read-only disk",
        .enabled(if: canMount, "this user may not mount"))
    func readOnlyLog() async throws {
        try await withFolder { folder async throws in
            let journal = try SQLiteJournal(directory: folder)
            let identity = ConnectionIdentity(
                carrierAccount: "MAEXAMPLE", platform: "vapi", platformAccount: "us", name: .main)
            let connection = Connection(
                platform: "vapi", name: .main, numbers: [try PhoneNumber("+14155550100")], values: [:])
            for id in ["20260101-000000-a", "20260101-000001-b"] {
                let run = RunRecord(id: id, identity: identity, operation: .connect, connection: connection)
                try await journal.begin(run)
                try await journal.finish(run, .undone("for the test"))
            }
            #expect(FileManager.default.fileExists(atPath: folder + "/zentrunk.sqlite-wal"))
            var program = Program(["runs", "--json"], state: folder)
            program.launcher = Self.readOnlyState
            let result = try await program.run()
            #expect(result.status == 0, "\(result.stderr)")
            #expect(try result.json["runs"]?.array?.count == 2)
            #expect(try await journal.runs(of: nil).count == 2)
        }
    }

    @Test(
        "On a read-only disk everything can be read, and --no-journal works without a lock",
        .enabled(if: canMount, "this user may not mount"), arguments: Pairing.all)
    func readOnly(_ pairing: Pairing) async throws {
        try await Desk.run { desk async throws in
            let state = desk.folder + "/state"
            let before = desk.sandbox.state
            let connect = Program(pairing.command("connect"), sandbox: desk.sandbox, state: state)
            #expect(try await connect.run().status == 0)
            func zentrunk(_ arguments: [String]) async throws -> Program.Result {
                var program = Program(arguments, sandbox: desk.sandbox, state: state)
                program.launcher = Self.readOnlyState
                return try await program.run()
            }
            for arguments in [["show", pairing.id], ["list"], ["runs"], pairing.command("plan")] {
                let read = try await zentrunk(arguments)
                #expect(read.status == 0, "\(arguments): \(read.stderr)")
                #expect(read.stdout.contains("+14155550100") || arguments == ["runs"])
            }
            #expect(try await zentrunk(["runs", "--json"]).json["runs"]?.array?.count == 1)
            let refused = try await zentrunk(["disconnect", pairing.id, "--yes", "--json"])
            #expect(refused.status == 1)
            let next = try refused.json["error"]?["next"]?.array?.compactMap(\.string) ?? []
            let way = try #require(next.first { $0.contains("--no-journal") })
            let words = Array(way.split(separator: " ").dropFirst().map(String.init))
            #expect(words.count { $0 == "--no-journal" } == 1)
            let asked = try await zentrunk(words)
            #expect(asked.status == 5)
            let last = try #require(try asked.json["error"]?["next"]?.array?.first?.string)
            #expect(last.contains("--route-to none"))
            let done = try await zentrunk(Array(last.split(separator: " ").dropFirst().map(String.init)))
            #expect(done.status == 0, "\(done.stderr)")
            #expect(done.stderr.matches(of: /not protected against concurrent runs/).count == 1)
            #expect(desk.sandbox.state == before)
        }
    }
}
