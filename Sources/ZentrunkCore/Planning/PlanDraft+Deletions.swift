import ZentrunkJSON

extension PlanDraft {
    /// Plans the deletion of owned objects that have left the connection.
    mutating func planDeletions() throws {
        try warnOfUntagged()
        try rememberReplaced()
        let gone = state.owned.filter { blueprint?[$0.key] == nil }.sorted { $0.key < $1.key }
        for (instance, found) in gone {
            // A connect deletes objects that its options no longer include. Objects of a former template are kept until
            // disconnect. Objects that a dead run renamed for a replacement are deleted as well.
            if let keys, !keys.contains(instance.key),
                !keys.contains(where: { OwnedName.isOldKey(instance.key, of: $0) })
            {
                let title = try kinds.kind(found.kind).description.title
                warnings.append(
                    Warning(
                        .leftover,
                        "\(title) \(found.object.id) is named like this connection's \(instance), but the template has no \(instance.key): it is kept until disconnect",
                        about: found.recorded))
                continue
            }
            for object in [found] + (state.twins[instance] ?? []) {
                let kind = try kinds.kind(object.kind).description
                var end = planEnd(of: object, instance, kind)
                if end.restoration == nil, !templateKeys.isEmpty, !templateKeys.contains(instance.key),
                    !templateKeys.contains(where: { OwnedName.isOldKey(instance.key, of: $0) })
                {
                    end.note = "named like this connection's, but not in the template"
                }
                losses += end.irreversible.map { "\(kind.title) \(object.object.id): \($0)" }
                resources.append(end)
            }
        }
    }

    /// Warns of objects with a name given by version 0.1 and without evidence that they belong to this account.
    private mutating func warnOfUntagged() throws {
        for (instance, found) in state.untagged.sorted(by: { $0.key < $1.key }) {
            for object in found {
                let title = try kinds.kind(object.kind).description.title
                warnings.append(
                    Warning(
                        .unclaimed,
                        "\(title) \(object.object.id) is named like this connection's \(instance), but nothing shows that it belongs to this carrier account: it is left alone",
                        about: object.recorded))
            }
        }
    }

    /// Records foreign objects that the connection replaced: they cannot be restored.
    private mutating func rememberReplaced() throws {
        guard blueprint == nil else { return }
        let here = Set(state.owned.values.map { RecordedObject(kind: $0.kind, id: $0.object.id) })
        for object in former.keys.sorted(by: { ($0.kind, $0.id) < ($1.kind, $1.id) }) where !here.contains(object) {
            let kind = try kinds.kind(object.kind).description
            guard kind.role == .object else { continue }
            losses.append("\(kind.title) \(object.id): it was taken over and is gone")
        }
    }

    private func planEnd(of found: LiveState.Found, _ instance: InstanceID, _ kind: KindDescription) -> PlannedResource
    {
        var resource = PlannedResource(
            instance: instance, kind: found.kind, action: .delete, id: found.object.id, after: [], changes: [],
            note: nil,
            needsConsent: true, live: found.object, body: nil, managed: OwnMembers(kind.fields.keys))
        // An adopted record is restored to its former state.
        if let values = former[RecordedObject(kind: found.kind, id: found.object.id)] {
            resource.action = .update
            resource.managed = OwnMembers(values.names)
            resource.restoration = .values(values)
            resource.changes = Comparison(kind: kind, managed: resource.managed).changes(
                from: found.object.fields, to: values)
            resource.note = "restored to what it was before it was taken over"
            // Members that were set since and cannot be cleared, and passwords that were lost when the record was
            // adopted.
            let changed = kind.fields.keys.filter { name in
                let isOurs = described[kind.name]?.contains(name) == true
                return name != kind.idField && (values[name] != nil || (isOurs && found.object.fields[name] != nil))
            }
            resource.irreversible = kind.irreversible(changed, from: values)
        }
        return resource
    }

