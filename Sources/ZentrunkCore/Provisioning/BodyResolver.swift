import ZentrunkJSON

/// Puts the last open values into bodies: ids of objects that the run made, SIP usernames and passwords.
///
/// The only place where a password enters a body.
struct BodyResolver: Sendable {
    let plan: Plan
    let kinds: KindTable
    let memory: RunMemory
    let secrets: any SIPSecretDeriver
    /// Indices of the plan's resources that have a body, by key and number, and by key alone.
    private let places: [InstanceID: [Int]]
    private let placesByKey: [String: [Int]]

    init(plan: Plan, kinds: KindTable, memory: RunMemory, secrets: any SIPSecretDeriver) {
        self.plan = plan
        self.kinds = kinds
        self.memory = memory
        self.secrets = secrets
        let described = plan.resources.indices.filter { plan.resources[$0].body != nil }
        places = Dictionary(grouping: described) { plan.resources[$0].instance }
        placesByKey = Dictionary(grouping: described) { plan.resources[$0].instance.key }
    }

    /// The whole body of a resource.
    ///
    /// - Parameters:
    ///   - usernames: Of secrets; the run's own when left out.
    ///   - isPartial: Whether fields of objects that are not known may stay open: only secrets are taken from the body.
    func body(
        of index: Int, usernames: [String: String]? = nil, isPartial: Bool = false
    ) throws(ConnectionError) -> JSONObject {
        let resource = plan.resources[index]
        guard let node = resource.body else { return resource.live?.fields ?? [:] }
        let usernames = usernames ?? memory.usernames
        let value = try node.value { (reference) throws(ConnectionError) in
            switch reference.source {
            case .resource(let key, let field):
                self.value(of: key, field, seenFrom: resource.instance) ?? (isPartial ? .string("") : nil)
            case .secret(let name, .username): usernames[name].map { .string($0) }
            case .secret(let name, .password): usernames[name].map { .string(secrets.password(for: $0).reveal()) }
            case .parameter, .platform, .carrier: nil
            }
        }
        return value?.object ?? [:]
    }

    /// The fields of an update: what differs, and what every update must carry.
    ///
    /// - Parameters:
    ///   - target: What the fields shall be: the described body, or former values.
    ///   - live: What they are.
    ///   - usernames: By which write-only fields that must be sent are computed.
    func update(
        of index: Int, to target: JSONObject, from live: JSONObject, usernames: [String: String]? = nil
    ) throws(ConnectionError) -> JSONObject {
        let resource = plan.resources[index]
        let kind = try kinds.kind(resource.kind).description
        let comparison = Comparison(kind: kind, managed: resource.managed)
        let changed = Set(comparison.changes(from: live, to: target).compactMap(\.path.tokens.first))
        // Only for what no vendor returns: a body may refer to objects that are not there yet.
        let sent = kind.fields.filter { name, field in
            switch field.company {
            case .always where !changed.isEmpty: true
            case .of(let other) where changed.contains(other): resource.managed.contains(name)
            default: changed.contains(name)
            }
        }
        let needsSecrets = resource.body != nil && sent.values.contains(where: \.holdsWriteOnly)
        let whole = try needsSecrets ? body(of: index, usernames: usernames, isPartial: true) : nil
        var update = JSONObject()
        for (name, field) in sent.sorted(by: { $0.key < $1.key }) {
            if field.isWriteOnly {
                // The described body may have a password where the former values have nothing that it is for.
                let isAlone =
                    switch (field.company, field.removal) {
                    case (_, .along(let other)), (.of(let other), _): comparison.isDefault(other, in: target)
                    default: false
                    }
                update[name] = isAlone ? field.removalValue : whole?[name] ?? field.removalValue
            } else if let value = target[name], !value.isNull {
                update[name] = field.written(Self.filled(value, from: whole?[name], by: field), over: live[name])
            } else if case .along(let other) = field.removal, comparison.isDefault(other, in: target) {
                continue
            } else if !changed.contains(name) {
                if let value = live[name], !value.isNull { update[name] = value }
            } else {
                update[name] = field.removing(target: target, live: live)
            }
        }
        return update
    }

    /// Former values never hold write-only members; those are taken from a body that was computed again, where it is about
    /// the same: our password does not belong to somebody else's username.
    private static func filled(_ value: JSONValue, from whole: JSONValue?, by field: Field) -> JSONValue {
        guard case .object(let members) = value, case .object(let fields) = field.shape, let whole = whole?.object
        else {
            return value
        }
        var filled = members
        let isSame = members.allSatisfy { name, member in member.string == nil || member == whole[name] }
        for (name, rule) in fields {
            if rule.isWriteOnly {
                if filled[name] == nil, isSame { filled[name] = whole[name] }
            } else if let member = filled[name] {
                filled[name] = Self.filled(member, from: whole[name], by: rule)
            }
        }
        return .object(filled)
    }

    /// The usernames that an object carries, by secret, as far as it carries any.
    func usernames(in live: JSONObject, of index: Int) -> [String: String] {
        guard let body = plan.resources[index].body else { return [:] }
        var usernames = memory.usernames
        for name in usernames.keys {
            let place = SecretReading.places(of: name, in: body, .root).first
            if let username = place.flatMap({ JSONValue.object(live)[$0]?.string }), secrets.isOurs(username) {
                usernames[name] = username
            }
        }
        return usernames
    }

    private func value(of key: String, _ field: [String], seenFrom instance: InstanceID) -> JSONValue? {
        let targets = placesByKey[key] ?? []
        // Resources of one key are all per number, or none is.
        let isPerNumber = targets.first.map { plan.resources[$0].instance.number != nil } ?? false
        let meant =
            isPerNumber && instance.number != nil
            ? places[InstanceID(key, number: instance.number)] ?? [] : targets
        let values = meant.compactMap { index in
            let object = memory.object(index) ?? plan.resources[index].live
            return field.first.flatMap { object?.fields[$0] }
        }
        return isPerNumber && instance.number == nil ? .array(values) : values.first
    }
}
