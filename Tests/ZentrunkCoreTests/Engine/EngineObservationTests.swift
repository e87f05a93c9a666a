import InMemoryLogging
import InMemoryTracing
import Logging
import MetricsTestKit
import Testing
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTestKit

@testable @_spi(Adapter) import ZentrunkCore

@Suite("Engine: logs, metrics and spans")
struct EngineObservationTests {
    @Test("A run is logged, counted, timed and traced, with its run, connection and platform")
    func run() async throws {
        let (bench, records) = (EngineBench(), Recorders())
        let connector = try records.connector(bench)
        let plan = try await connector.plan(EngineBench.request(["agent": "a1", "authentication": "credentials"]))
        let report = await connector.apply(plan, consent: true)
        #expect(report.outcome == .connected)
        #expect(records.messages(.info) == ["run begins", "run ends"])
        let requests = report.requests.values.reduce(0, +)
        #expect(records.messages(.debug).count { $0 == "request" } == requests)
        let end = try #require(records.logs.entries.last { $0.level == .info })
        #expect(end.metadata["run"] == report.run.map { .string($0) })
        #expect(end.metadata["connection"] == "memory/main" && end.metadata["platform"] == "memory")
        #expect(records.metrics.counterTotal(label: "zentrunk_requests_total") == requests)
        #expect(
            records.metrics.counterTotal(
                label: "zentrunk_runs_total",
                dimensions: [("operation", "connect"), ("outcome", "connected"), ("platform", "memory")]) == 1)
        let spans = records.tracer.finishedSpans
        #expect(spans.count { $0.operationName == "zentrunk.run" } == 1)
        #expect(spans.count { $0.operationName == "zentrunk.plan" } == 1)
        #expect(spans.count { $0.operationName == "zentrunk.request" } == requests)
        #expect(spans.count { $0.operationName == "zentrunk.step" } >= 6)
        #expect(!records.text.contains("secret-of-"))
    }

    @Test("Failures and waits are logged and counted")
    func failure() async throws {
        let (bench, records) = (EngineBench(), Recorders())
        let connector = try records.connector(bench) { RetryingTransport($0, clock: TestClock(), jitter: { 0 }) }
        bench.vendor.fail(.unavailable, at: .read())
        let plan = try await connector.plan(EngineBench.request())
        bench.vendor.fail(.refused, at: .write(2))
        let report = await connector.apply(plan, consent: true)
        #expect(report.outcome == .failed)
        #expect(records.messages(.notice) == ["waiting"])
        #expect(records.messages(.warning) == [report.error?.message])
        #expect(records.metrics.counterTotal(label: "zentrunk_waits_total") == 1)
    }

    @Test("A secret that a vendor quotes is removed, and would be found")
    func secrets() async throws {
        let (bench, records) = (EngineBench(), Recorders())
        let connector = try records.connector(bench)
        bench.vendor.fail(.refused, at: .read())
        // The vendor's sentence of the refusal serves as the secret.
        await #expect(throws: ZentrunkError.self) { _ = try await connector.plan(EngineBench.request()) }
        #expect(records.text.contains("refused by the test"))
        let again = Recorders()
        let careful = try again.connector(bench)
        careful.engine.carrier.redactor.learn(Secret("refused by the test"))
        bench.vendor.fail(.refused, at: .read())
        await #expect(throws: ZentrunkError.self) { _ = try await careful.plan(EngineBench.request()) }
        #expect(again.text.contains("<redacted>"))
        #expect(!again.text.contains("refused by the test"))
    }
}

extension Recorders {
    fileprivate func connector(
        _ bench: EngineBench, wrap: (any HTTPTransport) -> any HTTPTransport = { $0 }
    ) throws -> Connector {
        try bench.vendor.connector(journal: bench.journal, clock: bench.clock, wrap: wrap, instruments: instruments)
    }

    fileprivate func messages(_ level: Logger.Level) -> [String] {
        logs.entries.filter { $0.level == level }.map { "\($0.message)" }
    }
}
