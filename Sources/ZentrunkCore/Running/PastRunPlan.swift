import ZentrunkJSON

/// A past run in the form that undo needs: a plan with every object as it was before the run, and what the run wrote.
///
/// Made from the journal. The template adds what the journal does not record: which fields are compared, and where
/// passwords belong.
struct PastRunPlan {
    let run: RunRecord
    let plan: Plan
    /// The sequence number of the run's last intent.
    let lastSequence: Int
    let written: [RunMemory.Written]
    /// The values that the run left in the objects it changed.
    let leftAs: [RunMemory.Subject: JSONObject]
    /// The last create of each resource that the run created, or may have created.
    let attempted: [RunMemory.Subject: WriteIntent]
    /// Objects that the run deleted and had not created; they cannot be restored.
    let deleted: [RecordedObject]
    /// Whether the run restored values from before the connection.
    let hasRestored: Bool

    /// Everything that the run did to one instance.
    struct InstanceHistory {
        var instance: InstanceID
        var kind: String
        var created: [String] = []
        var mayBeCreated = false
        var attempted: WriteIntent?
        var changed: LiveObject?
        var hasBefore = true
        var leftAs: JSONObject?
        var isForeign = false
        var deleted: [String] = []
    }

    /// Creates the plan from a run's writes.
    ///
    /// - Parameters:
    ///   - writes: The writes with their outcomes, in order.
    ///   - blueprint: The connection as the run intended it.
    ///   - former: The connection before the run; nil if there was none.
    init(
        _ run: RunRecord, writes: [PastWrite], blueprint: Blueprint?, former: Blueprint?, kinds: KindTable,
        applicationField: String
    ) throws {
        var order: [InstanceID] = []
        var histories: [InstanceID: InstanceHistory] = [:]
        var hasRestored = false
        for write in writes where write.mayHaveHappened {
            let intent = write.intent
            if histories[intent.instance] == nil { order.append(intent.instance) }
            var history = histories[intent.instance] ?? InstanceHistory(instance: intent.instance, kind: intent.kind)
            let isFirst = history.changed == nil && intent.deed != .make
            try history.add(write, kinds.kind(intent.kind).description)
            if isFirst, intent.deed.restores { hasRestored = true }
            histories[intent.instance] = history
        }
        var resources: [PlannedResource] = []
        var written: [RunMemory.Written] = []
        var leftAs: [RunMemory.Subject: JSONObject] = [:]
        var attempted: [RunMemory.Subject: WriteIntent] = [:]
        var deleted: [RecordedObject] = []
        // Without a template, the order of the writes applies: an object is always created after those it depends on.
        let isDescribed = order.allSatisfy { blueprint?[$0] != nil }
        for history in order.compactMap({ histories[$0] }) {
            let kind = try kinds.kind(history.kind).description
            deleted += history.deleted.map { RecordedObject(kind: history.kind, id: $0) }
            guard history.changed != nil || !history.created.isEmpty || history.mayBeCreated else { continue }
            let after =
                isDescribed
                ? blueprint?[history.instance]?.prerequisites ?? [] : resources.last.map { [$0.instance] } ?? []
            var resource = Self.resource(
                history, kind, described: blueprint?[history.instance], after: after,
                applicationField: applicationField)
            resource.earlier = [former?[history.instance]?.body].compactMap { $0 }.map { .init(body: $0, values: [:]) }
            let subject = resource.identity
            if history.changed != nil {
                // The first deed of a replacement is to rename the old object.
                written += resource.deeds.prefix(1).map { .init($0, subject) }
                leftAs[subject] = history.leftAs
            }
            written += history.created.map { .init(.make, subject, made: $0) }
            if history.mayBeCreated { written.append(.init(.make, subject)) }
            attempted[subject] = history.attempted
            resources.append(resource)
        }
        var plan = Plan(
            operation: run.operation, identity: run.identity, connection: run.connection, resources: resources,
            collisions: [], warnings: [], depth: 0, digest: "", context: .init(blueprint: blueprint))
        plan.context.readDepth = 0
        self.plan = plan
        self.run = run
        lastSequence = writes.map(\.intent.sequence).max() ?? 0
        self.written = written
        self.leftAs = leftAs
        self.attempted = attempted
        self.deleted = deleted
        self.hasRestored = hasRestored
    }

    private static func resource(
        _ history: InstanceHistory, _ kind: KindDescription, described: Blueprint.Instance?, after: [InstanceID],
        applicationField: String
    ) -> PlannedResource {
        let live = history.hasBefore ? history.changed : nil
        var managed = described?.managed ?? OwnMembers(live?.fields.names ?? [])
        var action: PlannedResource.Action =
            history.changed == nil ? .create : history.hasCreate ? .replace : .update
        if kind.role == .route {
            managed = managed.union(kind.references.map(\.field) + [applicationField])
            // The number had no route before; the run gave it its first one.
            if let live, PlanDraft.target(of: live, kind, applicationField) == nil { action = .create }
        }
        var resource = PlannedResource(
            instance: history.instance, kind: history.kind, action: action, id: history.changed?.id,
            after: after, changes: [], note: nil, needsConsent: true, live: live,
            body: described?.body, managed: managed)
        resource.isRoute = kind.role == .route
        if history.isForeign, kind.role == .object {
            resource.irreversible = (history.leftAs?.names ?? []).sorted().flatMap {
                PlanDraft.irreversible($0, kind, from: live?.fields[$0])
            }
        }
        return resource
    }
}

extension PastRunPlan {
    /// The objects that the run created, with their ids.
    var created: [PlannedResource] {
        let resources = Dictionary(plan.resources.map { ($0.identity, $0) }) { first, _ in first }
        return written.compactMap { entry in
            guard let id = entry.made, var resource = resources[entry.subject] else { return nil }
            resource.id = id
            return resource
        }
    }
}

extension PastRunPlan.InstanceHistory {
    fileprivate var hasCreate: Bool { attempted != nil }

    /// Adds the next write of the instance.
    fileprivate mutating func add(_ write: PastWrite, _ kind: KindDescription) throws {
        let intent = write.intent
        switch intent.deed {
        case .make:
            attempted = intent
            if case .done(let id)? = write.outcome { created.append(id) } else { mayBeCreated = true }
        case .remove, .detachRoute:
            guard let id = intent.id else { return }
            let isDone = if case .done? = write.outcome { true } else { false }
            if created.contains(id) {
                if isDone { created.removeAll { $0 == id } }
            } else if !hasCreate || changed?.id == id {
                deleted.append(id)
            } else if isDone {
                // A create with an unknown outcome: undo found the object and deleted it.
                mayBeCreated = false
            }
        case .rename, .change, .putBack, .setRoute, .moveRoute, .giveBackRoute:
            guard let id = intent.id else { return }
            if intent.former != nil { isForeign = true }
            leftAs = (leftAs ?? [:]).merging(intent.seen(kind))
            // The first write has the values from before all writes; later writes may belong to an undo.
            guard changed == nil else { return }
            hasBefore = intent.before != nil
            changed = LiveObject(id: id, fields: intent.before ?? [:])
        }
    }
}
