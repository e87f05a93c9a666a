import ZentrunkJSON

/// Undoes the writes of a run: the steps of its graph in reverse order.
///
/// Does not throw. What cannot be restored is reported, and what it depends on is kept, because nothing that is still
/// used is deleted.
struct Undo: Sendable {
    let provisioner: Provisioner
    let graph: RunGraph
    /// Objects of a concurrent run, which may depend on this run's objects; nil if there is none.
    let rival: RivalObjects?
    /// Whether later changes by others are left unchanged and do not count as failures.
    let leavesChanges: Bool
    /// Returns true to end the undo early.
    let shouldStop: @Sendable () -> Bool
    private let left = LockedValue<[(instance: InstanceID, sentence: String)]>([])
    private let detaching = LockedValue<[Int]>([])
    private let heldRoute = LockedValue<String?>(nil)
    private let lost = LockedValue<[String]>([])
    private let changed = LockedValue<[(instance: InstanceID, sentence: String)]>([])
    private let done = LockedValue<Set<RunMemory.Written>>([])
    private let removed = LockedValue<[(object: Survivors.Deleted, intent: WriteIntent)]>([])

    init(
        _ provisioner: Provisioner, _ graph: RunGraph, rival: RivalObjects? = nil, leavesChanges: Bool = false,
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) {
        self.provisioner = provisioner
        self.graph = graph
        self.rival = rival
        self.leavesChanges = leavesChanges
        self.shouldStop = shouldStop
    }

    /// Objects that others have changed since and that are left unchanged, as sentences.
    var changedSince: [String] { changed.value.map(\.sentence).sorted() }
    /// What was restored and could not be read back, as sentences.
    var unverified: [String] { memory.unverified }
    /// Parts of foreign objects that could not be restored, as phrases.
    var losses: [String] { lost.value.sorted() }
    /// The instances in ``changedSince``.
    var keptInstances: Set<InstanceID> { Set(changed.value.map(\.instance)) }

    /// Returns what undo would do with each object. Sends reads only.
    func steps() async throws -> [UndoPlan.Step] {
        try await concurrently(memory.written) { entry in
            let resource = plan.resources[entry.index]
            let action: UndoPlan.Step.Action
            switch entry {
            case .created, .unsettled: action = .delete
            case .renamed, .updated, .routed, .restored, .deleted:
                do {
                    _ = try await standing(entry.index)
                    action = .restore
                } catch let change as ChangedSince { action = .leave(change.reason) }
            }
            return UndoPlan.Step(
                instance: resource.instance, kind: resource.kind, id: entry.id ?? resource.id, action: action)
        }
    }

    private var plan: Plan { provisioner.plan }
    private var memory: RunMemory { provisioner.memory }
    private var removals: Removals { provisioner.removals }

    /// Undoes the writes.
    ///
    /// - Returns: What is left, as sentences, and the longest chain of round trips.
    func run(after depth: Int) async -> (left: [String], depth: Int) {
        let written = memory.written
        await removals.add(
            written.compactMap { entry in
                entry.id.map { RecordedObject(kind: plan.resources[entry.index].kind, id: $0) }
            })
        let places = Dictionary(graph.steps.indices.map { (graph.steps[$0].work, $0) }) { first, _ in first }
        let byStep = Dictionary(grouping: written) { places[$0.work] ?? -1 }
        let reversed = reversedSteps()
        let flow = Dataflow<Never>(
            steps: reversed, start: depth, limit: 32, shouldStop: shouldStop, hasLook: { _ in false },
            look: { _ in throw CancellationError() },
            perform: { index, _ in
                for entry in byStep[index]?.reversed() ?? [] {
                    // If the route of a number could not be restored, the number still needs everything that the run
                    // created.
                    if leavesChanges, isDeletion(entry), let route = heldRoute.value {
                        let resource = plan.resources[entry.index]
                        done.withLock { _ = $0.insert(entry) }
                        record(
                            resource.instance, "\(resource.instance) is kept, because \(route) could not be restored")
                        continue
                    }
                    done.withLock { _ = $0.insert(entry) }
                    await putBack(entry)
                }
            })
        let outcome = await flow.run()
        for entry in written where !done.value.contains(entry) {
            let resource = plan.resources[entry.index]
            record(resource.instance, "\(resource.instance) (\(resource.kind)) was not restored yet")
        }
        await checkDetached()
        await checkRemoved()
        return (left.value.map(\.sentence), outcome.depth)
    }

