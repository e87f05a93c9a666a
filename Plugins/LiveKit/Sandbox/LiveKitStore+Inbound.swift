import Foundation
import ZentrunkJSON
import ZentrunkSandbox

/// Inbound calls: which trunk and rule take them, and who answers. <https://github.com/livekit/sip>
extension LiveKitStore {
    /// Decides about a call to the project's host.
    mutating func receive(_ invite: SandboxInvite, times: SandboxCallTimes) -> SandboxInviteReply {
        let matched: JSONObject
        do {
            matched = try trunk(for: invite)
        } catch {
            return error.reply
        }
        if let refusal = refusal(of: invite, by: matched) { return refusal }
        let id = matched["sip_trunk_id"]?.string ?? ""
        guard let rule = rule(for: invite, trunk: id) else {
            // LiveKit Cloud: seen by Plivo. The open-source server stays silent, and its service can also send 404.
            return .refuse(486, "Rejected", .platformConfig, "no dispatch rule fits the call", hasRung: true)
        }
        if let refusal = refusal(of: invite, trunk: matched, rule: rule) { return refusal }
        return dispatch(invite, by: rule, trunk: id, times: times)
    }

    /// A call that no trunk, or more than one, takes.
    private struct NoTrunk: Error {
        var reply: SandboxInviteReply
    }

    /// Returns the trunk of a call: one with its number, else one without numbers. Callers and sources are compared first.
    private func trunk(for invite: SandboxInvite) throws(NoTrunk) -> JSONObject {
        let called = LiveKitNumber.normalised(invite.called)
        let caller = LiveKitNumber.normalised(invite.caller)
        let all = rows[.inboundTrunk] ?? []
        let open = all.filter { trunk in
            let callers = trunk["allowed_numbers"].texts.map(LiveKitNumber.normalised)
            // Entries other than addresses are ignored. If no address is left, every source is accepted.
            let sources = trunk["allowed_addresses"].texts.filter(LiveKitCheck.isAddress)
            return (callers.isEmpty || callers.contains(caller)) && (sources.isEmpty || invite.comesFrom(sources))
        }
        func has(_ trunk: JSONObject) -> Bool {
            trunk["numbers"].texts.map(LiveKitNumber.normalised).contains(called)
        }
        let named = open.filter(has)
        let found = named.isEmpty ? open.filter { $0["numbers"].texts.isEmpty } : named
        guard found.count <= 1 else {
            throw NoTrunk(
                reply: .refuse(503, "Try again later", .platformConfig, "Multiple SIP Trunks matched for \"\(called)\"")
            )
        }
        guard let trunk = found.first else {
            let reason =
                all.contains(where: has)
                ? "the trunk of \(called) does not allow the caller or Plivo's networks" : "no trunk has \(called)"
            // LiveKit Cloud: the open-source server goes on with the rules that name no trunk.
            throw NoTrunk(reply: .refuse(404, "Does not match any SIP Trunks", .platformConfig, reason))
        }
        return trunk
    }

    /// Digest authentication, which takes both a username and a password at the trunk.
    private func refusal(of invite: SandboxInvite, by trunk: JSONObject) -> SandboxInviteReply? {
        let username = trunk["auth_username"]?.string ?? ""
        let password = trunk["auth_password"]?.string ?? ""
        guard !username.isEmpty, !password.isEmpty else { return nil }
        guard let login = invite.login else {
            return .refuse(407, "Unauthorized", .platformConfig, "the trunk asks for a username, and the URI has none")
        }
        return login == SandboxLogin(username: username, password: password)
            ? nil : .refuse(401, "Unauthorized", .platformConfig, "the URI's username or password is wrong")
    }

    /// Returns the rule that takes a call: those that name the trunk come before the others, then those with a PIN, then
    /// those that name numbers.
    private func rule(for invite: SandboxInvite, trunk: String) -> JSONObject? {
        func fits(_ list: JSONValue?, _ value: String) -> Bool { list.texts.isEmpty || list.texts.contains(value) }
        // The numbers of rules are compared as they are written.
        let fitting = (rows[.dispatchRule] ?? []).filter { rule in
            fits(rule["trunk_ids"], trunk) && fits(rule["numbers"], invite.called)
                && fits(rule["inbound_numbers"], invite.caller)
        }
        func rank(_ rule: JSONObject) -> Int {
            (rule["trunk_ids"].texts.isEmpty ? 10_000 : 0) + (rule["inbound_numbers"].texts.isEmpty ? 1000 : 0)
                + (rule["numbers"].texts.isEmpty ? 1000 : 0) + (Self.target(of: rule).pin.isEmpty ? 100 : 0)
        }
        return fitting.min { rank($0) < rank($1) }
    }

