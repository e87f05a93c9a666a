import Foundation
import ZentrunkJSON

/// The record of a completed call. <https://docs.plivo.com/docs/sip-trunking/api/calls>
struct PlivoCallRecord: PlivoObject {
    static let collection = "Zentrunk/Call"
    static let idField = "call_uuid"

    let row: JSONObject
    /// The quality figures.
    let insights: JSONObject

    let id: String
    /// The end of the call, to the microsecond.
    let end: String
    /// When the API has the record.
    let visible: Date

    static func missing(_ id: String) -> PlivoRefusal { .zentrunk(404, "Call details for \(id) not found") }

    /// Reads a record in which members may be missing.
    init(_ cursor: JSONCursor) throws(JSONDecodingError) {
        let now = Self.time(ago: 0)
        let defaults: JSONObject = [
            Self.idField: .string(UUID().uuidString.lowercased()), "call_id": "sandbox@198.51.100.20",
            "from_number": "+14155550100", "to_number": "+14155550177", "call_direction": "outbound",
            "call_duration": 47, "bill_duration": 60, "billed_duration": 60, "initiation_time": .string(now),
            "answer_time": .string(now), "end_time": .string(now), "hangup_cause_name": "normal_hangup",
            "hangup_cause_code": 3010, "hangup_source": "customer", "total_rate": "0.00650", "total_amount": "0.00650",
            "trunk_domain": "10000000000001.zt.plivo.com", "from_country": "US", "to_country": "US",
            "transport_protocol": "tls", "srtp": true, "secure_trunking": true, "secure_trunking_rate": "0.00100",
            "stir_verification": "Verified", "attestation_indicator": "A", "cnam_lookup": false,
            "cnam_lookup_rate": "0.00000",
        ]
        let given = try Self.members(of: cursor, like: defaults, except: ["insights"])
        let row = defaults.merging(given)
        self.row = row
        guard let id = row[Self.idField]?.string, let end = row["end_time"]?.string, Self.isTime(end) else {
            throw cursor.mismatch("an id, and an end_time as in 2026-03-04 10:15:02")
        }
        self.id = id
        self.end = Self.precise(end)
        visible = .distantPast
        func party(_ direction: String) -> JSONValue {
            [
                "carrier": "Example Telecom", "number": row["\(direction)_number"] ?? .null,
                "region": row["\(direction)_country"] ?? .null,
            ]
        }
        let figures: JSONObject = [
            Self.idField: row[Self.idField] ?? .null, "from": party("from"), "to": party("to"),
            "hangup_cause": row["hangup_cause_name"] ?? .null, "hangup_source": row["hangup_source"] ?? .null,
            "rtt": "31", "jitter": "4", "packet_loss": "0", "post_dial_delay": 1450.0, "plivo_quality_score": "4.1",
        ]
        let measured = try cursor.memberIfPresent("insights").map { (insights) throws(JSONDecodingError) in
            try Self.members(of: insights, like: figures)
        }
        insights = figures.merging(measured ?? [:])
    }

    /// Returns the members, which must have the types of the defaults, or null.
    private static func members(
        of cursor: JSONCursor, like defaults: JSONObject, except others: Set<String> = []
    ) throws(JSONDecodingError) -> JSONObject {
        var members = JSONObject()
        for (name, value) in try cursor.members() where !others.contains(name) {
            guard let example = defaults[name] else {
                throw JSONDecodingError(
                    path: cursor.path.appending(name), expected: "no such member", found: value.kindName)
            }
            guard value.isNull || value.kindName == example.kindName || name == "post_dial_delay" else {
                throw JSONDecodingError(
                    path: cursor.path.appending(name), expected: example.kindName, found: value.kindName)
            }
            members[name] = value
        }
        return members
    }

    // MARK: Times

    /// Returns the time that long ago, as Plivo writes it.
    static func time(ago seconds: Double) -> String {
        Date(timeIntervalSinceNow: -seconds).formatted(
            .iso8601.year().month().day().dateTimeSeparator(.space).time(includingFractionalSeconds: false))
    }

    /// Whether this is a time as filters have it: to the minute, second or microsecond.
    static func isTime(_ text: String) -> Bool {
        text.wholeMatch(of: /\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d(\.\d{1,6})?)?/) != nil
    }

    /// Returns a time to the microsecond, so that times compare as texts.
    static func precise(_ text: String) -> String { text + "0000-00-00 00:00:00.000000".dropFirst(text.count) }
}

extension PlivoStore {
    /// Adds calls. The list is sorted by the end of the calls, the latest first; Plivo does not document its order.
    mutating func add(_ calls: [PlivoCallRecord]) {
        self.calls = (calls + self.calls).sorted { $0.end > $1.end }
    }

    func answerCallRecord(_ call: PlivoCall) throws(PlivoRefusal) -> SandboxAnswer {
        guard call.request.method == "GET" else {
            throw call.refusal(405, "\(call.request.method) is not allowed here")
        }
        let now = Date()
        let calls = calls.filter { $0.visible <= now }
        guard let id = call.item else { return try list(calls, call) }
        switch call.part {
        case nil:
            // Flat and without api_id, as on the live service.
            return .json(200, .object(calls[try Self.index(of: id, among: calls)].row))
        case "Insights":
            let members: JSONObject = ["api_id": .string(PlivoAnswer.apiID())]
            return .json(200, .object(members.merging(calls[try Self.index(of: id, among: calls)].insights)))
        default: throw PlivoRefusal(answer: .json(404, [:]))
        }
    }

    private func list(_ calls: [PlivoCallRecord], _ call: PlivoCall) throws(PlivoRefusal) -> SandboxAnswer {
        let filter = try PlivoCallFilter(call)
        return try PlivoAnswer.page(calls.filter(filter.matches).map(\.row), of: call, slash: false)
            .noting(call.notes(onParametersBut: PlivoCallFilter.names))
    }
}
