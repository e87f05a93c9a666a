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
        /// Neither side shows the call.
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
        if causes.isEmpty, let call { causes = Self.causes(of: call, direction, platform, table) }
        if record == nil, call?.isAnswered != false {
            verdict = .unknown
        } else {
            verdict = causes.first?.owner == Cause.Owner.none ? .noAnswer : .failed
        }
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
            found = table.causes(of: String(status), in: .sipStatus, direction: direction) + found
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
            "record": record.map { .object($0.members) } ?? .null, "answer_lost": lost.map { .string($0) } ?? .null,
        ]
    }
}
