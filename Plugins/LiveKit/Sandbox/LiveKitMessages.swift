/// Messages of LiveKit's SIP API: the shared ones and the trunks.
/// <https://docs.livekit.io/reference/telephony/sip-api/>
///
/// Field names, numbers and order: <https://github.com/livekit/protocol/blob/main/protobufs/livekit_sip.proto>
extension LiveKitMessage {
    // MARK: Shared

    private static let transports = LiveKitEnumeration(["AUTO", "UDP", "TCP", "TLS"].map { "SIP_TRANSPORT_\($0)" })
    static let encryptions = LiveKitEnumeration(["DISABLE", "ALLOW", "REQUIRE"].map { "SIP_MEDIA_ENCRYPT_\($0)" })
    static let headerOptions = LiveKitEnumeration(["SIP_NO_HEADERS", "SIP_X_HEADERS", "SIP_ALL_HEADERS"])
    static let unsigned: Kind = .count(0...Int64(UInt32.max))
    static let signed: Kind = .count(Int64(Int32.min)...Int64(Int32.max))

    static let media = LiveKitMessage(
        "SIPMediaConfig",
        [
            Field(1, "only_listed_codecs", .truth),
            Field(
                2, "codecs",
                .messages(LiveKitMessage("SIPCodec", [Field(1, "name", .text), Field(2, "rate", unsigned)]))),
            Field(3, "encryption", .choice(encryptions), .optional), Field(4, "media_timeout", .duration, .optional),
        ])

    static let listChange = LiveKitMessage(
        "ListUpdate",
        [Field(1, "set", .texts), Field(2, "add", .texts), Field(3, "remove", .texts), Field(4, "clear", .truth)])

    // MARK: Trunks

    static let inboundTrunk = LiveKitMessage(
        "SIPInboundTrunkInfo",
        [
            Field(1, "sip_trunk_id", .text), Field(2, "name", .text), Field(3, "metadata", .text),
            Field(4, "numbers", .texts), Field(5, "allowed_addresses", .texts), Field(6, "allowed_numbers", .texts),
            Field(7, "auth_username", .text), Field(8, "auth_password", .text), Field(19, "auth_realm", .text),
            Field(9, "headers", .textMap), Field(10, "headers_to_attributes", .textMap),
            Field(14, "attributes_to_headers", .textMap), Field(15, "include_headers", .choice(headerOptions)),
            Field(11, "ringing_timeout", .duration), Field(21, "ringing_timeout_status", .choice(statuses)),
            Field(12, "max_call_duration", .duration), Field(13, "krisp_enabled", .truth),
            Field(16, "media_encryption", .choice(encryptions)), Field(20, "media", .message(media)),
            Field(17, "created_at", .time), Field(18, "updated_at", .time),
        ])

    static let inboundTrunkChange = LiveKitMessage(
        "SIPInboundTrunkUpdate",
        [
            Field(1, "numbers", .message(listChange)), Field(2, "allowed_addresses", .message(listChange)),
            Field(3, "allowed_numbers", .message(listChange)), Field(4, "auth_username", .text, .optional),
            Field(5, "auth_password", .text, .optional), Field(9, "auth_realm", .text, .optional),
            Field(6, "name", .text, .optional), Field(7, "metadata", .text, .optional),
            Field(8, "media_encryption", .choice(encryptions), .optional), Field(10, "media", .message(media)),
        ])

    static let outboundTrunk = LiveKitMessage(
        "SIPOutboundTrunkInfo",
        [
            Field(1, "sip_trunk_id", .text), Field(2, "name", .text), Field(3, "metadata", .text),
            Field(4, "address", .text), Field(14, "destination_country", .text),
            Field(5, "transport", .choice(transports)), Field(6, "numbers", .texts), Field(7, "auth_username", .text),
            Field(8, "auth_password", .text), Field(9, "headers", .textMap),
            Field(10, "headers_to_attributes", .textMap), Field(11, "attributes_to_headers", .textMap),
            Field(12, "include_headers", .choice(headerOptions)), Field(13, "media_encryption", .choice(encryptions)),
            Field(18, "media", .message(media)), Field(15, "from_host", .text), Field(16, "created_at", .time),
            Field(17, "updated_at", .time),
        ])

    static let outboundTrunkChange = LiveKitMessage(
        "SIPOutboundTrunkUpdate",
        [
            Field(1, "address", .text, .optional), Field(2, "transport", .choice(transports), .optional),
            Field(9, "destination_country", .text, .optional), Field(3, "numbers", .message(listChange)),
            Field(4, "auth_username", .text, .optional), Field(5, "auth_password", .text, .optional),
            Field(6, "name", .text, .optional), Field(7, "metadata", .text, .optional),
            Field(8, "media_encryption", .choice(encryptions), .optional), Field(11, "media", .message(media)),
            Field(10, "from_host", .text, .optional),
        ])

