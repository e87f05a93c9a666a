import ZentrunkJSON

/// The checks of planned objects against foreign ones, and of live members that no option sets.
struct ConflictCheck {
    let subject: PlanSubject
    let bodies: DesiredBodies
    /// Whether objects that do not change are checked as well. A disconnect does not check what it keeps.
    let looksAside: Bool

    /// Returns collisions and warnings.
    ///
    /// - Parameters:
    ///   - resources: The planned objects.
    ///   - known: The collisions so far: their objects are not reported twice.
    func check(_ resources: [PlannedResource], besides known: [Collision]) throws -> PlanPart {
        var part = PlanPart()
        var reported = Set(known.flatMap(\.ids))
        let foreign = try subject.state.foreign.candidates(subject.kinds)
        for instance in subject.blueprint?.instances ?? [] {
            guard let planned = bodies.planned[instance.id], looksAside || !planned.deeds.isEmpty else { continue }
            let open = foreign.others(than: instance).filter {
                $0.object.id != planned.id && !reported.contains($0.object.id)
            }
            guard !open.isEmpty else { continue }
            let found = try check(instance, planned, with: open)
            reported.formUnion(found.collisions.flatMap(\.ids))
            part.add(found)
        }
        var seen: Set<Warning> = []
        part.warnings = part.warnings.filter { seen.insert($0).inserted }
        if looksAside { part.warnings += try diversions(of: resources) }
        return part
    }

    private func check(
        _ instance: Blueprint.Instance, _ planned: PlannedResource, with others: [LiveState.Found]
    ) throws -> PlanPart {
        var part = PlanPart()
        let kind = try subject.kinds.kind(instance.kind)
        let described = Pending.known(in: .object(try bodies.body(of: instance)))?.object ?? [:]
        let body = (planned.live?.fields ?? [:]).merging(described)
        for other in others {
            guard let conflict = kind.conflict(of: body, with: other.object) else { continue }
            let remedies = conflict.remedy.map { [$0] } ?? []
            if conflict.reach == .everyCall || (conflict.isRefusal && !planned.deeds.isEmpty) {
                part.collisions.append(
                    Collision(
                        what: kind.description.title, id: other.object.id, message: conflict.message,
                        remedies: remedies))
            } else {
                part.warnings.append(
                    Warning(.conflict, conflict.message, about: other.recorded, remedies: remedies))
            }
        }
        return part
    }

    /// Returns warnings of members of live objects that block calls or send them elsewhere, and that this plan does not
    /// change.
    private func diversions(of resources: [PlannedResource]) throws -> [Warning] {
        try resources.flatMap { resource -> [Warning] in
            // A replacement keeps these members.
            guard let live = resource.live, resource.deeds != [.remove], resource.deeds != [.make] else { return [] }
            let kind = try subject.kinds.kind(resource.kind).description
            let described = try subject.blueprint?[resource.instance].map { try bodies.body(of: $0) } ?? [:]
            return kind.diversions.compactMap { diversion in
                guard let sentence = diversion.sentence(about: live.fields),
                    JSONValue.object(described)[diversion.path] == nil,
                    !resource.changes.contains(where: { $0.path.overlaps(diversion.path) })
                else { return nil }
                return Warning(
                    .diversion, "\(kind.title) \(live.id): \(sentence)",
                    about: RecordedObject(kind: resource.kind, id: live.id),
                    remedies: diversion.remedy.map { [$0] } ?? [])
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
