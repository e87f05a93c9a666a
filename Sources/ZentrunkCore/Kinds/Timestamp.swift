#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Timestamps in API objects: `2026-11-23T08:30:00.123Z`.
enum Timestamp {
    /// Returns a moment after everything displayed as this timestamp, and before anything displayed as two milliseconds
    /// later.
    ///
    /// - Returns: nil for text that is not an ISO 8601 timestamp.
    static func justAfter(_ text: String) -> String? {
        guard let date = (try? precise.parse(text)) ?? (try? whole.parse(text)) else { return nil }
        // The half millisecond is truncated on output; it keeps rounding errors from costing a whole millisecond.
        return date.addingTimeInterval(0.0015).formatted(precise)
    }

    private static let precise = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
    private static let whole = Date.ISO8601FormatStyle()
}
