import ZentrunkJSON

/// The planner of foreign records about the connection's numbers: taken over, or a collision.
struct AdoptionPlanner {
    let subject: PlanSubject
    /// Whether records with a foreign name may be taken over.
    let mayAdopt: Bool

    /// Returns the records that are taken over, and collisions for the others.
    func plan() throws -> (part: PlanPart, adopted: [InstanceID: LiveObject]) {
        var part = PlanPart()
        var adopted: [InstanceID: LiveObject] = [:]
        let foreign = try subject.state.foreign.byNumber(subject.kinds)
        for instance in subject.blueprint?.instances ?? [] {
            let kind = try subject.kinds.kind(instance.kind).description
            guard kind.role == .object, let number = instance.id.number, subject.state.owned[instance.id] == nil else {
                continue
            }
            guard let others = foreign[.init(kind: instance.kind, number: number)], let other = others.first else {
                continue
            }
            if let collision = collision(instance, number, others, kind) {
                part.collisions.append(collision)
            } else {
                adopted[instance.id] = other
            }
        }
        return (part, adopted)
    }

    /// Returns the reason why the first of the records cannot be taken over; nil if it can.
    private func collision(
        _ instance: Blueprint.Instance, _ number: PhoneNumber, _ others: [LiveObject], _ kind: KindDescription
    ) -> Collision? {
        let other = others[0]
        let name = kind.name(of: other).map { " (\"\($0)\")" } ?? ""
        let title = "\(kind.title) \(other.id)\(name)"
        if let owner = kind.name(of: other).flatMap(OwnedName.init(parsing:)) {
            return Collision(
                what: kind.title, id: other.id,
                message:
                    "\(number) belongs to the connection \(owner.platform)/\(owner.connection): \(title); disconnect the number there first",
                remedies: [owner.disconnecting([number.e164])])
        }
        if others.count > 1 {
            let ids = others.map(\.id).sorted().joined(separator: ", ")
            return Collision(
                what: kind.title, id: ids,
                message: "\(number) exists \(others.count) times already: \(kind.title) \(ids); delete all but one")
        }
        if let obstacle = Self.obstacle(instance, other, kind) {
            return Collision(
                what: kind.title, id: other.id, message: "\(number) exists already: \(title), \(obstacle)")
        }
        guard !mayAdopt else { return nil }
        return Collision(
            what: kind.title, id: other.id,
            message:
                "\(number) exists already under another label: \(title). Adopting it takes it over, and disconnect restores it",
            remedies: [.allow(.adoption)])
    }

    /// Returns the reason why an update cannot adopt the object; nil if it can.
    private static func obstacle(_ instance: Blueprint.Instance, _ other: LiveObject, _ kind: KindDescription)
        -> String?
    {
        guard case .object(let members) = instance.body else { return nil }
        for member in members {
            guard kind.fields[member.name]?.isFixed == true,
                case .literal(let value) = member.node, let live = other.fields[member.name], live != value
            else { continue }
            return
                "and its \(member.name) is \(live.templateText ?? live.kindName), which cannot be changed to \(value.templateText ?? "ours")"
        }
        return nil
    }
}
