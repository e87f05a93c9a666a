import ZentrunkJSON

/// The planner of objects that leave the connection, and the check of their users.
struct RemovalPlanner {
    let subject: PlanSubject

    /// Returns the plan of owned objects that have left the connection: deleted, or restored to what they were.
    func plan() throws -> PlanPart {
        var part = PlanPart(warnings: try untagged(), losses: try replaced())
        let gone = subject.state.owned.filter { subject.blueprint?[$0.key] == nil }.sorted { $0.key < $1.key }
        for (instance, found) in gone {
            let isKnown = isOfTemplate(instance.key)
            // A connect deletes objects that its options no longer include. Objects of a former template are kept until
            // disconnect. Objects that a dead run renamed for a replacement are deleted as well.
            if subject.blueprint != nil, !isKnown {
                part.warnings.append(try leftover(instance, found))
                continue
            }
            for object in [found] + (subject.state.twins[instance] ?? []) {
                let kind = try subject.kinds.kind(object.kind).description
                var end = end(of: object, instance, kind)
                if end.restoration == nil, !isKnown {
                    end.note = "named like this connection's, but not in the template"
                }
                part.losses += end.irreversible.map { "\(kind.title) \(object.object.id): \($0)" }
                part.resources.append(end)
            }
        }
        return part
    }

    private func isOfTemplate(_ key: String) -> Bool {
        subject.templateKeys.contains(key) || subject.templateKeys.contains { OwnedName.isOldKey(key, of: $0) }
    }

    private func leftover(_ instance: InstanceID, _ found: LiveState.Found) throws -> Warning {
        let title = try subject.kinds.kind(found.kind).description.title
        return Warning(
            .leftover,
            "\(title) \(found.object.id) is named like this connection's \(instance), but the template has no \(instance.key): it is kept until disconnect",
            about: found.recorded)
    }

    /// Returns warnings of objects with a name given by version 0.1 and without evidence that they belong to this
    /// account.
    private func untagged() throws -> [Warning] {
        try subject.state.untagged.sorted { $0.key < $1.key }.flatMap { instance, found in
            try found.map { object in
                let title = try subject.kinds.kind(object.kind).description.title
                return Warning(
                    .unclaimed,
                    "\(title) \(object.object.id) is named like this connection's \(instance), but nothing shows that it belongs to this carrier account: it is left alone",
                    about: object.recorded)
            }
        }
    }

    /// Returns the foreign objects that the connection replaced: they cannot be restored.
    private func replaced() throws -> [String] {
        guard subject.blueprint == nil else { return [] }
        let here = Set(subject.state.owned.values.map(\.recorded))
        return try subject.former.keys.sorted { ($0.kind, $0.id) < ($1.kind, $1.id) }.compactMap { object in
            let kind = try subject.kinds.kind(object.kind).description
            guard !here.contains(object), kind.role == .object else { return nil }
            return "\(kind.title) \(object.id): it was taken over and is gone"
        }
    }

    private func end(of found: LiveState.Found, _ instance: InstanceID, _ kind: KindDescription) -> PlannedResource {
        var resource = PlannedResource(
            instance: instance, kind: found.kind, deeds: [.remove], id: found.object.id, after: [], changes: [],
            note: nil, needsConsent: true, live: found.object, body: nil, managed: OwnMembers(kind.fields.keys))
        // An adopted record is restored to its former state.
        guard let values = subject.former[found.recorded] else { return resource }
        resource.deeds = [.putBack]
        resource.managed = OwnMembers(values.names)
        resource.restoration = .values(values)
        resource.changes = Comparison(kind: kind, managed: resource.managed).changes(
            from: found.object.fields, to: values)
        resource.note = "restored to what it was before it was taken over"
        // Members that were set since and cannot be cleared, and passwords that were lost when the record was adopted.
        let changed = kind.fields.keys.filter { name in
            let isOurs = subject.described[kind.name]?.contains(name) == true
            return name != kind.idField && (values[name] != nil || (isOurs && found.object.fields[name] != nil))
        }
        resource.irreversible = kind.irreversible(changed, from: values)
        return resource
    }

