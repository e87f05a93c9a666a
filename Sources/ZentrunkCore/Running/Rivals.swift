import ZentrunkJSON

/// An error: another run is creating the same connection. This run deletes what it created and plans again.
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
    /// Searches once more by name for what this run created, after everything is created. A concurrent run does the
    /// same, so at least one of two runs sees the objects of both.
    ///
    /// Of two objects with the same name, the one with the smaller id stays. First both runs wait, because the other
    /// one may already be giving way after the vendor refused it a unique name. Then the run with the smaller id keeps
    /// waiting for the other one to delete its objects. If that does not happen, the other run has ended successfully,
    /// and this one gives way.
    ///
    /// If the search fails twice, the run continues and reports it, but deletes nothing, because a concurrent run may
    /// depend on it.
    ///
    /// - Throws: ``Rival`` if this run has to give way.
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

    /// Returns the first instance, in an order common to all runs, that another run created as well.
    private func firstTwin() async throws -> Twin? {
        let made = memory.written.compactMap { entry -> (resource: PlannedResource, id: String)? in
            guard case .created(let index, let id) = entry, plan.resources[index].action == .create else { return nil }
            return (plan.resources[index], id)
        }
        // On a large account a list is long, so it is not read unless necessary.
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

/// The objects of this run that objects of a concurrent run of the same connection depend on.
///
/// An object depends on another if it holds its id or its domain, as a host that is dialled. If an object stays, its
/// dependencies stay as well. A run that does not plan again would not re-create objects that the other run needs, so
/// it deletes duplicates only.
struct RivalObjects: Sendable {
    /// The reasons for objects to stay, by id.
    private let reasons: [String: String]
    private var isUnknown = false

    /// The value for objects of another run that could not be read: all of this run's objects may be needed.
    static let unknown: RivalObjects = {
        var objects = RivalObjects()
        objects.isUnknown = true
        return objects
    }()

    private init() { reasons = [:] }

    private struct Found: Sendable {
        var id: String
        /// Equal for duplicates.
        var name: String
        var title: String
        var live: LiveState.Found
    }

    /// Reads the objects of both runs.
    ///
    /// - Parameter plansAgain: Whether the run continues with a new plan.
    init(_ provisioner: Provisioner, plansAgain: Bool) async throws {
        let numbers = Set(provisioner.plan.connection.numbers)
        let query = ResourceQuery(owner: provisioner.owner, numbers: numbers)
        let (kinds, references) = (provisioner.kinds.objects, provisioner.plan.context.references)
        let found = try await concurrently(kinds.indices.map { $0 }) { index in
            let kind = kinds[index].description
            return try await kinds[index].find(query).map { object in
                Found(
                    id: object.id, name: "\(kind.name) \(kind.name(of: object) ?? "") \(kind.numbers(of: object))",
                    title: "\(kind.title) \(object.id)", live: .init(kind: kind.name, object: object))
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
            for object in own where references.uses(user.live, object.live) {
                reasons[object.id] = "\(user.title) of the other run depends on it"
                resting.append(object)
            }
            own.removeAll { reasons[$0.id] != nil }
        }
        self.reasons = reasons
    }

    /// Returns the reason for the object to stay; nil if it may be deleted.
    func reason(toKeep id: String) -> String? {
        isUnknown ? "what the other run depends on could not be read" : reasons[id]
    }
}
