import ArgumentParser
import ZentrunkCore
import ZentrunkJSON
import ZentrunkJournal
import ZentrunkPlatforms
import ZentrunkSandbox

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// `zentrunk sandbox`
struct SandboxCommand: RunnableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sandbox",
        abstract: "Run imitations of Plivo and the platforms on this machine until Ctrl-C.",
        discussion: """
            Other commands find it with --sandbox; other programs through the variables that it prints. It owns the numbers \
            +14155550100 to +14155550109. Like the real Plivo it refuses more than 300 requests in 5 seconds with 429.

            zentrunk sandbox --latency 50 &
            zentrunk connect \(PlatformHelp.example(AdapterRegistry.exemplary)) --sandbox
            """)

    @Option(help: ArgumentHelp("Delay every response by this many milliseconds.", valueName: "ms")) var latency = 0
    @Option(
        help: ArgumentHelp(
            "Requests that Plivo accepts in 5 seconds, refused ones included; 0 for no limit.", valueName: "n"))
    var rateLimit = SandboxRateLimit.plivo.requests
    @Flag(help: "Print the variables as one JSON object on stdout, once it runs.") var json = false

    func execute() async throws -> ExitStatus {
        guard (0...60_000).contains(latency) else {
            throw ZentrunkError(.invalid, "--latency takes 0 to 60000 milliseconds")
        }
        guard (0...1_000_000).contains(rateLimit) else {
            throw ZentrunkError(.invalid, "--rate-limit takes 0 to 1000000 requests")
        }
        let directory = try StateDirectory.path(ProcessInfo.processInfo.environment)
        if let running = await SandboxLocation.find(in: directory) {
            throw ZentrunkError(
                .invalid, "a sandbox is running already, as process \(running.process)",
                remedies: [.command(["kill", "\(running.process)"])])
        }
        // What an earlier sandbox held is gone, and so is what was remembered of it. The journal makes the folders, with the
        // permissions they need.
        let folder = StateDirectory.ofSandbox(in: directory)
        for suffix in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: folder + "/zentrunk.sqlite" + suffix)
        }
        _ = try SQLiteJournal(directory: folder)
        var options = SandboxOptions.platforms
        options.latency = .milliseconds(latency)
        if rateLimit > 0 {
            options.rateLimits["plivo"] = SandboxRateLimit(
                requests: rateLimit, per: SandboxRateLimit.plivo.interval)
        }
        let sandbox = try await Sandbox.start(options)
        do { try sandbox.location.write(to: directory) } catch {
            await sandbox.stop()
            throw ZentrunkError(.invalid, "\(directory)/\(SandboxLocation.fileName) cannot be written: \(error)")
        }
        let variables = sandbox.environment.sorted { $0.key < $1.key }
        if json {
            JSONOutput.print([
                "environment": .object(JSONObject(variables.map { ($0.key, .string($0.value)) })),
                "control": .string(sandbox.location.control), "process": .integer(sandbox.location.process),
            ])
        } else {
            for (name, value) in variables { Terminal.out("export \(name)=\(value)") }
        }
        // Nothing to do but to be there: the sequence ends when the task is cancelled.
        let (idle, continuation) = AsyncStream.makeStream(of: Never.self)
        await Interruption.serving {
            Terminal.err("the sandbox runs; state: \(sandbox.location.control)/_sandbox/state; Ctrl-C ends it")
            for await _ in idle {}
        }
        continuation.finish()
        sandbox.location.remove(from: directory)
        await sandbox.stop()
        return .done
    }
}