    // MARK: Users

    /// Returns the plan without deletions of objects that others use, and with the returns of numbers that were routed
    /// to the connection by hand.
    ///
    /// If the entire connection is removed, such numbers are removed with it, because nothing would answer their calls.
    ///
    /// - Parameter routes: Plans the returns.
    func keepingUsed(_ part: PlanPart, _ routes: RoutePlanner) async throws -> PlanPart {
        let doomed = part.resources.filter { $0.deeds.contains(.remove) }
        let users = try await UserReading(kinds: subject.kinds).users(of: doomed)
        guard !users.isEmpty else { return part }
        var part = part
        if subject.blueprint == nil { addReturns(of: users.values.joined(), routes, to: &part) }
        keep(users, in: &part)
        let deeds = Dictionary(part.resources.map { ($0.instance, $0.deeds) }) { first, _ in first }
        for index in part.resources.indices {
            // If the trunk is kept, the route cannot end together with it.
            guard case .byDeleting(let trunk)? = part.resources[index].restoration, deeds[trunk] == [] else {
                continue
            }
            part.resources[index].restoration = .values([:])
            part.resources[index].deeds = [.giveBackRoute]
        }
        return part
    }

    private func addReturns(of users: some Sequence<LiveState.Found>, _ routes: RoutePlanner, to part: inout PlanPart) {
        let kind = subject.kinds.route.description
        var seen = Set(part.resources.filter { $0.kind == kind.name }.compactMap(\.id))
        for user in users where user.kind == kind.name && seen.insert(user.object.id).inserted {
            guard let number = kind.number(of: user.object), subject.state.routes[number] == nil else { continue }
            part.warnings.append(
                Warning(
                    .unlistedNumber, "\(number) is not a number of this connection, but it is routed to its trunk",
                    about: user.recorded))
            part.add(routes.returning(number, user.object))
        }
    }

    private func keep(_ users: [RecordedObject: [LiveState.Found]], in part: inout PlanPart) {
        let planned = part.resources.indices.compactMap { index in
            part.resources[index].object.map { ($0, index) }
        }
        let places = Dictionary(planned) { first, _ in first }
        // An object that is kept is itself a user of what it references, so this is repeated until nothing changes.
        var isSettled = false
        while !isSettled {
            isSettled = true
            for index in part.resources.indices where part.resources[index].deeds == [.remove] {
                guard let object = part.resources[index].object,
                    let user = users[object]?.first(where: { user in
                        !leaves(user, object, places[user.recorded].map { part.resources[$0] })
                    })
                else { continue }
                let kind = try? subject.kinds.kind(user.kind).description
                let name = kind?.name(of: user.object).map { " (\"\($0)\")" } ?? ""
                let sentence = "\(kind?.title ?? user.kind) \(user.object.id)\(name) uses it"
                part.resources[index].deeds = []
                part.resources[index].needsConsent = false
                part.resources[index].note = "left: \(sentence)"
                part.warnings.append(
                    Warning(.kept, "\(part.resources[index].instance) stays: \(sentence)", about: object))
                isSettled = false
            }
        }
    }

    /// Whether the plan deletes the user or makes it reference something else.
    ///
    /// - Parameter planned: What the plan does to the user; nil if it is not in the plan.
    private func leaves(_ user: LiveState.Found, _ object: RecordedObject, _ planned: PlannedResource?) -> Bool {
        guard let planned else { return false }
        guard !planned.deeds.contains(.remove), planned.deeds != [.detachRoute] else { return true }
        guard !planned.deeds.isEmpty, let kind = try? subject.kinds.kind(user.kind).description else { return false }
        return kind.references.filter { $0.kind == object.kind }.allSatisfy { reference in
            !user.object.ids(in: reference.field).contains(object.id)
                || planned.changes.contains { $0.path.tokens.first == reference.field }
        }
    }
}
