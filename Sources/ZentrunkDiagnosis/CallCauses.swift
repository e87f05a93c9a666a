@_spi(Adapter) import ZentrunkCore
public import ZentrunkJSON
@_spi(Adapter) public import ZentrunkPlivo

extension CauseTable {
    /// Returns the causes of a call's hangup code, for the call's direction; empty if the code is unknown or missing.
    ///
    /// The name of the hangup is not used, because it can differ from the documented one.
    public func causes(of record: CallRecord) -> [Cause] {
        causes(of: CallStatistics.Hangup(code: record.hangupCode, direction: record.direction))
    }

    /// Returns the causes of a hangup; empty if its code is unknown or missing.
    public func causes(of hangup: CallStatistics.Hangup) -> [Cause] {
        guard let code = hangup.code else { return [] }
        return causes(of: String(code), in: .zentrunkHangupCode, direction: .init(hangup.direction))
    }

    /// Groups the calls that did not succeed by who has to act.
    ///
    /// - Returns: The owners with the most calls first. Hangups that the table does not have belong to `unknown`.
    public func failures(in statistics: CallStatistics) -> [OwnedFailures] {
        var owners: [Cause.Owner: [OwnedFailures.Failure]] = [:]
        for (hangup, count) in statistics.failures {
            let cause = causes(of: hangup).first
            owners[cause?.owner ?? .unknown, default: []].append(.init(hangup: hangup, cause: cause, count: count))
        }
        return owners.map { owner, failures in OwnedFailures(owner: owner, failures: failures.sorted(by: <)) }
            .sorted { ($1.count, $0.owner.rawValue) < ($0.count, $1.owner.rawValue) }
    }
}

/// The calls that did not succeed and that one owner has to act on.
public struct OwnedFailures: Sendable, Hashable {
    /// Calls that ended with the same hangup.
    public struct Failure: Sendable, Hashable, Comparable {
        /// The hangup.
        public var hangup: CallStatistics.Hangup
        /// The cause; nil if it is unknown.
        public var cause: Cause?
        /// The number of calls.
        public var count: Int

        /// Whether the left hangup is more frequent, or as frequent with a smaller code.
        public static func < (left: Failure, right: Failure) -> Bool {
            (right.count, left.hangup.code ?? 0, left.hangup.direction?.rawValue ?? "")
                < (left.count, right.hangup.code ?? 0, right.hangup.direction?.rawValue ?? "")
        }
    }

    /// Who has to act.
    public var owner: Cause.Owner
    /// The hangups, the most frequent first.
    public var failures: [Failure]

    /// The number of calls.
    public var count: Int { failures.reduce(0) { $0 + $1.count } }

    /// The failures for programs.
    public var json: JSONObject {
        [
            "owner": .string(owner.rawValue), "count": .integer(Int64(count)),
            "hangups": .array(
                failures.map { failure in
                    [
                        "code": failure.hangup.code.map { .integer(Int64($0)) } ?? .null,
                        "direction": failure.hangup.direction.map { .string($0.rawValue) } ?? .null,
                        "count": .integer(Int64(failure.count)),
                        "cause": failure.cause.map { .string($0.meaning) } ?? .null,
                        "step": failure.cause.map { .string($0.step) } ?? .null,
                    ]
                }),
        ]
    }
}

extension Cause.Direction {
    /// The direction of a call; `any` if it is unknown.
    public init(_ direction: Trunk.Direction?) { self = direction.flatMap { Self(rawValue: $0.rawValue) } ?? .any }
}
