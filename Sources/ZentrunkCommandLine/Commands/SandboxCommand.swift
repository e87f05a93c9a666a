import ArgumentParser
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
@_spi(Adapter) import ZentrunkJournal
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
        abstract: "Run mock servers of Plivo and the platforms on this machine until Ctrl-C.",
        discussion: """
            Other commands use it with --sandbox, other programs through the variables that it prints. Its account has the \
            numbers +14155550100 to +14155550109. Like Plivo, it answers 429 to more than 300 requests in 5 seconds.

            zentrunk sandbox --latency 50 &
            zentrunk connect \(PlatformHelp.example(AdapterRegistry.exemplary)) --sandbox
            """)

    @Option(help: ArgumentHelp("Delay every response by this many milliseconds.", valueName: "ms")) var latency = 0
    @Option(
        help: ArgumentHelp(
            "Requests to Plivo in 5 seconds before it answers 429, refused ones included; 0 for no limit.",
            valueName: "n"))
    var rateLimit = SandboxRateLimit.plivo.requests
    @Flag(help: "Print the variables as one JSON object on stdout.") var json = false

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
                .invalid, "a sandbox is already running, as process \(running.process)",
                remedies: [.command(["kill", "\(running.process)"])])
        }
        // An earlier sandbox's objects are gone, so its journal is emptied. The new journal creates the folders with the
        // permissions that they need.
        let folder = StateDirectory.ofSandbox(in: directory)
        for suffix in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: folder + "/zentrunk.sqlite" + suffix)
        }
        _ = try SQLiteJournal(directory: folder)
        var options = AdapterRegistry.sandbox
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
        // Serves until the task is cancelled, which ends the sequence.
        let (idle, continuation) = AsyncStream.makeStream(of: Never.self)
        await Interruption.serving {
            Terminal.err(
                "the sandbox is running; state: \(sandbox.location.control)/_sandbox/state; press Ctrl-C to stop it")
            for await _ in idle {}
        }
        continuation.finish()
        sandbox.location.remove(from: directory)
        await sandbox.stop()
        return .done
    }
}
