import ZentrunkJSON

/// What a request is about, by its path.
enum LiveKitCall: Sendable {
    case create(LiveKitKind)
    case update(LiveKitKind)
    case get(LiveKitKind)
    case list(LiveKitKind)
    case deleteTrunk
    case deleteRule
    /// Known to LiveKit, and not imitated.
    case notHere(needsCallGrant: Bool)

    private static let prefix = "/twirp/livekit.SIP/"

    private static let methods: [String: LiveKitCall] = {
        var methods: [String: LiveKitCall] = [
            "DeleteSIPTrunk": .deleteTrunk, "DeleteSIPDispatchRule": .deleteRule,
            "ListSIPTrunk": .notHere(needsCallGrant: false), "CreateSIPParticipant": .notHere(needsCallGrant: true),
            "TransferSIPParticipant": .notHere(needsCallGrant: true),
        ]
        for kind in LiveKitKind.allCases {
            methods["Create\(kind.noun)"] = .create(kind)
            methods["Update\(kind.noun)"] = .update(kind)
            methods["List\(kind.noun)"] = .list(kind)
            // Rules have no get.
            if kind != .dispatchRule { methods["Get\(kind.noun)"] = .get(kind) }
        }
        return methods
    }()

    /// - Throws: `bad_route`, as Twirp answers what it knows nothing of.
    init(_ request: SandboxRequest) throws(LiveKitRefusal) {
        guard request.method == "POST" else {
            throw .badRoute("unsupported method \"\(request.method)\" (only POST is allowed)", request)
        }
        guard request.path.hasPrefix(Self.prefix),
            let call = Self.methods[String(request.path.dropFirst(Self.prefix.count))]
        else { throw .badRoute("no handler for path \"\(request.path)\"", request) }
        let type = request.headers["content-type"] ?? ""
        guard type.prefix(while: { $0 != ";" }).trimmingSpaces.lowercased() == "application/json" else {
            throw .badRoute("unexpected Content-Type: \"\(type)\"", request)
        }
        self = call
    }

    /// Whether the request may change something. Reads are sent with POST too.
    static func isWrite(_ request: SandboxRequest) -> Bool {
        let method = request.path.split(separator: "/").last ?? ""
        return request.method == "POST" && !method.hasPrefix("Get") && !method.hasPrefix("List")
    }

    /// The message that the body holds; nil when nobody looks.
    var request: LiveKitMessage? {
        switch self {
        case .create(let kind): .creation(of: kind)
        case .update(let kind): .update(of: kind)
        case .get(let kind): .naming(kind.idField, "Get\(kind.noun)Request")
        case .list(let kind): .list(of: kind)
        case .deleteTrunk: .naming(LiveKitKind.inboundTrunk.idField, "DeleteSIPTrunkRequest")
        case .deleteRule: .naming(LiveKitKind.dispatchRule.idField, "DeleteSIPDispatchRuleRequest")
        case .notHere: nil
        }
    }

    func isAllowed(by grants: LiveKitToken.Grants) -> Bool {
        if case .notHere(needsCallGrant: true) = self { return grants.call }
        return grants.admin
    }
}

extension Substring {
    fileprivate var trimmingSpaces: Substring {
        var text = drop { $0 == " " }
        while text.last == " " { text.removeLast() }
        return text
    }
}
