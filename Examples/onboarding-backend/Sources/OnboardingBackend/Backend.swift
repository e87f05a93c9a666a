import Foundation
import Hummingbird
import Logging
import ServiceLifecycle
import UnixSignals
import ZentrunkCore

/// The backend's parts, put together.
struct Backend: Sendable {
    let runs: Runs
    let routes: Routes
    private let logger: Logger

    /// - Parameter state: The folder of the journal and of accepted runs.
    init(customers: Customers, state: String, runsAtOnce: Int, metrics: PrometheusMetrics, logger: Logger) throws {
        let onboarding = try Onboarding(
            customers: customers, state: state, instruments: Instruments(logger: logger, metrics: metrics))
        runs = Runs(onboarding, store: try RunStore(in: state), atOnce: runsAtOnce, logger: logger)
        routes = Routes(onboarding: onboarding, runs: runs, metrics: metrics)
        self.logger = logger
    }

    /// The HTTP server.
    func application(host: String = "127.0.0.1", port: Int = 0) -> some ApplicationProtocol {
        Application(
            router: routes.router(), configuration: .init(address: .hostname(host, port: port)),
            onServerRunning: { [logger] channel in
                logger.info("listening", metadata: ["port": "\(channel.localAddress?.port ?? 0)"])
            }, logger: logger)
    }

    /// Serves until SIGTERM or SIGINT.
    ///
    /// - Parameter limit: Runs that are not settled by then are continued by the next start.
    func serve(host: String, port: Int, shutdown limit: Duration) async throws {
        // The last service is the first to shut down: while the runs are settled, the server still tells how they end.
        var configuration = ServiceGroupConfiguration(
            services: [application(host: host, port: port), runs], gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger)
        configuration.maximumGracefulShutdownDuration = limit
        try await ServiceGroup(configuration: configuration).run()
    }
}
