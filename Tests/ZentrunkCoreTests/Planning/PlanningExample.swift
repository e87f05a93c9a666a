import Testing
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTestKit

@testable @_spi(Adapter) import ZentrunkCore

/// A connection of the platform in memory as values: its blueprint, and live objects exactly as described.
struct PlanningExample {
    static let number = EngineBench.number
    static let second = EngineBench.second

    let connector: Connector
    private(set) var blueprint: Blueprint
    var state = LiveState()
    var former: [RecordedObject: JSONObject] = [:]
    /// Whether the connection goes, with everything.
    var isRemoved = false

    /// - Parameter isLive: Whether the objects exist and the numbers are routed to them.
    init(
        _ values: [String: JSONValue] = [:], numbers: [String] = [Self.number], isLive: Bool = true,
        template: [UInt8]? = nil, conflict: @escaping MemoryKind.Judge = { _, _, _ in nil }
    ) throws {
        let own = try template.map { try Template(parsing: $0, file: "test") }
        connector = try EngineBench().connector(template: own, conflict: conflict)
        let defaults: [String: JSONValue] = ["direction": "both", "secure": false, "authentication": "none"]
        let connection = Connection(
            platform: "memory", name: .main, numbers: try EngineBench.numbers(numbers),
            values: defaults.merging(values) { $1 })
        blueprint = try connector.engine.planner.blueprint(connection)
        for number in connection.numbers {
            state.routes[number] = LiveObject(id: number.digits, fields: ["number": .string(number.e164)])
        }
        guard isLive else { return }
        for instance in blueprint.instances {
            var fields =
                try instance.body.value { reference in
                    switch reference.source {
                    case .instances(let meant): meant.value { .string(Self.text(meant.field, of: $0)) }
                    default: "user1ofACCOUNT1"
                    }
                }?.object ?? [:]
            fields["password"] = .none
            if let number = instance.id.number, instance.kind == MemoryCarrier.route {
                state.routes[number] = LiveObject(id: number.digits, fields: fields)
                continue
            }
            fields["id"] = .string(Self.text("id", of: instance.id))
            if instance.kind == MemoryCarrier.trunk { fields["domain"] = .string(Self.text("domain", of: instance.id)) }
            let object = LiveObject(id: Self.text("id", of: instance.id), fields: fields)
            state.owned[instance.id] = .init(kind: instance.kind, object: object)
        }
    }

    private static func text(_ field: String, of id: InstanceID) -> String {
        let name = "\(id.key)\(id.number.map { "-\($0.digits)" } ?? "")"
        return field == "domain" ? "\(name).carrier.example.com" : name
    }

    var kinds: KindTable { connector.engine.kinds }

    var subject: PlanSubject {
        PlanSubject(
            blueprint: isRemoved ? nil : blueprint, state: state, kinds: kinds,
            secrets: connector.engine.carrier.secrets,
            former: former, applicationField: connector.engine.carrier.applicationField,
            templateKeys: Set(connector.engine.template.resources.map(\.key)))
    }

    // MARK: Changes by hand

    /// Sets members of the live object with that key; null removes one.
    mutating func change(_ key: String, _ fields: JSONObject) {
        for id in state.owned.keys where id.key == key {
            for (name, value) in fields { state.owned[id]?.object.fields[name] = value.isNull ? .none : value }
        }
    }

    /// The same live objects with another description.
    func describing(_ other: Blueprint) -> PlanningExample {
        var example = self
        example.blueprint = other
        return example
    }

    mutating func remove(_ key: String) { state.owned = state.owned.filter { $0.key.key != key } }

    /// Routes the first number; nil takes it from the account.
    mutating func route(_ fields: JSONObject?, objections: [String] = []) throws {
        let number = try PhoneNumber(Self.number)
        state.routes[number] = .some(
            fields.map {
                LiveObject(
                    id: number.digits, fields: $0.merging(["number": .string(number.e164)]), objections: objections)
            })
    }

    /// Adds a foreign object.
    mutating func add(_ kind: String, _ id: String, _ fields: JSONObject) {
        state.foreign.add(
            .init(kind: kind, object: LiveObject(id: id, fields: fields.merging(["id": .string(id)]))))
    }

    func objects(_ request: ConnectionRequest = ConnectionRequest(), adopted: [InstanceID: LiveObject] = [:]) throws
        -> (
            part: PlanPart, bodies: DesiredBodies
        )
    {
        try ObjectPlanner(subject, request, adopted: adopted).plan()
    }
}

extension PlanPart {
    /// `create gateway`, `keep in`: the deed and the key of each instance.
    var deeds: [String] { resources.map { "\($0.deeds.plannedWord) \($0.instance.key)" } }

    subscript(_ key: String) -> PlannedResource? { resources.first { $0.instance.key == key } }
}
