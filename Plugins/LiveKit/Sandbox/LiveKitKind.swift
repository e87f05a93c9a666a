/// One kind of thing that a project holds, and what its requests call it.
enum LiveKitKind: Sendable, Hashable, CaseIterable {
    case inboundTrunk
    case outboundTrunk
    case dispatchRule

    /// As methods name it.
    var noun: String {
        switch self {
        case .inboundTrunk: "SIPInboundTrunk"
        case .outboundTrunk: "SIPOutboundTrunk"
        case .dispatchRule: "SIPDispatchRule"
        }
    }

    /// As the sandbox's state names all of them.
    var plural: String {
        switch self {
        case .inboundTrunk: "inbound_trunks"
        case .outboundTrunk: "outbound_trunks"
        case .dispatchRule: "dispatch_rules"
        }
    }

    /// As errors name one.
    var word: String { self == .dispatchRule ? "rule" : "trunk" }

    /// As the errors of gets and deletes name one.
    var longWord: String { self == .dispatchRule ? "dispatch rule" : "trunk" }

    var idField: String { self == .dispatchRule ? "sip_dispatch_rule_id" : "sip_trunk_id" }

    var idPrefix: String { self == .dispatchRule ? "SDR_" : "ST_" }

    /// The member that holds the description in a create and in the answer to a get.
    var wrapper: String { self == .dispatchRule ? "dispatch_rule" : "trunk" }

    /// The member of a list that names ids.
    var idsField: String { self == .dispatchRule ? "dispatch_rule_ids" : "trunk_ids" }

    /// The member of a list that selects by what objects hold; one that holds none of it matches always.
    var filterField: String { self == .dispatchRule ? "trunk_ids" : "numbers" }

    /// The whole description, as far as the server knows it.
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

    /// The description as answers have it.
    func answer(_ quirks: LiveKitQuirks) -> LiveKitMessage {
        var message = description(quirks)
        if !quirks.knowsMedia { message.fields.removeAll { $0.name == "media" } }
        return message
    }

    /// What can be changed field by field.
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
