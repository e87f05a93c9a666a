import ZentrunkJSON

/// A plan under construction: decides what happens to each instance.
struct PlanDraft {
    /// The described instances; nil if everything is removed.
    let blueprint: Blueprint?
    /// Former descriptions of the connection, the last completed one first.
    var earlier: [Blueprint] = []
    let state: LiveState
    /// The instances of the connection, by object.
    private let instances: [RecordedObject: InstanceID]
    let kinds: KindTable
    let request: ConnectionRequest
    let secrets: any SIPSecretDeriver
    let former: [RecordedObject: JSONObject]
    let applicationField: String
    var routeTo: DisconnectionRequest.RouteTarget?
    /// The template's keys, if only its resources may be deleted; nil if the entire connection is removed.
    var keys: Set<String>?
    /// The template's keys, to identify objects that it cannot have created.
    var templateKeys: Set<String> = []
    /// The fields that the template sets, by kind. Other fields were never changed.
    var described: [String: Set<String>] = [:]
    /// Whether other objects are also checked against objects that do not change. A disconnect does not check what it
    /// keeps.
    var looksAside = false
    /// Objects that former routes lead to and that no longer exist.
    var missingTargets: Set<RecordedObject> = []

    var resources: [PlannedResource] = []
    var collisions: [Collision] = []
    var warnings: [Warning] = []
    /// Removed numbers that are now routed to a foreign target.
    var elsewhere: [PhoneNumber: String] = [:]
    /// Parts of foreign objects that cannot be restored.
    var losses: [String] = []
    var usernames: [String: String] = [:]
    /// Foreign objects that are taken over.
    var adopted: [InstanceID: LiveObject] = [:]

    init(
        blueprint: Blueprint?, state: LiveState, kinds: KindTable, request: ConnectionRequest,
        secrets: any SIPSecretDeriver,
        former: [RecordedObject: JSONObject], applicationField: String
    ) {
        self.blueprint = blueprint
        self.state = state
        instances = state.instances
        self.kinds = kinds
        self.request = request
        self.secrets = secrets
        self.former = former
        self.applicationField = applicationField
    }

    /// The indices in ``resources`` of the blueprint's objects.
    private var places: [InstanceID: Int] = [:]

    subscript(_ id: InstanceID) -> PlannedResource? {
        if let place = places[id], resources.indices.contains(place), resources[place].instance == id {
            return resources[place]
        }
        return resources.first { $0.instance == id }
    }

    /// Returns the instance of this connection that a route leads to.
    func target(of route: LiveObject, _ kind: KindDescription) -> InstanceID? {
        kind.references.lazy.compactMap { reference -> InstanceID? in
            route.fields[reference.field]?.string.flatMap { instances[RecordedObject(kind: reference.kind, id: $0)] }
        }.first
    }

    // MARK: Objects

    /// Plans every object of the blueprint, each after those that it references.
    mutating func planObjects() throws {
        guard let blueprint else { return }
        collisions += try Self.twinCollisions(state, kinds)
        for instance in blueprint.instances { try collideOrAdopt(instance) }
        usernames = SecretReading(blueprint: blueprint, state: state, secrets: secrets).usernames()
        var planned: Set<InstanceID> = []
        for instance in blueprint.instances { try visit(instance, blueprint, &planned) }
        let others = Dictionary(grouping: state.foreign, by: \.kind)
        for instance in blueprint.instances { try checkConflicts(instance, with: others[instance.kind] ?? []) }
        if looksAside { try warnOfDiversions() }
    }

    /// Returns collisions for instances with several objects of the same name: which of them belongs to the connection
    /// cannot be determined.
    static func twinCollisions(_ state: LiveState, _ kinds: KindTable) throws -> [Collision] {
        try state.twins.sorted { $0.key < $1.key }.compactMap { instance, twins in
            guard let first = state.owned[instance] else { return nil }
            let kind = try kinds.kind(first.kind).description
            let ids = ([first] + twins).map(\.object.id).sorted().joined(separator: ", ")
            return Collision(
                what: kind.title, id: ids,
                message:
                    "\(twins.count + 1) objects carry the name of \(instance): \(kind.title) \(ids); delete all but one"
            )
        }
    }

