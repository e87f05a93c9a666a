/// One run at a time, and what to do about those that died.
extension Connector {
    /// Takes the connection for one run, so that nothing changes it between plan and end.
    ///
    /// - Parameter waiting: Told who works on the connection, when somebody does; then this waits, until the task is cancelled.
    ///   nil refuses instead.
    /// - Throws: ``ConnectionError``, `busy` when somebody works on it; `CancellationError`.
    public func claim(
        _ name: ConnectionName, waiting: (@Sendable (RunHolder) -> Void)? = nil
    ) async throws -> RunClaim {
        try await journal.locks.claim(planner.identity(name), waiting: waiting)
    }

    /// The claim under which a plan is carried out.
    ///
    /// - Throws: ``ConnectionError``, `moved` when another run came in between plan and claim.
    func claim(_ plan: Plan, _ given: RunClaim?) async throws -> RunClaim {
        if let given, given.identity.lockName != plan.identity.lockName {
            throw ConnectionError(.invalid, "the claim is for another connection than the plan")
        }
        let claim = if let given { given } else { try await journal.locks.claim(plan.identity, waiting: nil) }
        let runs = try await journal.runs(of: plan.identity).map(RunMark.init)
        guard runs == plan.context.runs else {
            if given == nil { claim.release() }
            throw ConnectionError(
                .moved,
                "another run worked on \(plan.connection.platform)/\(plan.connection.name) since the plan was made",
                next: ["plan again"])
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
            try await journal.finish(past.record, .left("its process died; run \(run.id) went on", nil))
        }
    }

    /// What a person should know about runs that are not at their end.
    func warnings(about runs: [PastRun], _ plan: Plan, _ claim: RunClaim?) async throws -> [String] {
        let open = runs.filter { $0.outcome == nil }
        if claim == nil, let holder = try await journal.locks.holder(of: plan.identity) {
            return ["\(holder) is working on this connection, and what is planned here may change"]
        }
        return open.map { run in
            let begun = run.begun.map { " of \($0)" } ?? ""
            return
                "run \(run.record.id) (\(run.record.operation.rawValue)\(begun)) died: \(plan.operation.rawValue) goes on from where it stopped, and zentrunk undo \(run.record.id) takes it back"
        }
    }

    // MARK: Taking a run back

    /// Takes a past run back, or goes on with that: what it made goes, what it changed becomes what it was before.
    ///
    /// A run that died or left something is put back as far as it came; a connect that was done as well, where nothing of it
    /// is gone for good. What somebody else changed or uses since stays, and `left` says so. As in
    /// ``apply(_:consent:under:reporting:)``, cancelling stops before the next write.
    ///
    /// - Parameters:
    ///   - id: The run's.
    ///   - claim: As for ``apply(_:consent:under:reporting:)``.
    ///   - events: Told what happens; finished when this returns.
    /// - Throws: ``ConnectionError`` `invalid` when there is no such run, `journal`.
    public func undo(
        _ id: String, under claim: RunClaim? = nil, reporting events: RunEvents? = nil
    ) async throws -> Report {
        let all = try await journal.runs(of: nil)
        guard let run = all.first(where: { $0.record.id == id }) else {
            events?.finish()
            throw ConnectionError(.invalid, "there is no run \(id)", next: ["zentrunk runs"])
        }
        return await shielded(events) { stop in await takeBack(run, claim, stop, events) }
    }

    private func takeBack(
        _ run: PastRun, _ given: RunClaim?, _ stop: StopSignal, _ events: RunEvents?
    ) async -> Report {
        var report = Report(failed: run.record.connection, ConnectionError(.incomplete, ""))
        report.run = run.record.id
        do {
            let identity = planner.identity(run.record.identity.name)
            guard identity == run.record.identity else {
                throw ConnectionError(
                    .invalid, "run \(run.record.id) belongs to another account than the keys that are set")
            }
            let claim = if let given { given } else { try await journal.locks.claim(identity, waiting: nil) }
            defer { if given == nil { claim.release() } }
            let now = try await journal.runs(of: identity).first { $0.record.id == run.record.id } ?? run
            try await requireLast(now)
            guard now.outcome != .undone else {
                (report.outcome, report.error) = (.unchanged, nil)
                return report
            }
            let writes = try await OpenWrites(kinds: kinds, journal: journal).settle(now, alsoUnknown: true)
            return await putBack(now, writes, report, stop, events)
        } catch {
            report.error = Self.explain(error)
            return report
        }
    }

