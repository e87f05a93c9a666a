import HTTPTypes
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON

/// LiveKit's calls. <https://docs.livekit.io/reference/telephony/sip-api/>
///
/// A call is a participant of a room. The SIP service has no list of calls.
struct LiveKitCalls: PlatformCalls {
    /// Makes a client whose token has these grants.
    let client: @Sendable (_ grants: JSONObject) -> APIClient
    let service: String
    let rooms: String
    let callerKind = "livekit.outbound-trunk"

    private static let identity = "zentrunk-test"

    func place(_ order: CallOrder) async throws -> SeenCall {
        let client = client(["sip": ["call": true]])
        let body: JSONObject = [
            "sipTrunkId": .string(order.objectID), "sipNumber": .string(order.number.e164),
            "sipCallTo": .string(order.to.e164), "roomName": .string(order.reference),
            "participantIdentity": .string(Self.identity), "ringingTimeout": .string("\(order.ringing)s"),
            "maxCallDuration": .string("\(order.longest)s"), "waitUntilAnswered": true,
        ]
        let place = ["room": order.reference, "identity": Self.identity]
        do {
            let reply = try await client.call(
                .post, service + "CreateSIPParticipant", body: .object(body), access: .write)
            let id = reply["sipCallId"] ?? reply["sip_call_id"]
            return SeenCall(id: id?.string ?? "", stage: .talking, isAnswered: true, place: place)
        } catch let error as APIError {
            guard let failed = Self.failure(error, place) else { throw error }
            return failed
        }
    }

    /// Interprets an error as the end of the call; nil if it is one of the request. The SIP status decides: the HTTP status
    /// of a busy phone is 429, and that of a carrier's 407 is 401.
    private static func failure(_ error: APIError, _ place: [String: String]) -> SeenCall? {
        let code = error.body?["meta"]?["sip_status_code"]?.string.flatMap { Int($0) }
        // A failure before the call has a status of its own: a name that does not resolve, a password that is missing.
        let isOfCall = code != nil || [400, 404, 412, 503].contains(error.status ?? 0)
        guard isOfCall, error.body?["code"]?.string != nil else { return nil }
        return SeenCall(
            id: "", stage: .ended, isAnswered: false, sipStatus: code, words: error.vendorMessage, place: place)
    }

    func look(at call: SeenCall) async throws -> SeenCall {
        guard let room = call.place["room"] else { return call }
        var seen = call
        let found = try await participants(of: room).first {
            call.place["identity"] == nil || $0["identity"]?.string == call.place["identity"]
        }
        guard let found else {
            seen.stage = .ended
            return seen
        }
        return read(found, in: room, call)
    }

    func recent(_ query: CallQuery) async throws -> [SeenCall] {
        let client = client(["video": ["roomList": true]])
        let list = try await client.call(.post, rooms + "ListRooms", body: [:], access: .read)
        let open = (list["rooms"]?.array ?? []).filter { room in
            let created = room["creation_time"] ?? room["creationTime"]
            return (created?.string.flatMap { Int64($0) } ?? created?.integer ?? 0) >= query.since
                && (query.reference == nil || room["name"]?.string == query.reference)
        }
        var seen: [SeenCall] = []
        for room in open.compactMap({ $0["name"]?.string }) {
            for participant in try await participants(of: room) {
                let number = participant["attributes"]?["sip.trunkPhoneNumber"]?.string
                guard participant["kind"] == "SIP", number.flatMap({ PhoneNumber(vendorSpelling: $0) }) == query.number
                else { continue }
                seen.append(read(participant, in: room, SeenCall(id: "", stage: .ringing)))
            }
        }
        return seen
    }

    /// Returns the participants of the room; empty if it has closed, which LiveKit does soon after the last one has left.
    private func participants(of room: String) async throws -> [JSONValue] {
        let client = client(["video": ["roomAdmin": true, "room": .string(room)]])
        do {
            let list = try await client.call(
                .post, rooms + "ListParticipants", body: ["room": .string(room)], access: .read)
            return list["participants"]?.array ?? []
        } catch let error as APIError where error.status == 404 && error.body?["code"] == "not_found" {
            return []
        }
    }

    private func read(_ participant: JSONValue, in room: String, _ call: SeenCall) -> SeenCall {
        let attributes = participant["attributes"]
        var seen = call
        seen.id = attributes?["sip.callID"]?.string ?? call.id
        seen.sipCallID = attributes?["sip.callIDFull"]?.string ?? call.sipCallID
        seen.place = ["room": room, "identity": participant["identity"]?.string ?? ""]
        seen.ending = nil
        switch attributes?["sip.callStatus"]?.string {
        case "active"?, "automation"?:
            seen.stage = .talking
            seen.isAnswered = true
        case "hangup"?: seen.stage = .ended
        default:
            seen.stage = .ringing
            // LiveKit answers when an agent has joined the room. A call that stays so has none.
            seen.ending = .init(set: "livekit.reply", code: "ringing")
        }
        return seen
    }
}
