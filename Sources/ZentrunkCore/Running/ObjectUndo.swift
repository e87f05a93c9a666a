import ZentrunkJSON

/// Undoes the writes of single objects: deletes what a run created, and restores what it changed.
struct ObjectUndo: Sendable {
    let context: RunContext
    let record: UndoRecord
    /// Objects of a concurrent run, which may depend on this run's objects; nil if there is none.
    let rival: RivalObjects?
    /// Whether losses are reported. Otherwise a loss is an error, because the state is not the former one.
    let leavesChanges: Bool

    init(_ context: RunContext, _ record: UndoRecord, rival: RivalObjects?, leavesChanges: Bool) {
        self.context = context
        self.record = record
        self.rival = rival
        self.leavesChanges = leavesChanges
    }

    /// An error: an object that the run changed is neither as before nor as the run left it.
    struct ChangedSince: Error {
        var reason: String
    }

    // MARK: Created objects

    /// Deletes an object that the run created.
    func remove(_ resource: PlannedResource, _ id: String) async throws {
        let kind = try context.kind(of: resource)
        if let reason = rival?.reason(toKeep: id) {
            throw ZentrunkError(.moved, reason, at: kind.description.side.place)
        }
        let object = RecordedObject(kind: resource.kind, id: id)
        let detaching = Set(record.detaching.compactMap(\.object))
        if let user = try await context.removals.user(of: object, unless: detaching.contains) {
            throw ZentrunkError(
                .moved, "\(try context.kinds.kind(user.kind).description.title) \(user.object.id) uses it",
                at: kind.description.side.place)
        }
        let intent = context.intent(.remove, resource, id: id)
        try? await context.journal.intend(intent, in: context.run)
        do {
            try await context.writes.delete(kind, id)
        } catch let unsettled as SettledWrites.Unsettled {
            await context.settle(intent, .unknown(Connector.explain(unsettled.cause).message))
            throw unsettled
        } catch {
            await context.settle(intent, .notDone(Connector.explain(error).message))
            throw error
        }
        await context.settle(intent, .done(id: id))
        record.noteRemoved(.init(instance: resource.instance, kind: resource.kind, id: id), intent)
    }

    /// Retries the lookup for a create whose outcome was unknown, and deletes the object.
    func removeIfMade(_ resource: PlannedResource) async throws {
        let kind = try context.kind(of: resource)
        let query = ResourceQuery(owner: context.owner, numbers: Set([resource.instance.number].compactMap { $0 }))
        guard let attempt = context.memory.attempt(resource.identity) else { return }
        let found = try await kind.alike(query) { attempt.likeness($0, kind.description) }
            .filter { $0.object.id != resource.id }
        // The run created one object at most, so a second one belongs to another run.
        if let made = found.last, made.likeness == .equal { return try await remove(resource, made.object.id) }
        if let other = found.last {
            throw ZentrunkError(
                .moved,
                "\(kind.description.title) \(other.object.id) carries its name and is not as this run wrote it",
                at: kind.description.side.place)
        }
    }

    // MARK: Changed objects

    /// Returns an object that the run changed, as it was before and as it is now.
    ///
    /// - Throws: ``ChangedSince`` if it has been changed or deleted since.
    func standing(_ resource: PlannedResource) async throws -> (before: LiveObject, now: LiveObject) {
        let kind = try context.kind(of: resource)
        guard let before = resource.live else {
            throw ZentrunkError(
                .incomplete, "its former values are not in the journal", at: kind.description.side.place)
        }
        guard let now = try await kind.read(before.id) else {
            throw ChangedSince(reason: "it was deleted since the run")
        }
        // Later changes by others must not be undone.
        if let fields = context.memory.leftAs(resource.identity) {
            // A route has exactly one target, so its absent members matter as much as the present ones.
            let whole = resource.isRoute ? resource.managed.names : []
            let names = Set(whole + fields.names)
            let managed = OwnMembers.members(
                Dictionary(uniqueKeysWithValues: names.map { ($0, resource.managed[$0] ?? .whole) }))
            let ours = Comparison(kind: kind.description, managed: managed)
            let known = [before.fields.merging(fields), before.fields].map { ours.compared($0.withoutSecretMembers) }
            guard known.contains(ours.compared(now.fields.withoutSecretMembers)) else {
                throw ChangedSince(reason: "it was changed since the run")
            }
        }
        return (before, now)
    }

    /// Restores an object that the run changed.
    func rewrite(_ resource: PlannedResource) async throws {
        let kind = try context.kind(of: resource)
        let (before, now) = try await standing(resource)
        let logins = kind.description.logins(lostFrom: before.fields, to: now.fields, context.resolver.secrets)
        let target = kind.description.leaving(logins, of: before.fields, as: now.fields)
        let earlier = [context.memory.leftAs(resource.identity)].compactMap { $0 }
        let comparison = Comparison(
            kind: kind.description, managed: resource.managed.union([kind.description.nameField].compactMap { $0 }),
            earlier: earlier)
        // A number without a former route is detached by deleting the trunk that this run created for it.
        if resource.isRoute, kind.description.references.allSatisfy({ before.fields[$0.field] == nil }),
            resource.managed.names.allSatisfy({ before.fields[$0] == nil || $0 == kind.description.numberField }),
            trunkIsFresh(now, kind.description)
        {
            return record.noteDetaching(resource)
        }
        let changes = try context.resolver.former(of: resource, to: target, from: now.fields, earlier: earlier)
        guard !changes.isEmpty || !comparison.changes(from: now.fields, to: target).isEmpty else {
            return try lose(logins.map(\.loss), of: kind.description, before.id)
        }
        let isAsBefore: @Sendable (LiveObject) -> Bool = { comparison.changes(from: $0.fields, to: target).isEmpty }
        try await context.change(
            resource, by: .restoring(route: resource.isRoute), from: now, with: changes, mustBeNoted: false,
            isDone: isAsBefore)
        let read = try await context.readable { try await kind.read(before.id) }
        if let read {
            guard read.map(isAsBefore) == true else {
                throw ZentrunkError(
                    .incomplete, "\(kind.description.title) \(before.id) stays as it is",
                    at: kind.description.side.place)
            }
        } else {
            context.memory.noteUnverified("\(resource.instance) was restored, but could not be read back")
        }
        try lose(Set(resource.irreversible + logins.map(\.loss)).sorted(), of: kind.description, before.id)
    }

    /// Records losses. After a failed run a loss is an error.
    private func lose(_ losses: [String], of kind: KindDescription, _ id: String) throws(ZentrunkError) {
        if leavesChanges {
            record.noteLost(losses.map { "\(kind.title) \(id): \($0)" })
        } else if let what = losses.first {
            throw ZentrunkError(
                .incomplete, "everything was restored except \(what): set it again at the platform",
                at: kind.side.place)
        }
    }

    private func trunkIsFresh(_ route: LiveObject, _ kind: KindDescription) -> Bool {
        let made = context.memory.made
        return kind.references.contains { route.fields[$0.field]?.string.map(made.contains) ?? false }
    }
}
