import CoreMetrics
import Synchronization

/// Metrics in Prometheus' text format.
/// <https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format>
///
/// Small, since it is an example: whoever may use a package for this should.
final class PrometheusMetrics: MetricsFactory {
    private struct Key: Hashable {
        let name: String
        let labels: String
    }

    private let series = Mutex<[Key: any Series]>([:])

    /// The current values of all metrics.
    var text: String {
        let all = series.withLock { $0 }.sorted { ($0.key.name, $0.key.labels) < ($1.key.name, $1.key.labels) }
        var lines: [String] = []
        var last: String?
        for (key, series) in all {
            if key.name != last { lines.append("# TYPE \(key.name) \(series.type)") }
            last = key.name
            lines += series.lines(key.name, key.labels)
        }
        return lines.map { $0 + "\n" }.joined()
    }

    func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        make(label, "_total", dimensions) { Gauge("counter") }
    }

    func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        make(label, "", dimensions) { Gauge("gauge") }
    }

    func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        if !aggregate { return make(label, "", dimensions) { Gauge("gauge") } }
        return make(label, "", dimensions) { Histogram(bounds: (0..<12).map { Double(1 << $0) }) }
    }

    func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        make(label, "_seconds", dimensions) {
            Histogram(bounds: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120])
        }
    }

    // A series that ended would look like a restart, so every series stays.
    func destroyCounter(_ handler: any CounterHandler) {}
    func destroyMeter(_ handler: any MeterHandler) {}
    func destroyRecorder(_ handler: any RecorderHandler) {}
    func destroyTimer(_ handler: any TimerHandler) {}

    private func make<Made: Series>(
        _ label: String, _ unit: String, _ dimensions: [(String, String)], _ create: () -> Made
    ) -> Made {
        let name = Self.name(label)
        let labels = dimensions.sorted { $0.0 < $1.0 }
            .map { "\(Self.name($0.0))=\"\(Self.escaped($0.1))\"" }.joined(separator: ",")
        let key = Key(name: name.hasSuffix(unit) ? name : name + unit, labels: labels)
        return series.withLock { series in
            if let known = series[key] as? Made { return known }
            let made = create()
            series[key] = made
            return made
        }
    }

    private static func name(_ text: String) -> String {
        String(text.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") ? $0 : "_" })
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}

/// One metric with one set of labels.
private protocol Series: AnyObject, Sendable {
    var type: String { get }
    func lines(_ name: String, _ labels: String) -> [String]
}

extension Series {
    func line(_ name: String, _ labels: String, _ value: Double) -> String {
        let number = value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
        return "\(name)\(labels.isEmpty ? "" : "{\(labels)}") \(number)"
    }
}

/// A single value: a counter or a gauge.
private final class Gauge: Series, CounterHandler, MeterHandler, RecorderHandler {
    let type: String
    private let value = Mutex(0.0)

    init(_ type: String) { self.type = type }

    func lines(_ name: String, _ labels: String) -> [String] { [line(name, labels, value.withLock { $0 })] }

    func increment(by amount: Int64) { increment(by: Double(amount)) }
    func increment(by amount: Double) { value.withLock { $0 += amount } }
    func decrement(by amount: Double) { value.withLock { $0 -= amount } }
    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { self.value.withLock { $0 = value } }
    func record(_ value: Int64) { set(value) }
    func record(_ value: Double) { set(value) }
    func reset() { set(0.0) }
}

/// Observations, counted by upper bounds.
private final class Histogram: Series, TimerHandler, RecorderHandler {
    let type = "histogram"
    private let bounds: [Double]
    private let state: Mutex<(counts: [Int], count: Int, sum: Double)>

    init(bounds: [Double]) {
        self.bounds = bounds
        state = Mutex((Array(repeating: 0, count: bounds.count), 0, 0))
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        state.withLock { state in
            for (index, bound) in bounds.enumerated() where value <= bound { state.counts[index] += 1 }
            state.count += 1
            state.sum += value
        }
    }

    func lines(_ name: String, _ labels: String) -> [String] {
        let state = state.withLock { $0 }
        let comma = labels.isEmpty ? "" : ","
        let buckets = zip(bounds.map { "\($0)" } + ["+Inf"], state.counts + [state.count])
        return buckets.map { line("\(name)_bucket", "\(labels)\(comma)le=\"\($0)\"", Double($1)) }
            + [line("\(name)_sum", labels, state.sum), line("\(name)_count", labels, Double(state.count))]
    }
}
