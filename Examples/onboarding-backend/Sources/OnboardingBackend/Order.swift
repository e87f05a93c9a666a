import Hummingbird
import ZentrunkCore
import ZentrunkJSON

/// What a customer asks for, as JSON that can be stored and read again.
struct Order: Sendable {
    enum Request: Sendable {
        case connect(ConnectionRequest)
        case disconnect(DisconnectionRequest)
    }

    let platform: PlatformID
    let request: Request
    /// The digest of the plan that the customer agreed to.
    let digest: String?
    /// Whether live objects may change as that plan says.
    let consent: Bool
    let json: JSONObject

    var name: ConnectionName {
        switch request {
        case .connect(let request): request.name
        case .disconnect(let request): request.name
        }
    }

    /// Whether both orders are about one connection, if they are the same customer's.
    func isAbout(_ other: Order) -> Bool { platform == other.platform && name == other.name }

    /// Reads an order. Nothing is sent to a vendor before this has succeeded.
    ///
    /// - Throws: `JSONDecodingError`, ``ZentrunkError`` `invalid`.
    init(_ json: JSONObject) throws {
        let order = JSONCursor(.object(json))
        let isConnect = try order.member("operation").string() == "connect"
        try Self.refuse(json, beyond: isConnect ? Self.connectMembers : Self.disconnectMembers)
        self.json = json
        platform = PlatformID(try order.member("platform").string())
        digest = try order.memberIfPresent("digest")?.string()
        consent = try order.memberIfPresent("consent")?.bool() ?? false
        let name = try order.memberIfPresent("name").map { try ConnectionName($0.string()) } ?? .main
        if isConnect {
            request = .connect(try Self.connection(name, order))
        } else {
            let route = try order.memberIfPresent("route_to").map(Self.route)
            let numbers = try Self.numbers(order).map { try PhoneNumber($0) }
            request = .disconnect(DisconnectionRequest(name: name, numbers: numbers, routeTo: route))
        }
    }

    private static func connection(_ name: ConnectionName, _ order: JSONCursor) throws -> ConnectionRequest {
        let direction = try order.memberIfPresent("direction").map { cursor in
            guard let direction = Direction(rawValue: try cursor.string()) else {
                throw cursor.mismatch("both, inbound or outbound")
            }
            return direction
        }
        var request = try ConnectionRequest(
            name: name, connecting: numbers(order), agent: order.memberIfPresent("agent")?.string(),
            direction: direction)
        for (name, value) in try order.memberIfPresent("parameters")?.members() ?? [:] {
            request.values[name] =
                switch value {
                case .string(let text): .text(text)
                case .bool(let flag): .flag(flag)
                case .null: .unset
                default:
                    throw JSONCursor(value, at: order.path.appending("parameters").appending(name)).mismatch(
                        "a text, true, false or null")
                }
        }
        request.mayReroute = try order.memberIfPresent("reroute")?.bool() ?? false
        request.mayAdopt = try order.memberIfPresent("adopt")?.bool() ?? false
        return request
    }

    private static func numbers(_ order: JSONCursor) throws -> [String] {
        try order.memberIfPresent("numbers")?.elements().map { try $0.string() } ?? []
    }

    private static let connectMembers: Set = [
        "operation", "platform", "name", "numbers", "direction", "agent", "parameters", "reroute", "adopt", "digest",
        "consent",
    ]
    private static let disconnectMembers: Set = [
        "operation", "platform", "name", "numbers", "route_to", "digest", "consent",
    ]

    /// Refuses misspelt members, which would silently have no effect.
    private static func refuse(_ json: JSONObject, beyond known: Set<String>) throws {
        guard let unknown = json.names.first(where: { !known.contains($0) }) else { return }
        let members = known.subtracting(["operation"]).sorted().joined(separator: ", ")
        throw ZentrunkError(.invalid, "/\(unknown) is not known; the members are \(members)")
    }

    private static func route(_ json: JSONCursor) throws -> DisconnectionRequest.RouteTarget {
        let text = try json.string()
        if text == "none" { return .nothing }
        guard text.hasPrefix("app:"), text.count > 4 else { throw json.mismatch("none or app:ID") }
        return .application(String(text.dropFirst(4)))
    }
}
