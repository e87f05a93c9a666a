@_spi(Adapter) import ZentrunkCore
package import ZentrunkJSON
@_spi(Adapter) package import ZentrunkPlivo

extension CallSurvey {
    /// The survey for programs.
    package func json(_ table: CauseTable) -> JSONObject {
        func form(_ statistics: CallStatistics) -> JSONObject {
            statistics.json.merging(["owners": .array(table.failures(in: statistics).map { .object($0.json) })])
        }
        return [
            "period": ["since": .string(start.rfc3339), "until": .string(end.rfc3339)], "total": .object(form(total)),
            "connections": .array(
                connections.groups.sorted { $0.key < $1.key }.map { owner, statistics in
                    .object(
                        JSONObject([
                            ("platform", .string(owner.platform.description)),
                            ("connection", .string(owner.name.description)),
                        ]).merging(form(statistics)))
                }),
            "numbers": .array(
                numbers.groups.sorted { $0.key < $1.key }.map { number, statistics in
                    .object(JSONObject([("number", .string(number.e164))]).merging(form(statistics)))
                }),
            "series": [
                "seconds": .integer(step.components.seconds),
                "parts": .array(
                    parts.map { part in
                        [
                            "start": .string(part.start.rfc3339), "answered": .integer(Int64(part.answered)),
                            "unanswered": .integer(Int64(part.unanswered)),
                        ]
                    }),
            ],
            "durations": durations.json, "scores": scores.json,
            "quality": ["sampled": .integer(Int64(sample.count)), "measured": .integer(Int64(measured))],
        ]
    }
}

extension CallStatistics {
    /// The sums for programs. Amounts of money are texts, since they are exact.
    package var json: JSONObject {
        [
            "attempts": .integer(Int64(attempts)), "answered": .integer(Int64(answered)),
            "successful": .integer(Int64(successful)), "answer_rate": answerRate.map { .number($0) } ?? .null,
            "seconds": .integer(duration.components.seconds),
            "mean_seconds": meanDuration.map { .number($0.seconds) } ?? .null, "cost_usd": .string(cost.text),
            "post_dial_delay_ms": postDialDelay.json, "round_trip_ms": roundTrip.json, "jitter_ms": jitter.json,
            "packet_loss_percent": packetLoss.json, "score": score.json,
        ]
    }
}

extension CallStatistics.Figure {
    fileprivate var json: JSONValue {
        [
            "count": .integer(Int64(count)), "mean": mean.map { .number($0) } ?? .null,
            "least": least.map { .string($0.text) } ?? .null, "most": most.map { .string($0.text) } ?? .null,
        ]
    }
}

extension JSONValue {
    /// A number with at most six digits after the point.
    static func number(_ value: Double) -> JSONValue { .double((value * 1e6).rounded() / 1e6) }
}

extension UTCTime {
    /// `2026-03-04T10:15:02Z`, with microseconds if there are any.
    package var rfc3339: String { description.replacing(" ", with: "T") + "Z" }
}
