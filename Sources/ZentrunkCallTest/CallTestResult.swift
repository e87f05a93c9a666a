@_spi(Adapter) package import ZentrunkCore
package import ZentrunkDiagnosis
package import ZentrunkJSON
@_spi(Adapter) package import ZentrunkPlivo

/// What a test call proved.
package struct CallTestResult: Sendable {
    /// The conclusion.
    package enum Verdict: String, Sendable, Hashable {
        /// The call was answered.
        case works
        /// The call failed, although both sides work: the phone was busy, or the call was not answered.
        case noAnswer = "no-answer"
        /// The call failed.
        case failed
        /// Neither side shows the call, or it has not ended by then.
        case unknown
    }

    package var platform: PlatformID
    package var isInbound: Bool
    /// The calling number; nil if it is not known.
    package var from: PhoneNumber?
    /// The called number.
    package var to: PhoneNumber
    /// The call as the platform saw it last; nil if it did not see one.
    package var call: SeenCall?
    /// Plivo's record; nil if it is not there yet, or will never be.
    package var record: CallRecord?
    /// The call's SIP messages that the platform kept, the earliest first.
    package var messages: [SeenMessage] = []
    /// Why a side could not be read after the call.
    package var unread: [String] = []
    /// Why the answer to the request that placed the call was lost; nil if it was not.
    package var lost: String?
    /// The conclusion.
    package var verdict = Verdict.unknown
    /// The causes of a call that failed, the likeliest first.
    package var causes: [Cause]

    /// Draws the conclusion from what both sides show.
    mutating func conclude(_ table: CauseTable) {
        // What both sides agree on: Plivo's record decides, and the platform explains where there is none.
        if record?.isSuccessful == true || record == nil && call?.isAnswered == true {
            verdict = .works
            return
        }
        let direction: Cause.Direction = isInbound ? .inbound : .outbound
        if let record { causes = table.causes(of: record) }
        if causes.isEmpty { causes = Self.causes(of: messages, direction, platform, table) }
        if causes.isEmpty, let call { causes = Self.causes(of: call, direction, platform, table) }
        let hasFailed = call?.isAnswered == false || Self.failure(messages) != nil
        if record == nil, !hasFailed {
            verdict = .unknown
        } else {
            verdict = causes.first?.owner == Cause.Owner.none ? .noAnswer : .failed
        }
    }

    /// Plivo's own code decides, then the status and phrase of the last response, or why nothing was sent.
    private static func causes(
        of messages: [SeenMessage], _ direction: Cause.Direction, _ platform: PlatformID, _ table: CauseTable
    ) -> [Cause] {
        if let code = messages.last(where: { $0.hangupCode != nil })?.hangupCode {
            let found = table.causes(of: String(code), in: .zentrunkHangupCode, direction: direction)
            if !found.isEmpty { return found }
        }
        guard let failure = Self.failure(messages) else { return [] }
        let words = failure.status.map { "\($0) \(failure.phrase ?? "")" } ?? failure.error ?? ""
        let found = table.explain(words, direction: direction, platform: platform).causes
        guard let status = failure.status else { return found }
        let known = table.causes(of: String(status), in: .sipStatus, direction: direction)
        return Self.ending(status, found + known.filter { !found.contains($0) })
    }

    /// Returns the causes that a call which ended with this status can have: a challenge is normal, unless it is the end.
    private static func ending(_ status: Int, _ causes: [Cause]) -> [Cause] {
        [401, 407].contains(status) ? causes.filter { $0.owner != .none } : causes
    }

    /// Returns the message that ended a call that was not answered. A flow that ends with a challenge is one, too.
    private static func failure(_ messages: [SeenMessage]) -> SeenMessage? {
        let last = messages.last { $0.error != nil || ($0.status ?? 0) >= 200 }
        return last.flatMap { $0.error != nil || ($0.status ?? 0) >= 300 ? $0 : nil }
    }

    /// The SIP status decides; a code or a message of the platform explains calls without one.
    private static func causes(
        of call: SeenCall, _ direction: Cause.Direction, _ platform: PlatformID, _ table: CauseTable
    ) -> [Cause] {
        var found: [Cause] = []
        if let ending = call.ending {
            found = table.causes(of: ending.code, in: .init(rawValue: ending.set), direction: direction)
        }
        if let status = call.sipStatus {
            found = Self.ending(
                status, table.causes(of: String(status), in: .sipStatus, direction: direction) + found)
        } else if let words = call.words {
            found = table.explain(words, direction: direction, platform: platform).causes + found
        }
        return found
    }

    /// The test for programs.
    package var json: JSONObject {
        [
            "verdict": .string(verdict.rawValue), "direction": isInbound ? "inbound" : "outbound",
            "from": from.map { .string($0.e164) } ?? .null, "to": .string(to.e164),
            "owner": causes.first.map { .string($0.owner.rawValue) } ?? .null,
            "causes": .array(causes.map { .object($0.json) }),
            "platform_call": call.map { .object($0.json) } ?? .null,
            "messages": .array(messages.map { .object($0.json) }),
            "record": record.map { .object($0.members) } ?? .null, "unread": .array(unread.map { .string($0) }),
            "answer_lost": lost.map { .string($0) } ?? .null,
        ]
    }
}
