/// Messages for dispatch rules and the rooms that they open.
extension LiveKitMessage {
    private static let target = LiveKitMessage(
        "SIPDispatchRule",
        [
            (1, "direct", "Direct", [Field(1, "room_name", .text), Field(2, "pin", .text)]),
            (
                2, "individual", "Individual",
                [Field(1, "room_prefix", .text), Field(2, "pin", .text), Field(3, "no_randomness", .truth)]
            ),
            (
                3, "callee", "Callee",
                [Field(1, "room_prefix", .text), Field(2, "pin", .text), Field(3, "randomize", .truth)]
            ),
        ].map { number, name, type, fields in
            Field(
                number, "dispatch_rule_\(name)", .message(LiveKitMessage("SIPDispatchRule\(type)", fields)),
                .oneOf("rule"))
        })

    private static let agent = LiveKitMessage(
        "RoomAgentDispatch",
        [
            Field(1, "agent_name", .text), Field(2, "metadata", .text),
            Field(3, "restart_policy", .choice(LiveKitEnumeration(["JRP_ON_FAILURE", "JRP_NEVER"]))),
            Field(4, "deployment", .text), Field(5, "attributes", .textMap),
        ])

    private static let room = LiveKitMessage(
        "RoomConfiguration",
        [
            Field(1, "name", .text), Field(2, "empty_timeout", unsigned), Field(3, "departure_timeout", unsigned),
            Field(4, "max_participants", unsigned), Field(11, "metadata", .text),
            Field(5, "egress", .message(roomEgress)), Field(7, "min_playout_delay", unsigned),
            Field(8, "max_playout_delay", unsigned), Field(9, "sync_streams", .truth),
            Field(10, "agents", .messages(agent)), Field(12, "tags", .textMap),
        ])

    static let dispatchRule = LiveKitMessage(
        "SIPDispatchRuleInfo",
        [
            Field(1, "sip_dispatch_rule_id", .text), Field(2, "rule", .message(target)), Field(3, "trunk_ids", .texts),
            Field(4, "hide_phone_number", .truth), Field(7, "inbound_numbers", .texts), Field(13, "numbers", .texts),
            Field(5, "name", .text), Field(6, "metadata", .text), Field(8, "attributes", .textMap),
            Field(9, "room_preset", .text), Field(10, "room_config", .message(room)),
            Field(16, "media", .message(media)), Field(11, "krisp_enabled", .truth),
            Field(12, "media_encryption", .choice(encryptions)), Field(14, "created_at", .time),
            Field(15, "updated_at", .time),
        ])

    static let dispatchRuleChange = LiveKitMessage(
        "SIPDispatchRuleUpdate",
        [
            Field(1, "trunk_ids", .message(listChange)), Field(2, "rule", .message(target)),
            Field(3, "name", .text, .optional), Field(4, "metadata", .text, .optional),
            Field(5, "attributes", .textMap), Field(6, "media_encryption", .choice(encryptions), .optional),
            Field(7, "media", .message(media)),
        ])

    /// The deprecated flat form of a rule, at the top level of a create.
    static let flatRule = [
        Field(1, "rule", .message(target)), Field(2, "trunk_ids", .texts), Field(3, "hide_phone_number", .truth),
        Field(6, "inbound_numbers", .texts), Field(4, "name", .text), Field(5, "metadata", .text),
        Field(7, "attributes", .textMap), Field(8, "room_preset", .text), Field(9, "room_config", .message(room)),
    ]
}
