import ZentrunkJSON

extension PlanDraft {
    /// Plans the route of every number: set, keep, move or restore.
    ///
    /// Every number of the connection is checked, even without inbound routing, because outbound calls require a number
    /// of the account.
    mutating func planRoutes(routeKey: String) throws {
        let kind = kinds.route.description
        let wanted = (blueprint?.instances ?? []).filter { $0.kind == kind.name }
        for number in blueprint?.connection.numbers ?? [] { collide(number, kind) }
        for instance in wanted {
            guard let number = instance.id.number, let live = state.routes[number] ?? nil else { continue }
            try planRoute(instance, number, live, kind)
        }
        let kept = Set(wanted.compactMap(\.id.number))
        for (number, route) in state.routes.sorted(by: { $0.key < $1.key }) where !kept.contains(number) {
            guard let route else { continue }
            planReturn(of: number, route, InstanceID(routeKey, number: number), kind)
        }
    }

    private mutating func collide(_ number: PhoneNumber, _ kind: KindDescription) {
        guard let found = state.routes[number] else { return }
        guard let live = found else {
            collisions.append(
                Collision(
                    what: "number", id: number.e164,
                    message: "\(number) is not on the carrier's account\(number.hint(among: state.numbersOfAccount))",
                    remedies: [.listNumbers]))
            return
        }
        for objection in live.objections {
            collisions.append(
                Collision(what: "number", id: number.e164, message: "\(number) \(objection)"))
        }
    }

    private mutating func planRoute(
        _ instance: Blueprint.Instance, _ number: PhoneNumber, _ live: LiveObject, _ kind: KindDescription
    ) throws {
        let desired = try desiredBody(of: instance)
        let comparison = Comparison(kind: kind, managed: instance.managed.union([applicationField]))
        let changes = comparison.changes(from: live.fields, to: desired)
        var resource = PlannedResource(
            instance: instance.id, kind: kind.name, action: .keep, id: live.id, after: instance.prerequisites,
            changes: changes,
            note: nil, needsConsent: false, live: live, body: instance.body,
            managed: instance.managed.union([applicationField]))
        resource.isRoute = true
        guard !changes.isEmpty else { return resources.append(resource) }
        let target = Self.target(of: live, kind, applicationField)
        resource.action = target == nil ? .create : .update
        resource.isOurs = self.target(of: live, kind) != nil
        if target == nil {
            resource.note = "not routed so far; only disconnecting the whole connection restores that"
        }
        if let target, !resource.isOurs {
            resource.note = "moves from \(target)"
            if !request.mayReroute {
                collisions.append(
                    Collision(
                        what: "route", id: number.e164,
                        message: "\(number) is routed to \(target). Rerouting moves it, and disconnect restores it",
                        remedies: [.allow(.rerouting)]))
            }
        } else if target != nil {
            resource.needsConsent = true
        }
        resources.append(resource)
    }

    /// Returns the target as text, such as `application 123` or `trunk 456`; nil if the number has no route.
    static func target(of route: LiveObject, _ kind: KindDescription, _ applicationField: String) -> String? {
        for (field, kindName) in kind.references {
            if let id = route.fields[field]?.string {
                return "\(kindName.split(separator: ".").last ?? "object") \(id)"
            }
        }
        return route.fields[applicationField]?.string.map { "application \($0)" }
    }

    /// The objects that the former routes of removed numbers lead to.
    var formerTargets: Set<RecordedObject> {
        let kind = kinds.route.description
        let kept = Set((blueprint?.instances ?? []).filter { $0.kind == kind.name }.compactMap(\.id.number))
        return Set(
            state.routes.filter { !kept.contains($0.key) }.values.compactMap { $0 }.flatMap { route in
                guard let values = former[RecordedObject(kind: kind.name, id: route.id)], target(of: route, kind) != nil
                else { return [RecordedObject]() }
                return kind.references.compactMap { field, target in
                    values[field]?.string.map { RecordedObject(kind: target, id: $0) }
                }
            })
    }

    /// Plans the restoration of a removed number's former route.
    mutating func planReturn(
        of number: PhoneNumber, _ live: LiveObject, _ instance: InstanceID, _ kind: KindDescription
    ) {
        let remembered = former[RecordedObject(kind: kind.name, id: live.id)]
        guard let trunk = self.target(of: live, kind) else {
            if remembered != nil, let target = Self.target(of: live, kind, applicationField) {
                elsewhere[number] = target
                warnings.append(
                    Warning(
                        .elsewhere, "\(number) is now routed to \(target) and stays there",
                        about: RecordedObject(kind: kind.name, id: live.id)))
            }
            return
        }
        var resource = PlannedResource(
            instance: instance, kind: kind.name, action: .update, id: live.id, after: [], changes: [], note: nil,
            needsConsent: true, live: live, body: nil)
        resource.isRoute = true
        let values: JSONObject
        switch (routeTo, remembered) {
        case (.application(let id)?, _): values = [applicationField: .string(id)]
        case (.nothing?, _): values = [:]
        case (nil, let remembered?):
            values = remembered
            if let gone = missingTarget(of: values, kind) {
                return askForRoute(number, "was routed to \(gone) before, which no longer exists")
            }
        case (nil, nil): return askForRoute(number, "was routed somewhere before that is not in the journal")
        }
        resource.managed = OwnMembers(kind.references.map(\.field) + [applicationField])
        let comparison = Comparison(kind: kind, managed: resource.managed)
        resource.changes = comparison.changes(from: live.fields, to: values)
        let isAssigned = resource.managed.names.contains { values[$0] != nil }
        // No way to unassign a number is known, but deleting its trunk detaches it.
        if !isAssigned, blueprint?[trunk] == nil {
            resource.action = .delete
            resource.restoration = .byDeleting(trunk)
            resource.note = "detached with its trunk"
        } else if !isAssigned, routeTo == nil {
            return askForRoute(
                number,
                "was routed nowhere before, and there is no confirmed way to route a number to nothing while its trunk stays"
            )
        } else {
            resource.restoration = .values(values)
            resource.note =
                "restored to \(Self.target(of: LiveObject(id: live.id, fields: values), kind, applicationField) ?? "nothing")"
        }
        resources.append(resource)
    }

    private mutating func askForRoute(_ number: PhoneNumber, _ reason: String) {
        collisions.append(
            Collision(
                what: "route", id: number.e164,
                message:
                    "\(number) \(reason): choose where it is routed, to an application or to nothing",
                remedies: [.route(.nowhere), .route(.application)]))
    }

    private func missingTarget(of values: JSONObject, _ kind: KindDescription) -> String? {
        kind.references.lazy.compactMap { field, target -> String? in
            guard let id = values[field]?.string, missingTargets.contains(RecordedObject(kind: target, id: id)) else {
                return nil
            }
            return "\((try? kinds.kind(target).description.title) ?? "object") \(id)"
        }.first
    }
}
