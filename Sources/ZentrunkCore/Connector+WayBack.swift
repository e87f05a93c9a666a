import ZentrunkJSON

/// How to undo a past run.
enum WayBack {
    /// Undo its writes one by one.
    case back(PastRunPlan)
    /// Restore the former connection by a new run, because this one deleted objects.
    case again(Plan)
}

/// Undoing runs that deleted objects. Re-created objects have new ids, so references to them have to be changed as
/// well.
extension Engine {
    /// Returns the plan that restores the former connection.
    ///
    /// - Parameters:
    ///   - now: The connection after the run, or as it was intended.
    ///   - former: The connection before the run.
    ///   - writes: The run's writes.
    ///   - steps: What undo would do with the run's objects.
    func plan(
        from now: Connection, to former: Connection, _ writes: [PastWrite], after runs: [PastRun],
        _ mayBeOneSided: Bool,
        _ steps: [UndoPlan.Step]
    ) async throws -> Plan {
        let template = planner.template
        let kinds = kinds
        // Only records that a disconnect returned are taken over again.
        let isGivenBack = writes.contains { write in
            write.intent.operation == .restore && write.mayHaveHappened
                && (try? kinds.kind(write.intent.kind).description.side) == .platform
        }
        var request = ConnectionRequest(
            name: former.name, numbers: former.numbers, mayAdopt: isGivenBack, mayBeOneSided: mayBeOneSided)
        let shown = valuesBefore(writes)
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
        request.mayReroute = !steps.contains { step in
            if step.kind == route, case .leave = step.action { true } else { false }
        }
        var plan = try await planner.plan(request, after: runs, nil)
        let happened = writes.filter(\.mayHaveHappened).compactMap { write in
            write.intent.before.map { (write.intent.instance, $0) }
        }
        let before = Dictionary(happened) { first, _ in first }
        for index in plan.resources.indices where !plan.resources[index].isRoute {
            plan.resources[index].carried = before[plan.resources[index].instance]
        }
        plan.context.runs = runs.map(RunMark.init)
        return plan
    }

    /// Returns the option values in the objects before the run's writes, as far as the objects show them.
    private func valuesBefore(_ writes: [PastWrite]) -> [String: Set<JSONValue?>] {
        var state = LiveState()
        for write in writes where write.mayHaveHappened {
            guard let before = write.intent.before, let id = write.intent.id, state.owned[write.intent.instance] == nil
            else { continue }
            state.owned[write.intent.instance] = .init(
                kind: write.intent.kind, object: LiveObject(id: id, fields: before))
        }
        return OptionInference(
            template: planner.template, kinds: kinds, state: state, makeBlueprint: planner.blueprint
        ).valuesOfOwnObjects()
    }

    /// Applies such a plan as a run of its own.
    func makeAgain(_ plan: Plan, _ run: PastRun, _ stop: StopSignal, _ events: RunEvents?) async -> Report {
        var report: Report
        do {
            // The former description of the connection applies again, until the new run has ended.
            try await journal.finish(run.record, .undone("undone by a later command"))
            report = await carryOut(plan, stop, events, plansAgain: false)
            if report.error != nil {
                try await journal.finish(run.record, .left("undo could not restore everything", nil))
            }
        } catch {
            return failed(emptyReport(plan), plan, Connector.explain(error))
        }
        if report.error == nil { (report.outcome, report.run) = (.undone, run.record.id) }
        return report
    }
}
