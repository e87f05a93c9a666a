import ZentrunkJSON
import ZentrunkSandbox

/// An API method, determined from the path of a request.
enum LiveKitCall: Sendable {
    case create(LiveKitKind)
    case update(LiveKitKind)
    case get(LiveKitKind)
    case list(LiveKitKind)
    case listLegacy
    case deleteTrunk
    case deleteRule
    case dial
    case listRooms
    case deleteRoom
    case listParticipants
    case removeParticipant
    /// A method that LiveKit has and the sandbox does not imitate.
    case notHere

    private static let prefix = "/twirp/livekit.SIP/"
    private static let roomPrefix = "/twirp/livekit.RoomService/"

    private static let roomMethods: [String: LiveKitCall] = [
        "ListRooms": .listRooms, "DeleteRoom": .deleteRoom, "ListParticipants": .listParticipants,
        "RemoveParticipant": .removeParticipant,
    ]

    private static let methods: [String: LiveKitCall] = {
        var methods: [String: LiveKitCall] = [
            "DeleteSIPTrunk": .deleteTrunk, "DeleteSIPDispatchRule": .deleteRule,
            "ListSIPTrunk": .listLegacy, "CreateSIPParticipant": .dial, "TransferSIPParticipant": .notHere,
        ]
        for kind in LiveKitKind.allCases {
            methods["Create\(kind.noun)"] = .create(kind)
            methods["Update\(kind.noun)"] = .update(kind)
            methods["List\(kind.noun)"] = .list(kind)
            // Dispatch rules have no get method.
            if kind != .dispatchRule { methods["Get\(kind.noun)"] = .get(kind) }
        }
        return methods
    }()

    /// - Throws: `bad_route`, Twirp's error for an unknown method, or plain text for a path outside of Twirp.
    init(_ request: SandboxRequest) throws(LiveKitRefusal) {
        let isRoom = request.path.hasPrefix(Self.roomPrefix)
        guard isRoom || request.path.hasPrefix(Self.prefix) else { throw .noPage }
        guard request.method == "POST" else {
            throw .badRoute("unsupported method \"\(request.method)\" (only POST is allowed)", request)
        }
        let name = String(request.path.dropFirst(isRoom ? Self.roomPrefix.count : Self.prefix.count))
        guard let call = isRoom ? Self.roomMethods[name] : Self.methods[name] else {
            throw .badRoute("no handler for path \"\(request.path)\"", request)
        }
        self = call
    }

    /// Whether the request asks for an outbound call.
    static func isDial(_ request: SandboxRequest) -> Bool {
        // A client may join a URL with a trailing slash and the path.
        request.method == "POST" && request.path.hasSuffix(prefix + "CreateSIPParticipant")
    }

    /// Whether the request can change something. Reads use POST too.
    static func isWrite(_ request: SandboxRequest) -> Bool {
        let method = request.path.split(separator: "/").last ?? ""
        return request.method == "POST" && !method.hasPrefix("Get") && !method.hasPrefix("List")
    }

    /// The message in the request body; nil if the body is not read.
    func request(_ quirks: LiveKitQuirks) -> LiveKitMessage? {
        switch self {
        case .create(let kind): .creation(of: kind, quirks)
        case .update(let kind): .update(of: kind, quirks)
        case .get(let kind): .naming(kind.idField, "Get\(kind.noun)Request")
        case .list(let kind): .list(of: kind)
        case .listLegacy: .listLegacy
        case .deleteTrunk: .naming(LiveKitKind.inboundTrunk.idField, "DeleteSIPTrunkRequest")
        case .deleteRule: .naming(LiveKitKind.dispatchRule.idField, "DeleteSIPDispatchRuleRequest")
        case .dial: .participant
        case .listRooms: .listRooms
        case .deleteRoom: .deleteRoom
        case .listParticipants: .listParticipants
        case .removeParticipant: .removeParticipant
        case .notHere: nil
        }
    }

    /// - Parameter sent: The members of the request: some grants are for one room.
    func isAllowed(by grants: LiveKitToken.Grants, _ sent: JSONObject) -> Bool {
        switch self {
        case .dial, .notHere: grants.call
        case .listRooms: grants.listsRooms
        case .deleteRoom: grants.createsRooms
        case .listParticipants, .removeParticipant: grants.room != nil && grants.room == sent["room"]?.string
        default: grants.admin
        }
    }
}
