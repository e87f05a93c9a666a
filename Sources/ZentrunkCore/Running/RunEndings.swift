import ZentrunkJSON

/// What a run leaves behind, in the forms for the report and for the journal.
struct RunEndings: Sendable {
    let plan: Plan
    let memory: RunMemory
    let kinds: KindTable
    let domainField: String
    let applicationField: String

    init(_ context: RunContext, _ carrier: any Carrier) {
        self.init(
            plan: context.plan, memory: context.memory, kinds: context.kinds, domainField: carrier.domainField,
            applicationField: carrier.applicationField)
    }

    init(plan: Plan, memory: RunMemory, kinds: KindTable, domainField: String, applicationField: String) {
        (self.plan, self.memory, self.kinds) = (plan, memory, kinds)
        (self.domainField, self.applicationField) = (domainField, applicationField)
    }

    /// The domain of the connection's first trunk that serves outbound calls.
    var domain: String? {
        plan.resources.lazy.filter { $0.body != nil }.compactMap { resource in
            guard let fields = (memory.object(resource.identity) ?? resource.live)?.fields, isDialled(resource) else {
                return nil
            }
            return fields[domainField]?.string
        }.first
    }

    /// Whether another resource references the domain, so that the platform dials it.
    private func isDialled(_ resource: PlannedResource) -> Bool {
        plan.context.blueprint?.instances.contains { instance in
            instance.body.references.contains {
                $0.source == .resource(resource.instance.key, field: [domainField])
            }
        } ?? false
    }

    /// Where calls to the numbers go after a successful run.
    var numbers: [NumberEnd] {
        func ends(_ routes: [PlannedResource], _ target: (PlannedResource) -> NumberEnd.Target) -> [NumberEnd] {
            routes.compactMap { route in
                route.instance.number.map { NumberEnd(number: $0, target: target(route)) }
            }
        }
        let routes = plan.resources.filter(\.isRoute)
        let leaving = routes.filter { $0.restoration != nil }
        let staying = routes.filter { $0.restoration == nil }
        let routed = staying.filter { !$0.deeds.isEmpty }
        let shown = plan.operation == .connect ? (routed.isEmpty ? staying : routed) : []
        return ends(shown) { _ in .platform } + ends(leaving, target)
            + plan.context.elsewhere.sorted { $0.key < $1.key }.map { NumberEnd(number: $0, target: .elsewhere($1)) }
    }

    private func target(_ resource: PlannedResource) -> NumberEnd.Target {
        guard case .values(let values)? = resource.restoration,
            let kind = try? kinds.kind(resource.kind).description
        else { return plan.context.isRouteChosen ? .chosen(nil) : .former(nil) }
        let route = LiveObject(id: resource.id ?? "", fields: values)
        let target = PlanDraft.target(of: route, kind, applicationField)
        return plan.context.isRouteChosen ? .chosen(target) : .former(target)
    }

    /// Returns what happened to each instance.
    func results(undone: Bool) -> [ResourceResult] {
        let written = Dictionary(grouping: memory.written, by: \.subject)
        let kept = Set(memory.kept.keys).union(memory.standing.keys)
        return plan.resources.compactMap { resource in
            let writes = written[resource.identity] ?? []
            // What was never created is left out.
            if writes.isEmpty, [[.make], [.setRoute]].contains(resource.deeds) { return nil }
            let isKept = resource.deeds == [.remove] && kept.contains(resource.identity)
            var deeds = isKept ? [] : resource.deeds
            if undone {
                deeds = resource.id == nil ? [.remove] : [.restoring(route: resource.isRoute)]
            }
            // A route that ends with its trunk is not written.
            if writes.isEmpty, undone || resource.restoration == nil { deeds = [] }
            return ResourceResult(
                instance: resource.instance, kind: resource.kind,
                id: writes.last { $0.made != nil }?.made ?? resource.id, deeds: deeds)
        }
    }

    /// Objects that were to be deleted and still exist or may exist; at most twenty, and the number of the others.
    var notDeleted: [Leftover] {
        let gone = Set(memory.removed)
        let standing = memory.standing
        let leftovers = plan.resources.compactMap { resource -> Leftover? in
            if let sentence = standing[resource.identity] { return Leftover(resource, id: resource.id, sentence) }
            guard resource.deeds == [.remove], !gone.contains(resource.identity), let id = resource.id,
                let kind = try? kinds.kind(resource.kind).description
            else { return nil }
            return Leftover(resource, id: id, "\(resource.instance) (\(kind.title) \(id)) was not deleted")
        }
        let more = leftovers.count - Self.mostSentences
        return leftovers.prefix(Self.mostSentences)
            + (more > 0 ? [Leftover(sentence: "\(more) more objects were not deleted")] : [])
    }

    private static let mostSentences = 20

    /// The ending of a run without failures.
    var success: RunEnding {
        let objects = objects
        if plan.operation == .disconnect, plan.context.blueprint == nil {
            guard !objects.isEmpty else { return .gone }
            var record = self.record(objects)
            record.connection.numbers = []
            return .done(record)
        }
        return .done(record(objects))
    }

    /// The connection after a run that could not be undone, as far as it is known.
    var partial: ConnectionRecord? {
        let objects = objects
        return objects.isEmpty ? plan.context.record : record(objects.merging(leaving) { known, _ in known })
    }

    private func record(_ objects: [InstanceID: RecordedObject]) -> ConnectionRecord {
        ConnectionRecord(identity: plan.identity, connection: plan.connection, objects: objects, former: former)
    }

    /// Objects of the connection that exist at the end.
    private var objects: [InstanceID: RecordedObject] {
        var objects: [InstanceID: RecordedObject] = [:]
        let kept = memory.kept
        for resource in plan.resources where !resource.isRoute {
            let isKept = kept[resource.identity] != nil
            let isGone = (resource.deeds == [.remove] && !isKept) || resource.restoration != nil
            guard !isGone, let id = memory.object(resource.identity)?.id ?? resource.id else { continue }
            objects[resource.instance] = RecordedObject(kind: resource.kind, id: id)
            // The next run deletes the replaced object, which this one had to keep.
            if resource.deeds.isReplacement, isKept {
                objects.merge(leaving(resource)) { known, _ in known }
            }
        }
        return objects
    }

    /// Objects that were to be deleted, whether or not they were. A wrong hint makes the reader search the lists.
    /// Without a hint, an object that the connection no longer uses would not be searched for and would stay forever.
    private var leaving: [InstanceID: RecordedObject] {
        plan.resources.reduce(into: [:]) { all, resource in all.merge(leaving(resource)) { known, _ in known } }
    }

    private func leaving(_ resource: PlannedResource) -> [InstanceID: RecordedObject] {
        guard resource.deeds.contains(.remove), let object = resource.object else { return [:] }
        guard resource.deeds.isReplacement else { return [resource.instance: object] }
        guard let kind = try? kinds.kind(resource.kind).description else { return [:] }
        let key = OwnedName.oldKey(resource.instance.key, of: kind)
        return [InstanceID(key, number: resource.instance.number): object]
    }

    /// Former values: those recorded so far and those found in this run, without restored ones.
    private var former: [RecordedObject: JSONObject] {
        var former = plan.context.record?.former ?? [:]
        let written = Set(memory.written.map(\.subject))
        for resource in plan.resources {
            guard let object = resource.object else { continue }
            if resource.restoration != nil {
                former[object] = nil
            } else if !resource.isOurs, former[object] == nil, written.contains(resource.identity) {
                former[object] = (try? kinds.kind(resource.kind).description).map(resource.formerValues)
            }
        }
        return former
    }
}
