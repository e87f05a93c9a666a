import ZentrunkJSON

/// The planner of number routes: set, kept, moved or restored.
struct RoutePlanner {
    let subject: PlanSubject
    let bodies: DesiredBodies
    /// The key of routes in the template.
    let key: String
    /// Whether numbers that are routed elsewhere may be moved.
    var mayReroute = false
    /// The new route of numbers that leave the connection; nil for the former one.
    var routeTo: DisconnectionRequest.RouteTarget?
    /// Objects that former routes lead to and that no longer exist.
    var missingTargets: Set<RecordedObject> = []

    private let kind: KindDescription
    private let owned: [RecordedObject: InstanceID]

    init(_ subject: PlanSubject, _ bodies: DesiredBodies, key: String) {
        self.subject = subject
        self.bodies = bodies
        self.key = key
        kind = subject.kinds.route.description
        owned = subject.state.instances
    }

    /// Returns the plan of the route of every number.
    ///
    /// Every number of the connection is checked, even without inbound routing, because outbound calls require a number
    /// of the account.
    func plan() throws -> PlanPart {
        var part = PlanPart()
        for number in subject.blueprint?.connection.numbers ?? [] { part.collisions += obstacles(to: number) }
        for instance in described {
            guard let number = instance.id.number, let live = subject.state.routes[number] ?? nil else { continue }
            part.add(try plan(instance, number, live))
        }
        for (number, route) in leaving { part.add(returning(number, route)) }
        return part
    }

    /// The objects that the former routes of removed numbers lead to.
    var formerTargets: Set<RecordedObject> {
        Set(
            leaving.flatMap { _, route -> [RecordedObject] in
                guard let values = subject.former[RecordedObject(kind: kind.name, id: route.id)],
                    target(of: route) != nil
                else { return [] }
                return kind.references.compactMap { field, target in
                    values[field]?.string.map { RecordedObject(kind: target, id: $0) }
                }
            })
    }

    /// Returns the plan that restores a removed number's former route.
    func returning(_ number: PhoneNumber, _ live: LiveObject) -> PlanPart {
        let remembered = subject.former[RecordedObject(kind: kind.name, id: live.id)]
        guard let trunk = target(of: live) else {
            guard remembered != nil, let target = Self.target(of: live, kind, subject.applicationField) else {
                return PlanPart()
            }
            let warning = Warning(
                .elsewhere, "\(number) is now routed to \(target) and stays there",
                about: RecordedObject(kind: kind.name, id: live.id))
            return PlanPart(warnings: [warning], elsewhere: [number: target])
        }
        let values: JSONObject
        switch (routeTo, remembered) {
        case (.application(let id)?, _): values = [subject.applicationField: .string(id)]
        case (.nothing?, _): values = [:]
        case (nil, let remembered?):
            values = remembered
            if let gone = missingTarget(of: values) {
                return Self.question(number, "was routed to \(gone) before, which no longer exists")
            }
        case (nil, nil): return Self.question(number, "was routed somewhere before that is not in the journal")
        }
        return restoring(number, live, values, trunk)
    }

    private func restoring(
        _ number: PhoneNumber, _ live: LiveObject, _ values: JSONObject, _ trunk: InstanceID
    ) -> PlanPart {
        var resource = PlannedResource(
            instance: InstanceID(key, number: number), kind: kind.name, deeds: [.giveBackRoute], id: live.id, after: [],
            changes: [], note: nil, needsConsent: true, live: live, body: nil)
        resource.isRoute = true
        resource.managed = OwnMembers(kind.references.map(\.field) + [subject.applicationField])
        resource.changes = Comparison(kind: kind, managed: resource.managed).changes(from: live.fields, to: values)
        let isAssigned = resource.managed.names.contains { values[$0] != nil }
        // No way to unassign a number is known, but deleting its trunk detaches it.
        if !isAssigned, subject.blueprint?[trunk] == nil {
            resource.deeds = [.detachRoute]
            resource.restoration = .byDeleting(trunk)
            resource.note = "detached with its trunk"
        } else if !isAssigned, routeTo == nil {
            return Self.question(
                number,
                "was routed nowhere before, and there is no confirmed way to route a number to nothing while its trunk stays"
            )
        } else {
            let former = LiveObject(id: live.id, fields: values)
            resource.restoration = .values(values)
            resource.note = "restored to \(Self.target(of: former, kind, subject.applicationField) ?? "nothing")"
        }
        return PlanPart(resources: [resource])
    }