    /// Returns the kind of a rule, with its room or prefix, and its PIN.
    private static func target(of rule: JSONObject) -> (kind: String, members: JSONObject, pin: String) {
        let found = rule["rule"]?.object?.first { $0.value.object != nil }
        let members = found?.value.object ?? [:]
        return (found?.name ?? "", members, members["pin"]?.string ?? "")
    }

    /// The encryption of media: the rule's, else the trunk's, each under its newer name first.
    private func refusal(of invite: SandboxInvite, trunk: JSONObject, rule: JSONObject) -> SandboxInviteReply? {
        let ruled = rule["media"]?["encryption"] ?? rule["media_encryption"]
        switch ruled?.string ?? Self.encryption(of: trunk) {
        case "SIP_MEDIA_ENCRYPT_REQUIRE" where !invite.offersSRTP:
            return .refuse(400, "Bad Request", .platformConfig, "the trunk requires encrypted media", hasRung: true)
        case "SIP_MEDIA_ENCRYPT_DISABLE" where invite.offersSRTP:
            return .refuse(400, "Bad Request", .platformConfig, "the trunk takes no encrypted media", hasRung: true)
        default: return nil
        }
    }

    static func encryption(of trunk: JSONObject) -> String {
        (trunk["media"]?["encryption"] ?? trunk["media_encryption"])?.string ?? "SIP_MEDIA_ENCRYPT_DISABLE"
    }

    /// Opens the room and waits for an agent.
    private mutating func dispatch(
        _ invite: SandboxInvite, by rule: JSONObject, trunk: String, times: SandboxCallTimes
    ) -> SandboxInviteReply {
        let (kind, members, pin) = Self.target(of: rule)
        guard pin.isEmpty else {
            // The server answers, asks for the PIN, and hangs up if it is not entered.
            return .answer(agent: nil)
        }
        let named = (rule["room_config"]?["agents"]?.array ?? []).compactMap { $0["agent_name"]?.string }
        // A worker without a name takes every room to which no agent is dispatched.
        let agent = named.first { hasWorker($0) } ?? (named.isEmpty && hasWorker("") ? "" : nil)
        let prefix = members["room_prefix"]?.string ?? ""
        func room(_ parts: String...) -> String {
            (prefix.isEmpty ? parts : [prefix] + parts).joined(separator: "_")
        }
        let random = String(UUID().uuidString.filter { $0 != "-" }.prefix(12))
        let name =
            switch kind {
            case "dispatch_rule_direct": members["room_name"]?.string ?? ""
            case "dispatch_rule_callee":
                members["randomize"] == true ? room(invite.called, random) : room(invite.called)
            default: members["no_randomness"] == true ? room(invite.caller) : room(invite.caller, random)
            }
        var shown = times
        if agent == nil {
            // The caller rings until the trunk's ringing timeout, 3 minutes by default. No time passes here.
            shown.answered = nil
            shown.ended = times.answered ?? times.begun
        }
        let caller = LiveKitCaller(
            identity: "sip_\(invite.caller)", agent: agent, times: shown,
            attributes: [
                "sip.trunkID": .string(trunk), "sip.ruleID": rule["sip_dispatch_rule_id"] ?? "",
                "sip.trunkPhoneNumber": .string(invite.called), "sip.phoneNumber": .string(invite.caller),
                "sip.callID": .string("SCL_" + random), "sip.callIDFull": .string(invite.callID),
            ])
        join(name, caller)
        guard let agent else {
            let reason =
                named.isEmpty
                ? "the rule dispatches no agent" : "no worker is registered as \(named.joined(separator: ", "))"
            return .refuse(486, "Rejected", .platformConfig, reason, hasRung: true)
        }
        return .answer(agent: agent.isEmpty ? "a worker without a name" : agent)
    }

    /// Whether a worker is registered under a name. The empty string stands for one without a name.
    private func hasWorker(_ name: String) -> Bool { workers?.contains(name) ?? !name.isEmpty }
}
