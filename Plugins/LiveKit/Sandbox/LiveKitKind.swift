/// A kind of object in a project, with its names in requests.
enum LiveKitKind: Sendable, Hashable, CaseIterable {
    case inboundTrunk
    case outboundTrunk
    case dispatchRule

    /// The name in methods.
    var noun: String {
        switch self {
        case .inboundTrunk: "SIPInboundTrunk"
        case .outboundTrunk: "SIPOutboundTrunk"
        case .dispatchRule: "SIPDispatchRule"
        }
    }

    /// The plural in the sandbox's state.
    var plural: String {
        switch self {
        case .inboundTrunk: "inbound_trunks"
        case .outboundTrunk: "outbound_trunks"
        case .dispatchRule: "dispatch_rules"
        }
    }

    /// The name in errors.
    var word: String { self == .dispatchRule ? "rule" : "trunk" }

    /// The name in errors of gets and deletes.
    var longWord: String { self == .dispatchRule ? "dispatch rule" : "trunk" }

    var idField: String { self == .dispatchRule ? "sip_dispatch_rule_id" : "sip_trunk_id" }

    var idPrefix: String { self == .dispatchRule ? "SDR_" : "ST_" }

    /// The member that contains the object in a create and in the response to a get.
    var wrapper: String { self == .dispatchRule ? "dispatch_rule" : "trunk" }

    /// The list parameter that selects by id.
    var idsField: String { self == .dispatchRule ? "dispatch_rule_ids" : "trunk_ids" }

    /// The list parameter that selects by value. An object without any such value always matches.
    var filterField: String { self == .dispatchRule ? "trunk_ids" : "numbers" }

    /// The complete message, as far as the server knows it.
    func description(_ quirks: LiveKitQuirks) -> LiveKitMessage {
        var message: LiveKitMessage =
            switch self {
            case .inboundTrunk: .inboundTrunk
            case .outboundTrunk: .outboundTrunk
            case .dispatchRule: .dispatchRule
            }
        if !quirks.knowsRingingTimeoutStatus { message.fields.removeAll { $0.name == "ringing_timeout_status" } }
        return message
    }

    /// The message in responses.
    func answer(_ quirks: LiveKitQuirks) -> LiveKitMessage {
        var message = description(quirks)
        if !quirks.knowsMedia { message.fields.removeAll { $0.name == "media" } }
        return message
    }

    /// The message of a partial update.
    var change: LiveKitMessage {
        switch self {
        case .inboundTrunk: .inboundTrunkChange
        case .outboundTrunk: .outboundTrunkChange
        case .dispatchRule: .dispatchRuleChange
        }
    }

    var unknown: LiveKitRefusal {
        LiveKitRefusal(
            .notFound,
            self == .dispatchRule
                ? "requested sip dispatch rule does not exist" : "requested sip trunk does not exist")
    }
}
