import ZentrunkJSON

/// The connection before a run that deleted objects: restored by a plan of its own, because re-created objects have new
/// ids, so that references to them have to be changed as well.
struct FormerConnection: Sendable {
    let engine: Engine
    /// The connection after the run, or as it was intended.
    let now: Connection
    /// The connection before the run.
    let former: Connection
    /// The run's writes.
    let writes: [PastWrite]
    /// What undo would do with the run's objects.
    let steps: [UndoPlan.Step]

    /// Returns the plan that restores the connection.
    func plan(after runs: [PastRun], mayBeOneSided: Bool) async throws -> Plan {
        let (template, kinds) = (engine.template, engine.kinds)
        // Only records that a disconnect returned are taken over again.
        let isGivenBack = writes.contains { write in
            write.intent.deed == .putBack && write.mayHaveHappened
                && (try? kinds.kind(write.intent.kind).description.side) == .platform
        }
        var request = ConnectionRequest(
            name: former.name, numbers: former.numbers, mayAdopt: isGivenBack, mayBeOneSided: mayBeOneSided)
        let shown = valuesBefore()
        for parameter in template.allParameters where former.values[parameter.name] != now.values[parameter.name] {
            request.values[parameter.name] = ParameterValue(former.values[parameter.name]?.templateText)
        }
        // A value that was set by hand was not an option at that time. It is restored as well.
        for parameter in template.allParameters where parameter.isKept && former.values[parameter.name] == nil {
            guard let values = shown[parameter.name] else {
                // The run did not change the objects that show the value.
                request.values[parameter.name] = nil
                continue
            }
            guard values.count == 1, let value = values.first ?? nil else { continue }
            request.values[parameter.name] = ParameterValue(value.templateText)
        }
        // A number is moved back only if its route is as the run left it.
        let route = kinds.route.description.name
        request.mayReroute = !steps.contains { $0.kind == route && $0.deed == nil }
        var plan = try await engine.planner.plan(request, after: runs, nil)
        let happened = writes.filter(\.mayHaveHappened).compactMap { write in
            write.intent.before.map { (write.intent.instance, $0) }
        }
        let before = Dictionary(happened) { first, _ in first }
        for index in plan.resources.indices where !plan.resources[index].isRoute {
            plan.resources[index].carried = before[plan.resources[index].instance]
        }
        plan.context.runs = runs
        return plan
    }

    /// Returns the option values in the objects before the run's writes, as far as the objects show them.
    private func valuesBefore() -> [String: Set<JSONValue?>] {
        var state = LiveState()
        for write in writes where write.mayHaveHappened {
            guard let before = write.intent.before, let id = write.intent.id, state.owned[write.intent.instance] == nil
            else { continue }
            state.owned[write.intent.instance] = .init(
                kind: write.intent.kind, object: LiveObject(id: id, fields: before))
        }
        return OptionInference(
            template: engine.template, kinds: engine.kinds, state: state, makeBlueprint: engine.planner.blueprint
        ).valuesOfOwnObjects()
    }
}
