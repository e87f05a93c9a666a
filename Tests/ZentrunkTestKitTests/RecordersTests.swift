import CoreMetrics
import InMemoryTracing
import Logging
import Testing
import Tracing
@_spi(Adapter) import ZentrunkCore
@_spi(Adapter) import ZentrunkTestKit

@Suite("What logs, metrics and spans contain is found")
struct RecordersTests {
    private struct Refusal: Error { let secret: String }

    /// The places in which a secret could stand.
    enum Place: CaseIterable {
        case message, metadata, counter, label, timer, span, attribute, event, status, error
    }

    private static func put(_ secret: String, in place: Place, of recorders: Recorders) {
        let span = recorders.tracer.startSpan(place == .span ? secret : "request", at: DefaultTracerClock.now)
        switch place {
        case .message: recorders.instruments.logger.debug("the key is \(secret)")
        case .metadata: recorders.instruments.logger.debug("request", metadata: ["key": "\(secret)"])
        case .counter: Counter(label: "requests", dimensions: [("key", secret)], factory: recorders.metrics).increment()
        case .label: Counter(label: secret, factory: recorders.metrics).increment()
        case .timer: Timer(label: "time", dimensions: [("key", secret)], factory: recorders.metrics).recordSeconds(1)
        case .span: break
        case .attribute: span.updateAttributes { $0["key"] = secret }
        case .event: span.addEvent(SpanEvent(name: secret))
        case .status: span.setStatus(SpanStatus(code: .error, message: secret))
        case .error: span.recordError(Refusal(secret: secret))
        }
        span.end()
    }

    @Test("A secret is found wherever it stands", arguments: Place.allCases)
    func found(_ place: Place) {
        let recorders = Recorders()
        Self.put("s3cret", in: place, of: recorders)
        #expect(Canary(["s3cret"]).found(in: recorders.text).count == 1)
        #expect(Canary(["an0ther"]).found(in: recorders.text) == [])
    }
}
