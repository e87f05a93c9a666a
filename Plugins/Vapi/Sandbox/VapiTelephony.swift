import Foundation
import ZentrunkJSON
public import ZentrunkSandbox

/// Calls, as Vapi documents them, and where it does not, as jambonz handles them, which its border controller very
/// probably is. <https://docs.vapi.ai/advanced/sip/sip-networking>
extension VapiService {
    public func takesCalls(at host: String) -> Bool {
        VapiRegion.allCases.contains { host == $0.sipHost || host.hasSuffix("." + $0.sipHost) }
    }

    public func receive(_ invite: SandboxInvite, times: SandboxCallTimes) -> SandboxInviteReply {
        changing { $0.receive(invite, times: times) }
    }

    public func dial(_ call: SandboxCall, through exchange: SandboxExchange) -> SandboxCallOutcome {
        dial(call, number: nil, limit: nil, through: exchange).outcome
    }

    public func answer(_ request: SandboxRequest, through exchange: SandboxExchange) -> SandboxAnswer {
        guard request.method == "POST", request.path == "/call" else { return answer(request) }
        do throws(VapiRefusal) {
            let store = reading { $0 }
            try VapiStore.authorize(request)
            let order = try store.order(request)
            let placed = dial(order.call, number: order.number, limit: order.limit, through: exchange)
            return .json(201, .object(placed.call))
        } catch {
            return error.answer
        }
    }

    /// - Parameter number: The id of the phone number; nil for the one that has the call's `from`.
    private func dial(
        _ call: SandboxCall, number id: String?, limit: Int?, through exchange: SandboxExchange
    ) -> (outcome: SandboxCallOutcome, call: JSONObject) {
        let store = reading { $0 }
        let callID = SandboxExchange.newCallID()
        let row =
            id.map { store.phoneNumbers.row($0) } ?? store.phoneNumbers.rows.first { $0["number"]?.string == call.from }
        var outcome: SandboxCallOutcome
        var reason: String?
        let agent = call.agent ?? row.flatMap { VapiStore.agent(of: $0) }
        if let row, let invite = store.invite(from: row, to: call.to, callID: callID, region: region) {
            if let agent, !store.hasAgent(agent) {
                let reply = SandboxInviteReply.refuse(
                    404, "Not Found", .platformConfig, "assistant \(agent) does not exist")
                outcome = exchange.outcome(of: call, reply, callID: callID, steps: [])
                reason = "call.start.error-get-assistant"
            } else {
                outcome = exchange.dial(invite, for: call, limit: limit)
            }
        } else {
            let reply = SandboxInviteReply.refuse(
                404, "Not Found", .platformConfig, "Vapi has no number \(call.from) with an outbound gateway")
            outcome = exchange.outcome(of: call, reply, callID: callID, steps: [])
            reason = row == nil ? "call.start.error-get-phone-number" : "call.start.error-get-transport"
        }
        let ended = reason ?? Self.endedReason(outcome)
        let number = row?["id"]?.string
        let result = outcome
        let added = changing {
            $0.addCall(
                "outboundPhoneCall", number: number, customer: call.to, agent: agent, times: result.times, reason: ended
            )
        }
        return (outcome, added)
    }

    /// Returns why an outbound call ended. There is a value of its own for five statuses only.
    /// <https://docs.vapi.ai/calls/call-ended-reason>
    private static func endedReason(_ outcome: SandboxCallOutcome) -> String {
        let reply = outcome.reply
        let failed = "call.in-progress.error-providerfault-outbound-sip-"
        switch reply.status {
        case 200?: return outcome.times.reachedLimit ? "exceeded-max-duration" : "customer-ended-call"
        case 403?: return failed + "403-forbidden"
        case 404? where outcome.hangup?.code == 4090: return "sip-outbound-unallocated-number"
        case 407?: return failed + "407-proxy-authentication-required"
        case 408?: return failed + "408-request-timeout"
        case 480?: return reply.hasRung ? "customer-did-not-answer" : failed + "480-temporarily-unavailable"
        case 486?: return "customer-busy"
        case 503?: return failed + "503-service-unavailable"
        case nil where reply.failure != .noSuchHost: return failed + "408-request-timeout"
        default: return "call.in-progress.error-sip-outbound-call-failed-to-connect"
        }
    }
}

/// The regions of organizations, with the addresses of their SIP servers.
/// <https://docs.vapi.ai/advanced/sip/sip-networking>
public enum VapiRegion: String, Sendable, Hashable, CaseIterable {
    case us, eu

    /// The host that takes calls.
    public var sipHost: String {
        switch self {
        case .us: "sip.vapi.ai"
        case .eu: "sip.eu.vapi.ai"
        }
    }

    var addresses: [String] {
        switch self {
        case .us: ["44.229.228.186/32", "44.238.177.138/32"]
        case .eu: ["63.182.83.170/32"]
        }
    }
}

