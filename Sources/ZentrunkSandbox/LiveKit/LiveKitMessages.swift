/// The messages of LiveKit's SIP API. <https://docs.livekit.io/reference/telephony/sip-api/>
///
/// Names and order of the fields: <https://github.com/livekit/protocol/blob/main/protobufs/livekit_sip.proto>
extension LiveKitMessage {
    // MARK: Shared

    private static let transports = [
        "SIP_TRANSPORT_AUTO", "SIP_TRANSPORT_UDP", "SIP_TRANSPORT_TCP", "SIP_TRANSPORT_TLS",
    ]
    private static let encryptions = [
        "SIP_MEDIA_ENCRYPT_DISABLE", "SIP_MEDIA_ENCRYPT_ALLOW", "SIP_MEDIA_ENCRYPT_REQUIRE",
    ]
    private static let headerOptions = ["SIP_NO_HEADERS", "SIP_X_HEADERS", "SIP_ALL_HEADERS"]
    private static let unsigned: Kind = .count(0...Int64(UInt32.max))

    static let media = LiveKitMessage(
        "SIPMediaConfig",
        [
            Field("only_listed_codecs", .truth),
            Field("codecs", .messages(LiveKitMessage("SIPCodec", [Field("name", .text), Field("rate", unsigned)]))),
            Field("encryption", .choice(encryptions), .optional), Field("media_timeout", .duration, .optional),
        ])

    static let listChange = LiveKitMessage(
        "ListUpdate", [Field("set", .texts), Field("add", .texts), Field("remove", .texts), Field("clear", .truth)])

    private static let page = LiveKitMessage(
        "Pagination",
        [Field("after_id", .text), Field("limit", .count(Int64(Int32.min)...Int64(Int32.max)))])

    /// What trunks of either direction do with header fields.
    private static let headers = [
        Field("headers", .textMap), Field("headers_to_attributes", .textMap),
        Field("attributes_to_headers", .textMap), Field("include_headers", .choice(headerOptions)),
    ]

    // MARK: Trunks

    static let inboundTrunk = LiveKitMessage(
        "SIPInboundTrunkInfo",
        [
            Field("sip_trunk_id", .text), Field("name", .text), Field("metadata", .text), Field("numbers", .texts),
            Field("allowed_addresses", .texts), Field("allowed_numbers", .texts), Field("auth_username", .text),
            Field("auth_password", .text), Field("auth_realm", .text),
        ] + headers + [
            Field("ringing_timeout", .duration),
            Field("ringing_timeout_status", .anyChoice(prefix: "SIP_STATUS_", first: "UNKNOWN")),
            Field("max_call_duration", .duration), Field("krisp_enabled", .truth),
            Field("media_encryption", .choice(encryptions)), Field("media", .message(media)),
            Field("created_at", .time), Field("updated_at", .time),
        ])

    static let inboundTrunkChange = LiveKitMessage(
        "SIPInboundTrunkUpdate",
        [
            Field("numbers", .message(listChange)), Field("allowed_addresses", .message(listChange)),
            Field("allowed_numbers", .message(listChange)), Field("auth_username", .text, .optional),
            Field("auth_password", .text, .optional), Field("auth_realm", .text, .optional),
            Field("name", .text, .optional), Field("metadata", .text, .optional),
            Field("media_encryption", .choice(encryptions), .optional), Field("media", .message(media)),
        ])

    static let outboundTrunk = LiveKitMessage(
        "SIPOutboundTrunkInfo",
        [
            Field("sip_trunk_id", .text), Field("name", .text), Field("metadata", .text), Field("address", .text),
            Field("destination_country", .text), Field("transport", .choice(transports)), Field("numbers", .texts),
            Field("auth_username", .text), Field("auth_password", .text),
        ] + headers + [
            Field("media_encryption", .choice(encryptions)), Field("media", .message(media)),
            Field("from_host", .text), Field("created_at", .time), Field("updated_at", .time),
        ])

    static let outboundTrunkChange = LiveKitMessage(
        "SIPOutboundTrunkUpdate",
        [
            Field("address", .text, .optional), Field("transport", .choice(transports), .optional),
            Field("destination_country", .text, .optional), Field("numbers", .message(listChange)),
            Field("auth_username", .text, .optional), Field("auth_password", .text, .optional),
            Field("name", .text, .optional), Field("metadata", .text, .optional),
            Field("media_encryption", .choice(encryptions), .optional), Field("media", .message(media)),
            Field("from_host", .text, .optional),
        ])

