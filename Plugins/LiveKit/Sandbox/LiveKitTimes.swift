import Foundation

/// A duration in protobuf's JSON: seconds with up to nine decimals and the suffix `s`.
struct LiveKitDuration: Sendable, Hashable {
    var nanoseconds: Int128

    init(nanoseconds: Int128) { self.nanoseconds = nanoseconds }

    /// Parses a duration. Like Go, accepts missing digits on one side of the point.
    init?(_ text: String) {
        guard let parts = text.wholeMatch(of: /([+-]?)(0|[1-9]\d{0,11})?(?:\.(\d{0,9}))?s/),
            parts.2 != nil || parts.3 != nil, let seconds = Int128(parts.2 ?? "0"), seconds <= 315_576_000_000
        else { return nil }
        nanoseconds =
            (seconds * 1_000_000_000 + Int128(Decimals(parts.3 ?? "").nanoseconds)) * (parts.1 == "-" ? -1 : 1)
    }

    /// The text with zero, three, six or nine decimals.
    var text: String {
        let (seconds, fraction) = nanoseconds.magnitude.quotientAndRemainder(dividingBy: 1_000_000_000)
        return "\(nanoseconds < 0 ? "-" : "")\(seconds)\(Decimals(nanoseconds: Int64(fraction)).text)s"
    }
}

/// A time in protobuf's JSON. <https://www.rfc-editor.org/rfc/rfc3339>
struct LiveKitTime: Sendable, Hashable {
    /// Seconds since 1970, UTC.
    var seconds: Int64
    /// Nanoseconds within the second.
    var nanoseconds: Int64

    init(seconds: Int64, nanoseconds: Int64) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    init?(_ text: String) {
        let format =
            /(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])([01]\d|2[0-3]):([0-5]\d))/
        guard let parts = text.wholeMatch(of: format) else { return nil }
        let components = DateComponents(
            calendar: Self.calendar, timeZone: .gmt, year: Int(parts.1), month: Int(parts.2), day: Int(parts.3),
            hour: Int(parts.4), minute: Int(parts.5), second: Int(parts.6))
        guard components.isValidDate, let date = components.date else { return nil }
        let offset = (Int64(parts.9 ?? "0") ?? 0) * 3600 + (Int64(parts.10 ?? "0") ?? 0) * 60
        seconds = Int64(date.timeIntervalSince1970) - (parts.8 == "-" ? -offset : offset)
        nanoseconds = Decimals(parts.7 ?? "").nanoseconds
    }

    /// The text in UTC.
    var text: String {
        let date = Date(timeIntervalSince1970: TimeInterval(seconds))
        let parts = Self.calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: date)
        func digits(_ number: Int?, _ count: Int = 2) -> String {
            let text = String(number ?? 0)
            return String(repeating: "0", count: max(0, count - text.count)) + text
        }
        return "\(digits(parts.year, 4))-\(digits(parts.month))-\(digits(parts.day))"
            + "T\(digits(parts.hour)):\(digits(parts.minute)):\(digits(parts.second))"
            + "\(Decimals(nanoseconds: nanoseconds).text)Z"
    }

    private static let calendar: Calendar = {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar
    }()
}

/// The decimals of a number of seconds.
private struct Decimals {
    var nanoseconds: Int64

    init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    init(_ digits: some StringProtocol) {
        nanoseconds = Int64(digits + String(repeating: "0", count: 9 - digits.count)) ?? 0
    }

    /// The decimals with their point, in groups of three digits; empty for zero.
    var text: String {
        guard nanoseconds != 0 else { return "" }
        let digits = String(nanoseconds)
        var all = String(repeating: "0", count: 9 - digits.count) + digits
        while all.hasSuffix("000") { all.removeLast(3) }
        return "." + all
    }
}
