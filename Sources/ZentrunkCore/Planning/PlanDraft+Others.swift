import ZentrunkJSON

/// Others' objects about our numbers.
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
                        "\(number) belongs to the connection \(owner.platform)/\(owner.connection): \(title); take it out there first",
                    option: nil,
                    command:
                        "zentrunk disconnect \(owner.platform) --name \(owner.connection) --number \(number)"))
        } else if others.count > 1 {
            collisions.append(
                Collision(
                    what: kind.title, id: others.map(\.id).sorted().joined(separator: ", "),
                    message:
                        "\(number) is there \(others.count) times already: \(kind.title) \(others.map(\.id).sorted().joined(separator: ", ")); delete all but one",
                    option: nil))
        } else if let obstacle = adoptionObstacle(instance, other, kind) {
            collisions.append(
                Collision(
                    what: kind.title, id: other.id, message: "\(number) is there already: \(title), \(obstacle)",
                    option: nil))
        } else if request.mayAdopt {
            adopted[instance.id] = other
        } else {
            collisions.append(
                Collision(
                    what: kind.title, id: other.id,
                    message:
                        "\(number) is there already under another label: \(title); --adopt takes it over, disconnect puts it back",
                    option: "--adopt"))
        }
    }

    /// Why the object cannot become ours by an update.
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

    /// What the vendor says of objects that are made or changed beside others'.
    mutating func checkConflicts(_ instance: Blueprint.Instance) throws {
        guard let planned = self[instance.id], planned.action != .keep else { return }
        let others = state.foreign.filter { $0.kind == instance.kind && $0.object.id != planned.id }
        guard !others.isEmpty else { return }
        let kind = try kinds.kind(instance.kind)
        let body = Pending.known(in: .object(try desiredBody(of: instance)))?.object ?? [:]
        for other in others {
            guard let conflict = kind.conflict(of: body, with: other.object) else { continue }
            if conflict.isRefusal {
                collisions.append(
                    Collision(
                        what: kind.description.title, id: other.object.id, message: conflict.message, option: nil,
                        command: conflict.next))
            } else if !warnings.contains(conflict.message) {
                warnings.append(conflict.message)
            }
        }
    }
}
