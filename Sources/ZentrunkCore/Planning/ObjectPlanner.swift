import ZentrunkJSON

/// The planner of the described objects: creates, changes and replacements.
struct ObjectPlanner {
    private let subject: PlanSubject
    private let request: ConnectionRequest
    /// Foreign records that are taken over.
    private let adopted: [InstanceID: LiveObject]
    private var bodies: DesiredBodies
    private var part = PlanPart()
    /// Objects that are replaced although an update would be possible.
    private var renewed: Set<InstanceID> = []

    /// - Parameters:
    ///   - request: The user's request: what may be replaced, and which numbers are added.
    ///   - adopted: Foreign records that are taken over.
    init(_ subject: PlanSubject, _ request: ConnectionRequest, adopted: [InstanceID: LiveObject] = [:]) {
        self.subject = subject
        self.request = request
        self.adopted = adopted
        bodies = DesiredBodies(blueprint: subject.blueprint)
    }

    /// Returns the plan of every object of the blueprint, each after those that it references, and the bodies that
    /// routes and checks look up.
    func plan() throws -> (part: PlanPart, bodies: DesiredBodies) {
        guard let blueprint = subject.blueprint else { return (PlanPart(), bodies) }
        var planner = self
        if request.renewsLogins {
            let renewal = try LoginRenewal(blueprint, subject.state, subject.kinds, subject.secrets)
            planner.renewed = renewal.replaced
            planner.bodies.usernames = renewal.usernames
            planner.part.warnings += renewal.gaps
        } else {
            planner.bodies.usernames =
                SecretReading(
                    blueprint: blueprint, state: subject.state, kinds: subject.kinds, secrets: subject.secrets
                ).usernames()
        }
        var visited: Set<InstanceID> = []
        for instance in blueprint.instances { try planner.visit(instance, blueprint, &visited) }
        return (planner.part, planner.bodies)
    }

    private mutating func visit(
        _ instance: Blueprint.Instance, _ blueprint: Blueprint, _ visited: inout Set<InstanceID>
    ) throws {
        guard visited.insert(instance.id).inserted else { return }
        for id in instance.prerequisites {
            if let next = blueprint[id] { try visit(next, blueprint, &visited) }
        }
        let kind = try subject.kinds.kind(instance.kind).description
        guard kind.role == .object else { return }
        let resource = try plan(instance, kind)
        for what in resource.irreversible { part.losses.append("\(kind.title) \(resource.id ?? ""): \(what)") }
        for path in resource.losses {
            part.losses.append("\(kind.title) \(resource.id ?? ""): \(path), except by undo")
        }
        part.resources.append(resource)
        bodies.planned[resource.instance] = resource
    }

    private mutating func plan(_ fresh: Blueprint.Instance, _ kind: KindDescription) throws -> PlannedResource {
        let live = adopted[fresh.id] ?? subject.state.owned[fresh.id]?.object
        let instance = fresh.keepingName(of: live, kind)
        let desired = try bodies.body(of: instance)
        let earlier = earlier(instance.id)
        let comparison = Comparison(kind: kind, managed: instance.managed, earlier: earlier.map(\.values))
        let changes = comparison.changes(from: live?.fields ?? [:], to: desired)
        var resource = PlannedResource(
            instance: instance.id, kind: instance.kind, deeds: [], id: live?.id, after: instance.prerequisites,
            changes: changes, note: nil, needsConsent: false, live: live, body: instance.body, managed: instance.managed
        )
        resource.earlier = earlier
        guard let live else {
            resource.deeds = [.make]
            return resource
        }
        guard !changes.isEmpty else { return resource }
        let laid = comparison.laid(desired, over: live.fields)
        resource.losses = laid.losses
        resource.irreversible = kind.logins(lostFrom: live.fields, to: laid.object, subject.secrets).map(\.loss)
        let isReplaced = renewed.contains(instance.id) || Self.mustReplace(changes, desired, kind)
        resource.deeds = isReplaced ? Deed.replacement : [.change]
        if resource.deeds.isReplacement {
            resource.body = fresh.body
            guard kind.identity != .number else {
                part.collisions.append(Self.irreplaceable(resource, live, kind))
                return resource
            }
        }
        resource.needsConsent = !onlyAddsNumbers(resource, desired, kind)
        let isTaken = resource.id.map { subject.former[RecordedObject(kind: kind.name, id: $0)] != nil } ?? false
        if adopted[instance.id] != nil || (isTaken && resource.deeds.isReplacement) { takeOver(&resource, kind) }
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
        if resource.deeds.isReplacement {
            resource.irreversible = ["it is deleted and created anew, and cannot be restored"]
            resource.note = "replaced; it cannot be restored"
            guard !request.replaceable.contains(id) else { return }
            part.collisions.append(
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
        guard let field = kind.numberField, kind.sharesNumbers, let live = resource.live, resource.deeds == [.change],
            resource.changes.allSatisfy({ $0.path.tokens.first == field })
        else { return false }
        let before = Set(kind.numbers(of: live))
        let after = Set(kind.numbers(of: LiveObject(id: live.id, fields: desired)))
        return before.isSubset(of: after) && after.subtracting(before).isSubset(of: request.numbers)
    }

    private static func mustReplace(
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
        subject.earlier.compactMap { blueprint in
            guard let body = blueprint[id]?.body else { return nil }
            let values = try? body.value { (reference) throws(ZentrunkError) in
                guard case .instances(let meant) = reference.source else { return Pending.value(after: []) }
                return meant.value { target in
                    subject.state.owned[target]?.object.fields[meant.field] ?? Pending.value(after: [meant.key])
                }
            }
            return PlannedResource.Earlier(body: body, values: values?.object ?? [:])
        }
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
