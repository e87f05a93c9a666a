public import ArgumentParser
import CoreMetrics
import Foundation
import Hummingbird
public import Logging
import ZentrunkCore

/// The command.
@main
struct OnboardingBackend: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "OnboardingBackend",
        abstract: "Connect customers' phone numbers with their voice agents, over HTTP.")

    @Option(help: "The customers and their keys: a JSON file that only its owner may read.") var customers: String?
    @Option(help: "The folder of the journal and of accepted runs; one process at a time uses it.") var state: String?
    @Option(help: "The address to listen on.") var host = "127.0.0.1"
    @Option(help: "The port to listen on; 0 for a free one.") var port = 8080
    @Option(help: "How many runs work at the same time.") var runsAtOnce = 50
    @Option(help: "Seconds in which runs are settled after SIGTERM.") var shutdownSeconds = 25
    @Option(help: "trace, debug, info, notice, warning or error.") var logLevel = Logger.Level.info
    @Flag(help: "Imitate the vendors on this machine, with two customers, acme and globex.") var sandbox = false
    @Option(help: "Milliseconds that the imitations wait before each answer.") var sandboxLatency = 50

    func validate() throws {
        guard sandbox == (customers == nil) else { throw ValidationError("Give either --customers or --sandbox.") }
        guard sandbox || state != nil else {
            throw ValidationError("Give --state, a folder that outlives the process.")
        }
        guard runsAtOnce > 0, shutdownSeconds > 0, sandboxLatency >= 0, (0...65_535).contains(port) else {
            throw ValidationError("A number is out of range.")
        }
    }

    func run() async throws {
        // libcurl would write the keys of TLS sessions to the file that this variable names.
        unsetenv("SSLKEYLOGFILE")
        let metrics = PrometheusMetrics()
        MetricsSystem.bootstrap(metrics)
        LoggingSystem.bootstrap { [logLevel] label in JSONLogHandler(label: label, level: logLevel) }
        let imitation = sandbox ? try await SandboxCustomers.start(latency: .milliseconds(sandboxLatency)) : nil
        let folder = state ?? NSTemporaryDirectory() + "onboarding-backend-\(UUID().uuidString)"
        let backend = try Backend(
            customers: imitation?.customers ?? Customers(readingFrom: customers ?? ""), state: folder,
            runsAtOnce: runsAtOnce, metrics: metrics, logger: Logger(label: "backend"))
        if imitation != nil { FileHandle.standardOutput.write(Data(SandboxCustomers.introduction.utf8)) }
        try await backend.serve(host: host, port: port, shutdown: .seconds(shutdownSeconds))
    }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