    /// Returns the run's steps in reverse order.
    ///
    /// A trunk whose deletion detaches numbers precedes everything that calls through it may still reach.
    private func reversedSteps() -> [RunGraph.Step] {
        var steps = graph.steps.map { RunGraph.Step(work: $0.work, prerequisites: []) }
        for (index, step) in graph.steps.enumerated() {
            for before in Set(step.prerequisites) { steps[before].prerequisites.append(index) }
        }
        let detaching = detachingInstances
        for trunk in graph.steps.indices {
            guard case .create(let index) = graph.steps[trunk].work, detaching.contains(plan.resources[index].instance)
            else { continue }
            var before: Set<Int> = [trunk]
            var open = [trunk]
            while let index = open.popLast() {
                for next in steps[index].prerequisites where before.insert(next).inserted { open.append(next) }
            }
            for index in steps.indices where !before.contains(index) && steps[index].work != .gate {
                if case .create = steps[index].work { steps[index].prerequisites.append(trunk) }
            }
        }
        return steps
    }

    /// The instances that routes of previously unrouted numbers reference: deleting such a trunk detaches the numbers.
    private var detachingInstances: Set<InstanceID> {
        Set(
            graph.steps.flatMap { step -> [InstanceID] in
                guard case .setRoute(let route) = step.work, plan.resources[route].action == .create else { return [] }
                return plan.resources[route].after
            })
    }

    private func putBack(_ entry: RunMemory.Written) async {
        let index: Int
        do {
            switch entry {
            case .created(let created, let id):
                index = created
                try await remove(created, id)
            case .unsettled(let created):
                index = created
                try await removeIfMade(created)
            case .renamed(let changed), .updated(let changed), .routed(let changed), .restored(let changed):
                index = changed
                try await rewrite(changed)
            case .deleted(let deleted):
                let resource = plan.resources[deleted]
                record(resource.instance, "\(resource.kind) \(resource.id ?? "") was deleted already")
                return
            }
        } catch let change as ChangedSince where leavesChanges {
            let resource = plan.resources[entry.index]
            let title = (try? provisioner.kinds.kind(resource.kind).description.title) ?? resource.kind
            let sentence = "\(resource.instance) (\(title) \(resource.id ?? "")) is left as it is: \(change.reason)"
            changed.withLock { $0.append((resource.instance, sentence)) }
            return
        } catch {
            let resource = plan.resources[entry.index]
            let reason =
                ((error as? ChangedSince)?.reason)
                ?? Connector.explain((error as? SettledWrites.Unsettled)?.cause ?? error).message
            let id = entry.id ?? resource.id ?? ""
            record(resource.instance, "\(resource.instance) (\(resource.kind) \(id)) could not be restored: \(reason)")
            if case .routed = entry { heldRoute.withLock { $0 = "\(resource.instance)" } }
            return
        }
        if let id = entry.id ?? plan.resources[index].id {
            await removals.note(gone: RecordedObject(kind: plan.resources[index].kind, id: id))
        }
        provisioner.events?.send(.putBack(plan.resources[index].instance))
    }

    private func isDeletion(_ entry: RunMemory.Written) -> Bool {
        switch entry {
        case .created, .unsettled: true
        case .renamed, .updated, .routed, .restored, .deleted: false
        }
    }

    private func record(_ instance: InstanceID, _ sentence: String) {
        left.withLock { $0.append((instance, sentence)) }
        provisioner.events?.send(.left(instance, sentence))
    }

    // MARK: Single objects

