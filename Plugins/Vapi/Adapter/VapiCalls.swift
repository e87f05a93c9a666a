import HTTPTypes
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Vapi's calls. <https://docs.vapi.ai/api-reference/calls/create>
///
/// `monitor.controlUrl` and `monitor.listenUrl` need no key, so they are as secret as one and never leave this file.
struct VapiCalls: PlatformCalls {
    let client: APIClient
    let callerKind = "vapi.phone-number"

    func place(_ order: CallOrder) async throws -> SeenCall {
        let agents = ["assistantId", "squadId", "workflowId"]
        guard let agent = agents.first(where: { order.fields[$0]?.string != nil }) else {
            throw ZentrunkError(
                .invalid,
                "\(order.number) has no assistant, squad or workflow at Vapi, so nothing can talk on the call",
                at: .platform)
        }
        var body: JSONObject = [
            "phoneNumberId": .string(order.objectID), "customer": ["number": .string(order.to.e164)],
            "name": .string(order.reference),
        ]
        body[agent] = order.fields[agent]
        // Overrides apply to an assistant. A squad's or a workflow's own limits stay.
        if agent == "assistantId" {
            body["assistantOverrides"] = ["maxDurationSeconds": .integer(Int64(max(10, order.longest)))]
        }
        let reply = try await client.call(.post, "/call", body: .object(body), access: .write)
        // A batch is answered by a list, also a batch of one, and with the status 201 if no call of it was made.
        guard let results = reply["results"]?.array else { return try read(reply) }
        if let first = results.first { return try read(first) }
        let words = reply["errors"]?.array?.first?["error"]?.string.map(client.redactor.clean)
        let isFull = reply["subscriptionLimits"]?["concurrencyBlocked"] == true
        return SeenCall(
            id: "", stage: .ended, isAnswered: false,
            words: words
                ?? (isFull ? "the limit of concurrent calls is reached" : "no call was made, and no reason given"))
    }

    func look(at call: SeenCall) async throws -> SeenCall {
        guard !call.id.isEmpty else { return call }
        return try read(await client.call(.get, "/call/\(APIClient.escape(call.id))", access: .read))
    }

    func recent(_ query: CallQuery) async throws -> [SeenCall] {
        guard let id = query.objectID else { return [] }
        let since = Date(timeIntervalSince1970: Double(query.since)).formatted(.iso8601)
        let list = try await client.call(
            .get, "/call", query: [("phoneNumberId", id), ("createdAtGt", since), ("limit", "100")], access: .read)
        let type: JSONValue = query.isInbound ? "inboundPhoneCall" : "outboundPhoneCall"
        return try (list.array ?? []).filter { $0["type"] == type }.map { try read($0) }
    }

    private func read(_ value: JSONValue) throws -> SeenCall {
        let cursor = JSONCursor(value)
        let id: String
        do { id = try cursor.member("id").string() } catch {
            throw client.unreadable(error, .get, "/call")
        }
        let reason = value["endedReason"]?.string
        let stage: SeenCall.Stage =
            switch value["status"]?.string {
            case "ended"?: .ended
            case "in-progress"?, "forwarding"?: .talking
            default: .ringing
            }
        let hasStarted = value["startedAt"]?.string != nil
        return SeenCall(
            id: id, stage: stage, isAnswered: hasStarted ? true : stage == .ended ? false : nil,
            ending: reason.map { SeenCall.Ending(set: "vapi.ended_reason", code: $0) },
            words: value["endedMessage"]?.string.map(client.redactor.clean))
    }
}
