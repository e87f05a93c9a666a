import Foundation
import Logging
import ServiceLifecycle
import Testing
import ZentrunkCore
import ZentrunkJSON
import ZentrunkSandbox

@testable import OnboardingBackend

/// The backend within the test's process, over real sockets.
struct TestBackend: Sendable {
    let imitation: SandboxCustomers
    let client: Client
    let log: LogLines
    let group: ServiceGroup

    var acme: Sandbox { imitation.sandboxes[0] }
    var globex: Sandbox { imitation.sandboxes[1] }

    static func run(
        runsAtOnce: Int = 10, latency: Duration = .zero, _ body: (TestBackend) async throws -> Void
    ) async throws {
        let imitation = try await SandboxCustomers.start(latency: latency)
        let folder = try TemporaryFolder()
        let log = LogLines()
        let logger = Logger(label: "test") { label in
            var handler = JSONLogHandler(label: label, level: .debug)
            handler.write = { log.add($0) }
            return handler
        }
        let backend = try Backend(
            customers: imitation.customers, state: folder.path, runsAtOnce: runsAtOnce, metrics: PrometheusMetrics(),
            logger: logger)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(services: [backend.application(), backend.runs], logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let port = try #require(Int(try await log.line("listening")["port"]?.string ?? ""))
            _ = try await log.line("ready")
            let test = TestBackend(imitation: imitation, client: Client(port: port), log: log, group: group)
            do { try await body(test) } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        for sandbox in imitation.sandboxes {
            #expect(sandbox.violations.isEmpty)
            await sandbox.stop()
        }
        withExtendedLifetime(folder) {}
    }

    /// Asks for the health until it fits.
    func health(_ isEnough: (Client.Answer) -> Bool) async throws {
        while !isEnough(try await client.send(.GET, "//health")) { await Task.yield() }
    }
}

/// A folder that is removed with its last reference.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "onboarding-backend-tests-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
