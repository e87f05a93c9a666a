public import Foundation
public import ZentrunkJSON

/// A call to simulate.
public struct SandboxCall: Sendable, Hashable {
    /// The direction as Plivo names it.
    public enum Direction: String, Sendable, Hashable, CaseIterable {
        /// From a phone to the platform.
        case inbound
        /// From the platform to a phone.
        case outbound
    }

    public var direction: Direction
    /// The calling number in E.164 form, with its plus sign. On outbound calls the platform's number.
    public var from: String
    /// The called number in E.164 form, with its plus sign.
    public var to: String
    /// The vendor's name of the platform that makes an outbound call. An inbound call finds its platform.
    public var platform: String?
    /// The time for which the parties talk, in seconds.
    public var seconds: Int?
    /// The agent of an outbound call; nil for the number's own.
    public var agent: String?

    public init(
        _ direction: Direction, from: String, to: String, platform: String? = nil, seconds: Int? = nil,
        agent: String? = nil
    ) {
        self.direction = direction
        self.from = from
        self.to = to
        self.platform = platform
        self.seconds = seconds
        self.agent = agent
    }

    /// A call from a phone to a number of the account.
    public static func inbound(to number: String, from caller: String = "+14155550177") -> SandboxCall {
        SandboxCall(.inbound, from: caller, to: number)
    }

    /// A call from a number of a platform to a phone.
    public static func outbound(
        from number: String, at platform: (some PlatformService).Type, to phone: String = "+14155550177"
    ) -> SandboxCall {
        SandboxCall(.outbound, from: number, to: phone, platform: platform.vendor)
    }

    /// Reads `{"direction": "inbound", "from": "+1…", "to": "+1…", "platform": "vapi", "seconds": 20, "agent": "…"}`.
    /// `from` and `seconds` are optional on inbound calls, `to` and `agent` on outbound ones.
    init(_ cursor: JSONCursor) throws(JSONDecodingError) {
        let text = try cursor.member("direction").string()
        guard let direction = Direction(rawValue: text) else {
            throw try cursor.member("direction").mismatch("inbound or outbound")
        }
        let phone = "+14155550177"
        func number(_ name: String, or other: String?) throws(JSONDecodingError) -> String {
            guard let member = try cursor.memberIfPresent(name) else {
                guard let other else { return try cursor.member(name).string() }
                return other
            }
            return try member.string()
        }
        self.init(
            direction, from: try number("from", or: direction == .inbound ? phone : nil),
            to: try number("to", or: direction == .outbound ? phone : nil),
            platform: direction == .outbound
                ? try cursor.member("platform").string() : try cursor.memberIfPresent("platform")?.string(),
            seconds: try cursor.memberIfPresent("seconds").map { (member) throws(JSONDecodingError) in
                Int(try member.integer())
            }, agent: try cursor.memberIfPresent("agent")?.string())
    }
}

/// When a call rings, is answered and ends, and when Plivo lists it.
///
/// Without a ``SandboxExchange/Pace`` a call is over when it is placed. Then only the records show how long it took.
public struct SandboxCallTimes: Sendable, Hashable {
    /// What a vendor shows of the call.
    public enum Stage: Sendable, Hashable {
        case ringing, talking, ended
    }

    public var begun: Date
    /// nil for a call that is not answered.
    public var answered: Date?
    public var ended: Date
    /// When Plivo's list has the call's record.
    public var recorded: Date
    /// The time for which the parties talk, in seconds, as records state it; 0 for a call that is not answered.
    public var seconds: Int
    /// Whether the platform ended the call, because it was the longest that was allowed.
    public var reachedLimit: Bool

    public func stage(at now: Date) -> Stage {
        if now >= ended { return .ended }
        return answered.map { now >= $0 } ?? false ? .talking : .ringing
    }
}

/// The end of a call as Plivo names it.
/// <https://www.plivo.com/docs/sip-trunking/troubleshooting/zentrunk-hangup-codes>
public struct SandboxHangup: Sendable, Hashable {
    public var code: Int
    public var name: String
    /// `customer`, `carrier` or `zentrunk`: who ended the signalling.
    public var source: String

    init(_ code: Int, _ name: String, _ source: String) {
        self.code = code
        self.name = name
        self.source = source
    }
}

/// The outcome of a simulated call.
public struct SandboxCallOutcome: Sendable, Hashable {
    public var call: SandboxCall
    /// The final response of the side that was called.
    public var reply: SandboxInviteReply
    /// The end of the call in Plivo's record; nil if Plivo makes no record of it.
    public var hangup: SandboxHangup?
    /// The id of Plivo's record; nil if there is none.
    public var callUUID: String?
    /// The SIP Call-ID.
    public var callID: String
    /// The vendor's name of the platform; nil if no platform was reached.
    public var platform: String?
    /// What the call passed, in order.
    public var steps: [String]
    public var times: SandboxCallTimes

    public var isAnswered: Bool { reply.isAnswered }

    /// The outcome as `POST /_sandbox/calls` returns it.
    public var json: JSONObject {
        [
            "answered": .bool(isAnswered), "direction": .string(call.direction.rawValue), "from": .string(call.from),
            "to": .string(call.to), "platform": platform.map { .string($0) } ?? .null,
            "agent": reply.agent.map { .string($0) } ?? .null,
            "sip_status": reply.status.map { .integer(Int64($0)) } ?? .null, "phrase": .string(reply.phrase),
            "hangup_cause_code": hangup.map { .integer(Int64($0.code)) } ?? .null,
            "hangup_cause_name": hangup.map { .string($0.name) } ?? .null,
            "hangup_source": hangup.map { .string($0.source) } ?? .null, "owner": .string(reply.owner.rawValue),
            "reason": .string(reply.reason), "call_uuid": callUUID.map { .string($0) } ?? .null,
            "call_id": .string(callID), "steps": .array(steps.map { .string($0) }),
        ]
    }
}
