import ZentrunkJSON

/// The filters of the list of call records. <https://docs.plivo.com/docs/sip-trunking/api/calls>
struct PlivoCallFilter {
    private static let exact = [
        "call_direction", "hangup_cause_code", "hangup_source", "stir_verification",
    ]
    private static let bounds = ["", "__gt", "__gte", "__lt", "__lte"]

    /// The documented parameters, except for paging.
    static let names = Set(
        exact + ["from_number", "to_number"] + bounds.flatMap { ["bill_duration\($0)", "end_time\($0)"] })

    private let values: [String: String]
    /// The start of the range that is searched, to the microsecond.
    private let start: String

    /// Reads the filters.
    ///
    /// - Throws: 400 for an empty filter, a malformed one, an upper bound of the end without a lower one, and a range that
    ///   begins more than 90 days ago.
    init(_ call: PlivoCall) throws(PlivoRefusal) {
        var values: [String: String] = [:]
        for item in call.request.query where Self.names.contains(item.name) {
            guard !item.value.isEmpty else { throw call.refusal(400, "\(item.name) must not be empty") }
            if item.name.hasPrefix("end_time") {
                guard PlivoCallRecord.isTime(item.value) else { throw call.refusal(400, "Invalid \(item.name)") }
                values[item.name] = PlivoCallRecord.precise(item.value)
            } else {
                let isNumber = item.name.hasPrefix("bill_duration") || item.name == "hangup_cause_code"
                guard !isNumber || Int(item.value) != nil else { throw call.refusal(400, "Invalid \(item.name)") }
                values[item.name] = item.value
            }
        }
        self.values = values
        let oldest = PlivoCallRecord.precise(PlivoCallRecord.time(ago: 90 * 86_400))
        let times = values.filter { $0.key.hasPrefix("end_time") }
        guard times.values.allSatisfy({ $0 >= oldest }) else {
            throw call.refusal(400, "end_time must be within the last 90 days")
        }
        let hasLower = times.keys.contains { !$0.hasSuffix("__lt") && !$0.hasSuffix("__lte") }
        guard times.isEmpty || hasLower else {
            throw call.refusal(400, "end_time needs a lower bound")
        }
        start = times.isEmpty ? PlivoCallRecord.precise(PlivoCallRecord.time(ago: 30 * 86_400)) : oldest
    }

    func matches(_ record: PlivoCallRecord) -> Bool {
        let row = record.row
        func text(_ name: String) -> String { row[name]?.string ?? row[name]?.integer.map(String.init) ?? "" }
        guard record.end >= start else { return false }
        return values.isEmpty
            || Self.exact.allSatisfy { name in values[name].map { $0 == text(name) } ?? true }
                && ["from_number", "to_number"].allSatisfy { name in
                    // A prefix matches, and a plus matches nothing.
                    values[name].map { PlivoNumber.digits(of: text(name)).hasPrefix($0) } ?? true
                }
                && isWithin("end_time", record.end, \.self)
                && isWithin("bill_duration", Int(text("bill_duration")) ?? 0) { Int($0) ?? 0 }
    }

    private func isWithin<Value: Comparable>(_ name: String, _ value: Value, _ read: (String) -> Value) -> Bool {
        let checks: [(String, (Value, Value) -> Bool)] = [
            ("", { $0 == $1 }), ("__gt", { $0 > $1 }), ("__gte", { $0 >= $1 }), ("__lt", { $0 < $1 }),
            ("__lte", { $0 <= $1 }),
        ]
        return checks.allSatisfy { suffix, holds in values[name + suffix].map { holds(value, read($0)) } ?? true }
    }
}
