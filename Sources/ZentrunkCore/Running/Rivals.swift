import ZentrunkJSON

/// Somebody else makes the same connection in this moment: what this run made goes, and it plans again from the start.
struct Rival: Error {
    let error: ZentrunkError

    init(_ kind: KindDescription, _ id: String, _ instance: InstanceID) {
        error = ZentrunkError(
            .moved,
            "another run is creating the same connection: found a second \(instance) (\(kind.title) \(id))",
            at: kind.side.place, remedies: [.retry(after: .zero)])
    }
}

extension Provisioner {
    /// Looks once more by name for what this run made, after all of it was made. Whoever makes the same without knowing of
    /// this run looks as well, so of two at least one sees both.
    ///
    /// Of twins the smallest id stays, but first both wait: the other run may be giving way already, since a name that only
    /// one can have was refused to it. Then the one whose id is the smallest waits on for the other to take its own away;
    /// where that does not come, the other one is done and was told so, and this one gives way after all.
    ///
    /// Where the look cannot be read, a second time either, the run goes on without it and says so; but nothing is deleted
    /// then, since a rival may count on it.
    ///
    /// - Throws: ``Rival`` when this run has to give way.
    func lookForRivals() async throws {
        var seen: Twin?
        var unread = 0
        for look in 1... {
            let found: Twin?
            do { found = try await firstTwin() } catch let error as APIError {
                unread += 1
                guard unread > 1 else {
                    try await StopSignal.sleep(for: .milliseconds(250), clock: clock)
                    continue
                }
                if let seen { throw Rival(seen.kind, seen.other, seen.instance) }
                let reason = "whether another run is creating the same connection could not be read"
                memory.holdDeletions(because: reason)
                return memory.noteUnverified("\(reason): \(error.zentrunkError.message)")
            }
            guard let twin = found else { return }
            seen = twin
            guard look < (twin.isFirst ? 14 : 5), !memory.hasFailed else {
                throw Rival(twin.kind, twin.other, twin.instance)
            }
            try await StopSignal.sleep(for: .milliseconds(250 * min(look, 4)), clock: clock)
        }
    }

    private struct Twin {
        var instance: InstanceID
        var kind: KindDescription
        var other: String
        var isFirst: Bool
    }

    /// The first instance, in an order that every run shares, which somebody else made as well.
    private func firstTwin() async throws -> Twin? {
        let made = memory.written.compactMap { entry -> (resource: PlannedResource, id: String)? in
            guard case .created(let index, let id) = entry, plan.resources[index].action == .create else { return nil }
            return (plan.resources[index], id)
        }
        // On a large account a list is long; none is read for nothing.
        let byKind = try Dictionary(grouping: made, by: \.resource.kind).sorted { $0.key < $1.key }.filter {
            try !kinds.kind($0.key).description.hasUniqueNames
        }
        let twins = try await concurrently(byKind.indices.map { $0 }) { index in
            let kind = try kinds.kind(byKind[index].key)
            let query = ResourceQuery(
                owner: owner, numbers: Set(byKind[index].value.compactMap(\.resource.instance.number)))
            let found = try await kind.find(query)
            return byKind[index].value.compactMap { resource, id -> Twin? in
                let name = kinds.name(resource.instance.key, of: kind.description, in: plan.connection).description
                let others = found.filter {
                    $0.id != id && kind.description.name(of: $0) == name
                        && kind.description.number(of: $0) == resource.instance.number
                }
                guard let other = others.map(\.id).min() else { return nil }
                return Twin(instance: resource.instance, kind: kind.description, other: other, isFirst: id < other)
            }
        }
        return twins.joined().min { $0.instance < $1.instance }
    }
}

/// Which of a run's objects somebody else's rest on, who makes the same connection.
///
/// An object rests on another when it speaks of it, by its id or by its domain: a host that is dialled or called says enough.
/// What an object that stays rests on stays as well. A run that does not plan again, and so would not make anew what the other
/// one counts on, takes away nothing but twins.
struct RivalObjects: Sendable {
    /// By the id of what stays, why it does.
    private let reasons: [String: String]
    private var isUnknown = false

    /// Where nobody could read what the other run made: all may be needed.
    static let unknown: RivalObjects = {
        var objects = RivalObjects()
        objects.isUnknown = true
        return objects
    }()

    private init() { reasons = [:] }

    private struct Found: Sendable {
        var id: String
        /// Equal for twins.
        var name: String
        var title: String
        var marks: Marks
    }

    /// - Parameter plansAgain: Whether the run goes on with a new plan.
    init(_ provisioner: Provisioner, plansAgain: Bool) async throws {
        let numbers = Set(provisioner.plan.connection.numbers)
        let query = ResourceQuery(owner: provisioner.owner, numbers: numbers)
        let (kinds, domainField) = (provisioner.kinds.objects, provisioner.kinds.domainField)
        let found = try await concurrently(kinds.indices.map { $0 }) { index in
            let kind = kinds[index].description
            return try await kinds[index].find(query).map { object in
                Found(
                    id: object.id, name: "\(kind.name) \(kind.name(of: object) ?? "") \(kind.numbers(of: object))",
                    title: "\(kind.title) \(object.id)", marks: Marks(object, domainField))
            }
        }.flatMap { $0 }
        let made = Set(provisioner.memory.written.compactMap(\.id))
        var own = found.filter { made.contains($0.id) }
        var resting = found.filter { !made.contains($0.id) }
        var reasons: [String: String] = [:]
        if !plansAgain {
            let others = Set(resting.map(\.name))
            for object in own where !others.contains(object.name) {
                reasons[object.id] = "the other run may depend on it"
                resting.append(object)
            }
            own.removeAll { reasons[$0.id] != nil }
        }
        while let user = resting.popLast() {
            for object in own where user.marks.pointsAt(object.marks) {
                reasons[object.id] = "\(user.title) of the other run depends on it"
                resting.append(object)
            }
            own.removeAll { reasons[$0.id] != nil }
        }
        self.reasons = reasons
    }

    /// Why this object stays; nil when it may go.
    func reason(toKeep id: String) -> String? {
        isUnknown ? "what the other run depends on could not be read" : reasons[id]
    }
}
