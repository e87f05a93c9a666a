/// The runs of a connection whose process died.
struct DeadRuns: Sendable {
    private let engine: Engine
    let runs: [PastRun]

    /// - Parameter all: All runs of the connection. Those without an ending are dead if the caller holds the claim.
    init(_ engine: Engine, among all: [PastRun]) {
        self.engine = engine
        runs = all.filter { $0.outcome == nil }
    }

    /// Determines the outcomes of the runs' writes and closes the runs, because another run continues.
    func close(resumedBy run: RunRecord) async throws {
        for past in runs {
            _ = try await OpenWrites(kinds: engine.kinds, journal: engine.journal).settle(past)
            try await engine.journal.finish(past.record, .left("its process died; run \(run.id) resumed it", nil))
        }
    }

    /// Returns warnings for a plan about runs that have not ended.
    ///
    /// - Parameter isClaimed: Whether the plan is made under a claim, so that no other run can be active.
    func warnings(for plan: Plan, isClaimed: Bool) async throws -> [Warning] {
        if !isClaimed, let holder = try await engine.journal.locks.holder(of: plan.identity) {
            return [Warning(.busy, "\(holder) is working on this connection, so this plan may become stale")]
        }
        return runs.map { run in
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

extension Engine {
    /// Returns the claim under which a plan is carried out, and the connection's runs.
    ///
    /// - Throws: ``ZentrunkError``, `moved` if another run has worked on the connection since the plan was made.
    func claim(_ plan: Plan, _ given: RunClaim?) async throws -> (claim: RunClaim, runs: [PastRun]) {
        if let given, given.identity.lockName != plan.identity.lockName {
            throw ZentrunkError(.invalid, "the claim is for another connection than the plan")
        }
        let claim = if let given { given } else { try await journal.locks.claim(plan.identity, waiting: nil) }
        let runs = try await journal.runs(of: plan.identity)
        guard runs.map(RunMark.init) == plan.context.runs.map(RunMark.init) else {
            if given == nil { claim.release() }
            throw ZentrunkError(
                .moved,
                "another run worked on \(plan.connection.platform)/\(plan.connection.name) since the plan was made",
                remedies: [.plan])
        }
        return (claim, runs)
    }
}