    private func remove(_ index: Int, _ id: String) async throws {
        let resource = plan.resources[index]
        let kind = try provisioner.kinds.kind(resource.kind)
        if let reason = rival?.reason(toKeep: id) {
            throw ZentrunkError(.moved, reason, at: kind.description.side.place)
        }
        let object = RecordedObject(kind: resource.kind, id: id)
        let route = provisioner.kinds.route.description.name
        let detaching = Set(
            detaching.value.compactMap { plan.resources[$0].id }.map { RecordedObject(kind: route, id: $0) })
        if let user = try await removals.user(of: object, unless: detaching.contains) {
            throw ZentrunkError(
                .moved, "\(try provisioner.kinds.kind(user.kind).description.title) \(user.object.id) uses it",
                at: kind.description.side.place)
        }
        let intent = WriteIntent(
            sequence: memory.nextSequence(), operation: .delete, instance: resource.instance, kind: resource.kind,
            id: id, name: nil,
            fields: [:], former: nil)
        try? await provisioner.journal.intend(intent, in: provisioner.run)
        let outcome: WriteOutcome
        do {
            try await provisioner.writes.delete(kind, id)
            outcome = .done(id: id)
        } catch let unsettled as SettledWrites.Unsettled {
            try? await provisioner.journal.settle(
                intent, .unknown(Connector.explain(unsettled.cause).message), in: provisioner.run)
            throw unsettled
        } catch {
            try? await provisioner.journal.settle(
                intent, .notDone(Connector.explain(error).message), in: provisioner.run)
            throw error
        }
        try? await provisioner.journal.settle(intent, outcome, in: provisioner.run)
        removed.withLock { $0.append((.init(instance: resource.instance, kind: resource.kind, id: id), intent)) }
    }

    /// Checks once more that deleted objects are gone.
    private func checkRemoved() async {
        let removed = removed.value
        guard !removed.isEmpty else { return }
        let survivors = Survivors(kinds: provisioner.kinds, clock: provisioner.clock)
        do {
            let intents = Dictionary(removed.map { ($0.object, $0.intent) }) { first, _ in first }
            for (object, id) in try await survivors.find(removed.map(\.object), besides: []) {
                record(object.instance, object.sentence(id, provisioner.kinds))
                // Otherwise the next undo would rely on the vendor's response.
                guard let intent = intents[object] else { continue }
                try? await provisioner.journal.settle(
                    intent, .notDone("it was still there afterwards"), in: provisioner.run)
            }
        } catch {
            memory.noteUnverified(
                "\(removed.count.counted("object was", "objects were")) deleted, and whether they are gone could not be verified: \(Connector.explain(error).message)"
            )
        }
    }

    /// Retries the lookup for a create whose outcome was unknown, and deletes the object.
    private func removeIfMade(_ index: Int) async throws {
        let resource = plan.resources[index]
        let kind = try provisioner.kinds.kind(resource.kind)
        let query = ResourceQuery(
            owner: provisioner.owner,
            numbers: Set([resource.instance.number].compactMap { $0 }))
        guard let attempt = memory.attempt(index) else { return }
        let found = try await kind.alike(query) { attempt.likeness($0, kind.description) }
            .filter { $0.object.id != resource.id }
        // The run created one object at most, so a second one belongs to another run.
        if let made = found.last, made.likeness == .equal { return try await remove(index, made.object.id) }
        if let other = found.last {
            throw ZentrunkError(
                .moved,
                "\(kind.description.title) \(other.object.id) carries its name and is not as this run wrote it",
                at: kind.description.side.place)
        }
    }

    /// An error: an object that the run changed is neither as before nor as the run left it.
    private struct ChangedSince: Error {
        var reason: String
    }

