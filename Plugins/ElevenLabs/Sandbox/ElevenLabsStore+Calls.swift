import Foundation
import ZentrunkJSON
import ZentrunkSandbox

/// A conversation of an agent. <https://elevenlabs.io/docs/api-reference/conversations/get>
struct ElevenLabsConversation: Sendable {
    let id = "conv_" + String(UUID().uuidString.lowercased().filter { $0 != "-" }.prefix(26))
    let agent: String
    let agentName: String
    let numberID: String
    let agentNumber: String
    let otherNumber: String
    /// `inbound` or `outbound`.
    let direction: String
    let callID: String
    let times: SandboxCallTimes

    private var start: JSONValue { .integer(Int64(times.begun.timeIntervalSince1970)) }

    private func status(at now: Date) -> String {
        switch times.stage(at: now) {
        case .ringing: "initiated"
        case .talking: "in-progress"
        case .ended: "done"
        }
    }

    /// The members in lists.
    func row(at now: Date) -> JSONObject {
        let status = status(at: now)
        return [
            "agent_id": .string(agent), "agent_name": .string(agentName), "conversation_id": .string(id),
            "start_time_unix_secs": start, "call_duration_secs": .integer(Int64(status == "done" ? times.seconds : 0)),
            "message_count": status == "done" ? 2 : 0, "status": .string(status),
            "call_successful": status == "done" ? "success" : "unknown", "direction": .string(direction),
            "termination_reason": status == "done" ? .string(reason) : .null,
            "conversation_initiation_source": "sip_trunk",
        ]
    }

    private var reason: String {
        times.reachedLimit ? "Call ended because its maximum duration was exceeded" : "Call ended by remote party"
    }

    /// The members of GET of one conversation.
    func object(at now: Date) -> JSONObject {
        let status = status(at: now)
        let isDone = status == "done"
        return [
            "agent_id": .string(agent), "agent_name": .string(agentName), "conversation_id": .string(id),
            "status": .string(status), "transcript": [], "has_audio": .bool(isDone),
            "metadata": [
                "start_time_unix_secs": start,
                "accepted_time_unix_secs": times.answered.map { .integer(Int64($0.timeIntervalSince1970)) } ?? .null,
                "call_duration_secs": .integer(Int64(isDone ? times.seconds : 0)), "cost": isDone ? 12 : .null,
                "termination_reason": isDone ? .string(reason) : "", "error": .null, "warnings": [],
                "conversation_initiation_source": "sip_trunk",
                "phone_call": [
                    "type": "sip_trunking", "direction": .string(direction), "phone_number_id": .string(numberID),
                    "agent_number": .string(agentNumber), "external_number": .string(otherNumber),
                    "call_sid": .string("SCL_" + id.suffix(12)), "call_id": .string(callID),
                    "call_result": status == "initiated" ? .null : "answered",
                ],
            ],
        ]
    }
}

/// A SIP message of the log. <https://elevenlabs.io/docs/api-reference/phone-numbers/sip-messages>
struct ElevenLabsMessage: Sendable {
    let numberID: String
    let callID: String
    let row: JSONObject
    let visible: Date
}

extension ElevenLabsStore {
    static let outboundCallPath = "/v1/convai/sip-trunk/outbound-call"
    private static let conversationsPath = "/v1/convai/conversations"

    private static let callShape = ElevenLabsShape(
        fields: [
            "agent_id": .text, "agent_phone_number_id": .text, "to_number": .text,
            "conversation_initiation_client_data": .nullable(
                .object(
                    ElevenLabsShape(fields: [
                        "conversation_config_override": .object(
                            ElevenLabsShape(fields: [
                                "agent": .anything, "asr": .anything, "tts": .anything, "turn": .anything,
                                "conversation": .nullable(
                                    .object(
                                        ElevenLabsShape(fields: [
                                            "text_only": .nullable(.truth),
                                            "max_duration_seconds": .nullable(.count(1...Int64(Int32.max))),
                                        ]))),
                            ])),
                        "dynamic_variables": .anything, "custom_llm_extra_body": .anything,
                        "user_id": .nullable(.text), "source_info": .anything, "branch_id": .nullable(.text),
                        "environment": .nullable(.text), "starting_workflow_node_id": .nullable(.text),
                        "procedure_ids": .nullable(.texts),
                    ]))),
            "telephony_call_config": .object(
                ElevenLabsShape(fields: [
                    "ringing_timeout_secs": .count(1...999), "twilio_call_recording_enabled": .truth,
                ])),
        ], required: ["agent_id", "agent_phone_number_id", "to_number"])