    /// The older form of a trunk, which deletes still answer.
    static let legacyTrunk = LiveKitMessage(
        "SIPTrunkInfo",
        [
            Field("sip_trunk_id", .text), Field("kind", .choice(["TRUNK_LEGACY", "TRUNK_INBOUND", "TRUNK_OUTBOUND"])),
            Field("inbound_addresses", .texts), Field("outbound_address", .text), Field("outbound_number", .text),
            Field("transport", .choice(transports)), Field("inbound_numbers_regex", .texts),
            Field("inbound_numbers", .texts), Field("inbound_username", .text), Field("inbound_password", .text),
            Field("outbound_username", .text), Field("outbound_password", .text), Field("name", .text),
            Field("metadata", .text),
        ])

    // MARK: Dispatch rules

    private static let target = LiveKitMessage(
        "SIPDispatchRule",
        [
            ("direct", "Direct", [Field("room_name", .text), Field("pin", .text)]),
            (
                "individual", "Individual",
                [Field("room_prefix", .text), Field("pin", .text), Field("no_randomness", .truth)]
            ),
            ("callee", "Callee", [Field("room_prefix", .text), Field("pin", .text), Field("randomize", .truth)]),
        ].map { name, type, fields in
            Field("dispatch_rule_\(name)", .message(LiveKitMessage("SIPDispatchRule\(type)", fields)), .oneOf("rule"))
        })

    private static let room = LiveKitMessage(
        "RoomConfiguration",
        [
            Field("name", .text), Field("empty_timeout", unsigned), Field("departure_timeout", unsigned),
            Field("max_participants", unsigned), Field("metadata", .text), Field("egress", .opaque),
            Field("min_playout_delay", unsigned), Field("max_playout_delay", unsigned), Field("sync_streams", .truth),
            Field(
                "agents",
                .messages(
                    LiveKitMessage(
                        "RoomAgentDispatch",
                        [
                            Field("agent_name", .text), Field("metadata", .text),
                            Field("restart_policy", .choice(["JRP_ON_FAILURE", "JRP_NEVER"])),
                            Field("deployment", .text), Field("attributes", .textMap),
                        ]))), Field("tags", .textMap),
        ])

    static let dispatchRule = LiveKitMessage(
        "SIPDispatchRuleInfo",
        [
            Field("sip_dispatch_rule_id", .text), Field("rule", .message(target)), Field("trunk_ids", .texts),
            Field("hide_phone_number", .truth), Field("inbound_numbers", .texts), Field("numbers", .texts),
            Field("name", .text), Field("metadata", .text), Field("attributes", .textMap), Field("room_preset", .text),
            Field("room_config", .message(room)), Field("media", .message(media)), Field("krisp_enabled", .truth),
            Field("media_encryption", .choice(encryptions)), Field("created_at", .time), Field("updated_at", .time),
        ])

    static let dispatchRuleChange = LiveKitMessage(
        "SIPDispatchRuleUpdate",
        [
            Field("trunk_ids", .message(listChange)), Field("rule", .message(target)), Field("name", .text, .optional),
            Field("metadata", .text, .optional), Field("attributes", .textMap),
            Field("media_encryption", .choice(encryptions), .optional), Field("media", .message(media)),
        ])

    // MARK: Requests

    /// Creates: the description in one member. The flat forms of old are not among the fields, so what they hold is
    /// dropped, and the request fails for want of this member.
    static func creation(of kind: LiveKitKind) -> LiveKitMessage {
        LiveKitMessage("Create\(kind.noun)Request", [Field(kind.wrapper, .message(kind.description))])
    }

    static func update(of kind: LiveKitKind) -> LiveKitMessage {
        LiveKitMessage(
            "Update\(kind.noun)Request",
            [
                Field(kind.idField, .text), Field("replace", .message(kind.description), .oneOf("action")),
                Field("update", .message(kind.change), .oneOf("action")),
            ])
    }

    /// Everything that names one object.
    static func naming(_ idField: String, _ name: String) -> LiveKitMessage {
        LiveKitMessage(name, [Field(idField, .text)])
    }

    static func list(of kind: LiveKitKind) -> LiveKitMessage {
        LiveKitMessage(
            "List\(kind.noun)Request",
            [Field("page", .message(page)), Field(kind.idsField, .texts), Field(kind.filterField, .texts)])
    }
}
