import ZentrunkJSON

/// How a past run is undone.
enum WayBack {
    /// Its writes are taken back one by one.
    case back(PastRunPlan)
    /// It deleted objects: the connection is made what it was before.
    case again(Plan)
}

/// Undoing a run that deleted objects. They do not come back with their ids, so what points at them has to be changed as well.
extension Connector {
    /// The plan that makes the connection what it was.
    ///
    /// - Parameters:
    ///   - now: What the run made of it, or was to.
    ///   - former: What it was before the run.
    ///   - writes: What the run did.
    ///   - steps: What became of the run's objects since.
    func plan(
        from now: Connection, to former: Connection, _ writes: [PastWrite], after runs: [PastRun],
        _ mayBeOneSided: Bool,
        _ steps: [UndoPlan.Step]
    ) async throws -> Plan {
        let template = planner.template
        let kinds = kinds
        // Records that a disconnect gave back are taken over once more; no others.
        let isGivenBack = writes.contains { write in
            write.intent.operation == .restore && write.mayHaveHappened
                && (try? kinds.kind(write.intent.kind).description.side) == .platform
        }
        var request = ConnectionRequest(
            name: former.name, numbers: former.numbers, mayAdopt: isGivenBack, mayBeOneSided: mayBeOneSided)
        let shown = valuesBefore(writes)
        for parameter in template.allParameters where former.values[parameter.name] != now.values[parameter.name] {
            request.values[parameter.name] = .some(former.values[parameter.name]?.templateText)
        }
        // A value that somebody set by hand was not an option then. It comes back too.
        for parameter in template.allParameters where parameter.isKept && former.values[parameter.name] == nil {
            guard let values = shown[parameter.name] else {
                // The run did not touch the objects that show it.
                request.values[parameter.name] = nil
                continue
            }
            guard values.count == 1, let value = values.first ?? nil else { continue }
            request.values[parameter.name] = .some(value.templateText)
        }
        // A number goes back only from where the run left it.
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

    /// The values of options that the objects had which the run wrote, as far as they show them.
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

    /// Carries such a plan out, as a run of its own.
    func makeAgain(_ plan: Plan, _ run: PastRun, _ stop: StopSignal, _ events: RunEvents?) async -> Report {
        var report: Report
        do {
            // The connection is described as before that run again, until the new run says how it is now.
            try await journal.finish(run.record, .undone("undone by a later command"))
            report = await carryOut(plan, stop, events, plansAgain: false)
            if report.error != nil {
                try await journal.finish(run.record, .left("undo could not restore everything", nil))
            }
        } catch {
            return failed(emptyReport(plan), plan, Self.explain(error))
        }
        if report.error == nil { (report.outcome, report.run) = (.undone, run.record.id) }
        return report
    }
}
