package import InMemoryLogging
package import InMemoryTracing
import Logging
package import MetricsTestKit
import Tracing
@_spi(Adapter) package import ZentrunkCore

/// Records logs at debug level, metrics and spans, so that a test can look at them, for secrets above all.
package struct Recorders: Sendable {
    package let logs = InMemoryLogHandler()
    package let metrics = TestMetrics()
    package let tracer = InMemoryTracer()

    package init() {}

    package var instruments: Instruments {
        var logger = Logger(label: "test") { [logs] _ in logs }
        logger.logLevel = .debug
        return Instruments(logger: logger, metrics: metrics, tracer: tracer)
    }

    /// Everything that was recorded so far, as one text.
    package var text: String {
        let entries = logs.entries.map { "\($0.message) \($0.metadata) \($0.error.map { "\($0)" } ?? "")" }
        let counts = metrics.counters.map { "\($0.label) \($0.dimensions)" }
        let times = metrics.timers.map { "\($0.label) \($0.dimensions)" }
        let spans = tracer.finishedSpans.map {
            "\($0.operationName) \($0.attributes) \($0.events) \($0.errors) \($0.status?.message ?? "")"
        }
        return (entries + counts + times + spans).joined(separator: "\n")
    }
}
