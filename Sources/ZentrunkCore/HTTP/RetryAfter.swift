import HTTPTypes

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What a server said in `Retry-After`. <https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3>
struct RetryAfter: Sendable, Hashable {
    /// How long to wait from now on; never negative.
    var duration: Duration

    /// - Returns: nil when the field is missing or can be read neither as seconds nor as a date.
    init?(_ response: TransportResponse) {
        guard let text = response.head.headerFields[.retryAfter]?.trimmed else { return nil }
        self.init(text, now: Date())
    }

    init?(_ text: String, now: Date) {
        if let seconds = Double(text), seconds.isFinite, seconds >= 0 {
            duration = .milliseconds(Int64(min(seconds, 86_400) * 1000))
        } else if let date = Self.date(text) {
            duration = .milliseconds(Int64(min(max(0, date.timeIntervalSince(now)), 86_400) * 1000))
        } else {
            return nil
        }
    }

    /// An IMF-fixdate: `Sun, 06 Nov 1994 08:49:37 GMT`, the one form that servers may send.
    private static func date(_ text: String) -> Date? {
        let parts = text.split(whereSeparator: { $0 == " " || $0 == ":" || $0 == "," })
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        guard parts.count == 8, parts[7] == "GMT", let month = months.firstIndex(of: String(parts[2])),
            let day = Int(parts[1]), let year = Int(parts[3]), let hour = Int(parts[4]), let minute = Int(parts[5]),
            let second = Int(parts[6]), let zone = TimeZone(secondsFromGMT: 0)
        else { return nil }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        return calendar.date(
            from: DateComponents(year: year, month: month + 1, day: day, hour: hour, minute: minute, second: second))
    }
}

extension String {
    fileprivate var trimmed: String { String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
}

extension HTTPField.Name {
    static var retryAfter: HTTPField.Name { .init(parsed: "retry-after") ?? .contentType }
}
