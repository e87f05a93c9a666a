public import CoreMetrics
public import Logging
public import Tracing

/// Where a connector writes logs, metrics and spans.
///
/// None of them holds a secret, a header field or a body. Logs: runs begin and end (info), waits (notice), failures
/// (warning), each request (debug); with `run`, `connection` and `platform` as metadata. Metrics:
/// `zentrunk_requests_total`, `zentrunk_request_duration`, `zentrunk_waits_total`, `zentrunk_runs_total` and
/// `zentrunk_run_duration`. Spans: `zentrunk.plan`, `zentrunk.run`, `zentrunk.step` and `zentrunk.request`.
public struct Instruments: Sendable {
    /// Receives logs.
    public var logger: Logger
    /// Makes counters and timers; nil for the process's factory.
    public var metrics: (any MetricsFactory)?
    /// Makes spans; nil for the process's tracer.
    public var tracer: (any Tracer)?

    /// Creates instruments; by default, nothing is logged, and metrics and spans go where the process sends them.
    public init(
        logger: Logger = Logger(label: "zentrunk", factory: { _ in SwiftLogNoOpLogHandler() }),
        metrics: (any MetricsFactory)? = nil, tracer: (any Tracer)? = nil
    ) {
        self.logger = logger
        self.metrics = metrics
        self.tracer = tracer
    }
}
