/// Request and response messages that contain the objects.
extension LiveKitMessage {
    private static let page = LiveKitMessage("Pagination", [Field(1, "after_id", .text), Field(2, "limit", signed)])

    /// The message of a create, with the object in one member. Rules may also be flat, which is deprecated. Flat trunk
    /// fields are dropped, and the request fails because this member is missing.
    static func creation(of kind: LiveKitKind, _ quirks: LiveKitQuirks) -> LiveKitMessage {
        let isRule = kind == .dispatchRule
        return LiveKitMessage(
            "Create\(kind.noun)Request",
            [Field(isRule ? 10 : 1, kind.wrapper, .message(kind.description(quirks)))] + (isRule ? flatRule : []))
    }

    static func update(of kind: LiveKitKind, _ quirks: LiveKitQuirks) -> LiveKitMessage {
        LiveKitMessage(
            "Update\(kind.noun)Request",
            [
                Field(1, kind.idField, .text),
                Field(2, "replace", .message(kind.description(quirks)), .oneOf("action")),
                Field(3, "update", .message(kind.change), .oneOf("action")),
            ])
    }

    /// A message that names one object by id.
    static func naming(_ idField: String, _ name: String) -> LiveKitMessage {
        LiveKitMessage(name, [Field(1, idField, .text)])
    }

    static func list(of kind: LiveKitKind) -> LiveKitMessage {
        LiveKitMessage(
            "List\(kind.noun)Request",
            [Field(3, "page", .message(page)), Field(1, kind.idsField, .texts), Field(2, kind.filterField, .texts)])
    }

    static let listLegacy = LiveKitMessage("ListSIPTrunkRequest", [Field(1, "page", .message(page))])

    // MARK: Answers

    /// The response to a get.
    static func one(of kind: LiveKitKind, _ quirks: LiveKitQuirks) -> LiveKitMessage {
        LiveKitMessage("Get\(kind.noun)Response", [Field(1, kind.wrapper, .message(kind.answer(quirks)))])
    }

    /// The response to any list.
    static func items(_ description: LiveKitMessage) -> LiveKitMessage {
        LiveKitMessage("ListResponse", [Field(1, "items", .messages(description))])
    }

    // MARK: Calls

    /// The request for an outbound call: the fields that are checked before the call, and the other known fields.
    static let participant: LiveKitMessage = {
        let config = LiveKitMessage(
            "SIPOutboundConfig",
            [
                Field(1, "hostname", .text), Field(7, "destination_country", .text), Field(3, "auth_username", .text),
                Field(4, "auth_password", .text), Field(8, "from_host", .text),
            ])
        let texts: [(UInt32, String)] = [
            (1, "sip_trunk_id"), (2, "sip_call_to"), (3, "room_name"), (4, "participant_identity"), (5, "dtmf"),
            (7, "participant_name"), (8, "participant_metadata"), (15, "sip_number"), (21, "display_name"),
        ]
        let truths: [(UInt32, String)] = [
            (6, "play_ringtone"), (10, "hide_phone_number"), (13, "play_dialtone"), (14, "krisp_enabled"),
            (19, "wait_until_answered"),
        ]
        return LiveKitMessage(
            "CreateSIPParticipantRequest",
            texts.map { Field($0, $1, .text) } + truths.map { Field($0, $1, .truth) } + [
                Field(20, "trunk", .message(config)), Field(9, "participant_attributes", .textMap),
                Field(11, "ringing_timeout", .duration), Field(12, "max_call_duration", .duration),
                Field(16, "headers", .textMap), Field(17, "include_headers", .choice(headerOptions)),
                Field(18, "media_encryption", .choice(encryptions)), Field(23, "media", .message(media)),
            ])
    }()
}