extension VapiStore {
    /// Decides about an inbound call.
    mutating func receive(_ invite: SandboxInvite, times: SandboxCallTimes) -> SandboxInviteReply {
        guard invite.host == quirks.region.sipHost || invite.host.hasSuffix("." + quirks.region.sipHost) else {
            return .refuse(404, "Not Found", .carrierConfig, "\(invite.host) belongs to another region")
        }
        let label = invite.host == quirks.region.sipHost ? nil : String(invite.host.prefix { $0 != "." })
        var found = credentials.rows
        if let label {
            found = found.filter { $0["id"]?.string?.lowercased() == label }
            guard !found.isEmpty else {
                return .refuse(404, "Not Found", .carrierConfig, "there is no credential \(label)")
            }
        }
        let known = found.filter { invite.comesFrom(Self.callers(of: $0)) }
        guard !known.isEmpty else {
            // A source outside the gateways is treated as a SIP user: it is challenged, and then refused. Vapi's pages name
            // both statuses for missing addresses.
            return invite.login == nil
                ? .refuse(401, "Unauthorized", .platformConfig, "Plivo's networks are not among the inbound gateways")
                : .refuse(403, "Forbidden", .platformConfig, "Plivo's networks are not among the inbound gateways")
        }
        let ids = Set(known.compactMap { $0["id"]?.string })
        // The stored number has to equal the called one, including the plus sign.
        let row = phoneNumbers.rows.last {
            $0["number"]?.string == invite.called && $0["credentialId"]?.string.map(ids.contains) == true
        }
        guard let row else {
            return .refuse(
                404, "Number Not Provisioned", .platformConfig, "no number \(invite.called) uses the credential")
        }
        return receive(invite, for: row, times: times)
    }

    private mutating func receive(
        _ invite: SandboxInvite, for row: JSONObject, times: SandboxCallTimes
    ) -> SandboxInviteReply {
        let status = row["status"]?.string ?? "active"
        // Inferred: only active numbers take calls. The status is not documented.
        guard status == "active" else {
            return .refuse(404, "Number Not Provisioned", .platformConfig, "the number \(invite.called) is \(status)")
        }
        let agent = Self.agent(of: row)
        let isOwnServer = agent == nil && (row["server"]?["url"]?.string != nil || hasAgent(""))
        func note(_ reason: String, _ times: SandboxCallTimes) {
            _ = addCall(
                "inboundPhoneCall", number: row["id"]?.string, customer: invite.caller, agent: agent, times: times,
                reason: reason)
        }
        var unanswered = times
        unanswered.answered = nil
        unanswered.ended = times.begun
        unanswered.seconds = 0
        guard agent != nil || isOwnServer else {
            note("call-start-error-neither-assistant-nor-server-set", unanswered)
            return .refuse(404, "Not Found", .platformConfig, "the number \(invite.called) has no assistant")
        }
        if let agent, !hasAgent(agent) {
            note("assistant-not-found", unanswered)
            return .refuse(404, "Not Found", .platformConfig, "assistant \(agent) does not exist")
        }
        note("customer-ended-call", times)
        return .answer(agent: agent ?? "the organization's server")
    }

    static func agent(of row: JSONObject) -> String? {
        ["assistantId", "squadId", "workflowId"].lazy.compactMap { row[$0]?.string }.first
    }

    /// Whether an agent exists. The empty string stands for the organization's own server, which decides what answers a
    /// number without an assistant.
    func hasAgent(_ id: String) -> Bool { agents?.contains(id) ?? !id.isEmpty }

    /// Returns the networks of the gateways that accept calls, which is the default of a gateway.
    private static func callers(of credential: JSONObject) -> [String] {
        (credential["gateways"]?.array ?? []).filter { $0["inboundEnabled"] != .bool(false) }.compactMap { gateway in
            gateway["ip"]?.string.map { "\($0)/\(gateway["netmask"]?.number.map { Int($0) } ?? 32)" }
        }
    }

    /// Returns the request that a call from a number sends to its first outbound gateway; nil if it has none.
    func invite(from row: JSONObject, to number: String, callID: String, region: VapiRegion) -> SandboxInvite? {
        guard let credential = row["credentialId"]?.string.flatMap({ credentials.row($0) }),
            let gateway = (credential["gateways"]?.array ?? []).first(where: { $0["outboundEnabled"] != .bool(false) }),
            let host = gateway["ip"]?.string
        else { return nil }
        let method = gateway["outboundProtocol"]?.string ?? "udp"
        let plus = credential["outboundLeadingPlusEnabled"] == .bool(true) ? "+" : ""
        let prefix = credential["techPrefix"]?.string ?? ""
        let plan = credential[VapiCredential.authentication]
        let login = plan?["authUsername"]?.string.map {
            SandboxLogin(username: $0, password: plan?[VapiCredential.password]?.string ?? "")
        }
        return SandboxInvite(
            callID: callID, caller: row["number"]?.string ?? "", called: plus + prefix + number.drop { $0 == "+" },
            host: host, port: gateway["port"]?.number.map { Int($0) } ?? 5060,
            transport: method.hasPrefix("tls") ? .tls : SandboxTransport(rawValue: method) ?? .udp,
            offersSRTP: method == "tls/srtp", sources: region.addresses, login: login)
    }
}
