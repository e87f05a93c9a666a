import Foundation
import ZentrunkJSON
import ZentrunkSandbox

/// A room that a call opened.
struct LiveKitRoom: Sendable {
    let sid = "RM_" + String(UUID().uuidString.filter { $0 != "-" }.prefix(12))
    let name: String
    let opened: Date
    var callers: [LiveKitCaller] = []

    /// How long a room stays open after everybody left it, in seconds: the server's default.
    private static let departureTimeout = 20.0

    func isOpen(at now: Date) -> Bool {
        callers.contains { now < $0.times.ended.addingTimeInterval(Self.departureTimeout) }
    }

    func row(at now: Date) -> JSONObject {
        let present = callers.filter { $0.isPresent(at: now) }
        let agents = present.filter { $0.agent != nil && $0.times.stage(at: now) == .talking }.count
        return [
            "sid": .string(sid), "name": .string(name), "empty_timeout": 300, "departure_timeout": 20,
            "creation_time": .string(String(Int64(opened.timeIntervalSince1970))),
            "creation_time_ms": .string(String(Int64(opened.timeIntervalSince1970 * 1000))),
            "num_participants": .integer(Int64(present.count + agents)),
            "num_publishers": .integer(Int64(present.count + agents)),
        ]
    }
}

/// A party of a call in a room, together with the agent that it talks to.
struct LiveKitCaller: Sendable {
    let sid = "PA_" + String(UUID().uuidString.filter { $0 != "-" }.prefix(12))
    let identity: String
    /// The agent; nil if none is dispatched.
    let agent: String?
    let times: SandboxCallTimes
    let attributes: JSONObject
    var isRemoved = false

    func isPresent(at now: Date) -> Bool { !isRemoved && times.stage(at: now) != .ended }

    /// The participants of this call.
    func rows(at now: Date) -> [JSONObject] {
        guard isPresent(at: now) else { return [] }
        let isTalking = times.stage(at: now) == .talking
        func row(_ identity: String, _ sid: String, _ kind: JSONValue, _ attributes: JSONObject) -> JSONObject {
            [
                "sid": .string(sid), "identity": .string(identity), "state": "ACTIVE", "name": .string(identity),
                "joined_at": .string(String(Int64(times.begun.timeIntervalSince1970))),
                "joined_at_ms": .string(String(Int64(times.begun.timeIntervalSince1970 * 1000))),
                "is_publisher": true, "kind": kind, "attributes": .object(attributes),
            ]
        }
        // An inbound call rings until an agent has subscribed to the caller's audio.
        let status: JSONValue = isTalking ? "active" : "ringing"
        let party = row(identity, sid, "SIP", attributes.merging(["sip.callStatus": status]))
        guard isTalking, let agent else { return [party] }
        return [party, row("agent-\(sid)", sid + "a", "AGENT", ["lk.agent.name": .string(agent)])]
    }
}

extension LiveKitStore {
    /// Adds a party of a call to a room, which it opens if necessary.
    mutating func join(_ room: String, _ caller: LiveKitCaller) {
        let now = caller.times.begun
        rooms.removeAll { !$0.isOpen(at: now) }
        if let index = rooms.firstIndex(where: { $0.name == room }) {
            rooms[index].callers.append(caller)
        } else {
            rooms.append(LiveKitRoom(name: room, opened: now, callers: [caller]))
        }
    }

    func listRooms(_ sent: JSONObject, at now: Date) -> LiveKitReply {
        let names = sent["names"].texts
        let open = rooms.filter { $0.isOpen(at: now) && (names.isEmpty || names.contains($0.name)) }
        return LiveKitReply(
            message: .rooms, members: ["rooms": .array(open.map { .object($0.row(at: now)) })])
    }

    func listParticipants(_ sent: JSONObject, at now: Date) -> LiveKitReply {
        let found = rooms.first { $0.name == sent["room"]?.string && $0.isOpen(at: now) }
        let rows = (found?.callers ?? []).flatMap { $0.rows(at: now) }
        return LiveKitReply(message: .participants, members: ["participants": .array(rows.map { .object($0) })])
    }

    mutating func deleteRoom(_ sent: JSONObject) throws(LiveKitRefusal) -> LiveKitReply {
        guard let index = rooms.firstIndex(where: { $0.name == sent["room"]?.string }) else {
            throw LiveKitRefusal(.notFound, "requested room does not exist")
        }
        rooms.remove(at: index)
        return LiveKitReply(message: .nothing, members: [:])
    }

    mutating func removeParticipant(_ sent: JSONObject, at now: Date) throws(LiveKitRefusal) -> LiveKitReply {
        for room in rooms.indices where rooms[room].name == sent["room"]?.string {
            for index in rooms[room].callers.indices
            where rooms[room].callers[index].identity == sent["identity"]?.string
                && rooms[room].callers[index].isPresent(at: now)
            {
                rooms[room].callers[index].isRemoved = true
                return LiveKitReply(message: .nothing, members: [:])
            }
        }
        throw LiveKitRefusal(.notFound, "participant does not exist")
    }
}