    private mutating func visit(
        _ instance: Blueprint.Instance, _ blueprint: Blueprint, _ planned: inout Set<InstanceID>
    ) throws {
        guard planned.insert(instance.id).inserted else { return }
        for id in instance.prerequisites {
            if let next = blueprint[id] { try visit(next, blueprint, &planned) }
        }
        let kind = try kinds.kind(instance.kind)
        guard kind.description.role == .object else { return }
        let resource = try plan(instance, kind.description)
        for what in resource.irreversible {
            losses.append("\(kind.description.title) \(resource.id ?? ""): \(what)")
        }
        for path in resource.losses {
            losses.append("\(kind.description.title) \(resource.id ?? ""): \(path), except by undo")
        }
        resources.append(resource)
    }

    private mutating func plan(_ fresh: Blueprint.Instance, _ kind: KindDescription) throws -> PlannedResource {
        let live = adopted[fresh.id] ?? state.owned[fresh.id]?.object
        let instance = fresh.keepingName(of: live, kind)
        let desired = try desiredBody(of: instance)
        let earlier = earlier(instance.id)
        let comparison = Comparison(kind: kind, managed: instance.managed, earlier: earlier.map(\.values))
        let changes = comparison.changes(from: live?.fields ?? [:], to: desired)
        var resource = PlannedResource(
            instance: instance.id, kind: instance.kind, action: .keep, id: live?.id, after: instance.prerequisites,
            changes: changes, note: nil, needsConsent: false, live: live, body: instance.body, managed: instance.managed
        )
        resource.earlier = earlier
        guard let live else {
            resource.action = .create
            return resource
        }
        guard !changes.isEmpty else { return resource }
        let laid = comparison.laid(desired, over: live.fields)
        resource.losses = laid.losses
        resource.irreversible = kind.logins(lostFrom: live.fields, to: laid.object, secrets).map(\.loss)
        resource.action = mustReplace(changes, desired, kind) ? .replace : .update
        if resource.action == .replace {
            resource.body = fresh.body
            guard kind.identity != .number else {
                collisions.append(Self.irreplaceable(resource, live, kind))
                return resource
            }
        }
        resource.needsConsent = !onlyAddsNumbers(resource, desired, kind)
        let isTaken = resource.id.map { former[RecordedObject(kind: kind.name, id: $0)] != nil } ?? false
        if adopted[instance.id] != nil || (isTaken && resource.action == .replace) { takeOver(&resource, kind) }
        return resource
    }

    /// The collision for an object that would have to be replaced, next to which the vendor allows no second one.
    private static func irreplaceable(
        _ resource: PlannedResource, _ live: LiveObject, _ kind: KindDescription
    ) -> Collision {
        let own = kind.name(of: live).flatMap(OwnedName.init(parsing:))
        return Collision(
            what: kind.title, id: live.id,
            message:
                "\(kind.title) \(live.id) would have to be deleted and created anew, because \(resource.changedFields) cannot be changed in place, and no second one can exist next to it in the meantime",
            remedies: [
                own?.disconnecting(resource.instance.number.map { [$0.e164] } ?? [])
                    ?? .advice("delete \(kind.title) \(live.id) at the platform, then try again")
            ])
    }

    /// Plans the adoption of a foreign record. The option to adopt is consent only where the record can be restored
    /// later.
    private mutating func takeOver(_ resource: inout PlannedResource, _ kind: KindDescription) {
        let id = resource.id ?? ""
        resource.isOurs = false
        if resource.action == .replace {
            resource.irreversible = ["it is deleted and created anew, and cannot be restored"]
            resource.note = "replaced; it cannot be restored"
            guard !request.replaceable.contains(id) else { return }
            collisions.append(
                Collision(
                    what: kind.title, id: id,
                    message:
                        "\(kind.title) \(id) is not this connection's, and taking it over would delete it for good, because \(resource.changedFields) cannot be changed in place",
                    remedies: [.allow(.replacement(id: id))]))
            return
        }
        resource.irreversible = kind.irreversible(
            Set(resource.changes.compactMap(\.path.tokens.first)), from: resource.live?.fields ?? [:])
        resource.needsConsent = !resource.irreversible.isEmpty || !resource.losses.isEmpty
        resource.note =
            resource.irreversible.isEmpty
            ? "taken over; disconnect restores it"
            : "taken over; disconnect cannot restore \(resource.irreversible.joined(separator: ", nor "))"
    }

