/// One run at a time, and what to do about those that died.
extension Connector {
    /// Takes the connection for one run, so that nothing changes it between plan and end.
    ///
    /// - Parameter waiting: Told who works on the connection, when somebody does; then this waits, until the task is cancelled.
    ///   nil refuses instead.
    /// - Throws: ``ZentrunkError``, `busy` when somebody works on it; `CancellationError`.
    public func claim(
        _ name: ConnectionName, waiting: (@Sendable (RunHolder) -> Void)? = nil
    ) async throws -> RunClaim {
        try await journal.locks.claim(planner.identity(name), waiting: waiting)
    }

    /// The claim under which a plan is carried out.
    ///
    /// - Throws: ``ZentrunkError``, `moved` when another run came in between plan and claim.
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

    /// Runs without an end. Whoever holds the claim knows that nobody is working on them any more.
    func deadRuns(_ plan: Plan) async throws -> [PastRun] {
        try await journal.runs(of: plan.identity).filter { $0.outcome == nil }
    }

    /// Finds out what became of dead runs' writes and closes them: from now on another run goes on.
    func close(_ dead: [PastRun], goingOnIn run: RunRecord) async throws {
        for past in dead {
            _ = try await OpenWrites(kinds: kinds, journal: journal).settle(past)
            try await journal.finish(past.record, .left("its process died; run \(run.id) resumed it", nil))
        }
    }

    /// What a person should know about runs that are not at their end.
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

/// A run and its end, to see whether another came in between.
struct RunMark: Sendable, Hashable {
    let id: String
    let outcome: PastRun.Outcome?

    init(_ run: PastRun) {
        id = run.record.id
        outcome = run.outcome
    }
}
