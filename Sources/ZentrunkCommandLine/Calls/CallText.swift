@_spi(Adapter) import ZentrunkCore
@_spi(Adapter) import ZentrunkDiagnosis
import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlivo

/// A call record with what its hangup means.
struct ExplainedCall {
    let record: CallRecord
    /// The causes of the hangup, the likeliest first; empty if its code is unknown or missing.
    let causes: [Cause]

    init(_ record: CallRecord, _ table: CauseTable) {
        self.record = record
        causes = table.causes(of: record)
    }

    /// The record's members with their names in the API, and the causes.
    var json: JSONObject {
        record.members.merging([
            "successful": .bool(record.isSuccessful), "causes": .array(causes.map { .object($0.json) }),
        ])
    }

    /// The hangup in a short phrase: who has to act, and why.
    var phrase: String {
        guard let cause = causes.first else {
            let name = record.hangupName.map { " \"\($0)\"" } ?? ""
            return record.hangupCode == nil ? "no hangup code" : "unknown hangup\(name): its code has no known meaning"
        }
        let meaning = cause.meaning.firstSentence
        return cause.owner == .none || cause.owner == .unknown ? meaning : "\(cause.owner.rawValue): \(meaning)"
    }
}

/// Call records as lines for people, in columns of fixed width, since the list is not known in advance.
struct CallRows {
    private static let columns: [(title: String, width: Int)] = [
        ("ENDED (UTC)", 21), ("DIR", 5), ("FROM", 15), ("TO", 15), ("TIME", 9), ("CODE", 6), ("CALL", 0),
    ]
    /// The width of the terminal; nil elsewhere.
    var width: Int?
    var style: Style

    var header: String { Self.line(Self.columns.map(\.title)) }

    /// The line of a call. A call that failed has a second one, with the reason.
    func lines(_ call: ExplainedCall) -> [String] {
        let record = call.record
        let line = Self.line(
            [
                record.ended.map(\.description) ?? "-", record.direction?.short ?? "-",
                record.from?.e164 ?? record.fields["from_number"]?.string ?? "-",
                record.to?.e164 ?? record.fields["to_number"]?.string ?? "-",
                record.duration.map(\.clock) ?? "-", record.hangupCode.map(String.init) ?? "-", record.id,
            ].map { $0.madeVisible() })
        let first = width.map { line.cut(to: $0) } ?? line
        guard !record.isSuccessful else { return [first] }
        let reason = "    " + call.phrase
        return [first, style.bad(width.map { reason.cut(to: $0) } ?? reason)]
    }

    private static func line(_ cells: [String]) -> String {
        zip(cells, columns).map { cell, column in
            column.width == 0 ? cell : cell.padding(to: column.width)
        }.joined()
    }
}

extension Trunk.Direction {
    /// `in` or `out`; other values as they are.
    var short: String {
        switch self {
        case .inbound: "in"
        case .outbound: "out"
        default: rawValue
        }
    }
}

extension Duration {
    /// `0:47`, `12:03`, `1:02:03`; tenths of seconds are dropped.
    var clock: String {
        let seconds = max(0, components.seconds)
        func padded(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let rest = "\(padded(seconds % 60))"
        guard seconds >= 3600 else { return "\(seconds / 60):\(rest)" }
        return "\(seconds / 3600):\(padded(seconds / 60 % 60)):\(rest)"
    }
}

extension String {
    /// The first sentence, without its full stop.
    var firstSentence: String {
        let end = firstRange(of: ". ")?.lowerBound ?? (last == "." ? index(before: endIndex) : endIndex)
        return String(self[..<end])
    }
}
