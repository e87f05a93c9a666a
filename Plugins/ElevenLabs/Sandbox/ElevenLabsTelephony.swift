import Foundation
import ZentrunkJSON
public import ZentrunkSandbox

/// Calls, as ElevenLabs documents them, and where it does not, as the SIP service of LiveKit handles them, which
/// ElevenLabs runs. <https://elevenlabs.io/docs/agents-platform/phone-numbers/sip-trunking>
extension ElevenLabsService {
    /// The part of every SIP host's name that they have in common.
    private static let hostSuffixes = [".rtc.elevenlabs.io", ".residency.elevenlabs.io"]

    public func takesCalls(at host: String) -> Bool {
        Self.hostSuffixes.contains { host.hasSuffix($0) } && (host.hasPrefix("sip.") || host.hasPrefix("sip-static."))
    }

    public func receive(_ invite: SandboxInvite, times: SandboxCallTimes) -> SandboxInviteReply {
        changing { $0.receive(invite, times: times) }
    }

    public func dial(_ call: SandboxCall, through exchange: SandboxExchange) -> SandboxCallOutcome {
        let store = reading { $0 }
        guard let record = store.phoneNumbers.first(where: { $0.number == call.from && $0.provider == .sipTrunk })
        else {
            let reply = SandboxInviteReply.refuse(
                404, "Not Found", .platformConfig, "ElevenLabs has no number \(call.from) on a SIP trunk")
            return exchange.outcome(of: call, reply, callID: SandboxExchange.newCallID(), steps: [])
        }
        return dial(call, from: record, limit: nil, through: exchange).outcome
    }

    public func answer(_ request: SandboxRequest, through exchange: SandboxExchange) -> SandboxAnswer {
        guard request.path == ElevenLabsStore.outboundCallPath, request.method == "POST" else { return answer(request) }
        do throws(ElevenLabsRefusal) {
            let store = reading { $0 }
            let (order, notes) = try store.order(request)
            let placed = dial(order.call, from: order.record, limit: order.limit, through: exchange)
            var answer = SandboxAnswer.json(200, .object(placed.reply)).noting(notes)
            // The response waits until the phone is answered or the call fails.
            if placed.outcome.reply.hasRung { answer.delay = exchange.ringingTime }
            return answer
        } catch {
            return error.answer
        }
    }

    private func dial(
        _ call: SandboxCall, from record: ElevenLabsPhoneNumber, limit: Int?, through exchange: SandboxExchange
    ) -> (outcome: SandboxCallOutcome, reply: JSONObject) {
        let store = reading { $0 }
        let callID = SandboxExchange.newCallID()
        let agent = call.agent ?? record.agent
        let invite = record.trunks[.outbound].map { ElevenLabsCalls.invite(call, record, $0, callID: callID) }
        let outcome: SandboxCallOutcome
        if let agent, !store.hasAgent(agent) {
            let reply = SandboxInviteReply.refuse(404, "Not Found", .platformConfig, "agent \(agent) does not exist")
            outcome = exchange.outcome(of: call, reply, callID: callID, steps: [])
        } else if let invite {
            outcome = exchange.dial(invite, for: call, limit: limit)
        } else {
            let reply = SandboxInviteReply.refuse(
                404, "Not Found", .platformConfig, "the number \(call.from) has no outbound trunk")
            outcome = exchange.outcome(of: call, reply, callID: callID, steps: [])
        }
        let wasSent = !outcome.steps.isEmpty
        let conversation = changing { store in
            if let invite, wasSent { store.addMessages(of: invite, outcome.reply, record, isInbound: false) }
            return outcome.isAnswered
                ? store.addConversation(record, agent: agent, with: call.to, "outbound", callID: callID, outcome.times)
                : nil
        }
        // A failed call also gets 200. Whether it has a conversation is not documented; here it has none.
        return (
            outcome,
            [
                "success": .bool(outcome.isAnswered), "message": .string(ElevenLabsCalls.message(outcome)),
                "conversation_id": conversation.map { .string($0) } ?? .null,
                "sip_call_id": wasSent ? .string(callID) : .null,
            ]
        )
    }
}

/// What ElevenLabs sends and says of calls.
enum ElevenLabsCalls {
    /// Addresses that change with every call, from the ranges of its cloud.
    private static let sources = ["34.120.0.0/16", "35.190.0.0/16"]

    static func invite(
        _ call: SandboxCall, _ record: ElevenLabsPhoneNumber, _ trunk: JSONObject, callID: String
    ) -> SandboxInvite {
        let address = (trunk["address"]?.string ?? "").split(separator: ":", maxSplits: 1)
        let login = trunk["credentials"]?["username"]?.string.map {
            SandboxLogin(username: $0, password: trunk["credentials"]?["password"]?.string ?? "")
        }
        return SandboxInvite(
            callID: callID, caller: record.number, called: call.to, host: address.first.map(String.init) ?? "",
            port: address.count == 2 ? Int(address[1]) : nil,
            // `auto` adds no transport, so SIP's default applies.
            transport: SandboxTransport(rawValue: trunk["transport"]?.string ?? "") ?? .udp,
            // Encrypted media is offered unless it is disabled, so also by the default `allowed`.
            offersSRTP: trunk["media_encryption"] != "disabled", sources: sources, login: login)
    }

