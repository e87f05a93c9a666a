import Foundation
import ZentrunkJSON
public import ZentrunkSandbox

/// Calls, as LiveKit's SIP service handles them. <https://docs.livekit.io/reference/telephony/sip-api/>
extension LiveKitService {
    public func takesCalls(at host: String) -> Bool {
        host.hasSuffix(".sip.livekit.cloud") || hosts.contains(host)
    }

    public func receive(_ invite: SandboxInvite, times: SandboxCallTimes) -> SandboxInviteReply {
        guard isOwn(invite.host) else {
            return .refuse(404, "No trunk found", .carrierConfig, "\(invite.host) is not a host of this project")
        }
        return changing { $0.receive(invite, times: times) }
    }

    /// Whether the host is the project's: its id, with or without a region after it.
    private func isOwn(_ host: String) -> Bool {
        hosts.contains { own in
            host == own
                || own.split(separator: ".").first == host.split(separator: ".").first
                    && host.hasSuffix(".sip.livekit.cloud") && host.split(separator: ".").count == 5
        }
    }

    public func dial(_ call: SandboxCall, through exchange: SandboxExchange) -> SandboxCallOutcome {
        let trunk = reading { store in
            store.rows[.outboundTrunk]?.first { trunk in
                trunk["numbers"].texts.map(LiveKitNumber.normalised).contains(LiveKitNumber.normalised(call.from))
            }
        }
        guard let trunk else {
            let reply = SandboxInviteReply.refuse(
                404, "Not Found", .platformConfig, "no outbound trunk has the number \(call.from)")
            return exchange.outcome(of: call, reply, callID: SandboxExchange.newCallID(), steps: [])
        }
        let order = LiveKitOrder(
            call: call, trunk: trunk, room: "sandbox-call", identity: "sip_\(call.to)", limit: nil, waits: true)
        return dial(order, through: exchange).outcome
    }

    public func answer(_ request: SandboxRequest, through exchange: SandboxExchange) -> SandboxAnswer {
        guard LiveKitCall.isDial(request) else { return answer(request) }
        return answer(request) { order in
            let placed = dial(order, through: exchange)
            // Without the wait, the response comes while the phone rings, and the failure of the call is not in it.
            let isAnswered = placed.outcome.isAnswered || !order.waits && placed.outcome.reply.hasRung
            guard !isAnswered else { return (placed.reply, order.waits ? exchange.ringingTime : .zero) }
            let delay: Duration = placed.outcome.reply.hasRung ? exchange.ringingTime : .zero
            return (.failure(LiveKitDialling.refusal(placed.outcome)), delay)
        }
    }

    private func dial(
        _ order: LiveKitOrder, through exchange: SandboxExchange
    ) -> (outcome: SandboxCallOutcome, reply: Result<LiveKitReply, LiveKitRefusal>) {
        let callID = SandboxExchange.newCallID()
        let invite = LiveKitDialling.invite(order, callID: callID)
        let outcome = exchange.dial(invite, for: order.call, limit: order.limit)
        let id = "SCL_" + String(callID.filter { $0 != "-" }.prefix(12))
        let caller = LiveKitCaller(
            identity: order.identity, agent: nil, times: outcome.times,
            attributes: [
                "sip.trunkID": order.trunk["sip_trunk_id"] ?? "", "sip.trunkPhoneNumber": .string(order.call.from),
                "sip.phoneNumber": .string(order.call.to), "sip.callID": .string(id), "sip.callIDFull": .string(callID),
            ])
        if outcome.isAnswered || outcome.reply.hasRung { changing { $0.join(order.room, caller) } }
        return (
            outcome,
            .success(
                LiveKitReply(
                    message: .sipParticipant,
                    members: [
                        "participant_id": .string(caller.sid), "participant_identity": .string(order.identity),
                        "room_name": .string(order.room), "sip_call_id": .string(id),
                    ]))
        )
    }
}

/// An outbound call that was asked for.
struct LiveKitOrder: Sendable {
    var call: SandboxCall
    var trunk: JSONObject
    var room: String
    var identity: String
    /// The longest duration in seconds.
    var limit: Int?
    /// Whether the response waits for an answer.
    var waits: Bool
}

/// What LiveKit's SIP service sends, and what it makes of responses.
enum LiveKitDialling {
    /// The networks of LiveKit Cloud, which all of its customers share.
    private static let sources = ["143.223.88.0/21", "161.115.160.0/19", "153.57.128.0/18"]

    static func invite(_ order: LiveKitOrder, callID: String) -> SandboxInvite {
        let trunk = order.trunk
        let address = (trunk["address"]?.string ?? "").split(separator: ":", maxSplits: 1)
        let username = trunk["auth_username"]?.string ?? ""
        let name = (trunk["transport"]?.string ?? "").replacing("SIP_TRANSPORT_", with: "").lowercased()
        return SandboxInvite(
            callID: callID, caller: order.call.from, called: order.call.to,
            host: address.first.map(String.init) ?? "", port: address.count == 2 ? Int(address[1]) : nil,
            // AUTO adds no transport, so SIP's default applies.
            transport: SandboxTransport(rawValue: name) ?? .udp,
            offersSRTP: LiveKitStore.encryption(of: trunk) != "SIP_MEDIA_ENCRYPT_DISABLE", sources: sources,
            login: username.isEmpty
                ? nil : SandboxLogin(username: username, password: trunk["auth_password"]?.string ?? ""))
    }

    /// Returns the error of a call that failed. Its code follows from the SIP status, which is in `meta`: a busy phone is
    /// HTTP 429, and a carrier's 407 is HTTP 401. <https://github.com/livekit/protocol>
    static func refusal(_ outcome: SandboxCallOutcome) -> LiveKitRefusal {
        let reply = outcome.reply
        switch reply.failure {
        case .noSuchHost?:
            return LiveKitRefusal(.invalidArgument, "fail to resolve target: lookup: no such host")
        case .closed?: return LiveKitRefusal(.unavailable, "dial tcp: connect: connection refused")
        case .badCertificate(let fault)?:
            return LiveKitRefusal(.unavailable, "tls: failed to verify certificate: \(fault)")
        case .silent?, .reachable?, nil: break
        }
        guard let status = reply.status else {
            return LiveKitRefusal(
                .failedPrecondition, "transaction failed to complete (\(reply.hasRung ? 1 : 0) intermediate responses)")
        }
        if status == 407 {
            // The caller cannot answer the challenge, so the call has no response.
            return LiveKitRefusal(
                .failedPrecondition, "sip server required auth, but no username or password was provided")
        }
        // For these, the text is the response's body where there is one, which Plivo's responses do not have here.
        return LiveKitRefusal(
            code(status), "unexpected status from INVITE response: sip status: \(status): \(reply.phrase)",
            meta: [
                "sip_status_code": .string(String(status)), "sip_status": .string(reply.phrase),
                "error_details": "",
            ])
    }

    private static func code(_ status: Int) -> LiveKitCode {
        switch status {
        case 401, 402, 403, 433, 470, 603, 607, 608: .permissionDenied
        case 407, 428, 436...438, 494: .unauthenticated
        case 404, 410, 301, 302, 481, 604: .notFound
        case 408, 504: .deadlineExceeded
        case 480, 486, 600, 440: .resourceExhausted
        case 487, 491: .aborted
        case 409, 412, 482, 483, 500...503: .failedPrecondition
        case 416: .outOfRange
        case 500...599: .unknown
        default: .invalidArgument
        }
    }
}
