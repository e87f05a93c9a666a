/// Locks of connections, and the handling of runs that died.
extension Engine {
    /// Returns the claim under which a plan is executed.
    ///
    /// - Throws: ``ZentrunkError``, `moved` if another run has worked on the connection since the plan was made.
    func claim(_ plan: Plan, _ given: RunClaim?) async throws -> RunClaim {
        if let given, given.identity.lockName != plan.identity.lockName {
            throw ZentrunkError(.invalid, "the claim is for another connection than the plan")
        }
        let claim = if let given { given } else { try await journal.locks.claim(plan.identity, waiting: nil) }
        let runs = try await journal.runs(of: plan.identity).map(RunMark.init)
        guard runs == plan.context.runs else {
            if given == nil { claim.release() }
            throw ZentrunkError(
                .moved,
                "another run worked on \(plan.connection.platform)/\(plan.connection.name) since the plan was made",
                remedies: [.plan])
        }
        return claim
    }

    // MARK: Runs that died

    /// Returns the runs without an ending. The holder of the claim can be sure that these runs are dead.
    func deadRuns(_ plan: Plan) async throws -> [PastRun] {
        try await journal.runs(of: plan.identity).filter { $0.outcome == nil }
    }

    /// Determines the outcomes of dead runs' writes and closes the runs, because another run continues.
    func close(_ dead: [PastRun], goingOnIn run: RunRecord) async throws {
        for past in dead {
            _ = try await OpenWrites(kinds: kinds, journal: journal).settle(past)
            try await journal.finish(past.record, .left("its process died; run \(run.id) resumed it", nil))
        }
    }

    /// Returns warnings about runs that have not ended.
    func warnings(about runs: [PastRun], _ plan: Plan, _ claim: RunClaim?) async throws -> [Warning] {
        let open = runs.filter { $0.outcome == nil }
        if claim == nil, let holder = try await journal.locks.holder(of: plan.identity) {
            return [
                Warning(.busy, "\(holder) is working on this connection, so this plan may become stale")
            ]
        }
        return open.map { run in
            let begun = run.begun.map { " of \($0)" } ?? ""
            return Warning(
                .unfinishedRun,
                "run \(run.record.id) (\(run.record.operation.rawValue)\(begun)) died before it ended: \(plan.operation.rawValue) resumes it, and undo rolls it back",
                about: RecordedObject(kind: "run", id: run.record.id), remedies: [.undo(run: run.record.id)])
        }
    }
}

/// A run and its outcome, to detect runs in between.
struct RunMark: Sendable, Hashable {
    let id: String
    let outcome: PastRun.Outcome?

    init(_ run: PastRun) {
        id = run.record.id
        outcome = run.outcome
    }
}
