/// A calendar day, for the age of facts.
@_spi(Adapter) public struct Day: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The number of days since 1 January 1970.
    private let number: Int
    /// The day as written: `2026-11-22`.
    public let description: String

    /// Parses `2026-11-22`; nil if the text is not an existing day.
    public init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard text.utf8.count == 10, parts.map(\.utf8.count) == [4, 2, 2],
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-") })
        else { return nil }
        let values = parts.compactMap { Int($0) }
        guard values.count == 3, (1...12).contains(values[1]),
            (1...Self.length(of: values[1], in: values[0])).contains(values[2])
        else { return nil }
        number = Self.number(values[0], values[1], values[2])
        description = text
    }

    /// Creates the UTC day of a moment.
    ///
    /// - Parameter seconds: Seconds since 1 January 1970; negative values count as that day.
    public init(secondsSince1970 seconds: Int) {
        number = max(0, seconds) / 86_400
        var year = 1970 + number / 366
        while Self.number(year + 1, 1, 1) <= number { year += 1 }
        var month = 1
        while month < 12, Self.number(year, month + 1, 1) <= number { month += 1 }
        let day = number - Self.number(year, month, 1) + 1
        func padded(_ value: Int, _ width: Int) -> String {
            String(repeating: "0", count: max(0, width - String(value).count)) + String(value)
        }
        description = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }

    /// Returns the number of days from the other day to this one; negative if the other day is later.
    public func days(since other: Day) -> Int { number - other.number }

    /// Whether the left day is earlier.
    public static func < (left: Day, right: Day) -> Bool { left.number < right.number }
    /// Whether the days are equal, however they are written.
    public static func == (left: Day, right: Day) -> Bool { left.number == right.number }
    /// Hashes the day.
    public func hash(into hasher: inout Hasher) { hasher.combine(number) }

    private static func number(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let before = year - 1
        let years = before * 365 + before / 4 - before / 100 + before / 400 - 719_162
        return years + (1..<month).reduce(0) { $0 + length(of: $1, in: year) } + day - 1
    }

    private static func length(of month: Int, in year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
