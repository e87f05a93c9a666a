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
    /// The values that the run left in the objects it changed, by resource.
    let leftAs: [Int: JSONObject]
    /// The last create of each resource that the run created, or may have created.
    let attempted: [Int: WriteIntent]
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
        _ run: RunRecord, _ writes: [PastWrite], _ blueprint: Blueprint?, former: Blueprint?, _ kinds: KindTable,
        applicationField: String
    ) throws {
        var order: [InstanceID] = []
        var fates: [InstanceID: InstanceHistory] = [:]
        var hasRestored = false
        for write in writes where write.mayHaveHappened {
            let intent = write.intent
            if fates[intent.instance] == nil { order.append(intent.instance) }
            var fate = fates[intent.instance] ?? InstanceHistory(instance: intent.instance, kind: intent.kind)
            let isFirst = fate.changed == nil && intent.operation != .create
            try fate.add(write, kinds.kind(intent.kind).description)
            if isFirst, intent.operation == .restore { hasRestored = true }
            fates[intent.instance] = fate
        }
        var resources: [PlannedResource] = []
        var written: [RunMemory.Written] = []
        var leftAs: [Int: JSONObject] = [:]
        var attempted: [Int: WriteIntent] = [:]
        var deleted: [RecordedObject] = []
        // Without a template, the order of the writes applies: an object is always created after those it depends on.
        let isDescribed = order.allSatisfy { blueprint?[$0] != nil }
        for fate in order.compactMap({ fates[$0] }) {
            let kind = try kinds.kind(fate.kind).description
            deleted += fate.deleted.map { RecordedObject(kind: fate.kind, id: $0) }
            let index = resources.count
            let made =
                fate.created.map { RunMemory.Written.created(index, id: $0) }
                + (fate.mayBeCreated ? [.unsettled(index)] : [])
            var changed: [RunMemory.Written] = []
            if fate.changed != nil {
                changed = [kind.role == .route ? .routed(index) : fate.hasCreate ? .renamed(index) : .updated(index)]
                leftAs[index] = fate.leftAs
            }
            guard !(made + changed).isEmpty else { continue }
            attempted[index] = fate.attempted
            written += changed + made
            let after =
                isDescribed
                ? blueprint?[fate.instance]?.prerequisites ?? [] : resources.last.map { [$0.instance] } ?? []
            var resource = Self.resource(fate, kind, blueprint?[fate.instance], after, applicationField)
            resource.earlier = [former?[fate.instance]?.body].compactMap { $0 }.map { .init(body: $0, values: [:]) }
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
        _ fate: InstanceHistory, _ kind: KindDescription, _ described: Blueprint.Instance?, _ after: [InstanceID],
        _ applicationField: String
    ) -> PlannedResource {
        let live = fate.hasBefore ? fate.changed : nil
        var managed = described?.managed ?? OwnMembers(live?.fields.names ?? [])
        var action: PlannedResource.Action = fate.changed == nil ? .create : fate.hasCreate ? .replace : .update
        if kind.role == .route {
            managed = managed.union(kind.references.map(\.field) + [applicationField])
            // The number had no route before; the run gave it its first one.
            if let live, RoutePlanner.target(of: live, kind, applicationField) == nil { action = .create }
        }
        var resource = PlannedResource(
            instance: fate.instance, kind: fate.kind, action: action, id: fate.changed?.id,
            after: after, changes: [], note: nil, needsConsent: true, live: live,
            body: described?.body, managed: managed)
        if fate.isForeign, kind.role == .object {
            resource.irreversible = (fate.leftAs?.names ?? []).sorted().flatMap {
                kind.irreversible($0, from: live?.fields[$0])
            }
        }
        return resource
    }
}

extension PastRunPlan {
    /// The objects that the run created, with their ids.
    var created: [PlannedResource] {
        written.compactMap { entry in
            guard case .created(let index, let id) = entry else { return nil }
            var resource = plan.resources[index]
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
        switch intent.operation {
        case .create:
            attempted = intent
            if case .done(let id)? = write.outcome { created.append(id) } else { mayBeCreated = true }
        case .delete:
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
        case .update, .restore:
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
