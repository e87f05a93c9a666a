import ZentrunkJSON

/// The inference of a live connection's options on a machine without its journal: the options whose objects equal the
/// live ones.
struct OptionInference {
    let template: Template
    let kinds: KindTable
    let state: LiveState
    /// Parameters that are decided already: ``PlatformDescription/accountParameters``.
    var decided: [String] = []
    let makeBlueprint: (Connection) throws -> Blueprint

    /// Returns the connection that matches the live objects best.
    ///
    /// - Throws: ``ZentrunkError`` `invalid`, which asks for the options, if no options fit.
    func connection(
        _ platform: PlatformID, _ request: ConnectionRequest, _ options: ConnectionOptions
    ) throws -> Connection {
        var base = Connection(
            platform: platform, name: request.name, numbers: numbers, values: try readable())
        // Values that the objects do not show come from the request or the environment.
        let shown = shownParameters
        for parameter in template.allParameters where base.values[parameter.name] == nil {
            if let text = request.values[parameter.name]?.text ?? request.fallbacks[parameter.name] {
                base.values[parameter.name] = try? parameter.value(text)
            } else if parameter.choices == nil, !shown.contains(parameter.name) {
                // The object that would show the value is missing, for instance because a run died; this does not mean
                // that the parameter was removed.
                base.values[parameter.name] = parameter.defaultValue
            }
        }
        // The account is decided before anything is read.
        let open = template.allParameters.filter { $0.choices != nil && !decided.contains($0.name) }
        var best: (connection: Connection, score: Int)?
        for values in combinations(open, request) {
            var candidate = base
            candidate.values.merge(values) { _, chosen in chosen }
            guard let score = try? score(candidate) else { continue }
            if score < best?.score ?? .max { best = (candidate, score) }
        }
        // Values may differ because they were changed by hand, and objects may be missing, but there must be no
        // additional ones.
        guard let best, best.score < Self.surplus else {
            // If the request sets every option, nothing has to be inferred.
            if open.allSatisfy({ request.values[$0.name] != nil }) { return base }
            throw ZentrunkError(
                .invalid,
                """
                this machine has no record of the connection \(platform)/\(request.name), and its settings cannot be \
                inferred from the existing objects: give its direction, whether it is secure, and the other options it was \
                created with, or disconnect it and connect again
                """,
                remedies: [.disconnect(.init(platform, request.name))])
        }
        return best.connection
    }

    private static let surplus = 100_000

    /// The numbers in the platform's records of this connection.
    private var numbers: [PhoneNumber] { state.numbers(kinds) }

    /// Parameters that the template of an existing object references: if the object shows no value, they have none.
    private var shownParameters: Set<String> {
        let keys = Set(state.owned.keys.map(\.key))
        let references = template.resources.filter { keys.contains($0.key) }.flatMap(\.body.references)
        return Set(references.compactMap { if case .parameter(let name) = $0.source { name } else { nil } })
    }

    /// Returns the parameters whose values appear unchanged in live objects.
    private func readable() throws -> [String: JSONValue] {
        var values: [String: JSONValue] = [:]
        for resource in template.resources {
            guard let live = state.owned.first(where: { $0.key.key == resource.key })?.value.object else { continue }
            collect(resource.body, .object(live.fields), into: &values)
        }
        return values
    }

    /// Returns the parameter values in foreign records of the connection's numbers; nil for a record without a value.
    func valuesOfForeignRecords(about connection: Connection) -> [String: Set<JSONValue?>] {
        var all: [String: Set<JSONValue?>] = [:]
        let foreign = state.foreign.byKind
        let numbers = Set(connection.numbers)
        for resource in template.resources where resource.isPerNumber {
            guard let kind = try? kinds.kind(resource.kind).description else { continue }
            for object in foreign[resource.kind] ?? [] {
                guard let number = kind.number(of: object), numbers.contains(number),
                    state.owned[InstanceID(resource.key, number: number)] == nil,
                    kind.name(of: object).flatMap(OwnedName.init(parsing:)) == nil
                else { continue }
                collect(resource.body, object, into: &all)
            }
        }
        return all
    }

    /// Returns the parameter values in the connection's own objects; nil for an object without a value.
    func valuesOfOwnObjects() -> [String: Set<JSONValue?>] {
        var all: [String: Set<JSONValue?>] = [:]
        let owned = Dictionary(grouping: state.owned) { $0.key.key }
        for resource in template.resources {
            for found in owned[resource.key] ?? [] { collect(resource.body, found.value.object, into: &all) }
        }
        return all
    }

