import HTTPTypes

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The wait that a server requests with `Retry-After`. <https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3>
struct RetryAfter: Sendable, Hashable {
    /// The wait from now on: 0 to 24 hours.
    var duration: Duration

    /// Reads the header field.
    ///
    /// - Returns: nil if the field is missing or is neither a number of seconds nor a date.
    init?(_ response: TransportResponse) {
        guard let text = response.head.headerFields[.retryAfter]?.trimmed else { return nil }
        // The clocks may differ by more than the wait, so the server's `Date` takes precedence.
        let theirs = response.head.headerFields[.date].flatMap { Self.date($0.trimmed) }
        self.init(text, now: theirs ?? Date())
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

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Parses a date. Servers send `Sun, 06 Nov 1994 08:49:37 GMT`; `Sunday, 06-Nov-94 08:49:37 GMT` and `Sun Nov  6
    /// 08:49:37 1994` must be accepted as well. <https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7>
    private static func date(_ text: String) -> Date? {
        let parts = text.split(whereSeparator: { " :,-".contains($0) }).map(String.init)
        // Weekday, day, month, year, hour, minute, second, zone. The oldest form has the month first and the year last.
        let isOldest = parts.count == 7
        guard parts.count == 8 && parts[7] == "GMT" || isOldest else { return nil }
        let times = isOldest ? parts[3...5] : parts[4...6]
        let numbers = ([isOldest ? parts[2] : parts[1], isOldest ? parts[6] : parts[3]] + times).compactMap { Int($0) }
        guard numbers.count == 5, let month = months.firstIndex(of: isOldest ? parts[1] : parts[2]),
            let zone = TimeZone(secondsFromGMT: 0)
        else { return nil }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let year = numbers[1]
        return calendar.date(
            from: DateComponents(
                year: year < 70 ? year + 2000 : year < 100 ? year + 1900 : year, month: month + 1, day: numbers[0],
                hour: numbers[2], minute: numbers[3], second: numbers[4]))
    }
}

extension Duration {
    /// The duration as "45 seconds", "12 minutes" or "2 hours", rounded up.
    package var inWords: String {
        let seconds = components.seconds + (components.attoseconds > 0 ? 1 : 0)
        func words(_ count: Int64, _ unit: String) -> String { "\(count) \(unit)\(count == 1 ? "" : "s")" }
        if seconds < 120 { return words(seconds, "second") }
        if seconds < 7200 { return words((seconds + 59) / 60, "minute") }
        return words((seconds + 3599) / 3600, "hour")
    }
}

extension String {
    fileprivate var trimmed: String { String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
}
