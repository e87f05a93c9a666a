import CoreMetrics
import Logging
import Tracing

/// What a connector's plans and runs write to its ``Instruments``.
struct Observation: Sendable {
    private let instruments: Instruments
    private let redactor: Redactor
    private let platform: PlatformID

    init(_ instruments: Instruments, _ redactor: Redactor, _ platform: PlatformID) {
        self.instruments = instruments
        self.redactor = redactor
        self.platform = platform
    }

    // MARK: Logs and metrics

    func log(
        _ level: Logger.Level, _ message: String, _ more: @autoclosure () -> [String: String], in scope: RunScope
    ) {
        guard instruments.logger.logLevel <= level else { return }
        var metadata = more().mapValues { Logger.MetadataValue.string(redactor.clean($0)) }
        metadata["platform"] = .string(platform.description)
        metadata["connection"] = scope.connection.map { .string("\($0.platform)/\($0.name)") }
        metadata["run"] = scope.run.map { .string($0) }
        instruments.logger.log(level: level, "\(redactor.clean(message))", metadata: metadata, source: "ZentrunkCore")
    }

    func count(_ label: String, _ dimensions: [(String, String)]) {
        Counter(label: "zentrunk_\(label)_total", dimensions: dimensions + [platformDimension], factory: factory)
            .increment()
    }

    func time(_ label: String, _ dimensions: [(String, String)], _ duration: Duration) {
        Timer(label: "zentrunk_\(label)_duration", dimensions: dimensions + [platformDimension], factory: factory)
            .recordNanoseconds(Int64(duration / .nanoseconds(1)))
    }

    private var platformDimension: (String, String) { ("platform", platform.description) }
    private var factory: any MetricsFactory { instruments.metrics ?? MetricsSystem.factory }

    // MARK: Spans

    /// Runs work in a span.
    func span<Result>(
        _ name: String, ofKind kind: SpanKind = .internal, with attributes: [String: String], in scope: RunScope,
        _ work: (any Span) async -> Result
    ) async -> Result {
        await (instruments.tracer ?? InstrumentationSystem.tracer).withAnySpan("zentrunk.\(name)", ofKind: kind) {
            span in
            for (name, value) in attributes { span.attributes["zentrunk.\(name)"] = redactor.clean(value) }
            span.attributes["zentrunk.platform"] = platform.description
            if let connection = scope.connection { span.attributes["zentrunk.connection"] = "\(connection.name)" }
            return await work(span)
        }
    }

    /// Runs work that may fail in a span. The error is not recorded in it, because its text may quote a vendor.
    func span<Result>(
        throwing name: String, ofKind kind: SpanKind = .internal, with attributes: [String: String], in scope: RunScope,
        _ work: (any Span) async throws -> Result
    ) async throws -> Result {
        let outcome = await span(name, ofKind: kind, with: attributes, in: scope) {
            span -> Swift.Result<Result, any Error> in
            do { return .success(try await work(span)) } catch {
                span.setStatus(SpanStatus(code: .error))
                return .failure(error)
            }
        }
        return try outcome.get()
    }
}
