#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The moments that APIs write into objects: `2026-11-23T08:30:00.123Z`.
enum Timestamp {
    /// A moment after everything that is shown as this one, and before what is shown as two milliseconds later.
    ///
    /// - Returns: nil for what is no ISO 8601 time.
    static func justAfter(_ text: String) -> String? {
        guard let date = (try? precise.parse(text)) ?? (try? whole.parse(text)) else { return nil }
        // The half is cut off when it is written, and keeps the arithmetic's last bit from cutting off a millisecond.
        return date.addingTimeInterval(0.0015).formatted(precise)
    }

    private static let precise = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
    private static let whole = Date.ISO8601FormatStyle()
}
