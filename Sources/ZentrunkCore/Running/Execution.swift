import ZentrunkJSON

/// Carries out plans, each as a run of its own.
struct Execution: Sendable {
    let engine: Engine
    let stop: StopSignal
    let events: RunEvents?

    private var journal: any Journal { engine.journal }

    /// Applies a plan, and plans again if another run is creating the same connection.
    ///
    /// - Parameters:
    ///   - consent: Whether the user consented to changes of live objects.
    ///   - mayPlanAgain: Whether the run may plan again.
    ///   - given: The claim under which the plan was made; nil: claim the connection for this run.
    func apply(_ plan: Plan, consent: Bool, mayPlanAgain: Bool, under given: RunClaim?) async -> Report {
        do {
            try plan.check(consent: consent)
            let (claim, runs) = try await engine.claim(plan, given)
            defer { if given == nil { claim.release() } }
            let report = await carryOut(plan, after: runs, plansAgain: mayPlanAgain)
            guard mayPlanAgain, report.metRival else { return report }
            return await Replanning(execution: self, claim: claim, consent: consent).continue(plan, after: report)
        } catch {
            return Report(plan, failed: Connector.explain(error))
        }
    }

    /// Carries out a plan, or undoes everything after a failure.
    ///
    /// - Parameters:
    ///   - runs: The connection's runs so far. The plan completes those that died.
    ///   - plansAgain: Whether meeting another run leads to a new plan.
    func carryOut(_ plan: Plan, after runs: [PastRun], plansAgain: Bool) async -> Report {
        var report = Report(plan)
        do {
            let dead = DeadRuns(engine, among: runs)
            let run = RunRecord(
                id: engine.makeRunID(), identity: plan.identity, operation: plan.operation,
                connection: plan.connection)
            let context = try RunContext(plan, in: engine, run: run, stop: stop, events: events)
            let ending = RunEndings(context, engine.carrier)
            guard !context.graph.steps.isEmpty else {
                report.outcome = plan.operation == .connect ? .unchanged : .disconnected
                if try await remember(context, ending, after: dead) { report.run = run.id }
                report.finish(ending)
                return report
            }
            RunScope.current?.begin(run.id)
            try await journal.begin(run)
            report.run = run.id
            try await dead.close(resumedBy: run)
            let outcome = await Runner(context).run()
            report.depth = outcome.depth
            report.warnings += context.memory.warnings(plan)
            report.hasReadBack = context.memory.unverified.isEmpty
            let errors = outcome.failures.map(\.error)
            let rival = errors.first { $0 is Rival }
            if let cause = rival ?? errors.first ?? (outcome.isComplete ? nil : CancellationError()) {
                report.metRival = rival != nil
                return await fail(report, because: cause, in: context, ending: ending, plansAgain: plansAgain)
            }
            report.finish(ending)
            do { try await journal.finish(run, ending.success) } catch {
                // Everything is written and read back. A failure of the journal does not undo it.
                report.warnings.append(
                    Warning(
                        .journal,
                        "the result could not be written to the journal: \(Connector.explain(error).message)"))
            }
        } catch {
            report.fail(plan, Connector.explain(error))
        }
        return report
    }

    /// Records a connection that needs no writes, because this machine may not know it yet.
    ///
    /// - Returns: Whether a run was recorded.
    private func remember(_ context: RunContext, _ ending: RunEndings, after dead: DeadRuns) async throws -> Bool {
        let ended = ending.success
        let known = context.plan.context.record
        if dead.runs.isEmpty {
            if case .done(let record) = ended, record == known { return false }
            // The connection neither exists nor is it recorded.
            if case .gone = ended, known == nil { return false }
        }
        try await journal.begin(context.run)
        try await dead.close(resumedBy: context.run)
        try await journal.finish(context.run, ended)
        return true
    }

    // MARK: Failures

