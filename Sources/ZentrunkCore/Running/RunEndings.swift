import ZentrunkJSON

/// What a run leaves behind, in the forms for the report and for the journal.
struct RunEndings: Sendable {
    let plan: Plan
    let memory: RunMemory
    let kinds: KindTable
    let domainField: String
    let applicationField: String

    /// The domain of the connection's first trunk that serves outbound calls: the platform dials it, so another resource
    /// takes it.
    var domain: String? {
        let edges = plan.context.blueprint?.edges ?? []
        let dialled = Set(edges.filter { $0.field == domainField }.flatMap(\.targets))
        return plan.resources.indices.lazy.filter { dialled.contains(plan.resources[$0].instance) }.compactMap { index in
            (memory.object(index) ?? plan.resources[index].live)?.fields[domainField]?.string
        }.first
    }

    /// Where calls to the numbers go after a successful run.
    var numbers: [NumberEnd] {
        let routes = plan.resources.indices.filter {
            (try? kinds.kind(plan.resources[$0].kind).description.role) == .route
        }
        func ends(_ indices: [Int], _ target: (PlannedResource) -> NumberEnd.Target) -> [NumberEnd] {
            indices.compactMap { index in
                plan.resources[index].instance.number.map {
                    NumberEnd(number: $0, target: target(plan.resources[index]))
                }
            }
        }
        let leaving = routes.filter { plan.resources[$0].restoration != nil }
        let staying = routes.filter { plan.resources[$0].restoration == nil }
        let routed = staying.filter { plan.resources[$0].action != .keep }
        let shown = plan.operation == .connect ? (routed.isEmpty ? staying : routed) : []
        return ends(shown) { _ in .platform } + ends(leaving, target)
            + plan.context.elsewhere.sorted { $0.key < $1.key }.map { NumberEnd(number: $0, target: .elsewhere($1)) }
    }

    private func target(_ resource: PlannedResource) -> NumberEnd.Target {
        guard case .values(let values)? = resource.restoration,
            let kind = try? kinds.kind(resource.kind).description
        else { return plan.context.isRouteChosen ? .chosen(nil) : .former(nil) }
        let route = LiveObject(id: resource.id ?? "", fields: values)
        let target = RoutePlanner.target(of: route, kind, applicationField)
        return plan.context.isRouteChosen ? .chosen(target) : .former(target)
    }

    /// Returns what happened to each instance.
    func results(undone: Bool) -> [ResourceResult] {
        let written = Dictionary(grouping: memory.written, by: \.index)
        let kept = memory.kept.merging(memory.standing) { reason, _ in reason }
        return plan.resources.indices.compactMap { index in
            let resource = plan.resources[index]
            let created = written[index]?.last { $0.id != nil }?.id
            let isWritten = written[index] != nil
            let action: ResourceResult.Action
            switch resource.action {
            case .keep: action = .kept
            case _ where undone: action = isWritten ? (resource.id == nil ? .deleted : .restored) : .kept
            case .delete where kept[index] != nil: action = .kept
            case _ where !isWritten && resource.restoration == nil: action = .kept
            case .update where resource.restoration != nil, .delete where resource.restoration != nil:
                action = .restored
            case .create: action = .created
            case .update: action = .updated
            case .replace: action = .replaced
            case .delete: action = .deleted
            }
            // An object that was never created is left out.
            if resource.action == .create, !isWritten { return nil }
            return ResourceResult(
                instance: resource.instance, kind: resource.kind, id: created ?? resource.id, action: action)
        }
    }

    /// Objects that were to be deleted and still exist or may exist, as sentences; at most twenty, and the number of
    /// the others.
    var notDeleted: [String] {
        let gone = Set(memory.written.compactMap { if case .deleted(let index) = $0 { index } else { nil } })
        let standing = memory.standing
        let sentences = plan.resources.indices.compactMap { index -> String? in
            if let sentence = standing[index] { return sentence }
            let resource = plan.resources[index]
            guard resource.action == .delete, !gone.contains(index), let id = resource.id,
                let kind = try? kinds.kind(resource.kind).description, kind.role == .object
            else { return nil }
            return "\(resource.instance) (\(kind.title) \(id)) was not deleted"
        }
        let more = sentences.count - Self.mostSentences
        return sentences.prefix(Self.mostSentences) + (more > 0 ? ["\(more) more objects were not deleted"] : [])
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
        for (index, resource) in plan.resources.enumerated() {
            guard let kind = try? kinds.kind(resource.kind).description, kind.role == .object else { continue }
            let isGone = (resource.action == .delete && kept[index] == nil) || resource.restoration != nil
            guard !isGone, let id = memory.object(index)?.id ?? resource.id else { continue }
            objects[resource.instance] = RecordedObject(kind: resource.kind, id: id)
            // The next run deletes the replaced object, which this one had to keep.
            if resource.action == .replace, kept[index] != nil {
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
        guard resource.restoration == nil, let id = resource.id else { return [:] }
        let object = RecordedObject(kind: resource.kind, id: id)
        switch resource.action {
        case .delete: return [resource.instance: object]
        case .replace:
            guard let kind = try? kinds.kind(resource.kind).description else { return [:] }
            let key = OwnedName.oldKey(resource.instance.key, of: kind)
            return [InstanceID(key, number: resource.instance.number): object]
        case .create, .update, .keep: return [:]
        }
    }

    /// Former values: those recorded so far and those found in this run, without restored ones.
    private var former: [RecordedObject: JSONObject] {
        var former = plan.context.record?.former ?? [:]
        let written = Set(memory.written.map(\.index))
        for (index, resource) in plan.resources.enumerated() {
            guard let id = resource.id else { continue }
            let object = RecordedObject(kind: resource.kind, id: id)
            if resource.restoration != nil {
                former[object] = nil
            } else if !resource.isOurs, former[object] == nil, written.contains(index) {
                former[object] = (try? kinds.kind(resource.kind).description).map(resource.formerValues)
            }
        }
        return former
    }
}
