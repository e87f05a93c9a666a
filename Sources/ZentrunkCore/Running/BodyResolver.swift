import ZentrunkJSON

/// Fills the remaining placeholders in bodies: ids of objects that the run created, SIP usernames and passwords.
///
/// The only place where a password enters a body.
struct BodyResolver: Sendable {
    let kinds: KindTable
    let memory: RunMemory
    let secrets: any SIPSecretDeriver
    /// The plan's resources that have a body, by key and number.
    private let places: [InstanceID: [PlannedResource]]
    private let placesByKey: [String: [PlannedResource]]

    init(plan: Plan, kinds: KindTable, memory: RunMemory, secrets: any SIPSecretDeriver) {
        self.kinds = kinds
        self.memory = memory
        self.secrets = secrets
        let described = plan.resources.filter { $0.body != nil }
        places = Dictionary(grouping: described, by: \.instance)
        placesByKey = Dictionary(grouping: described, by: \.instance.key)
    }

    /// Returns the complete body of a resource.
    func body(of resource: PlannedResource) throws(ZentrunkError) -> JSONObject {
        guard let node = resource.body else { return resource.live?.fields ?? [:] }
        return try body(node, of: resource, memory.usernames, isPartial: false)
    }

    /// Returns the body that a resource is created with. If the object replaces another one, or one that was deleted,
    /// foreign members of that object are included.
    func newBody(of resource: PlannedResource) throws(ZentrunkError) -> JSONObject {
        let body = try body(of: resource)
        guard let old = resource.live?.fields ?? resource.carried else { return body }
        let kind = try kinds.kind(resource.kind).description
        let comparison = Comparison(kind: kind, managed: resource.managed, earlier: resource.earlier.map(\.values))
        let laid = comparison.laid(body, over: old).object
        return JSONObject(
            laid.compactMap { name, value in
                let isTaken = kind.fields[name].map { !$0.isReadOnly } ?? kind.takesWhatItShows
                return isTaken && !value.isNull ? (name, value) : nil
            }
        ).merging(JSONObject(body.filter { kind.fields[$0.name]?.isWriteOnly == true }.map { ($0.name, $0.value) }))
    }

    /// - Parameters:
    ///   - usernames: The usernames, by secret.
    ///   - isPartial: Whether unknown fields of objects may stay open, because only the secrets in the result are used.
    private func body(
        _ node: TemplateNode, of resource: PlannedResource, _ usernames: [String: String], isPartial: Bool
    ) throws(ZentrunkError) -> JSONObject {
        let value = try node.value { (reference) throws(ZentrunkError) in
            let open = isPartial ? Pending.value(after: [reference.description]) : nil
            return switch reference.source {
            case .resource(let key, let field): self.value(of: key, field, seenFrom: resource.instance) ?? open
            case .secret(let name, .username): usernames[name].map { .string($0) } ?? open
            case .secret(let name, .password):
                usernames[name].map { .string(secrets.password(for: $0).reveal()) } ?? open
            case .parameter, .platform, .carrier: nil
            }
        }
        return value.flatMap(Pending.known)?.object ?? [:]
    }

    /// Returns the fields of an update: those that differ, and those that every update must include.
    ///
    /// - Parameters:
    ///   - target: The intended fields: the template's body, or values from before the connection.
    ///   - live: The current fields.
    func update(
        of resource: PlannedResource, to target: JSONObject, from live: JSONObject
    ) throws(ZentrunkError) -> JSONObject {
        try update(
            resource, to: target, from: live, earlier: resource.earlier.map(\.values), body: resource.body,
            memory.usernames)
    }

    /// Returns the fields of an update that restores the object's former values, or renames it.
    ///
    /// - Parameter earlier: Values that the object was given since.
    func former(
        of resource: PlannedResource, to target: JSONObject, from live: JSONObject, earlier: [JSONObject]
    ) throws(ZentrunkError) -> JSONObject {
        // Former values go with the secrets of the description that the object was created from.
        let body = resource.earlier.first?.body ?? resource.body
        let usernames = body.map { self.usernames(in: target, of: $0) } ?? [:]
        return try update(resource, to: target, from: live, earlier: earlier, body: body, usernames)
    }

    private func update(
        _ resource: PlannedResource, to wanted: JSONObject, from live: JSONObject, earlier: [JSONObject],
        body: TemplateNode?, _ usernames: [String: String]
    ) throws(ZentrunkError) -> JSONObject {
        let kind = try kinds.kind(resource.kind).description
        let comparison = Comparison(kind: kind, managed: resource.managed, earlier: earlier)
        var target = comparison.laid(wanted, over: live).object
        for (name, former) in resource.carried ?? [:] {
            guard let field = kind.fields[name], let value = target[name], let own = resource.managed[name] else {
                continue
            }
            target[name] = field.completed(value, from: former, own: own)
        }
        let changed = Set(comparison.changes(from: live, to: target).compactMap(\.path.tokens.first))
        // Only resolved for write-only fields, because a body may reference objects that do not exist yet.
        let sent = kind.fields.filter { name, field in
            switch field.company {
            case .always where !changed.isEmpty: true
            case .of(let other) where changed.contains(other): resource.managed.contains(name)
            default: changed.contains(name)
            }
        }
        var whole: JSONObject?
        if let body, sent.values.contains(where: \.holdsWriteOnly) {
            whole = try self.body(body, of: resource, usernames, isPartial: true)
        }
        var update = JSONObject()
        for (name, field) in sent.sorted(by: { $0.key < $1.key }) {
            if field.isWriteOnly {
                // The template's body may have a password although the former values have no username for it.
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

    /// Fills in write-only members, which former values never contain, from a newly resolved body. Only if both have
    /// the same values otherwise: the connection's password does not belong to a foreign username.
    private static func filled(_ value: JSONValue, from whole: JSONValue?, by field: Field) -> JSONValue {
        guard case .object(let members) = value, case .object(let fields) = field.shape, let whole = whole?.object
        else {
            return value
        }
        var filled = members
        let isSame = members.allSatisfy { name, member in
            member.string == nil || whole[name] == nil || member == whole[name]
        }
        for (name, rule) in fields {
            if rule.isWriteOnly {
                if filled[name] == nil, isSame { filled[name] = whole[name] }
            } else if let member = filled[name] {
                filled[name] = Self.filled(member, from: whole[name], by: rule)
            }
        }
        return .object(filled)
    }

    /// Returns the usernames in an object, by secret; the run's own where the object has none.
    private func usernames(in live: JSONObject, of body: TemplateNode) -> [String: String] {
        var usernames = memory.usernames
        for reference in body.references {
            guard case .secret(let name, .username) = reference.source else { continue }
            let place = SecretReading.places(of: name, in: body, .root).first
            if let username = place.flatMap({ JSONValue.object(live)[$0]?.string }), secrets.isOurs(username) {
                usernames[name] = username
            }
        }
        return usernames
    }

    private func value(of key: String, _ field: [String], seenFrom instance: InstanceID) -> JSONValue? {
        let targets = placesByKey[key] ?? []
        // Resources with the same key are either all per number, or none of them is.
        let isPerNumber = targets.first.map { $0.instance.number != nil } ?? false
        let meant =
            isPerNumber && instance.number != nil
            ? places[InstanceID(key, number: instance.number)] ?? [] : targets
        let values = meant.compactMap { resource in
            let object = memory.object(resource.identity) ?? resource.live
            return field.first.flatMap { object?.fields[$0] }
        }
        return isPerNumber && instance.number == nil ? .array(values) : values.first
    }
}
