import ZentrunkJSON

/// Undoes the writes of a run: the steps of its graph in reverse order.
///
/// Does not throw. What cannot be restored is reported, and what it depends on is kept, because nothing that is still
/// used is deleted.
struct Undo: Sendable {
    /// Why a run is undone.
    enum Occasion: Sendable {
        /// The run failed. Objects of a concurrent run may depend on this run's objects; nil if there is none.
        case failure(rival: RivalObjects?)
        /// A command undoes a past run. Later changes by others are left unchanged and do not count as failures, and
        /// the context's signal stops the undo.
        case command
    }

    let context: RunContext
    private let objects: ObjectUndo
    private let record = UndoRecord()
    private let isCommand: Bool

    init(_ context: RunContext, after occasion: Occasion) {
        self.context = context
        switch occasion {
        case .failure(let rival):
            isCommand = false
            objects = ObjectUndo(context, record, rival: rival, leavesChanges: false)
        case .command:
            isCommand = true
            objects = ObjectUndo(context, record, rival: nil, leavesChanges: true)
        }
    }

    /// Objects that others have changed since and that are left unchanged, as sentences.
    var changedSince: [String] { record.changed.map(\.sentence).sorted() }
    /// The instances in ``changedSince``.
    var keptInstances: Set<InstanceID> { Set(record.changed.compactMap(\.instance)) }
    /// What was restored and could not be read back, as sentences.
    var unverified: [String] { memory.unverified }
    /// Parts of foreign objects that could not be restored, as phrases.
    var losses: [String] { record.losses.sorted() }

    private var memory: RunMemory { context.memory }

    /// Returns what undo would do with each object. Sends reads only.
    func steps() async throws -> [UndoPlan.Step] {
        try await concurrently(memory.written) { entry in
            let resource = try context.resource(entry.subject)
            var step = UndoPlan.Step(
                instance: resource.instance, kind: resource.kind, id: entry.id,
                deed: entry.deed == .make ? .remove : .restoring(route: resource.isRoute))
            guard entry.deed != .make else { return step }
            do { _ = try await objects.standing(resource) } catch let change as ObjectUndo.ChangedSince {
                (step.deed, step.reason) = (nil, change.reason)
            }
            return step
        }
    }

    /// Undoes the writes.
    ///
    /// - Returns: What is left, and the longest chain of round trips.
    func run(after depth: Int) async -> (left: [Leftover], depth: Int) {
        let written = memory.written
        let made = written.compactMap { entry -> RecordedObject? in
            guard let id = entry.made, let resource = try? context.resource(entry.subject) else { return nil }
            return RecordedObject(kind: resource.kind, id: id)
        }
        await context.removals.add(made)
        let byStep = Dictionary(grouping: written) { RunGraph.Work.deed($0.deed, $0.subject) }
        let steps = reversedSteps()
        let flow = Dataflow<Never>(
            steps: steps, start: depth, limit: 32, shouldStop: { isCommand && context.stop.isRaised },
            hasLook: { _ in false },
            look: { _ in throw CancellationError() },
            perform: { index, _ in
                for entry in byStep[steps[index].work]?.reversed() ?? [] { await putBack(entry) }
            })
        let outcome = await flow.run()
        for entry in written where !record.isDone(entry) {
            guard let resource = try? context.resource(entry.subject) else { continue }
            leave(resource, entry.id, "\(resource.instance) (\(resource.kind)) was not restored yet")
        }
        await checkDetached()
        await checkRemoved()
        return (record.left, outcome.depth)
    }

    /// Returns the run's steps in reverse order.
    ///
    /// A trunk whose deletion detaches numbers precedes everything that calls through it may still reach.
    private func reversedSteps() -> [RunGraph.Step] {
        let graph = context.graph.steps
        var steps = graph.map { RunGraph.Step(work: $0.work, prerequisites: []) }
        for (index, step) in graph.enumerated() {
            for before in Set(step.prerequisites) { steps[before].prerequisites.append(index) }
        }
        let detaching = detachingInstances
        for trunk in graph.indices where graph[trunk].work.deed == .make {
            guard let instance = graph[trunk].work.subject?.instance, detaching.contains(instance) else { continue }
            var before: Set<Int> = [trunk]
            var open = [trunk]
            while let index = open.popLast() {
                for next in steps[index].prerequisites where before.insert(next).inserted { open.append(next) }
            }
            for index in steps.indices where !before.contains(index) && steps[index].work.deed == .make {
                steps[index].prerequisites.append(trunk)
            }
        }
        return steps
    }

    /// The instances that routes of previously unrouted numbers reference: deleting such a trunk detaches the numbers.
    private var detachingInstances: Set<InstanceID> {
        Set(context.plan.resources.filter { $0.deeds == [.setRoute] }.flatMap(\.after))
    }

