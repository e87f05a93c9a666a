@_spi(Adapter) public import ZentrunkCore

/// Which call records to list. <https://docs.plivo.com/docs/sip-trunking/api/calls>
///
/// Plivo has records of the last 90 days, and searches those of the last 30 days if ``end`` has no bounds. There is no
/// filter by trunk: compare ``CallRecord/trunkID``.
public struct CallFilter: Sendable, Hashable {
    /// A phone number, or the digits with which numbers begin.
    public struct Digits: Sendable, Hashable, CustomStringConvertible {
        /// Digits without a plus. The list would find nothing for a number with a plus.
        public let description: String

        /// Matches the number, and every number that begins with it.
        public init(_ number: PhoneNumber) { description = number.digits }

        /// Parses a number, or the beginning of one, with or without a plus and separators.
        ///
        /// - Throws: `ZentrunkError` `invalid` for other texts.
        public init(_ text: String) throws(ZentrunkError) {
            guard let number = PhoneNumber(vendorSpelling: text) else {
                throw ZentrunkError(.invalid, "\"\(text)\" is not a phone number or the beginning of one")
            }
            self.init(number)
        }
    }

    /// Bounds of a value; all that are set apply. Unset ones are not sent, because Plivo refuses empty filters.
    public struct Bounds<Value: Sendable & Hashable & Comparable>: Sendable, Hashable {
        /// The exact value.
        public var exactly: Value?
        /// The largest value that is too small.
        public var above: Value?
        /// The smallest value.
        public var atLeast: Value?
        /// The smallest value that is too large.
        public var below: Value?
        /// The largest value.
        public var atMost: Value?

        /// Creates bounds; nil does not restrict the value.
        public init(
            exactly: Value? = nil, above: Value? = nil, atLeast: Value? = nil, below: Value? = nil, atMost: Value? = nil
        ) {
            self.exactly = exactly
            self.above = above
            self.atLeast = atLeast
            self.below = below
            self.atMost = atMost
        }

        var lowest: Value? { [exactly, above, atLeast].compactMap { $0 }.max() }
        var highest: Value? { [exactly, below, atMost].compactMap { $0 }.min() }

        func query(_ name: String, _ text: (Value) -> String) -> [(String, String)] {
            let values = [
                (name, exactly), ("\(name)__gt", above), ("\(name)__gte", atLeast), ("\(name)__lt", below),
                ("\(name)__lte", atMost),
            ]
            return values.compactMap { name, value in value.map { (name, text($0)) } }
        }
    }

    /// The caller, `from_number`.
    public var from: Digits?
    /// The called number, `to_number`.
    public var to: Digits?
    /// `call_direction`.
    public var direction: Trunk.Direction?
    /// `hangup_cause_code`.
    public var hangupCode: Int?
    /// `hangup_source`.
    public var hangupSource: CallRecord.HangupSource?
    /// `stir_verification`.
    public var verification: CallRecord.Verification?
    /// Whole seconds to bill, `bill_duration`.
    public var billSeconds = Bounds<Int>()
    /// The end of the call, `end_time`.
    public var end = Bounds<UTCTime>()

    /// Creates a filter that matches all calls of the last 30 days.
    public init() {}

    /// The age of the oldest records that Plivo has. A range that begins earlier is refused with 400.
    public static let oldest = Duration.seconds(90 * 86_400)

    /// A lower bound that is set for an upper one is younger than ``oldest`` by this, so that a difference of clocks does
    /// not make it too old.
    private static let margin = Duration.seconds(3600)

    /// Returns the query parameters.
    ///
    /// An upper bound of ``end`` without a lower one, which Plivo refuses, gets the earliest lower bound.
    ///
    /// - Throws: `ZentrunkError` `invalid` for a range that begins more than 90 days ago, one that cannot match, and
    ///   negative seconds.
    func query(at now: UTCTime) throws(ZentrunkError) -> [(String, String)] {
        try check(at: now)
        var end = end
        if end.highest != nil, end.lowest == nil { end.atLeast = now - Self.oldest + Self.margin }
        let texts: [(String, String?)] = [
            ("from_number", from?.description), ("to_number", to?.description), ("call_direction", direction?.rawValue),
            ("hangup_cause_code", hangupCode.map(String.init)), ("hangup_source", hangupSource?.rawValue),
            ("stir_verification", verification?.filterValue),
        ]
        return texts.compactMap { name, text in text.map { (name, $0) } }
            + billSeconds.query("bill_duration") { String($0) } + end.query("end_time") { $0.description }
    }

    private func check(at now: UTCTime) throws(ZentrunkError) {
        let earliest = now - Self.oldest
        if let bound = [end.exactly, end.above, end.atLeast, end.below, end.atMost].compactMap({ $0 }).min(),
            bound < earliest
        {
            throw ZentrunkError(
                .invalid,
                "Plivo has call records of the last 90 days only: \(bound) UTC is earlier than \(earliest) UTC")
        }
        if let lowest = end.lowest, let highest = end.highest, lowest > highest {
            throw ZentrunkError(.invalid, "no call ends after \(lowest) UTC and before \(highest) UTC")
        }
        let seconds = [
            billSeconds.exactly, billSeconds.above, billSeconds.atLeast, billSeconds.below, billSeconds.atMost,
        ]
        if let negative = seconds.compactMap({ $0 }).first(where: { $0 < 0 }) {
            throw ZentrunkError(.invalid, "a duration is not negative: \(negative) s")
        }
        if let lowest = billSeconds.lowest, let highest = billSeconds.highest, lowest > highest {
            throw ZentrunkError(.invalid, "no duration is at least \(lowest) s and at most \(highest) s")
        }
    }
}