    /// - Throws: ``ConnectionError`` `refused` when later runs rest on this one, or nothing can take it back.
    private func requireLast(_ run: PastRun) async throws {
        guard run.outcome != .gone else {
            throw ConnectionError(
                .refused, "run \(run.record.id) took the connection down to its end; connect makes it again")
        }
        let all = try await journal.runs(of: run.record.identity)
        for later in all.drop(while: { $0.record.id != run.record.id }).dropFirst() where later.outcome != .undone {
            let isSettled = later.outcome == .done || later.outcome == .gone
            let hasWritten = try await !journal.writes(of: later.record.id).isEmpty
            guard hasWritten || (isSettled && run.outcome != .done) else { continue }
            throw ConnectionError(
                .refused, "run \(later.record.id) came after run \(run.record.id) and rests on it",
                next: ["zentrunk undo \(later.record.id)", disconnectCommand(run)])
        }
    }

    private func disconnectCommand(_ run: PastRun) -> String {
        "zentrunk disconnect \(run.record.identity.platform) --name \(run.record.identity.name)"
    }

    private func putBack(
        _ run: PastRun, _ writes: [PastWrite], _ report: Report, _ stop: StopSignal, _ events: RunEvents?
    ) async -> Report {
        var report = report
        do {
            let blueprint = try? planner.blueprint(run.record.connection)
            let past = try PastRunPlan(
                run.record, writes, blueprint, kinds, applicationField: carrier.applicationField)
            guard past.deleted.isEmpty, run.outcome != .done || !past.hasRestored else {
                return finishForward(run, past, report)
            }
            let secrets = (blueprint?.secrets ?? []).map { ($0, carrier.secrets.makeUsername()) }
            let memory = RunMemory(
                usernames: Dictionary(secrets) { first, _ in first }, past: past,
                sequence: writes.map(\.intent.sequence).max() ?? 0)
            let provisioner = Provisioner(
                plan: past.plan, kinds: kinds, journal: journal, run: run.record, memory: memory,
                resolver: BodyResolver(plan: past.plan, kinds: kinds, memory: memory, secrets: carrier.secrets),
                writes: SettledWrites(memory: memory, shouldStop: { stop.isRaised }), events: events, clock: clock)
            let undo = Undo(
                provisioner, try RunGraph(past.plan, kinds: kinds), shouldStop: { stop.isRaised })
            (report.left, report.depth) = await undo.run(after: 0)
            report.resources = past.plan.resources.map { resource in
                ResourceResult(
                    instance: resource.instance, kind: resource.kind, id: resource.id,
                    action: resource.id == nil ? .deleted : .restored)
            }
            return await end(run, report)
        } catch {
            report.error = Self.explain(error)
            return report
        }
    }

    private func end(_ run: PastRun, _ report: Report) async -> Report {
        var report = report
        let isClean = report.left.isEmpty
        if isClean {
            (report.outcome, report.error) = (.undone, nil)
        } else {
            report.resources = []
            report.undone = false
            report.error = ConnectionError(
                .incomplete, "not everything of run \(run.record.id) could be put back",
                next: ["zentrunk undo \(run.record.id)"])
        }
        do {
            try await journal.finish(
                run.record, isClean ? .undone("taken back by undo") : .left("undo could not put everything back", nil))
        } catch {
            report.warnings.append("the journal did not take note of it: \(Self.explain(error).message)")
        }
        return report
    }

    /// What is deleted does not come back with its id: then the way is forward.
    private func finishForward(_ run: PastRun, _ past: PastRunPlan, _ report: Report) -> Report {
        var report = report
        let command =
            run.record.operation == .connect
            ? "zentrunk connect \(run.record.identity.platform) --name \(run.record.identity.name)"
            : disconnectCommand(run)
        let what =
            past.deleted.isEmpty
            ? "routes or records are back at what they were before the connection"
            : "\(past.deleted.count) objects are deleted and do not come back"
        report.error = ConnectionError(
            .refused, "run \(run.record.id) cannot be taken back: \(what)", next: [command])
        return report
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
