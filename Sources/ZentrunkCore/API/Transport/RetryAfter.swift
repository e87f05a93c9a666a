import HTTPTypes

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What a server said in `Retry-After`. <https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3>
struct RetryAfter: Sendable, Hashable {
    /// How long to wait from now on; never negative, and a day at most.
    var duration: Duration

    /// - Returns: nil when the field is missing or can be read neither as seconds nor as a date.
    init?(_ response: TransportResponse) {
        guard let text = response.head.headerFields[.retryAfter]?.trimmed else { return nil }
        // The two clocks may differ by more than the wait: where the server tells its own time, that one counts.
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

    /// Servers send `Sun, 06 Nov 1994 08:49:37 GMT`; `Sunday, 06-Nov-94 08:49:37 GMT` and `Sun Nov  6 08:49:37 1994` have to be
    /// understood as well. <https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7>
    private static func date(_ text: String) -> Date? {
        let parts = text.split(whereSeparator: { " :,-".contains($0) }).map(String.init)
        // Weekday, day, month, year, hour, minute, second, zone; the oldest form has the month first and the year last.
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
    /// "45 seconds", "12 minutes", "2 hours", rounded up.
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