    private func obstacles(to number: PhoneNumber) -> [Collision] {
        guard let found = subject.state.routes[number] else { return [] }
        guard let live = found else {
            let hint = number.hint(among: subject.state.numbersOfAccount)
            return [
                Collision(
                    what: "number", id: number.e164, message: "\(number) is not on the carrier's account\(hint)",
                    remedies: [.listNumbers])
            ]
        }
        return live.objections.map { Collision(what: "number", id: number.e164, message: "\(number) \($0)") }
    }

    private func plan(
        _ instance: Blueprint.Instance, _ number: PhoneNumber, _ live: LiveObject
    ) throws -> PlanPart {
        let managed = instance.managed.union([subject.applicationField])
        let changes = Comparison(kind: kind, managed: managed).changes(
            from: live.fields, to: try bodies.body(of: instance))
        var resource = PlannedResource(
            instance: instance.id, kind: kind.name, deeds: [], id: live.id, after: instance.prerequisites,
            changes: changes, note: nil, needsConsent: false, live: live, body: instance.body, managed: managed)
        resource.isRoute = true
        guard !changes.isEmpty else { return PlanPart(resources: [resource]) }
        var part = PlanPart()
        let target = Self.target(of: live, kind, subject.applicationField)
        resource.deeds = [target == nil ? .setRoute : .moveRoute]
        resource.isOurs = self.target(of: live) != nil
        if target == nil {
            resource.note = "not routed so far; only disconnecting the whole connection restores that"
        }
        if let target, !resource.isOurs {
            resource.note = "moves from \(target)"
            if !mayReroute {
                part.collisions.append(
                    Collision(
                        what: "route", id: number.e164,
                        message: "\(number) is routed to \(target). Rerouting moves it, and disconnect restores it",
                        remedies: [.allow(.rerouting)]))
            }
        } else if target != nil {
            resource.needsConsent = true
        }
        part.resources.append(resource)
        return part
    }

    // MARK: Targets

    /// Returns the target as text, such as `application 123` or `trunk 456`; nil if the number has no route.
    static func target(of route: LiveObject, _ kind: KindDescription, _ applicationField: String) -> String? {
        for (field, kindName) in kind.references {
            if let id = route.fields[field]?.string {
                return "\(kindName.split(separator: ".").last ?? "object") \(id)"
            }
        }
        return route.fields[applicationField]?.string.map { "application \($0)" }
    }

    /// Returns the instance of this connection that a route leads to.
    private func target(of route: LiveObject) -> InstanceID? {
        kind.references.lazy.compactMap { reference -> InstanceID? in
            route.fields[reference.field]?.string.flatMap { owned[RecordedObject(kind: reference.kind, id: $0)] }
        }.first
    }

    private var described: [Blueprint.Instance] { subject.blueprint?.instances.filter { $0.kind == kind.name } ?? [] }

    /// The routes of numbers that have no described route.
    private var leaving: [(PhoneNumber, LiveObject)] {
        let kept = Set(described.compactMap(\.id.number))
        return subject.state.routes.sorted { $0.key < $1.key }.compactMap { number, route in
            kept.contains(number) ? nil : route.map { (number, $0) }
        }
    }

    private func missingTarget(of values: JSONObject) -> String? {
        kind.references.lazy.compactMap { field, target -> String? in
            guard let id = values[field]?.string, missingTargets.contains(RecordedObject(kind: target, id: id)) else {
                return nil
            }
            return "\((try? subject.kinds.kind(target).description.title) ?? "object") \(id)"
        }.first
    }

    /// Returns a collision that asks for a number's new route.
    private static func question(_ number: PhoneNumber, _ reason: String) -> PlanPart {
        let collision = Collision(
            what: "route", id: number.e164,
            message: "\(number) \(reason): choose where it is routed, to an application or to nothing",
            remedies: [.route(.nowhere), .route(.application)])
        return PlanPart(collisions: [collision])
    }
}
