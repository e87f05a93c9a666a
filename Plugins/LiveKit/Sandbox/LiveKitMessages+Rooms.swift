/// Messages of the room service.
/// <https://github.com/livekit/protocol/blob/main/protobufs/livekit_room.proto>
extension LiveKitMessage {
    static let listRooms = LiveKitMessage("ListRoomsRequest", [Field(1, "names", .texts)])
    static let rooms = LiveKitMessage("ListRoomsResponse", [Field(1, "rooms", .messages(room))])
    static let deleteRoom = LiveKitMessage("DeleteRoomRequest", [Field(1, "room", .text)])
    static let listParticipants = LiveKitMessage("ListParticipantsRequest", [Field(1, "room", .text)])
    static let participants = LiveKitMessage(
        "ListParticipantsResponse", [Field(1, "participants", .messages(participantInfo))])
    static let removeParticipant = LiveKitMessage(
        "RoomParticipantIdentity", [Field(1, "room", .text), Field(2, "identity", .text)])
    static let nothing = LiveKitMessage("Response", [])

    /// The response to an outbound call.
    static let sipParticipant = LiveKitMessage(
        "SIPParticipantInfo",
        [
            Field(1, "participant_id", .text), Field(2, "participant_identity", .text), Field(3, "room_name", .text),
            Field(4, "sip_call_id", .text),
        ])

    /// Without codecs and version, which are unset in the sandbox.
    private static let room = LiveKitMessage(
        "Room",
        [
            Field(1, "sid", .text), Field(2, "name", .text), Field(3, "empty_timeout", unsigned),
            Field(14, "departure_timeout", unsigned), Field(4, "max_participants", unsigned),
            Field(5, "creation_time", .long), Field(15, "creation_time_ms", .long), Field(6, "turn_password", .text),
            Field(8, "metadata", .text), Field(9, "num_participants", unsigned),
            Field(11, "num_publishers", unsigned), Field(10, "active_recording", .truth),
        ])

    /// Without tracks, permission and version.
    private static let participantInfo = LiveKitMessage(
        "ParticipantInfo",
        [
            Field(1, "sid", .text), Field(2, "identity", .text),
            Field(3, "state", .choice(LiveKitEnumeration(["JOINING", "JOINED", "ACTIVE", "DISCONNECTED"]))),
            Field(5, "metadata", .text), Field(6, "joined_at", .long), Field(17, "joined_at_ms", .long),
            Field(9, "name", .text), Field(12, "region", .text), Field(13, "is_publisher", .truth),
            Field(
                14, "kind",
                .choice(
                    LiveKitEnumeration(
                        prefix: "",
                        [
                            0: "STANDARD", 1: "INGRESS", 2: "EGRESS", 3: "SIP", 4: "AGENT", 7: "CONNECTOR",
                        ]))),
            Field(15, "attributes", .textMap),
        ])
}
