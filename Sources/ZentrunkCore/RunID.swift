#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Ids of runs, which sort by time: date and time in seconds, and enough randomness to make them unique.
public enum RunID {
    /// Returns a new id: `20261122-081530-1f3k9x`.
    public static func make() -> String {
        let parts = Calendar(identifier: .gregorian).dateComponents(
            in: TimeZone(secondsFromGMT: 0) ?? .current, from: Date())
        func two(_ value: Int?) -> String { let text = String(value ?? 0); return text.count < 2 ? "0" + text : text }
        let date = "\(parts.year ?? 0)\(two(parts.month))\(two(parts.day))"
        let time = "\(two(parts.hour))\(two(parts.minute))\(two(parts.second))"
        return "\(date)-\(time)-\(String(UInt32.random(in: 0...UInt32.max), radix: 36))"
    }

    /// Whether a text has the form of a run's id, which no platform's name has.
    public static func isOne(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        return parts.count == 3 && parts[0].utf8.count == 8 && parts[1].utf8.count == 6 && !parts[2].isEmpty
            && parts[0].allSatisfy(\.isNumber) && parts[1].allSatisfy(\.isNumber)
    }
}
