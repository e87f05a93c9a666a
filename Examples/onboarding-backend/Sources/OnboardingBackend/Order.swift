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
        let numbers = try order.memberIfPresent("numbers")?.elements().map { try PhoneNumber($0.string()) } ?? []
        if isConnect {
            request = .connect(try Self.connection(name, numbers, order))
        } else {
            let route = try order.memberIfPresent("route_to").map(Self.route)
            request = .disconnect(DisconnectionRequest(name: name, numbers: numbers, routeTo: route))
        }
    }

    private static func connection(
        _ name: ConnectionName, _ numbers: [PhoneNumber], _ order: JSONCursor
    ) throws -> ConnectionRequest {
        var values: [String: String?] = [:]
        if let parameters = try order.memberIfPresent("parameters") {
            for parameter in try parameters.members().names {
                let cursor = try parameters.member(parameter)
                switch cursor.value {
                case .string(let text): values[parameter] = .some(text)
                case .bool(let flag): values[parameter] = .some(flag ? "true" : "false")
                case .null: values[parameter] = .some(nil)
                default: throw cursor.mismatch("a text, true, false or null")
                }
            }
        }
        if let direction = try order.memberIfPresent("direction") {
            guard ["both", "inbound", "outbound"].contains(try direction.string()) else {
                throw direction.mismatch("both")
            }
            values["direction"] = try direction.string()
        }
        if let agent = try order.memberIfPresent("agent")?.string() { values["assistant"] = agent }
        return ConnectionRequest(
            name: name, numbers: numbers, values: values,
            mayReroute: try order.memberIfPresent("reroute")?.bool() ?? false,
            mayAdopt: try order.memberIfPresent("adopt")?.bool() ?? false)
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
