import ZentrunkJSON

extension PlanDraft {
    /// Plans the route of every number: set, left, moved, or put back.
    ///
    /// Every number of the connection is looked at, also where nothing is routed: calls go out only from numbers of the
    /// account.
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
                    what: "number", id: number.e164, message: "\(number) is not on the carrier's account", option: nil))
            return
        }
        for objection in live.objections {
            collisions.append(
                Collision(what: "number", id: number.e164, message: "\(number) \(objection)", option: nil))
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
        guard !changes.isEmpty else { return resources.append(resource) }
        let target = Self.target(of: live, kind, applicationField)
        resource.action = target == nil ? .create : .update
        resource.isOurs = state.isOurs(live, kind)
        if let target, !resource.isOurs {
            resource.note = "moves from \(target)"
            if !request.mayReroute {
                collisions.append(
                    Collision(
                        what: "route", id: number.e164,
                        message: "\(number) is routed to \(target); --reroute moves it, disconnect puts it back",
                        option: "--reroute"))
            }
        } else if target != nil {
            resource.needsConsent = true
        }
        resources.append(resource)
    }

    /// `application 123`, `trunk 456`; nil when the number is routed nowhere.
    static func target(of route: LiveObject, _ kind: KindDescription, _ applicationField: String) -> String? {
        for (field, kindName) in kind.references {
            if let id = route.fields[field]?.string {
                return "\(kindName.split(separator: ".").last ?? "object") \(id)"
            }
        }
        return route.fields[applicationField]?.string.map { "application \($0)" }
    }

    /// A number leaves: its former route comes back.
    private mutating func planReturn(
        of number: PhoneNumber, _ live: LiveObject, _ instance: InstanceID, _ kind: KindDescription
    ) {
        let remembered = former[RecordedObject(kind: kind.name, id: live.id)]
        guard let trunk = state.target(of: live, kind) else {
            if remembered != nil, let target = Self.target(of: live, kind, applicationField) {
                warnings.append("\(number) is routed to \(target) by now and stays there")
            }
            return
        }
        var resource = PlannedResource(
            instance: instance, kind: kind.name, action: .update, id: live.id, after: [], changes: [], note: nil,
            needsConsent: true, live: live, body: nil)
        let values: JSONObject
        switch (routeTo, remembered) {
        case (.application(let id)?, _): values = [applicationField: .string(id)]
        case (.nothing?, _): values = [:]
        case (nil, let remembered?): values = remembered
        case (nil, nil):
            collisions.append(
                Collision(
                    what: "route", id: number.e164,
                    message:
                        "nobody here remembers where \(number) was routed before; say it with --route-to app:ID or --route-to none",
                    option: "--route-to"))
            return
        }
        resource.managed = Set(kind.references.map(\.field)).union([applicationField])
        let comparison = Comparison(kind: kind, managed: resource.managed)
        resource.changes = comparison.changes(from: live.fields, to: values)
        let isAssigned = resource.managed.contains { values[$0] != nil }
        // Nothing is known to unassign a number, but deleting its trunk detaches it.
        if !isAssigned, blueprint?[trunk] == nil {
            resource.action = .delete
            resource.restoration = .byDeleting(trunk)
            resource.note = "detached with its trunk"
        } else {
            resource.restoration = .values(values)
            resource.note =
                "goes back to \(Self.target(of: LiveObject(id: live.id, fields: values), kind, applicationField) ?? "nothing")"
        }
        resources.append(resource)
    }
}
