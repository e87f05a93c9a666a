@_spi(Adapter) import ZentrunkCore
@_spi(Adapter) import ZentrunkDiagnosis
@_spi(Adapter) import ZentrunkPlivo

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The figures of a survey as people read them, on a terminal and on a page.
struct CallFigures {
    let survey: CallSurvey
    let table: CauseTable
    /// The selected calls in words; nil for all.
    let scope: String?

    /// `2026-11-01 00:00 to 2026-12-01 00:00 UTC`
    var period: String {
        "\(survey.start.description.prefix(16)) to \(survey.end.description.prefix(16)) UTC"
            + (scope.map { "; \($0)" } ?? "")
    }

    /// The length of that many parts in words: `hour`, `6 hours`.
    func step(times factor: Int = 1) -> String {
        let seconds = survey.step.components.seconds * Int64(factor)
        let (length, unit) = seconds < 3600 ? (60, "minute") : seconds < 86_400 ? (3600, "hour") : (86_400, "day")
        let count = seconds / Int64(length)
        return count == 1 ? unit : "\(count) \(unit)s"
    }

    /// A figure of the measured calls: its title, mean, and range.
    struct Measure {
        var title: String
        var mean: String
        var range: String
    }

    /// The figures of measured calls; empty if none was measured.
    var measures: [Measure] {
        let total = survey.total
        let figures: [(String, CallStatistics.Figure, String, Int)] = [
            ("quality score", total.score, "", 1), ("post dial delay", total.postDialDelay, " ms", 0),
            ("round trip", total.roundTrip, " ms", 0), ("jitter", total.jitter, " ms", 1),
            ("packet loss", total.packetLoss, " %", 2),
        ]
        return figures.compactMap { title, figure, unit, digits in
            guard let mean = figure.mean, let least = figure.least, let most = figure.most else { return nil }
            return Measure(
                title: title, mean: mean.text(digits: digits) + unit, range: "\(least.text) to \(most.text)\(unit)")
        }
    }

    /// `quality of 200 of 988 answered calls`
    var sample: String {
        let answered = survey.total.answered
        guard survey.sample.count < answered else { return "quality of \(answered.counted("answered call"))" }
        return "quality of a sample of \(survey.sample.count) of \(answered.counted("answered call"))"
    }

    /// The mean of a figure; a dash without one.
    static func mean(_ figure: CallStatistics.Figure, digits: Int, _ unit: String = "") -> String {
        figure.mean.map { $0.text(digits: digits) + unit } ?? "-"
    }

    /// The answer rate in percent; a dash without calls.
    static func rate(_ statistics: CallStatistics) -> String {
        statistics.answerRate.map { ($0 * 100).text(digits: 1) + " %" } ?? "-"
    }

    static func time(_ statistics: CallStatistics) -> String { statistics.meanDuration.map(\.clock) ?? "-" }

    /// The most frequent hangup of the calls that failed, in a phrase; empty if none did.
    func mostFrequent(_ statistics: CallStatistics) -> String {
        guard let first = table.failures(in: statistics).flatMap(\.failures).sorted().first else { return "" }
        return "\(first.count) × \(Self.name(first))"
    }

    /// `4150 inbound`
    static func name(_ failure: OwnedFailures.Failure) -> String {
        [failure.hangup.code.map(String.init) ?? "no code", failure.hangup.direction?.rawValue].compactMap { $0 }
            .joined(separator: " ")
    }

    /// The title of an owner: `platform config`.
    static func title(_ owner: Cause.Owner) -> String {
        switch owner {
        case .none: "normal outcomes"
        case .unknown: "unknown"
        default: owner.rawValue
        }
    }

    /// The meaning of a hangup.
    static func meaning(_ failure: OwnedFailures.Failure) -> String {
        if let cause = failure.cause {
            let isEmptyCall = failure.hangup.code == 3000 || failure.hangup.code == 3010
            return isEmptyCall ? "The code is that of an answered call, but the calls lasted 0 s." : cause.meaning
        }
        return failure.hangup.code == nil ? "The records have no hangup code." : "The code has no known meaning."
    }

    /// The groups with the most calls, and how many others there are.
    static func largest<Group: Comparable>(
        _ groups: [Group: CallStatistics], _ count: Int
    ) -> (rows: [(group: Group, statistics: CallStatistics)], others: Int) {
        let sorted = groups.sorted { ($1.value.attempts, $0.key) < ($0.value.attempts, $1.key) }
        return (sorted.prefix(count).map { ($0.key, $0.value) }, max(0, sorted.count - count))
    }
}

extension Double {
    /// The number with that many digits after the point.
    func text(digits: Int) -> String {
        guard isFinite else { return "-" }
        let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
        let value = (magnitude * scale).rounded()
        guard value < 1e15 else { return String(self) }
        let text = String(Int64(value))
        let padded = String(repeating: "0", count: max(0, digits + 1 - text.count)) + text
        let sign = self < 0 && value > 0 ? "-" : ""
        return sign + padded.dropLast(digits) + (digits > 0 ? "." + padded.suffix(digits) : "")
    }
}
