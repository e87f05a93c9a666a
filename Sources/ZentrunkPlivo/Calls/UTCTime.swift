#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A moment in UTC, to the microsecond, as in call records: `2026-03-04 10:15:02`.
public struct UTCTime: Sendable, Hashable {
    /// Microseconds since 1 January 1970.
    public let microseconds: Int64

    /// Creates a moment.
    ///
    /// - Parameter microseconds: Microseconds since 1 January 1970.
    public init(microseconds: Int64) { self.microseconds = microseconds }

    /// Creates a moment.
    ///
    /// - Parameter seconds: Seconds since 1 January 1970.
    public init(secondsSince1970 seconds: Int64) { microseconds = seconds * 1_000_000 }

    /// The current time of this machine.
    public static var now: UTCTime { UTCTime(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000)) }

    /// Parses `2026-03-04 10:15`, `2026-03-04 10:15:02` and `2026-03-04 10:15:02.123456`, the forms that Plivo documents
    /// for its call records. They are UTC and have no offset. <https://docs.plivo.com/docs/sip-trunking/api/calls>
    ///
    /// - Returns: nil for other texts and for times that do not exist.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        let form = Array("dddd-dd-dd dd:dd:dd.dddddd".utf8)
        guard [16, 19].contains(bytes.count) || (21...26).contains(bytes.count),
            zip(bytes, form).allSatisfy({ $1 == UInt8(ascii: "d") ? (0x30...0x39).contains($0) : $0 == $1 })
        else { return nil }
        func number(_ range: Range<Int>) -> Int {
            bytes[range.clamped(to: 0..<bytes.count)].reduce(0) { $0 * 10 + Int($1 - 0x30) }
        }
        let (year, month, day) = (number(0..<4), number(5..<7), number(8..<10))
        let (hour, minute, second) = (number(11..<13), number(14..<16), bytes.count > 16 ? number(17..<19) : 0)
        guard (1...12).contains(month), (1...Self.length(of: month, in: year)).contains(day), hour < 24, minute < 60,
            second < 60
        else { return nil }
        // The digits after the point, filled with zeros up to microseconds.
        let fraction = bytes.dropFirst(20) + Array(repeating: 0x30, count: max(0, 6 - bytes.dropFirst(20).count))
        let seconds = ((Self.days(year, month, day) * 24 + hour) * 60 + minute) * 60 + second
        microseconds = Int64(seconds) * 1_000_000 + fraction.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }

    /// Returns the moment that is later by a duration.
    public static func + (time: UTCTime, duration: Duration) -> UTCTime {
        let (seconds, attoseconds) = duration.components
        return UTCTime(microseconds: time.microseconds + seconds * 1_000_000 + attoseconds / 1_000_000_000_000)
    }

    /// Returns the moment that is earlier by a duration.
    public static func - (time: UTCTime, duration: Duration) -> UTCTime { time + (.zero - duration) }

    /// Returns the time from the right moment to the left one; negative if the left one is earlier.
    public static func - (left: UTCTime, right: UTCTime) -> Duration {
        .microseconds(left.microseconds - right.microseconds)
    }

    // MARK: Calendar, <https://en.wikipedia.org/wiki/Proleptic_Gregorian_calendar>

    private static func floor(_ number: Int, by divisor: Int) -> Int {
        (number >= 0 ? number : number - divisor + 1) / divisor
    }

    private static func length(of month: Int, in year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Returns the days from 1 January 1970 to a day.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let before = year - 1
        let years = before * 365 + before / 4 - before / 100 + before / 400 - 719_162
        return years + (1..<month).reduce(0) { $0 + length(of: $1, in: year) } + day - 1
    }
}

extension UTCTime: Comparable, CustomStringConvertible {
    /// Whether the left moment is earlier.
    public static func < (left: UTCTime, right: UTCTime) -> Bool { left.microseconds < right.microseconds }

    /// The moment in Plivo's form: `2026-03-04 10:15:02`, with microseconds if there are any.
    public var description: String {
        let seconds = Self.floor(Int(microseconds), by: 1_000_000)
        let fraction = Int(microseconds) - seconds * 1_000_000
        let days = Self.floor(seconds, by: 86_400)
        var rest = seconds - days * 86_400
        var year = 1969 + Self.floor(days, by: 366)
        while Self.days(year + 1, 1, 1) <= days { year += 1 }
        var month = 1
        while month < 12, Self.days(year, month + 1, 1) <= days { month += 1 }
        let day = days - Self.days(year, month, 1) + 1
        func padded(_ value: Int, _ width: Int = 2) -> String {
            String(repeating: "0", count: max(0, width - String(value).count)) + String(value)
        }
        let hour = rest / 3600
        rest %= 3600
        return
            "\(padded(year, 4))-\(padded(month))-\(padded(day)) \(padded(hour)):\(padded(rest / 60)):\(padded(rest % 60))"
            + (fraction > 0 ? ".\(padded(fraction, 6))" : "")
    }
}
