/// Undoes one past run, or continues its undo.
struct PastRunUndo: Sendable {
    private let engine: Engine
    private let run: PastRun
    private let mayBeOneSided: Bool
    private let stop: StopSignal
    private let events: RunEvents?

    init(
        _ engine: Engine, _ run: PastRun, mayBeOneSided: Bool, stop: StopSignal = StopSignal(),
        events: RunEvents? = nil
    ) {
        (self.engine, self.run, self.mayBeOneSided) = (engine, run, mayBeOneSided)
        (self.stop, self.events) = (stop, events)
    }

    /// Returns what undoing the run would do. Sends reads only.
    func plan(under given: RunClaim?) async throws -> UndoPlan {
        let claim = try await claim(given)
        defer { if given == nil { claim.release() } }
        let removals = Removals([], kinds: engine.kinds, clock: engine.clock)
        switch try await decision(removals).way() {
        case .done: return UndoPlan(run: run, steps: [], isUndone: true)
        case .back(let past):
            let undo = try Undo(past, in: engine, removals: removals, stop: stop, events: nil)
            return UndoPlan(run: run, steps: try await undo.steps(), isUndone: false)
        case .again(let plan):
            try plan.check(consent: true)
            return UndoPlan(run: run, steps: plan.resources.compactMap(UndoPlan.Step.init), isUndone: false)
        }
    }

    /// Undoes the run.
    func run(under given: RunClaim?) async -> Report {
        var report = Report(failed: run.record.connection, ZentrunkError(.incomplete, ""))
        report.run = run.record.id
        do {
            let claim = try await claim(given)
            defer { if given == nil { claim.release() } }
            let removals = Removals([], kinds: engine.kinds, clock: engine.clock)
            switch try await decision(removals).way() {
            case .done: report.succeed(as: .unchanged)
            case .back(let past):
                let undo = try Undo(past, in: engine, removals: removals, stop: stop, events: events)
                await putBack(past, by: undo, &report)
            case .again(let plan):
                try plan.check(consent: true)
                return await makeAgain(plan)
            }
        } catch {
            report.error = Connector.explain(error)
        }
        return report
    }

    private func decision(_ removals: Removals) -> UndoDecision {
        UndoDecision(engine: engine, run: run, mayBeOneSided: mayBeOneSided, removals: removals)
    }

    private func claim(_ given: RunClaim?) async throws -> RunClaim {
        let identity = engine.planner.identity(run.record.identity.name)
        guard identity == run.record.identity else {
            throw ZentrunkError(
                .invalid, "run \(run.record.id) belongs to a different account than the keys that are set")
        }
        return if let given { given } else { try await engine.journal.locks.claim(identity, waiting: nil) }
    }

    // MARK: Two ways

    /// Undoes the run's writes one by one.
    private func putBack(_ past: PastRunPlan, by undo: Undo, _ report: inout Report) async {
        await engine.journal.reopen(past.run)
        let undone = await undo.run(after: 0)
        report.depth = undone.depth
        report.warnings +=
            undo.changedSince.map { Warning(.changedSince, $0) } + undo.unverified.map { Warning(.notVerified, $0) }
        report.hasReadBack = undo.unverified.isEmpty
        report.losses = undo.losses
        let ending: RunEnding
        if undone.left.isEmpty {
            report.succeed(as: .undone)
            let kept = undo.keptInstances
            report.resources = past.plan.resources.map { resource in
                let deed: Deed = resource.id == nil ? .remove : .restoring(route: resource.isRoute)
                return ResourceResult(
                    instance: resource.instance, kind: resource.kind, id: resource.id,
                    deeds: kept.contains(resource.instance) ? [] : [deed])
            }
            ending = .undone("undone by a later command")
        } else {
            report.aftermath = .left(undone.left)
            report.error = ZentrunkError(
                .incomplete, "run \(past.run.id) could be undone in part only", remedies: [.undo(run: past.run.id)])
            ending = .left("undo could not restore everything", nil)
        }
        do { try await engine.journal.finish(past.run, ending) } catch {
            report.warnings.append(
                Warning(.journal, "the journal could not record the end: \(Connector.explain(error).message)"))
        }
    }

    /// Restores the former connection by a run of its own.
    private func makeAgain(_ plan: Plan) async -> Report {
        var report: Report
        do {
            // The former description of the connection applies again, until the new run has ended.
            try await engine.journal.finish(run.record, .undone("undone by a later command"))
            let others = plan.context.runs.filter { $0.record.id != run.record.id }
            report = await Execution(engine: engine, stop: stop, events: events)
                .carryOut(plan, after: others, plansAgain: false)
            if report.error != nil {
                try await engine.journal.finish(run.record, .left("undo could not restore everything", nil))
            }
        } catch {
            return Report(plan, failed: Connector.explain(error))
        }
        if report.error == nil { (report.outcome, report.run) = (.undone, run.record.id) }
        return report
    }
}

extension Undo {
    /// Creates the undo of a past run by a command.
    init(
        _ past: PastRunPlan, in engine: Engine, removals: Removals, stop: StopSignal, events: RunEvents?
    ) throws {
        self.init(
            try RunContext(
                past.plan, in: engine, run: past.run, past: past, removals: removals, stop: stop, events: events),
            after: .command)
    }
}

extension Report {
    fileprivate mutating func succeed(as outcome: Outcome) {
        (self.outcome, error, aftermath) = (outcome, nil, nil)
    }
}
