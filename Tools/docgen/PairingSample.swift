@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
import ZentrunkPairings
import ZentrunkPlanGraph

/// A pairing in its simplest form: one number, the template's defaults, nothing live.
struct PairingSample {
    /// One write of a first run.
    struct Step {
        /// The rank: a step waits only for steps of lower ranks.
        var level: Int
        var side: String
        var key: String
        var isPerNumber: Bool
        /// The write, and the read behind it when others need what its answer lacks.
        var calls: [KindCall]
        var fields: [String]
    }

    /// The platform's facts for one account; nil when no parameter selects one.
    struct FactColumn {
        var account: String?
        var facts: [(name: String, values: [String])]
    }

    /// A host name in place of one that only a user knows.
    private static let host = "sample.example.com"

    private let platform: Platform
    private let template: Template
    private let facts: PairingCatalog.Facts
    private let allKinds: [any ResourceKind]

    init(_ adapterType: any PlatformAdapter.Type, _ template: Template) throws {
        self.template = template
        platform = Platform(adapterType)
        facts = try PairingCatalog.Facts(platform)
        allKinds = try PairingCatalog.carrier().kinds + PairingCatalog.adapter(platform).kinds
    }

    /// The directions that the template knows, both first.
    var directions: [String] { choices("direction").sorted { ($0 == "both" ? 0 : 1, $1) < ($1 == "both" ? 0 : 1, $0) } }

    /// The kinds that the template uses, each once.
    func kinds(in template: Template) -> [(description: KindDescription, calls: [KindCall])] {
        var seen: Set<String> = []
        return template.resources.compactMap { resource in
            guard seen.insert(resource.kind).inserted, let kind = kind(resource.kind) else { return nil }
            return (kind.description, kind.calls)
        }
    }

    /// `Plivo: trunk`.
    func place(of kindName: String) -> String {
        guard let kind = kind(kindName)?.description else { return kindName }
        return "\(side(kind)): \(kind.title)"
    }

    /// The graph of one direction, in Mermaid.
    func graph(_ direction: String) throws -> String {
        PlanGraph(
            try blueprint(direction), kinds: allKinds.map(\.description), names: PairingCatalog.names(platform)
        ).mermaid
    }

    /// The writes of the first direction; each step follows the steps that it waits for.
    func steps() throws -> [Step] {
        let blueprint = try blueprint(directions.first ?? "both")
        let instances = blueprint.instances
        var levels: [InstanceID: Int] = [:]
        // References never run in a circle, so each round settles at least one more.
        for _ in instances {
            for instance in instances {
                levels[instance.id] = 1 + (instance.prerequisites.compactMap { levels[$0] }.max() ?? 0)
            }
        }
        let last = 1 + (instances.filter { !isRoute($0.kind) }.compactMap { levels[$0.id] }.max() ?? 0)
        for instance in instances where isRoute(instance.kind) { levels[instance.id] = last }
        let read = blueprint.edges.readAfterCreate { id in
            blueprint[id].flatMap { kind($0.kind) }?.description.idField
        }
        return instances.map { instance in
            let kind = kind(instance.kind)
            let operation: KindCall.Operation = isRoute(instance.kind) ? .update : .create
            var fields: [String] = []
            if case .object(let members) = instance.body {
                fields = members.filter { $0.node.references.allSatisfy(blueprint.has) }.map(\.name)
            }
            var calls = kind?.calls.filter { $0.operation == operation } ?? []
            let write = calls.first
            if let kind, operation == .create, read.contains(instance.id) {
                calls += kind.calls.filter { $0.operation == .read }
            }
            return Step(
                level: levels[instance.id] ?? 1, side: kind.map { side($0.description) } ?? "", key: instance.id.key,
                isPerNumber: instance.id.number != nil, calls: calls, fields: write?.members ?? fields)
        }
        .enumerated().sorted { ($0.element.level, $0.offset) < ($1.element.level, $1.offset) }.map(\.element)
    }

    /// Facts that are hosts, addresses or lists of these, for every account that a parameter selects.
    func factColumns() throws -> [FactColumn] {
        let selecting = platform.description.accountParameters.first
        let accounts = selecting.map(choices) ?? []
        return try (accounts.isEmpty ? [nil] : accounts.map { $0 }).map { account in
            var connection = try connection(directions.first ?? "both")
            if let selecting, let account { connection.values[selecting] = .string(account) }
            let stated = try facts.facts(for: connection).platform.object ?? [:]
            let facts = stated.compactMap { name, value -> (name: String, values: [String])? in
                let texts = value.string.map { [$0] } ?? value.array?.compactMap(\.string) ?? []
                // A value that the user supplies is not a fact of the platform.
                guard !texts.isEmpty, texts.allSatisfy({ $0.contains(".") && !$0.contains("example.com") }) else {
                    return nil
                }
                return (name, texts)
            }
            return FactColumn(account: account, facts: facts)
        }
    }

    private func blueprint(_ direction: String) throws -> Blueprint {
        let connection = try connection(direction)
        let facts = try facts.facts(for: connection)
        return try Blueprint(template, connection, platform: facts.platform, carrier: facts.carrier)
    }

    private func connection(_ direction: String) throws -> Connection {
        var values: [String: JSONValue] = [:]
        for parameter in template.allParameters {
            values[parameter.name] = parameter.defaultValue ?? Self.sample(parameter)
        }
        values["direction"] = .string(direction)
        return Connection(
            platform: template.pairing, name: .main, numbers: [try PhoneNumber("+14155550100")], values: values)
    }

    /// A value for a required parameter.
    private static func sample(_ parameter: TemplateParameter) -> JSONValue? {
        guard parameter.required != nil else { return nil }
        switch parameter.type {
        case .choice(let choices): return choices.first.map { .string($0) }
        case .bool: return false
        case .country: return "us"
        case .string, .id, .host, .uri: return .string(host)
        case .url: return .string("https://\(host)")
        }
    }

    private func choices(_ name: String) -> [String] {
        guard case .choice(let choices)? = template.allParameters.first(where: { $0.name == name })?.type else {
            return []
        }
        return choices
    }

    private func kind(_ name: String) -> (any ResourceKind)? { allKinds.first { $0.description.name == name } }

    private func isRoute(_ name: String) -> Bool { kind(name)?.description.role == .route }

    private func side(_ kind: KindDescription) -> String { PairingCatalog.names(platform)[kind.side] ?? "" }
}

extension Blueprint {
    /// Whether the referenced value exists: a field is left out when the connection lacks its secret.
    fileprivate func has(_ reference: TemplateReference) -> Bool {
        guard case .secret(let name, _) = reference.source else { return true }
        return secrets.contains(name)
    }
}
