import ZentrunkJSON

/// A plan in the making: decides per instance what has to happen.
struct PlanDraft {
    /// nil when everything goes.
    let blueprint: Blueprint?
    let state: LiveState
    let kinds: KindTable
    let request: ConnectionRequest
    let secrets: any SIPSecretDeriver
    let former: [RecordedObject: JSONObject]
    let applicationField: String
    var routeTo: DisconnectionRequest.RouteTarget?
    /// Keys of the template, when only what it can make may be deleted; nil when everything of the connection goes.
    var keys: Set<String>?

    var resources: [PlannedResource] = []
    var collisions: [Collision] = []
    var warnings: [String] = []
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
        self.kinds = kinds
        self.request = request
        self.secrets = secrets
        self.former = former
        self.applicationField = applicationField
    }

    subscript(_ id: InstanceID) -> PlannedResource? { resources.first { $0.instance == id } }

    // MARK: Objects

    /// Plans every object of the blueprint, each after those it refers to.
    mutating func planObjects() throws {
        guard let blueprint else { return }
        collisions += try Self.twinCollisions(state, kinds)
        for instance in blueprint.instances { try collideOrAdopt(instance) }
        usernames = SecretReading(blueprint: blueprint, state: state, secrets: secrets).usernames()
        var planned: Set<InstanceID> = []
        for instance in blueprint.instances { try visit(instance, blueprint, &planned) }
        for instance in blueprint.instances { try checkConflicts(instance) }
    }

    /// Several objects that carry one instance's name: which of them is the connection's, nobody can tell.
    static func twinCollisions(_ state: LiveState, _ kinds: KindTable) throws -> [Collision] {
        try state.twins.sorted { $0.key < $1.key }.compactMap { instance, twins in
            guard let first = state.owned[instance] else { return nil }
            let kind = try kinds.kind(first.kind).description
            let ids = ([first] + twins).map(\.object.id).sorted().joined(separator: ", ")
            return Collision(
                what: kind.title, id: ids,
                message:
                    "\(twins.count + 1) objects carry the name of \(instance): \(kind.title) \(ids); delete all but one",
                option: nil)
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
            warnings.append(
                "\(instance.id) takes over \(kind.description.title) \(resource.id ?? ""); disconnect puts back everything but \(what)"
            )
        }
        resources.append(resource)
    }

    private func plan(_ instance: Blueprint.Instance, _ kind: KindDescription) throws -> PlannedResource {
        let live = adopted[instance.id] ?? state.owned[instance.id]?.object
        let desired = try desiredBody(of: instance)
        let comparison = Comparison(kind: kind, managed: instance.managed)
        let changes = comparison.changes(from: live?.fields ?? [:], to: desired)
        var resource = PlannedResource(
            instance: instance.id, kind: instance.kind, action: .keep, id: live?.id, after: instance.prerequisites,
            changes: changes, note: nil, needsConsent: false, live: live, body: instance.body, managed: instance.managed
        )
        guard live != nil else {
            resource.action = .create
            return resource
        }
        guard !changes.isEmpty else { return resource }
        resource.action = mustReplace(changes, desired, kind) ? .replace : .update
        let isAdoption = adopted[instance.id] != nil
        resource.needsConsent = !isAdoption && !onlyAddsNumbers(resource, desired, kind)
        resource.note = isAdoption ? "taken over; disconnect puts it back" : nil
        resource.isOurs = !isAdoption
        if isAdoption {
            resource.irreversible = Set(changes.compactMap(\.path.tokens.first)).sorted().flatMap {
                Self.irreversible($0, kind, from: live?.fields[$0])
            }
        }
        return resource
    }

    /// What of a field cannot be brought back once it is another.
    static func irreversible(_ name: String, _ kind: KindDescription, from former: JSONValue?) -> [String] {
        guard let field = kind.fields[name] else { return [] }
        if former == nil, !field.isClearable { return ["\(name), which nothing is known to take away"] }
        return field.secretPlaces(in: former, JSONPointer([name])).map { "the password at \($0), which cannot be read" }
    }

    /// Whether the change is no more than the numbers that were asked for: who names a number agrees that it is added.
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

    /// The body as far as it is known: what only a later step will tell is pending.
    func desiredBody(of instance: Blueprint.Instance) throws -> JSONObject {
        let value = try instance.body.value { (reference) throws(ConnectionError) in
            switch reference.source {
            case .resource(let key, let field): try self.value(of: key, field, seenFrom: instance.id)
            case .secret(let name, .username):
                blueprint?.secrets.contains(name) == true
                    ? usernames[name].map { .string($0) } ?? Pending.value(after: ["secrets.\(name)"]) : nil
            case .secret(let name, .password):
                // Never compared and never shown: it only has to be there.
                blueprint?.secrets.contains(name) == true ? Pending.value(after: ["secrets.\(name)"]) : nil
            case .parameter, .platform, .carrier: nil
            }
        }
        return value?.object ?? [:]
    }

    private func value(of key: String, _ field: [String], seenFrom id: InstanceID) throws(ConnectionError) -> JSONValue?
    {
        let targets = blueprint?.instances.filter { $0.id.key == key } ?? []
        let isPerNumber = targets.contains { $0.id.number != nil }
        let meant = isPerNumber && id.number != nil ? targets.filter { $0.id.number == id.number } : targets
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
