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
        if resource.action == .replace { resource.body = fresh.body }
        resource.needsConsent = !onlyAddsNumbers(resource, desired, kind)
        let isTaken = resource.id.map { former[RecordedObject(kind: kind.name, id: $0)] != nil } ?? false
        if adopted[instance.id] != nil || (isTaken && resource.action == .replace) { takeOver(&resource, kind) }
        return resource
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
            let fields = Set(resource.changes.compactMap(\.path.tokens.first)).sorted().joined(separator: ", ")
            collisions.append(
                Collision(
                    what: kind.title, id: id,
                    message:
                        "\(kind.title) \(id) is not this connection's, and taking it over would delete it for good, because \(fields) cannot be changed in place",
                    remedies: [.allow(.replacement(id: id))]))
            return
        }
        resource.irreversible = Set(resource.changes.compactMap(\.path.tokens.first)).sorted().flatMap {
            Self.irreversible($0, kind, from: resource.live?.fields[$0])
        }
        resource.needsConsent = !resource.irreversible.isEmpty || !resource.losses.isEmpty
        resource.note =
            resource.irreversible.isEmpty
            ? "taken over; disconnect restores it"
            : "taken over; disconnect cannot restore \(resource.irreversible.joined(separator: ", nor "))"
    }

    /// Returns the parts of a field's value that cannot be restored after a change.
    static func irreversible(_ name: String, _ kind: KindDescription, from former: JSONValue?) -> [String] {
        guard let field = kind.fields[name] else { return [] }
        if former == nil, !field.isClearable { return ["\(name), which cannot be cleared"] }
        return field.secretPlaces(in: former, JSONPointer([name])).map { "the password at \($0), which cannot be read" }
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
                guard case .instances(let meant) = reference.source else { return Pending.value(after: []) }
                return meant.value { state.owned[$0]?.object.fields[meant.field] ?? Pending.value(after: [meant.key]) }
            }
            return PlannedResource.Earlier(body: body, values: values?.object ?? [:])
        }
    }

    /// Returns the body with placeholders for values that become known in a later step.
    func desiredBody(of instance: Blueprint.Instance) throws -> JSONObject {
        let value = try instance.body.value { (reference) throws(ZentrunkError) in
            switch reference.source {
            case .instances(let meant): self.value(of: meant)
            case .secret(let name, .username):
                blueprint?.secrets.contains(name) == true
                    ? usernames[name].map { .string($0) } ?? Pending.value(after: ["secrets.\(name)"]) : nil
            case .secret(let name, .password):
                // The value is never compared or shown; only its presence matters.
                blueprint?.secrets.contains(name) == true ? Pending.value(after: ["secrets.\(name)"]) : nil
            case .parameter, .platform, .carrier, .resource: nil
            }
        }
        return value?.object ?? [:]
    }

    private func value(of reference: InstanceReference) -> JSONValue? {
        reference.value { target in
            guard let planned = self[target] else { return Pending.value(after: [target.description]) }
            switch planned.action {
            case .create, .replace: return Pending.value(after: [target.description])
            case .update, .keep, .delete: return planned.live?.fields[reference.field]
            }
        }
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