    /// Whether the change only adds requested numbers: requesting a number is consent to adding it.
    private func onlyAddsNumbers(_ resource: PlannedResource, _ desired: JSONObject, _ kind: KindDescription) -> Bool {
        guard let field = kind.numberField, kind.sharesNumbers, let live = resource.live, resource.action == .update,
            resource.changes.allSatisfy({ $0.path.tokens.first == field })
        else { return false }
        let before = Set(kind.numbers(of: live))
        let after = Set(kind.numbers(of: LiveObject(id: live.id, fields: desired)))
        return before.isSubset(of: after) && after.subtracting(before).isSubset(of: request.numbers)
    }

    private func mustReplace(
        _ changes: [PlannedResource.Change], _ desired: JSONObject, _ kind: KindDescription
    ) -> Bool {
        changes.contains { change in
            guard let name = change.path.tokens.first, let field = kind.fields[name] else { return false }
            if field.isFixed { return true }
            if case .byReplacing = field.removal { return desired[name] == nil && field.defaultValue == nil }
            return false
        }
    }

    /// Returns the instance's bodies in earlier descriptions of the connection.
    private func earlier(_ id: InstanceID) -> [PlannedResource.Earlier] {
        earlier.compactMap { blueprint in
            guard let body = blueprint[id]?.body else { return nil }
            let values = try? body.value { (reference) throws(ZentrunkError) in
                guard case .resource(let key, let field) = reference.source, let name = field.first else {
                    return Pending.value(after: [])
                }
                let target = state.owned[InstanceID(key, number: id.number)] ?? state.owned[InstanceID(key)]
                return target?.object.fields[name] ?? Pending.value(after: [key])
            }
            return PlannedResource.Earlier(body: body, values: values?.object ?? [:])
        }
    }

    /// Returns the body with placeholders for values that become known in a later step.
    func desiredBody(of instance: Blueprint.Instance) throws -> JSONObject {
        let value = try instance.body.value { (reference) throws(ZentrunkError) in
            switch reference.source {
            case .resource(let key, let field): try self.value(of: key, field, seenFrom: instance.id)
            case .secret(let name, .username):
                blueprint?.secrets.contains(name) == true
                    ? usernames[name].map { .string($0) } ?? Pending.value(after: ["secrets.\(name)"]) : nil
            case .secret(let name, .password):
                // The value is never compared or shown; only its presence matters.
                blueprint?.secrets.contains(name) == true ? Pending.value(after: ["secrets.\(name)"]) : nil
            case .parameter, .platform, .carrier: nil
            }
        }
        return value?.object ?? [:]
    }

    private func value(of key: String, _ field: [String], seenFrom id: InstanceID) throws(ZentrunkError) -> JSONValue? {
        let isPerNumber = blueprint?.isPerNumber(key) ?? false
        let meant =
            if isPerNumber, let number = id.number {
                blueprint?[InstanceID(key, number: number)].map { [$0] } ?? []
            } else {
                blueprint?.instances(of: key) ?? []
            }
        let values = meant.compactMap { target -> JSONValue? in
            guard let planned = self[target.id] else { return Pending.value(after: [target.id.description]) }
            switch planned.action {
            case .create, .replace: return Pending.value(after: [target.id.description])
            case .update, .keep, .delete: return field.first.flatMap { planned.live?.fields[$0] }
            }
        }
        return isPerNumber && id.number == nil ? .array(values) : values.first
    }
}

extension PlannedResource {
    /// The names of the fields that differ: `agent, name`.
    fileprivate var changedFields: String {
        Set(changes.compactMap(\.path.tokens.first)).sorted().joined(separator: ", ")
    }
}

extension Blueprint.Instance {
    /// Returns the instance with its object's name, if version 0.1 gave that name: the user has not asked for a new
    /// one.
    fileprivate func keepingName(of live: LiveObject?, _ kind: KindDescription) -> Blueprint.Instance {
        guard let field = kind.nameField, let name = live.flatMap({ kind.name(of: $0) }),
            var owned = OwnedName(parsing: name), owned.tag == nil, case .object(var members) = body,
            let index = members.firstIndex(where: { $0.name == field }),
            case .literal(.string(let described)) = members[index].node, let own = OwnedName(parsing: described)
        else { return self }
        owned.tag = own.tag
        guard owned == own else { return self }
        members[index].node = .literal(.string(name))
        var kept = self
        kept.body = .object(members)
        return kept
    }
}
