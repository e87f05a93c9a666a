import ZentrunkJSON

/// Foreign objects about the connection's numbers.
extension PlanDraft {
    mutating func collideOrAdopt(_ instance: Blueprint.Instance) throws {
        let kind = try kinds.kind(instance.kind).description
        guard kind.role == .object, let number = instance.id.number, state.owned[instance.id] == nil else { return }
        let others = state.foreign.filter { $0.kind == instance.kind && kind.number(of: $0.object) == number }.map(
            \.object)
        guard let other = others.first else { return }
        let name = kind.name(of: other).map { " (\"\($0)\")" } ?? ""
        let title = "\(kind.title) \(other.id)\(name)"
        if let owner = kind.name(of: other).flatMap(OwnedName.init(parsing:)) {
            collisions.append(
                Collision(
                    what: kind.title, id: other.id,
                    message:
                        "\(number) belongs to the connection \(owner.platform)/\(owner.connection): \(title); disconnect the number there first",
                    remedies: [owner.disconnecting([number.e164])]))
        } else if others.count > 1 {
            collisions.append(
                Collision(
                    what: kind.title, id: others.map(\.id).sorted().joined(separator: ", "),
                    message:
                        "\(number) exists \(others.count) times already: \(kind.title) \(others.map(\.id).sorted().joined(separator: ", ")); delete all but one"
                ))
        } else if let obstacle = adoptionObstacle(instance, other, kind) {
            collisions.append(
                Collision(
                    what: kind.title, id: other.id, message: "\(number) exists already: \(title), \(obstacle)"))
        } else if request.mayAdopt {
            adopted[instance.id] = other
        } else {
            collisions.append(
                Collision(
                    what: kind.title, id: other.id,
                    message:
                        "\(number) exists already under another label: \(title). Adopting it takes it over, and disconnect restores it",
                    remedies: [.allow(.adoption)]))
        }
    }

    /// Returns the reason why an update cannot adopt the object; nil if it can.
    private func adoptionObstacle(_ instance: Blueprint.Instance, _ other: LiveObject, _ kind: KindDescription)
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

    /// Adds collisions and warnings for conflicts between the connection's object and others.
    ///
    /// - Parameter others: Objects of the same kind.
    mutating func checkConflicts(_ instance: Blueprint.Instance, with others: [LiveState.Found]) throws {
        guard !others.isEmpty, let planned = self[instance.id], looksAside || planned.action != .keep else { return }
        let others = others.filter { other in
            // An object that already causes a collision is not reported twice.
            other.object.id != planned.id && !collisions.contains { $0.ids.contains(other.object.id) }
        }
        guard !others.isEmpty else { return }
        let kind = try kinds.kind(instance.kind)
        let described = Pending.known(in: .object(try desiredBody(of: instance)))?.object ?? [:]
        let body = (planned.live?.fields ?? [:]).merging(described)
        for other in others {
            guard let conflict = kind.conflict(of: body, with: other.object) else { continue }
            if conflict.reach == .everyCall || (conflict.isRefusal && planned.action != .keep) {
                collisions.append(
                    Collision(
                        what: kind.description.title, id: other.object.id, message: conflict.message,
                        remedies: conflict.remedy.map { [$0] } ?? []))
            } else {
                let warning = Warning(
                    .conflict, conflict.message, about: other.recorded, remedies: conflict.remedy.map { [$0] } ?? [])
                if !warnings.contains(warning) { warnings.append(warning) }
            }
        }
    }

    /// Warns of members of live objects that block calls or send them elsewhere, and that this plan does not change.
    mutating func warnOfDiversions() throws {
        for resource in resources {
            // A replacement keeps these members.
            guard let live = resource.live, [.keep, .update, .replace].contains(resource.action) else { continue }
            let kind = try kinds.kind(resource.kind).description
            let described = try blueprint?[resource.instance].map { try desiredBody(of: $0) } ?? [:]
            for diversion in kind.diversions {
                guard let sentence = diversion.sentence(about: live.fields),
                    JSONValue.object(described)[diversion.path] == nil,
                    !resource.changes.contains(where: { $0.path.overlaps(diversion.path) })
                else { continue }
                warnings.append(
                    Warning(
                        .diversion, "\(kind.title) \(live.id): \(sentence)",
                        about: RecordedObject(kind: resource.kind, id: live.id),
                        remedies: diversion.remedy.map { [$0] } ?? []))
            }
        }
    }
}

extension Collision {
    /// The ids of the objects that the collision concerns.
    fileprivate var ids: [String] { id.split(separator: ", ").map(String.init) }
}

extension JSONPointer {
    /// Whether one path is a prefix of the other.
    fileprivate func overlaps(_ other: JSONPointer) -> Bool {
        zip(tokens, other.tokens).allSatisfy { $0 == $1 }
    }
}
