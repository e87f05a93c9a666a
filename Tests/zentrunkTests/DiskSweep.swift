import Foundation
import Testing
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("Disks that cannot hold the journal", .sweep(.disk))
struct DiskSweep {
    /// A defect of the state folder.
    struct Disk: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// The command that starts the program, with the state folder in `$ZENTRUNK_STATE_DIR`.
        var launcher: [String] = []
        /// The path below the test's own folder.
        var folder = "state"
        /// Whether there may be space for the whole run.
        var mayFit = false

        private static func shell(_ script: String) -> [String] { ["/bin/sh", "-c", script + " && exec \"$@\"", "sh"] }

        /// Returns a launcher that mounts a private file system for the command.
        private static func mounted(_ options: String, then: String = "true") -> [String] {
            ["/usr/bin/env", "unshare", "-m"]
                + shell(
                    "mkdir -p \"$ZENTRUNK_STATE_DIR\" && mount -t tmpfs -o mode=0700,\(options) tmpfs \"$ZENTRUNK_STATE_DIR\" && \(then)"
                )
        }

        /// Without permission to mount, these cases are skipped; the limits below cover them.
        private static let canMount: Bool = {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = ["unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
            process.standardError = FileHandle.nullDevice
            guard (try? process.run()) != nil else { return false }
            process.waitUntilExit()
            return process.terminationStatus == 0
        }()

        static let all =
            [
                Disk(testDescription: "a folder below a file", folder: "file/state"),
                Disk(testDescription: "no byte in any file", launcher: shell("ulimit -f 0")),
                Disk(testDescription: "small files", launcher: shell("ulimit -f 48"), mayFit: true),
                Disk(testDescription: "larger files", launcher: shell("ulimit -f 160"), mayFit: true),
            ]
            + (canMount
                ? [
                    Disk(
                        testDescription: "a read-only disk",
                        launcher: mounted("size=1m", then: "mount -o remount,ro \"$ZENTRUNK_STATE_DIR\"")),
                    Disk(testDescription: "a disk of one page", launcher: mounted("size=4k")),
                ]
                    + [64, 96, 128, 192].map {
                        Disk(testDescription: "a disk of \($0) KiB", launcher: mounted("size=\($0)k"), mayFit: true)
                    } : [])
    }

    @Test(
        "Connect fails with a clear error and restored accounts, and then works as the error suggests",
        arguments: Pairing.all, Disk.all)
    func connecting(_ pairing: Pairing, _ disk: Disk) async throws {
        try await Desk.run { desk async throws in
            try Data("a file".utf8).write(to: URL(fileURLWithPath: desk.folder + "/file"))
            desk.sandbox.own(number: "+14155550100", application: Journey.application)
            let before = desk.sandbox.state
            let arguments = pairing.command("connect", "--reroute", "--json")
            var program = Program(arguments, sandbox: desk.sandbox, state: "\(desk.folder)/\(disk.folder)")
            program.launcher = disk.launcher
            let result = try await program.run()
            Sweep.count()
            if result.status == 0 {
                #expect(disk.mayFit)
                return try pairing.check(desk.sandbox.state, Combination(pairing: pairing))
            }
            #expect([1, 6].contains(result.status), "\(result.status): \(result.stderr)")
            let error = try #require(try result.json["error"], "\(result.stdout)")
            #expect(error["code"] == "journal", "\(result.stderr)")
            #expect(result.stderr.contains("--no-journal"), "\(result.stderr)")
            #expect(desk.sandbox.state == before)
            program.arguments.append("--no-journal")
            let again = try await program.run()
            #expect(again.status == 0, "\(again.stderr)")
            try pairing.check(desk.sandbox.state, Combination(pairing: pairing))
            let canary = Canary(desk.sandbox, pairing)
            #expect(canary.found(in: result.stdout + result.stderr + again.stdout + again.stderr) == [])
        }
    }
}
