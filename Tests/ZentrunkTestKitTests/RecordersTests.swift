import CoreMetrics
import Logging
import Testing
import Tracing
@_spi(Adapter) import ZentrunkTestKit

@Suite("What logs, metrics and spans contain is found")
struct RecordersTests {
    private struct Refusal: Error { let secret: String }

    /// The places in which a secret could stand.
    private static let places: [String: @Sendable (Recorders, String) -> Void] = [
        "message": { $0.instruments.logger.debug("the key is \($1)") },
        "metadata": { $0.instruments.logger.debug("request", metadata: ["key": "\($1)"]) },
        "counter": { Counter(label: "requests", dimensions: [("key", $1)], factory: $0.metrics).increment() },
        "label": { Counter(label: $1, factory: $0.metrics).increment() },
        "timer": { Timer(label: "duration", dimensions: [("key", $1)], factory: $0.metrics).recordSeconds(1) },
        "span": { $0.tracer.startSpan($1).end() },
        "attribute": { recorders, secret in
            recorders.tracer.withSpan("request") { $0.attributes["key"] = secret }
        },
        "event": { recorders, secret in
            recorders.tracer.withSpan("request") { $0.addEvent(SpanEvent(name: secret)) }
        },
        "status": { recorders, secret in
            recorders.tracer.withSpan("request") { $0.setStatus(SpanStatus(code: .error, message: secret)) }
        },
        "error": { recorders, secret in
            recorders.tracer.withSpan("request") { $0.recordError(Refusal(secret: secret)) }
        },
    ]

    @Test("A secret is found wherever it stands", arguments: places.keys.sorted())
    func found(_ place: String) throws {
        let recorders = Recorders()
        try #require(Self.places[place])(recorders, "s3cret")
        #expect(Canary(["s3cret"]).found(in: recorders.text).count == 1)
        #expect(Canary(["an0ther"]).found(in: recorders.text) == [])
    }
}