    /// Reads the body of a call.
    func order(_ request: SandboxRequest) throws(ElevenLabsRefusal)
        -> ((call: SandboxCall, record: ElevenLabsPhoneNumber, limit: Int?), [String])
    {
        try authorize(request, methods: ["POST"])
        let reading = Self.callShape.read(try Self.document(of: request), at: ["body"])
        guard reading.faults.isEmpty else { throw .invalid(reading.faults) }
        let members = reading.members
        let record = phoneNumbers[try index(of: members["agent_phone_number_id"]?.string ?? "")]
        guard record.provider == .sipTrunk else {
            throw .legacy(400, "invalid_provider_config", "The phone number is not on a SIP trunk")
        }
        let override = members["conversation_initiation_client_data"]?["conversation_config_override"]
        // Whether an override that the agent does not allow is refused or ignored is not documented.
        let limit = override?["conversation"]?["max_duration_seconds"]?.number.map { Int($0) }
        let call = SandboxCall(
            .outbound, from: record.number, to: members["to_number"]?.string ?? "", platform: ElevenLabsService.vendor,
            agent: members["agent_id"]?.string)
        return ((call, record, limit), reading.notes)
    }

    /// Adds a conversation.
    ///
    /// - Returns: Its id.
    mutating func addConversation(
        _ record: ElevenLabsPhoneNumber, agent: String?, with other: String, _ direction: String, callID: String,
        _ times: SandboxCallTimes
    ) -> String {
        let agent = agent ?? ""
        let conversation = ElevenLabsConversation(
            agent: agent, agentName: agents[agent] ?? "Agent \(agent)", numberID: record.id, agentNumber: record.number,
            otherNumber: other, direction: direction, callID: callID, times: times)
        conversations.append(conversation)
        return conversation.id
    }

    /// Adds the messages of a call to the log of its number, unless the number stores none.
    mutating func addMessages(
        of invite: SandboxInvite, _ reply: SandboxInviteReply, _ record: ElevenLabsPhoneNumber, isInbound: Bool
    ) {
        guard record.storesMessages else { return }
        // No two messages of a call have the same time.
        let begun = Date()
        var now = begun
        func add(_ text: String, isIncoming: Bool, error: String = "") {
            let ours = "192.0.2.10:\(invite.port)"
            let theirs = isInbound ? "198.51.100.20:5060" : "\(invite.host):\(invite.port)"
            messages.append(
                ElevenLabsMessage(
                    numberID: record.id, callID: invite.callID,
                    row: [
                        "call_id": .string(invite.callID), "phone_numbers": [.string(record.number)],
                        "local_address": .string(ours), "remote_address": .string(theirs),
                        "transport": .string(invite.transport.rawValue), "raw_message": .string(text),
                        "error_message": .string(error), "direction": isIncoming ? "in" : "out",
                        "created_at_unix_micro": .integer(Int64(now.timeIntervalSince1970 * 1_000_000)),
                    ], visible: begun.addingTimeInterval(quirks.sipMessageDelay)))
            now += 0.02
        }
        if let failure = reply.failure {
            add("", isIncoming: false, error: ElevenLabsCalls.fault(failure))
            return
        }
        // Real messages also have digests and keys, which these do not.
        let key = invite.offersSRTP ? "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:sandbox-key-not-a-secret\r\n" : ""
        add(
            "INVITE sip:\(invite.called)@\(invite.host) SIP/2.0\r\nCall-ID: \(invite.callID)\r\n"
                + "From: <sip:\(invite.caller)@sandbox.invalid>\r\n\r\n\(key)", isIncoming: isInbound)
        if let status = reply.status {
            add("SIP/2.0 \(status) \(reply.phrase)\r\nCall-ID: \(invite.callID)\r\n\r\n", isIncoming: !isInbound)
        }
    }