    /// Returns an object that the run changed, as it was before and as it is now.
    ///
    /// - Throws: ``ChangedSince`` if it has been changed or deleted since.
    private func standing(_ index: Int) async throws -> (before: LiveObject, now: LiveObject) {
        let resource = plan.resources[index]
        let kind = try provisioner.kinds.kind(resource.kind)
        guard let before = resource.live else {
            throw ZentrunkError(
                .incomplete, "its former values are not in the journal", at: kind.description.side.place)
        }
        guard let now = try await kind.read(before.id) else {
            throw ChangedSince(reason: "it was deleted since the run")
        }
        // Later changes by others must not be undone.
        if let fields = memory.leftAs(index) {
            // A route has exactly one target, so its absent members matter as much as the present ones.
            let whole = kind.description.role == .route ? resource.managed.names : []
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

    private func rewrite(_ index: Int) async throws {
        let resource = plan.resources[index]
        let kind = try provisioner.kinds.kind(resource.kind)
        let (before, now) = try await standing(index)
        let logins = kind.description.logins(lostFrom: before.fields, to: now.fields, provisioner.resolver.secrets)
        let target = kind.description.leaving(logins, of: before.fields, as: now.fields)
        let irreversible = Set(resource.irreversible + logins.map(\.loss)).sorted()
        let earlier = [memory.leftAs(index)].compactMap { $0 }
        let comparison = Comparison(
            kind: kind.description, managed: resource.managed.union([kind.description.nameField].compactMap { $0 }),
            earlier: earlier)
        let isRoute = kind.description.role == .route
        // A number without a former route is detached by deleting the trunk that this run created for it.
        if isRoute, kind.description.references.allSatisfy({ before.fields[$0.field] == nil }),
            resource.managed.names.allSatisfy({ before.fields[$0] == nil || $0 == kind.description.numberField }),
            trunkIsFresh(now, kind.description)
        {
            return detaching.withLock { $0.append(index) }
        }
        let changes = try provisioner.resolver.former(
            of: index, to: target, from: now.fields, earlier: earlier)
        guard !changes.isEmpty || !comparison.changes(from: now.fields, to: target).isEmpty else {
            return try record(logins.map(\.loss), of: kind.description, before.id)
        }
        try await provisioner.change(
            index, now, changes, .restore, former: nil, .restored(index), mustBeNoted: false
        ) { comparison.changes(from: $0.fields, to: target).isEmpty }
        let read = try await provisioner.readable { try await kind.read(before.id) }
        if read == nil {
            memory.noteUnverified("\(resource.instance) was restored, but could not be read back")
        } else if read.map({ $0.map { comparison.changes(from: $0.fields, to: target).isEmpty } }) != true {
            throw ZentrunkError(
                .incomplete, "\(kind.description.title) \(before.id) stays as it is", at: kind.description.side.place)
        }
        try record(irreversible, of: kind.description, before.id)
    }

    /// Records losses. After a failed run a loss is an error, because the state is not the former one.
    private func record(_ losses: [String], of kind: KindDescription, _ id: String) throws(ZentrunkError) {
        if leavesChanges {
            lost.withLock { $0 += losses.map { "\(kind.title) \(id): \($0)" } }
        } else if let what = losses.first {
            throw ZentrunkError(
                .incomplete, "everything was restored except \(what): set it again at the platform",
                at: kind.side.place)
        }
    }

    private func trunkIsFresh(_ route: LiveObject, _ kind: KindDescription) -> Bool {
        let made = Set(memory.written.compactMap { if case .created(_, let id) = $0 { id } else { nil } })
        return kind.references.contains { route.fields[$0.field]?.string.map(made.contains) ?? false }
    }

    private func checkDetached() async {
        let route = provisioner.kinds.route
        for index in detaching.value {
            let resource = plan.resources[index]
            guard let before = resource.live else { continue }
            let read = try? await provisioner.readable { try await route.read(before.id) }
            guard let read else {
                memory.noteUnverified("\(resource.instance) was restored, but could not be read back")
                continue
            }
            let now = read
            let comparison = Comparison(kind: route.description, managed: resource.managed)
            if let now, comparison.changes(from: now.fields, to: before.fields).isEmpty { continue }
            record(
                resource.instance,
                "\(resource.instance) was routed nowhere before and is still routed to the connection's trunk")
        }
    }
}

extension RunMemory.Written {
    /// The step that made the write.
    fileprivate var work: RunGraph.Work {
        switch self {
        case .created(let index, _), .unsettled(let index): .create(index)
        case .renamed(let index): .rename(index)
        case .updated(let index): .update(index)
        case .routed(let index): .setRoute(index)
        case .restored(let index): .restore(index)
        case .deleted(let index): .delete(index)
        }
    }

    var index: Int {
        switch self {
        case .created(let index, _), .unsettled(let index), .renamed(let index), .updated(let index),
            .routed(let index), .restored(let index), .deleted(let index):
            index
        }
    }

    var id: String? { if case .created(_, let id) = self { id } else { nil } }
}
