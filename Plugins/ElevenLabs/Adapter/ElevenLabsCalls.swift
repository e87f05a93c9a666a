import HTTPTypes
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON

/// ElevenLabs' calls. <https://elevenlabs.io/docs/api-reference/sip-trunk/outbound-call>
struct ElevenLabsCalls: PlatformCalls {
    let client: APIClient
    let callerKind = "elevenlabs.phone-number"

    private static let conversations = "/v1/convai/conversations"

    /// The response waits until the phone is answered or the call has failed, and a failure has the status 200.
    func place(_ order: CallOrder) async throws -> SeenCall {
        guard let agent = order.fields["agent_id"]?.string else {
            throw ZentrunkError(
                .invalid, "\(order.number) has no agent at ElevenLabs, so nothing can talk on the call", at: .platform)
        }
        let reply = try await client.call(
            .post, "/v1/convai/sip-trunk/outbound-call",
            body: [
                "agent_id": .string(agent), "agent_phone_number_id": .string(order.objectID),
                "to_number": .string(order.to.e164),
                "conversation_initiation_client_data": [
                    "conversation_config_override": [
                        "conversation": ["max_duration_seconds": .integer(Int64(order.longest))]
                    ]
                ],
                "telephony_call_config": ["ringing_timeout_secs": .integer(Int64(order.ringing))],
            ], access: .write)
        let sipCallID = reply["sip_call_id"]?.string
        if reply["success"] == true, let id = reply["conversation_id"]?.string {
            return SeenCall(id: id, stage: .talking, isAnswered: true, sipCallID: sipCallID)
        }
        let words = reply["message"]?.string.map(client.redactor.clean)
        return SeenCall(
            id: reply["conversation_id"]?.string ?? "", stage: .ended, isAnswered: false, sipCallID: sipCallID,
            sipStatus: words.flatMap { Self.status(in: $0) },
            ending: .init(set: "elevenlabs.api", code: "success=false"),
            words: words)
    }

    /// Returns the status in a message of LiveKit's SIP service: `… sip status: 403: Forbidden`.
    private static func status(in words: String) -> Int? {
        guard let match = words.firstMatch(of: /sip status: (\d{3})/) else { return nil }
        return Int(match.1)
    }

    func look(at call: SeenCall) async throws -> SeenCall {
        guard !call.id.isEmpty else { return call }
        let value = try await client.call(.get, "\(Self.conversations)/\(APIClient.escape(call.id))", access: .read)
        let metadata = value["metadata"]
        let phone = metadata?["phone_call"]
        let result = phone?["call_result"]?.string
        let stage: SeenCall.Stage =
            switch value["status"]?.string {
            case "initiated"?: .ringing
            case "in-progress"?: .talking
            default: .ended
            }
        var seen = call
        seen.stage = stage
        seen.isAnswered = result.map { $0 == "answered" } ?? (stage == .ringing ? nil : call.isAnswered)
        seen.sipCallID = phone?["call_id"]?.string ?? call.sipCallID
        seen.words = (metadata?["error"]?["reason"] ?? metadata?["termination_reason"])?.string
            .flatMap { $0.isEmpty ? nil : client.redactor.clean($0) }
        if let result, result != "answered" { seen.ending = .init(set: "elevenlabs.call_result", code: result) }
        return seen
    }

    func recent(_ query: CallQuery) async throws -> [SeenCall] {
        guard let id = query.objectID else { return [] }
        let list = try await client.call(
            .get, Self.conversations,
            query: [
                ("phone_number_ids", id), ("call_start_after_unix", String(query.since)), ("page_size", "100"),
            ], access: .read)
        let direction: JSONValue = query.isInbound ? "inbound" : "outbound"
        let ids = (list["conversations"]?.array ?? []).filter { $0["direction"] == direction }
            .compactMap { $0["conversation_id"]?.string }
        var seen: [SeenCall] = []
        for id in ids { seen.append(try await look(at: SeenCall(id: id, stage: .ringing))) }
        return seen
    }

    /// The messages of the number, also of calls without a conversation. They appear about a minute late.
    /// <https://elevenlabs.io/docs/api-reference/phone-numbers/sip-messages>
    func messages(_ query: CallQuery) async throws -> [SeenMessage]? {
        guard let id = query.objectID else { return nil }
        let list = try await client.call(
            .get, "/v1/convai/phone-numbers/\(APIClient.escape(id))/sip-messages", query: [("page_size", "20")],
            access: .read)
        return (list["sip_messages"]?.array ?? []).compactMap { row in
            guard let time = row["created_at_unix_micro"]?.integer, time >= query.since * 1_000_000 else {
                return nil
            }
            let error = row["error_message"]?.string ?? ""
            return SeenMessage(
                row["raw_message"]?.string ?? "", isIncoming: row["direction"] == "in",
                sipCallID: row["call_id"]?.string, error: error.isEmpty ? nil : client.redactor.clean(error),
                peer: row["remote_address"]?.string, microseconds: time)
        }
    }
}