    // MARK: Reading

    /// Answers a read of conversations or messages; nil for any other path.
    func answerCalls(_ request: SandboxRequest) throws(ElevenLabsRefusal) -> SandboxAnswer? {
        let segments = request.path.split(separator: "/").map(String.init)
        if request.path == Self.conversationsPath {
            try authorize(request, methods: ["GET"])
            return try listConversations(request)
        }
        guard segments.count >= 4, Array(segments.prefix(2)) == ["v1", "convai"] else { return nil }
        switch (segments[2], segments.count, segments.last) {
        case ("conversations", 4, _):
            try authorize(request, methods: ["GET"])
            return .json(200, .object(try conversation(segments[3]).object(at: Date())))
        case ("conversations", 5, "sip-messages"):
            try authorize(request, methods: ["GET"])
            let call = try conversation(segments[3]).callID
            return try listMessages(request) { $0.callID == call }
        case ("phone-numbers", 5, "sip-messages"):
            try authorize(request, methods: ["GET"])
            let id = phoneNumbers[try index(of: segments[3])].id
            return try listMessages(request) { $0.numberID == id }
        default: return nil
        }
    }

    private func conversation(_ id: String) throws(ElevenLabsRefusal) -> ElevenLabsConversation {
        guard let found = conversations.first(where: { $0.id == id }) else {
            throw ElevenLabsRefusal(
                404, "not_found", "conversation_not_found", "Conversation \(id) was not found",
                parameter: "conversation_id")
        }
        return found
    }

    private func listConversations(_ request: SandboxRequest) throws(ElevenLabsRefusal) -> SandboxAnswer {
        let now = Date()
        var found = Array(conversations.reversed())
        func keep(_ name: String, _ holds: (ElevenLabsConversation, String) -> Bool) {
            let wanted = request.query.filter { $0.name == name }.map(\.value)
            if !wanted.isEmpty { found.removeAll { row in !wanted.contains { holds(row, $0) } } }
        }
        func time(_ name: String, _ holds: @escaping (Int, Int) -> Bool) {
            keep(name) { row, text in
                Int(text).map { holds(Int(row.times.begun.timeIntervalSince1970), $0) } ?? false
            }
        }
        keep("agent_id") { $0.agent == $1 }
        keep("phone_number_ids") { $0.numberID == $1 }
        keep("conversation_initiation_source") { $1 == "sip_trunk" && !$0.id.isEmpty }
        time("call_start_after_unix") { $0 >= $1 }
        time("call_start_before_unix") { $0 <= $1 }
        let size = try Self.pageSize(request, default: 30, upTo: 100)
        let start = try Self.start(of: request, upTo: found.count)
        let page = found.dropFirst(start).prefix(size)
        let end = start + page.count
        return .json(
            200,
            [
                "conversations": .array(page.map { .object($0.row(at: now)) }), "has_more": .bool(end < found.count),
                "next_cursor": end < found.count ? .string(Self.cursor(at: end)) : .null,
            ]
        ).noting(
            Self.notes(
                on: request,
                parameters: [
                    "agent_id", "phone_number_ids", "conversation_initiation_source", "call_start_after_unix",
                    "call_start_before_unix", "page_size", "cursor", "exclude_statuses", "termination_reasons",
                ]))
    }

    private func listMessages(
        _ request: SandboxRequest, _ isWanted: (ElevenLabsMessage) -> Bool
    ) throws(ElevenLabsRefusal) -> SandboxAnswer {
        let now = Date()
        let found = messages.filter { $0.visible <= now && isWanted($0) }.reversed().map(\.row)
        let size = try Self.pageSize(request, default: 20, upTo: 20)
        let start = try Self.start(of: request, upTo: found.count)
        let page = found.dropFirst(start).prefix(size)
        let end = start + page.count
        return .json(
            200,
            [
                "sip_messages": .array(page.map { .object($0) }), "has_more": .bool(end < found.count),
                "next_cursor": end < found.count ? .string(Self.cursor(at: end)) : .null,
            ]
        ).noting(Self.notes(on: request, parameters: ["page_size", "cursor"]))
    }
}
