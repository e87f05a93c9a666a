/// A day of the calendar, to tell how old a fact is.
public struct Day: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Days since the first of January 1970.
    private let number: Int
    public let description: String

    /// Reads `2026-11-22`; nil when there is no such day.
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

    /// The day of that moment, in UTC.
    ///
    /// - Parameter seconds: Since the first of January 1970; what lies before counts as that day.
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

    /// How many days lie between that day and this one; negative when it comes later.
    public func days(since other: Day) -> Int { number - other.number }

    public static func < (left: Day, right: Day) -> Bool { left.number < right.number }
    public static func == (left: Day, right: Day) -> Bool { left.number == right.number }
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