    /// Reads the live users of all objects that are to be deleted, and keeps those that others use.
    ///
    /// If the entire connection is removed, numbers that were routed to its trunk by hand are removed with it, because
    /// nothing would answer their calls.
    mutating func keepWhatIsUsed(routeKey: String) async throws {
        let doomed = resources.filter { ($0.action == .delete && $0.restoration == nil) || $0.action == .replace }
        let users = try await UserReading(kinds: kinds).users(of: doomed)
        guard !users.isEmpty else { return }
        if blueprint == nil { planReturns(of: users.values.joined(), routeKey) }
        let planned = resources.indices.compactMap { index in
            resources[index].id.map { (RecordedObject(kind: resources[index].kind, id: $0), index) }
        }
        let places = Dictionary(planned) { first, _ in first }
        // An object that is kept is itself a user of what it references, so this is repeated until nothing changes.
        var isSettled = false
        while !isSettled {
            isSettled = true
            for index in resources.indices
            where resources[index].action == .delete && resources[index].restoration == nil {
                let object = RecordedObject(kind: resources[index].kind, id: resources[index].id ?? "")
                guard let user = users[object]?.first(where: { !leaves($0, object, places) }) else { continue }
                let title = (try? kinds.kind(user.kind).description.title) ?? user.kind
                let name =
                    (try? kinds.kind(user.kind).description).flatMap { $0.name(of: user.object) }.map { " (\"\($0)\")" }
                    ?? ""
                resources[index].action = .keep
                resources[index].needsConsent = false
                resources[index].note = "left: \(title) \(user.object.id)\(name) uses it"
                warnings.append(
                    Warning(
                        .kept, "\(resources[index].instance) stays: \(title) \(user.object.id)\(name) uses it",
                        about: object))
                isSettled = false
            }
        }
        for index in resources.indices {
            // If the trunk is kept, the route cannot end together with it.
            guard case .byDeleting(let trunk)? = resources[index].restoration, self[trunk]?.action == .keep else {
                continue
            }
            resources[index].restoration = .values([:])
            resources[index].action = .update
        }
    }

    private mutating func planReturns(of users: some Sequence<LiveState.Found>, _ routeKey: String) {
        let kind = kinds.route.description
        let planned = Set(resources.filter { $0.kind == kind.name }.compactMap(\.id))
        var seen = planned
        for user in users where user.kind == kind.name && seen.insert(user.object.id).inserted {
            guard let number = kind.number(of: user.object), state.routes[number] == nil else { continue }
            warnings.append(
                Warning(
                    .unlistedNumber, "\(number) is not a number of this connection, but it is routed to its trunk",
                    about: user.recorded))
            planReturn(of: number, user.object, InstanceID(routeKey, number: number), kind)
        }
    }

    /// Whether this plan deletes the user or makes it reference something else.
    ///
    /// - Parameter places: The indices of the resources of live objects.
    private func leaves(
        _ user: LiveState.Found, _ object: RecordedObject, _ places: [RecordedObject: Int]
    ) -> Bool {
        guard let planned = places[RecordedObject(kind: user.kind, id: user.object.id)].map({ resources[$0] }) else {
            return false
        }
        switch planned.action {
        case .delete, .replace: return true
        case .keep: return false
        case .update, .create:
            guard
                let fields = try? kinds.kind(user.kind).description.references.filter({ $0.kind == object.kind }).map(
                    \.field)
            else { return false }
            return fields.allSatisfy { field in
                !user.object.ids(in: field).contains(object.id)
                    || planned.changes.contains { $0.path.tokens.first == field }
            }
        }
    }
}

/// A reader of the live objects that reference others.
struct UserReading: Sendable {
    private let kinds: [any ResourceKind]

    /// Creates a reader of users of all kinds.
    init(kinds: KindTable) { self.kinds = kinds.all }

    /// Creates a reader of users of one kind.
    init(kinds kind: any ResourceKind) { kinds = [kind] }

    /// Returns the live users of these objects; objects without users are left out.
    func users(of resources: [PlannedResource]) async throws -> [RecordedObject: [LiveState.Found]] {
        try await users(
            of: Set(
                resources.compactMap { resource in resource.id.map { RecordedObject(kind: resource.kind, id: $0) } }))
    }

    /// Returns the live users of these objects; objects without users are left out.
    func users(of objects: Set<RecordedObject>) async throws -> [RecordedObject: [LiveState.Found]] {
        let byKind = Dictionary(grouping: objects, by: \.kind)
        let questions = kinds.compactMap { kind -> (kind: any ResourceKind, query: ResourceQuery)? in
            let references = Set(
                kind.description.references.flatMap { reference in
                    (byKind[reference.kind] ?? []).map { ResourceQuery.Reference(field: reference.field, id: $0.id) }
                })
            return references.isEmpty ? nil : (kind, ResourceQuery(references: references))
        }
        let answers = try await concurrently(questions.indices.map { $0 }) { [questions] index in
            let (kind, query) = questions[index]
            return try await kind.find(query).map { (kind.description, $0) }
        }
        var users: [RecordedObject: [LiveState.Found]] = [:]
        for (kind, object) in answers.joined() {
            for reference in kind.references {
                for id in object.ids(in: reference.field) {
                    let used = RecordedObject(kind: reference.kind, id: id)
                    guard objects.contains(used) else { continue }
                    users[used, default: []].append(LiveState.Found(kind: kind.name, object: object))
                }
            }
        }
        return users
    }
}