    /// Ends a failed run: undoes it, unless objects were deleted, which cannot be restored.
    private func fail(
        _ report: Report, because cause: any Error, in context: RunContext, ending: RunEndings, plansAgain: Bool
    ) async -> Report {
        var report = report
        report.fail(context.plan, Connector.explain(cause))
        if context.memory.removed.isEmpty {
            await undo(&report, context, plansAgain: plansAgain)
        } else {
            leave(&report, context, ending)
        }
        let isUndone = report.left.isEmpty
        report.resources = ending.results(undone: isUndone)
        let message = report.error?.message ?? ""
        try? await journal.finish(context.run, isUndone ? .undone(message) : .left(message, ending.partial))
        return report
    }

    /// Reports a run that can only go forward, by the same command.
    private func leave(_ report: inout Report, _ context: RunContext, _ ending: RunEndings) {
        let gone = context.memory.removed.count - context.memory.standing.count
        let sentence =
            (gone > 0 ? "\(gone.counted("object is", "objects are")) deleted and cannot be restored. " : "")
            + "Run the same command again to finish."
        report.aftermath = .left(ending.notDeleted + [Leftover(sentence: sentence)])
        report.error?.remedies.append(.allow(.changes))
        if context.plan.operation == .disconnect { report.error?.remedies.append(.undo(run: context.run.id)) }
    }

    private func undo(_ report: inout Report, _ context: RunContext, plansAgain: Bool) async {
        guard let error = report.error, !context.memory.written.isEmpty else {
            report.aftermath = context.memory.hasSent ? .undone : .nothingWritten
            return
        }
        context.events?.send(.undoing(error))
        let (metRival, depth) = (report.metRival, report.depth)
        // The undo is not subject to the signal that stopped the run.
        let undone = await StopSignal.$current.withValue(nil) {
            // A concurrent run may have taken over objects that this run created.
            let rival = metRival ? (try? await RivalObjects(context, plansAgain: plansAgain)) ?? .unknown : nil
            return await Undo(context, after: .failure(rival: rival)).run(after: depth)
        }
        report.depth = max(report.depth, undone.depth)
        for warning in context.memory.unverified.map({ Warning(.notVerified, $0) })
        where !report.warnings.contains(warning) {
            report.warnings.append(warning)
        }
        if undone.left.isEmpty {
            report.aftermath = context.memory.hasSent ? .undone : .nothingWritten
        } else {
            report.aftermath = .left(undone.left)
            report.error?.remedies.append(.undo(run: context.run.id))
        }
    }
}

extension Plan {
    /// Checks that the plan may be carried out.
    ///
    /// - Throws: ``ZentrunkError`` `collision`, `consent`.
    func check(consent: Bool) throws(ZentrunkError) {
        if let collision = collisions.first {
            let more = collisions.count > 1 ? " (and \(collisions.count - 1) more)" : ""
            throw ZentrunkError(.collision, collision.message + more, at: .local, remedies: collision.remedies)
        }
        if needsConsent, !consent {
            let count = resources.count(where: \.needsConsent)
            throw ZentrunkError(
                .consent,
                "\(count) live \(count == 1 ? "object" : "objects") would change, which needs confirmation: check the plan first",
                remedies: [.allow(.changes)])
        }
    }
}

extension Report {
    /// Creates the report of a plan that is about to be carried out.
    init(_ plan: Plan) {
        self.init(
            connection: plan.connection, outcome: plan.operation == .connect ? .connected : .disconnected,
            resources: [], trunkDomain: nil, depth: plan.context.readDepth, requests: [:], duration: .zero, error: nil,
            warnings: plan.warnings, losses: plan.losses)
    }

    /// Creates the report of a plan that could not be carried out.
    init(_ plan: Plan, failed error: ZentrunkError) {
        self.init(plan)
        fail(plan, error)
    }

    /// Records a failure before the first write.
    mutating func fail(_ plan: Plan, _ error: ZentrunkError) {
        outcome = .failed
        self.error = error
        aftermath = .nothingWritten
        guard resources.isEmpty else { return }
        let known = plan.resources.filter { $0.id != nil && ![[.make], [.setRoute]].contains($0.deeds) }
        resources = known.map { ResourceResult(instance: $0.instance, kind: $0.kind, id: $0.id, deeds: []) }
    }

    fileprivate mutating func finish(_ ending: RunEndings) {
        resources = ending.results(undone: false)
        trunkDomain = ending.domain
        numbers = ending.numbers
    }
}