    /// Adds the values in one object of the parameters that its template references.
    private func collect(_ body: TemplateNode, _ object: LiveObject, into all: inout [String: Set<JSONValue?>]) {
        var values: [String: JSONValue] = [:]
        collect(body, .object(object.fields), into: &values)
        for reference in body.references {
            guard case .parameter(let name) = reference.source, isOpen(name) else { continue }
            all[name, default: []].insert(values[name])
        }
    }

    /// Whether a live object may contain the parameter's value unchanged.
    private func isOpen(_ name: String) -> Bool {
        !TemplateParameter.derived.contains(name)
            && template.allParameters.contains { $0.name == name && $0.choices == nil }
    }

    private func collect(_ body: TemplateNode, _ live: JSONValue, into values: inout [String: JSONValue]) {
        let places = body.walk(live) { step, live in
            switch step {
            case .member(let name): live[name]
            case .element(let index): live[JSONPointer.root.appending(index)]
            case .condition, .choice: live
            }
        }
        for place in places {
            switch place.node {
            case .reference(let reference): collect(reference, place.context, into: &values)
            case .text(let parts):
                // Verbatim text around a single reference can be removed.
                let references = parts.indices.filter { parts[$0].reference != nil }
                guard let text = place.context.string, references.count == 1, let index = references.first,
                    let reference = parts[index].reference
                else { continue }
                let head = parts[..<index].compactMap(\.verbatim).joined()
                let tail = parts[(index + 1)...].compactMap(\.verbatim).joined()
                guard text.hasPrefix(head), text.hasSuffix(tail), text.count > head.count + tail.count else { continue }
                collect(reference, .string(String(text.dropFirst(head.count).dropLast(tail.count))), into: &values)
            default: continue
            }
        }
    }

    private func collect(_ reference: TemplateReference, _ live: JSONValue, into values: inout [String: JSONValue]) {
        guard case .parameter(let name) = reference.source, !live.isNull, isOpen(name) else { return }
        values[name] = live
    }

    /// Returns all combinations of the parameters' choices. Values in the request come first, then defaults: of equally
    /// good combinations, the first is used.
    private func combinations(_ parameters: [TemplateParameter], _ request: ConnectionRequest) -> [[String: JSONValue]]
    {
        parameters.reduce([[:]]) { combinations, parameter in
            let choices = (parameter.choices ?? []).map {
                parameter.type == .bool ? JSONValue.bool($0 == "true") : .string($0)
            }
            let said = request.values[parameter.name]?.text.flatMap { try? parameter.value($0) }
            let first = [said, parameter.defaultValue].compactMap { $0 }
            var ordered: [JSONValue] = []
            for value in first + choices where !ordered.contains(value) { ordered.append(value) }
            return combinations.flatMap { values in
                ordered.map { value in values.merging([parameter.name: value]) { _, new in new } }
            }
        }
    }

    /// Returns the distance between the described and the live objects; 0 means equal.
    ///
    /// Only the first number is compared, because the options have the same effect on all numbers.
    private func score(_ connection: Connection) throws -> Int {
        var connection = connection
        connection.numbers = Array(connection.numbers.prefix(1))
        let blueprint = try makeBlueprint(connection)
        let described = blueprint.instances.filter { (try? kinds.kind($0.kind).description.role) == .object }
        let ids = Set(described.map(\.id))
        let keys = Set(template.resources.map(\.key))
        let surplus = state.owned.keys.filter {
            keys.contains($0.key) && !ids.contains($0)
                && ($0.number == nil || $0.number == connection.numbers.first)
        }
        var score = surplus.count * Self.surplus
        score += ids.isSubset(of: state.owned.keys) ? 0 : 1
        for instance in described {
            guard let live = state.owned[instance.id]?.object else { continue }
            let kind = try kinds.kind(instance.kind).description
            let desired = try instance.body.value { (reference) throws(ZentrunkError) in
                guard case .instances(let meant) = reference.source else { return Pending.value(after: []) }
                return liveValue(of: meant)
            }
            guard let desired = desired?.object else { continue }
            score +=
                10
                * Comparison(kind: kind, managed: instance.managed).changes(from: live.fields, to: desired)
                .count { $0.path.tokens.first != kind.numberField }
        }
        return score
    }

    /// Returns what the live objects say about a reference. An object that is missing leaves open what others quote of
    /// it.
    private func liveValue(of reference: InstanceReference) -> JSONValue? {
        var reference = reference
        // One number is described, and a list has the objects of all.
        if reference.isList {
            reference.targets = state.owned.keys.filter { $0.key == reference.key }.sorted()
        }
        return reference.value { target in
            guard let found = state.owned[target] else { return Pending.value(after: [reference.key]) }
            return found.object.fields[reference.field]
        }
    }
}
