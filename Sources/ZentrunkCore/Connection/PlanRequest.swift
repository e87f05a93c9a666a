import ZentrunkJSON

/// A request that a plan is made from.
public enum PlanRequest: Sendable, Hashable {
    case connect(ConnectionRequest)
    case disconnect(DisconnectionRequest)
}

extension PlanRequest {
    /// The request as JSON, which ``init(_:)`` reads.
    var json: JSONValue {
        switch self {
        case .connect(let request): .object(request.json)
        case .disconnect(let request): .object(request.json)
        }
    }

    /// Reads a request.
    ///
    /// - Parameter operation: The kind of the request.
    init(_ cursor: JSONCursor, _ operation: RunOperation) throws {
        self =
            switch operation {
            case .connect: .connect(try ConnectionRequest(cursor))
            case .disconnect: .disconnect(try DisconnectionRequest(cursor))
            }
    }
}

extension ConnectionRequest {
    fileprivate var json: JSONObject {
        [
            "name": .string(name.description), "numbers": numbers.json, "without_plus": withoutPlus.json,
            "values": values.json, "agent": agent.map { .string($0) } ?? .null,
            "fallbacks": .object(JSONObject(fallbacks.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })),
            "replaceable": .array(replaceable.sorted().map { .string($0) }), "may_reroute": .bool(mayReroute),
            "may_adopt": .bool(mayAdopt), "may_be_one_sided": .bool(mayBeOneSided),
            "renews_logins": .bool(renewsLogins),
        ]
    }

    fileprivate init(_ cursor: JSONCursor) throws {
        self.init(
            name: try ConnectionName(cursor.member("name").string()),
            numbers: try PhoneNumber.list(cursor.member("numbers")),
            withoutPlus: try PhoneNumber.places(cursor.member("without_plus")),
            values: try ParameterValue.table(cursor.member("values")),
            mayReroute: try cursor.member("may_reroute").bool(), mayAdopt: try cursor.member("may_adopt").bool(),
            fallbacks: try cursor.member("fallbacks").texts(),
            replaceable: Set(try cursor.member("replaceable").elements().map { try $0.string() }),
            mayBeOneSided: try cursor.member("may_be_one_sided").bool())
        agent = try cursor.memberIfPresent("agent")?.string()
        renewsLogins = try cursor.memberIfPresent("renews_logins")?.bool() ?? false
    }
}

extension DisconnectionRequest {
    fileprivate var json: JSONObject {
        let route: JSONValue =
            switch routeTo {
            case .application(let id)?: ["application": .string(id)]
            case .nothing?: ["application": .null]
            case nil: .null
            }
        return [
            "name": .string(name.description), "numbers": numbers.json, "without_plus": withoutPlus.json,
            "values": values.json, "route_to": route, "may_be_one_sided": .bool(mayBeOneSided),
        ]
    }

    fileprivate init(_ cursor: JSONCursor) throws {
        let route = try cursor.memberIfPresent("route_to").map { cursor -> RouteTarget in
            try cursor.memberIfPresent("application").map { .application(try $0.string()) } ?? .nothing
        }
        self.init(
            name: try ConnectionName(cursor.member("name").string()),
            numbers: try PhoneNumber.list(cursor.member("numbers")),
            withoutPlus: try PhoneNumber.places(cursor.member("without_plus")),
            values: try ParameterValue.table(cursor.member("values")), routeTo: route,
            mayBeOneSided: try cursor.member("may_be_one_sided").bool())
    }
}

extension ParameterValue {
    fileprivate static func table(_ cursor: JSONCursor) throws -> [String: ParameterValue] {
        try cursor.members().reduce(into: [:]) { values, member in
            switch member.value {
            case .null: values[member.name] = .unset
            case .bool(let flag): values[member.name] = .flag(flag)
            default: values[member.name] = .text(try JSONCursor(member.value, at: cursor.path).string())
            }
        }
    }
}

extension [String: ParameterValue] {
    fileprivate var json: JSONValue {
        .object(
            JSONObject(
                sorted { $0.key < $1.key }.map { name, value in
                    switch value {
                    case .text(let text): (name, .string(text))
                    case .flag(let flag): (name, .bool(flag))
                    case .unset: (name, .null)
                    }
                }))
    }
}

extension [PhoneNumber] {
    /// The numbers in E.164.
    var json: JSONValue { .array(map { .string($0.e164) }) }
}

extension [PhoneNumber: String] {
    fileprivate var json: JSONValue {
        .object(JSONObject(sorted { $0.key < $1.key }.map { ($0.key.e164, .string($0.value)) }))
    }
}

extension PhoneNumber {
    static func list(_ cursor: JSONCursor) throws -> [PhoneNumber] {
        try cursor.elements().map { try PhoneNumber($0.string()) }
    }

    fileprivate static func places(_ cursor: JSONCursor) throws -> [PhoneNumber: String] {
        try cursor.texts().reduce(into: [:]) { $0[try PhoneNumber($1.key)] = $1.value }
    }
}

extension JSONCursor {
    /// Returns the members of an object of texts.
    fileprivate func texts() throws -> [String: String] {
        try members().reduce(into: [:]) { $0[$1.name] = try JSONCursor($1.value, at: path).string() }
    }
}