    /// The legacy form of a trunk, which deletes and one list still return.
    static let legacyTrunk = LiveKitMessage(
        "SIPTrunkInfo",
        [
            Field(1, "sip_trunk_id", .text),
            Field(14, "kind", .choice(LiveKitEnumeration(["TRUNK_LEGACY", "TRUNK_INBOUND", "TRUNK_OUTBOUND"]))),
            Field(2, "inbound_addresses", .texts), Field(3, "outbound_address", .text),
            Field(4, "outbound_number", .text), Field(13, "transport", .choice(transports)),
            Field(5, "inbound_numbers_regex", .texts), Field(10, "inbound_numbers", .texts),
            Field(6, "inbound_username", .text), Field(7, "inbound_password", .text),
            Field(8, "outbound_username", .text), Field(9, "outbound_password", .text), Field(11, "name", .text),
            Field(12, "metadata", .text),
        ])

    /// SIP statuses that end a call that rings for too long. Servers before autumn 2026 do not know the field.
    private static let statuses = LiveKitEnumeration(
        prefix: "SIP_STATUS_",
        [
            0: "UNKNOWN", 100: "TRYING", 180: "RINGING", 181: "CALL_IS_FORWARDED", 182: "QUEUED",
            183: "SESSION_PROGRESS", 199: "EARLY_DIALOG_TERMINATED", 200: "OK", 202: "ACCEPTED",
            204: "NO_NOTIFICATION", 300: "MULTIPLE_CHOICES", 301: "MOVED_PERMANENTLY", 302: "MOVED_TEMPORARILY",
            305: "USE_PROXY", 380: "ALTERNATIVE_SERVICE", 400: "BAD_REQUEST", 401: "UNAUTHORIZED",
            402: "PAYMENT_REQUIRED", 403: "FORBIDDEN", 404: "NOTFOUND", 405: "METHOD_NOT_ALLOWED",
            406: "NOT_ACCEPTABLE", 407: "PROXY_AUTH_REQUIRED", 408: "REQUEST_TIMEOUT", 409: "CONFLICT", 410: "GONE",
            411: "LENGTH_REQUIRED", 412: "CONDITIONAL_REQUEST_FAILED", 413: "REQUEST_ENTITY_TOO_LARGE",
            414: "REQUEST_URI_TOO_LONG", 415: "UNSUPPORTED_MEDIA_TYPE", 416: "REQUESTED_RANGE_NOT_SATISFIABLE",
            417: "UNKNOWN_RESOURCE_PRIORITY", 420: "BAD_EXTENSION", 421: "EXTENSION_REQUIRED",
            422: "SESSION_INTERVAL_TOO_SMALL", 423: "INTERVAL_TOO_BRIEF", 424: "BAD_LOCATION_INFORMATION",
            425: "BAD_ALERT_MESSAGE", 428: "USE_IDENTITY_HEADER", 429: "PROVIDE_REFERRER_IDENTITY",
            430: "FLOW_FAILED", 433: "ANONYMITY_DISALLOWED", 436: "BAD_IDENTITY_INFO", 437: "UNSUPPORTED_CERTIFICATE",
            438: "INVALID_IDENTITY_HEADER", 439: "FIRST_HOP_LACKS_OUTBOUND_SUPPORT", 440: "MAX_BREADTH_EXCEEDED",
            469: "BAD_INFO_PACKAGE", 470: "CONSENT_NEEDED", 480: "TEMPORARILY_UNAVAILABLE",
            481: "CALL_TRANSACTION_DOES_NOT_EXISTS", 482: "LOOP_DETECTED", 483: "TOO_MANY_HOPS",
            484: "ADDRESS_INCOMPLETE", 485: "AMBIGUOUS", 486: "BUSY_HERE", 487: "REQUEST_TERMINATED",
            488: "NOT_ACCEPTABLE_HERE", 489: "BAD_EVENT", 491: "REQUEST_PENDING", 493: "UNDECIPHERABLE",
            494: "SECURITY_AGREEMENT_REQUIRED", 500: "INTERNAL_SERVER_ERROR", 501: "NOT_IMPLEMENTED",
            502: "BAD_GATEWAY", 503: "SERVICE_UNAVAILABLE", 504: "GATEWAY_TIMEOUT", 505: "VERSION_NOT_SUPPORTED",
            513: "MESSAGE_TOO_LARGE", 600: "GLOBAL_BUSY_EVERYWHERE", 603: "GLOBAL_DECLINE",
            604: "GLOBAL_DOES_NOT_EXIST_ANYWHERE", 606: "GLOBAL_NOT_ACCEPTABLE", 607: "GLOBAL_UNWANTED",
            608: "GLOBAL_REJECTED",
        ])
}