    private func putBack(_ entry: RunMemory.Written) async {
        record.noteDone(entry)
        guard let resource = try? context.resource(entry.subject) else { return }
        // If the route of a number could not be restored, the number still needs everything that the run created.
        if isCommand, entry.deed == .make, let route = record.heldRoute {
            return leave(resource, entry.id, "\(resource.instance) is kept, because \(route) could not be restored")
        }
        do {
            switch entry.deed {
            case .make:
                if let id = entry.made {
                    try await objects.remove(resource, id)
                } else {
                    try await objects.removeIfMade(resource)
                }
            case .remove:
                return leave(resource, entry.id, "\(resource.kind) \(resource.id ?? "") was deleted already")
            case .rename, .change, .putBack, .setRoute, .moveRoute, .giveBackRoute, .detachRoute:
                try await objects.rewrite(resource)
            }
        } catch let change as ObjectUndo.ChangedSince where isCommand {
            let title = (try? context.kind(of: resource).description.title) ?? resource.kind
            let sentence = "\(resource.instance) (\(title) \(resource.id ?? "")) is left as it is: \(change.reason)"
            return record.noteChanged(Leftover(resource, id: resource.id, sentence))
        } catch {
            let reason =
                (error as? ObjectUndo.ChangedSince)?.reason
                ?? Connector.explain((error as? SettledWrites.Unsettled)?.cause ?? error).message
            let object = [resource.kind, entry.id].compactMap { $0 }.joined(separator: " ")
            leave(resource, entry.id, "\(resource.instance) (\(object)) could not be restored: \(reason)")
            if entry.deed == .setRoute || entry.deed == .moveRoute { record.hold("\(resource.instance)") }
            return
        }
        if let id = entry.id { await context.removals.note(gone: RecordedObject(kind: resource.kind, id: id)) }
        context.events?.send(.putBack(resource.instance))
    }

    private func leave(_ resource: PlannedResource, _ id: String?, _ sentence: String) {
        record.noteLeft(Leftover(resource, id: id, sentence))
        context.events?.send(.left(resource.instance, sentence))
    }

    // MARK: Final checks

    /// Checks once more that deleted objects are gone.
    private func checkRemoved() async {
        let removed = record.removed
        guard !removed.isEmpty else { return }
        do {
            let intents = Dictionary(removed.map { ($0.object, $0.intent) }) { first, _ in first }
            let survivors = Survivors(kinds: context.kinds, clock: context.clock)
            for (object, id) in try await survivors.find(removed.map(\.object), besides: []) {
                let sentence = object.sentence(id, context.kinds)
                record.noteLeft(
                    Leftover(instance: object.instance, kind: object.kind, id: id, sentence: sentence))
                context.events?.send(.left(object.instance, sentence))
                // Otherwise the next undo would rely on the vendor's response.
                guard let intent = intents[object] else { continue }
                await context.settle(intent, .notDone("it was still there afterwards"))
            }
        } catch {
            memory.noteUnverified(
                "\(removed.count.counted("object was", "objects were")) deleted, and whether they are gone could not be verified: \(Connector.explain(error).message)"
            )
        }
    }

    /// Checks that numbers without a former route were detached.
    private func checkDetached() async {
        let route = context.kinds.route
        for resource in record.detaching {
            guard let before = resource.live else { continue }
            guard let read = try? await context.readable({ try await route.read(before.id) }) else {
                memory.noteUnverified("\(resource.instance) was restored, but could not be read back")
                continue
            }
            let comparison = Comparison(kind: route.description, managed: resource.managed)
            if let read, comparison.changes(from: read.fields, to: before.fields).isEmpty { continue }
            leave(
                resource, resource.id,
                "\(resource.instance) was routed nowhere before and is still routed to the connection's trunk")
        }
    }
}

/// What an undo has done so far.
final class UndoRecord: Sendable {
    private struct State {
        var done: Set<RunMemory.Written> = []
        var left: [Leftover] = []
        var changed: [Leftover] = []
        var losses: [String] = []
        var detaching: [PlannedResource] = []
        var heldRoute: String?
        var removed: [(object: Survivors.Deleted, intent: WriteIntent)] = []
    }

    private let state = LockedValue(State())

    func isDone(_ entry: RunMemory.Written) -> Bool { state.value.done.contains(entry) }
    func noteDone(_ entry: RunMemory.Written) { state.withLock { _ = $0.done.insert(entry) } }
    /// What could not be restored.
    var left: [Leftover] { state.value.left }
    func noteLeft(_ leftover: Leftover) { state.withLock { $0.left.append(leftover) } }
    /// Objects that others have changed since.
    var changed: [Leftover] { state.value.changed }
    func noteChanged(_ leftover: Leftover) { state.withLock { $0.changed.append(leftover) } }
    /// Parts of foreign objects that could not be restored, as phrases.
    var losses: [String] { state.value.losses }
    func noteLost(_ phrases: [String]) { state.withLock { $0.losses += phrases } }
    /// Routes that end when the trunk is deleted that the run created for them.
    var detaching: [PlannedResource] { state.value.detaching }
    func noteDetaching(_ route: PlannedResource) { state.withLock { $0.detaching.append(route) } }
    /// A route that could not be restored.
    var heldRoute: String? { state.value.heldRoute }
    func hold(_ route: String) { state.withLock { $0.heldRoute = route } }
    /// Objects that were deleted.
    var removed: [(object: Survivors.Deleted, intent: WriteIntent)] { state.value.removed }
    func noteRemoved(_ object: Survivors.Deleted, _ intent: WriteIntent) {
        state.withLock { $0.removed.append((object, intent)) }
    }
}