    /// Returns the message of a response. Failures have the words of LiveKit's SIP service.
    static func message(_ outcome: SandboxCallOutcome) -> String {
        let reply = outcome.reply
        guard !outcome.isAnswered else { return "Success" }
        if outcome.steps.isEmpty { return reply.reason }
        if let failure = reply.failure { return "INVITE failed: \(fault(failure))" }
        guard let status = reply.status else { return "INVITE failed: sip request timed out" }
        return "INVITE failed: sip status: \(status): \(reply.phrase)"
    }

    /// Returns the error of a request that did not arrive.
    static func fault(_ reach: SandboxReach) -> String {
        switch reach {
        case .reachable: ""
        case .noSuchHost: "lookup: no such host"
        case .closed: "connect: connection refused"
        case .silent: "connect: connection timed out"
        case .badCertificate(let text): "tls: failed to verify certificate: \(text)"
        }
    }
}

extension ElevenLabsStore {
    /// Whether an agent exists.
    func hasAgent(_ id: String) -> Bool { existingAgents?.contains(id) ?? (!quirks.checksAgents || agents[id] != nil) }

    /// Decides about an inbound call.
    mutating func receive(_ invite: SandboxInvite, times: SandboxCallTimes) -> SandboxInviteReply {
        func unknown(_ owner: SandboxOwner, _ reason: String) -> SandboxInviteReply {
            .refuse(404, "Does not match any SIP Trunks", owner, reason)
        }
        guard quirks.sipHosts.contains(invite.host) else {
            return unknown(.carrierConfig, "\(invite.host) takes calls of another region's workspaces")
        }
        let found = phoneNumbers.filter {
            $0.number == invite.called && $0.provider == .sipTrunk && $0.supportsInbound && $0.trunks[.inbound] != nil
        }
        guard let record = found.last, let trunk = record.trunks[.inbound] else {
            return unknown(.platformConfig, "there is no number \(invite.called) with an inbound trunk")
        }
        let reply =
            found.count > 1
            // What two records of a number do is not documented: LiveKit's service refuses a call that two trunks match.
            ? .refuse(503, "Try again later", .platformConfig, "two records have the number \(invite.called)")
            : decide(invite, record, trunk)
        addMessages(of: invite, reply, record, isInbound: true)
        if reply.isAnswered {
            _ = addConversation(
                record, agent: record.agent, with: invite.caller, "inbound", callID: invite.callID, times)
        }
        return reply
    }

    private func decide(
        _ invite: SandboxInvite, _ record: ElevenLabsPhoneNumber, _ trunk: JSONObject
    ) -> SandboxInviteReply {
        func texts(_ name: String) -> [String] { trunk[name]?.array?.compactMap(\.string) ?? [] }
        let callers = texts("allowed_numbers")
        guard callers.isEmpty || callers.contains(invite.caller) else {
            return .refuse(
                404, "Does not match any SIP Trunks", .platformConfig, "the caller \(invite.caller) is not allowed")
        }
        // Sources are checked for TCP and TLS only.
        let addresses = ElevenLabsTrunk.networks(among: trunk["allowed_addresses"]?.array ?? []).compactMap(\.string)
        guard addresses.isEmpty || invite.transport == .udp || invite.comesFrom(addresses) else {
            return .refuse(
                404, "Does not match any SIP Trunks", .platformConfig, "Plivo's networks are not all allowed")
        }
        if let username = trunk["credentials"]?["username"]?.string {
            guard let login = invite.login else {
                return .refuse(
                    407, "Unauthorized", .platformConfig, "ElevenLabs asks for a username, and the URI has none")
            }
            let password = trunk["credentials"]?["password"]?.string ?? ""
            guard login == SandboxLogin(username: username, password: password) else {
                return .refuse(401, "Unauthorized", .platformConfig, "the URI's username or password is wrong")
            }
        }
        // Inferred from LiveKit's service: the caller's audio has no subscriber until the ringing ends.
        guard let agent = record.agent else {
            return .refuse(486, "Rejected", .platformConfig, "the number has no agent", hasRung: true)
        }
        guard hasAgent(agent) else {
            return .refuse(486, "Rejected", .platformConfig, "agent \(agent) does not exist", hasRung: true)
        }
        switch trunk["media_encryption"] {
        case "required" where !invite.offersSRTP:
            return .refuse(400, "Bad Request", .platformConfig, "the number requires encrypted media")
        case "disabled" where invite.offersSRTP:
            return .refuse(400, "Bad Request", .platformConfig, "the number takes no encrypted media")
        default: return .answer(agent: agent)
        }
    }
}
