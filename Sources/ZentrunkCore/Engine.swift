package import ZentrunkJSON

/// What the engines of a connector share.
package struct EngineSetup: Sendable {
    let platform: Platform
    let carrier: any Carrier
    let makeAdapter: @Sendable (_ values: [String: JSONValue]) throws -> any PlatformAdapter
    let journal: any Journal
    let clock: any Clock<Duration>
    let makeRunID: @Sendable () -> String

    /// Creates the shared part of a connector's engines.
    ///
    /// - Parameter makeAdapter: Returns the adapter of the account that the values select.
    package init(
        platform: Platform, carrier: any Carrier,
        makeAdapter: @escaping @Sendable (_ values: [String: JSONValue]) throws -> any PlatformAdapter,
        journal: any Journal, clock: any Clock<Duration>,
        makeRunID: @escaping @Sendable () -> String
    ) {
        self.platform = platform
        self.carrier = carrier
        self.makeAdapter = makeAdapter
        self.journal = journal
        self.clock = clock
        self.makeRunID = makeRunID
    }

    /// Returns the values that select the platform's account.
    ///
    /// - Parameters:
    ///   - requested: The requested parameters.
    ///   - known: The values of the connection so far.
    ///   - parameters: The template's parameters, for their defaults.
    func accountValues(
        _ requested: [String: ParameterValue], over known: [String: JSONValue], _ parameters: [TemplateParameter]
    ) -> [String: JSONValue] {
        platform.description.accountParameters.reduce(into: [:]) { values, name in
            let parameter = parameters.first { $0.name == name }
            switch requested[name] {
            // What the template does not allow is refused by the adapter or, later, with all other values.
            case .some(let value):
                values[name] =
                    value.text.map { text in
                        (try? parameter?.value(text)) ?? .string(text.withoutMargins().lowercased())
                    } ?? parameter?.defaultValue
            case .none: values[name] = known[name] ?? parameter?.defaultValue
            }
        }
    }
}

/// The engine of the connections on one account of the platform: plans, runs and undoes them.
///
/// A ``Connector`` makes it when the connection is known, because the connection's values select the account.
struct Engine: Sendable {
    /// The pairing's template, checked against the kinds.
    let template: Template
    /// The platform's description.
    let platform: PlatformDescription
    /// The values that select the platform's account.
    let accountValues: [String: JSONValue]

    let planner: Planner
    let kinds: KindTable
    let carrier: any Carrier
    let journal: any Journal
    let clock: any Clock<Duration>
    let makeRunID: @Sendable () -> String

    /// Creates the engine of one account.
    ///
    /// - Parameters:
    ///   - setup: What all accounts share.
    ///   - values: The values that select the account.
    ///   - custom: A template other than the platform's.
    /// - Throws: ``ZentrunkError`` `invalid` for settings, and for a template that does not match the kinds.
    init(_ setup: EngineSetup, _ values: [String: JSONValue], template custom: Template?) throws {
        let adapter = try setup.makeAdapter(values)
        let carrier = setup.carrier
        let adapterType = setup.platform.adapter
        platform = adapterType.platform
        accountValues = values
        kinds = try KindTable(carrier: carrier, adapter: adapter)
        let ownText: String?
        do {
            let base = type(of: carrier).templateBase
            if let custom {
                template = custom
                try custom.check(kinds: kinds.all.map(\.description))
                let builtIn = try? BuiltInTemplates.template(of: adapterType, over: base)
                ownText = custom.text == builtIn?.text ? nil : custom.text
            } else {
                template = try BuiltInTemplates.template(of: adapterType, over: base, kinds: kinds.all)
                ownText = nil
            }
        } catch {
            throw error.zentrunkError
        }
        guard template.pairing == platform.id else {
            throw ZentrunkError(
                .invalid, "template \(template.file) is for \(template.pairing), not for \(platform.id)")
        }
        self.carrier = carrier
        journal = setup.journal
        clock = setup.clock
        makeRunID = setup.makeRunID
        planner = Planner(
            template: template, ownTemplate: ownText, adapter: adapter, carrier: carrier, kinds: kinds,
            platform: platform.id, journal: setup.journal)
    }

    /// Runs work whose writes must not be interrupted by task cancellation, and measures it.
    func shielded(
        _ name: ConnectionName, _ events: RunEvents?, _ work: @escaping @Sendable (StopSignal) async -> Report
    ) async -> Report {
        defer { events?.finish() }
        let began = ContinuousClock.now
        let scope = RunScope(events, about: planner.identity(name))
        let stop = StopSignal()
        // Not a child task: a cancellation must not interrupt a write, whose outcome would then be unknown.
        let task = Task {
            await RunScope.$current.withValue(scope) {
                await StopSignal.$current.withValue(stop) { await work(stop) }
            }
        }
        var report = await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            stop.raise()
        }
        report.duration = ContinuousClock.now - began
        for side in Side.allCases { report.requests[side] = scope.requests[side] ?? 0 }
        return report
    }

    /// Makes a plan that is no part of a run.
    func planned(
        _ name: ConnectionName, _ claim: RunClaim?, _ events: RunEvents?,
        _ plan: @Sendable ([PastRun]) async throws -> Plan
    ) async throws -> Plan {
        let scope = RunScope(events, about: planner.identity(name))
        return try await RunScope.$current.withValue(scope) {
            var plan = try await measured(name, claim, plan)
            plan.context.requests = scope.requests
            return plan
        }
    }

    /// Makes a plan and notes what it rests on.
    func measured(
        _ name: ConnectionName, _ claim: RunClaim?, _ plan: ([PastRun]) async throws -> Plan
    ) async throws -> Plan {
        let began = ContinuousClock.now
        let runs = try await journal.runs(of: planner.identity(name))
        var plan = try await plan(runs)
        plan.context.runs = runs.map(RunMark.init)
        plan.context.template = template
        plan.warnings += try await warnings(about: runs, plan, claim)
        plan.context.duration = ContinuousClock.now - began
        return plan
    }

    // MARK: Execution

    func carryOut(
        _ plan: Plan, _ consent: Bool, _ mayPlanAgain: Bool, _ given: RunClaim?, _ stop: StopSignal,
        _ events: RunEvents?
    ) async -> Report {
        do {
            try check(plan, consent)
            let claim = try await self.claim(plan, given)
            defer { if given == nil { claim.release() } }
            var report = await carryOut(plan, stop, events, plansAgain: mayPlanAgain)
            if mayPlanAgain, report.metRival {
                report = await planAgain(plan, consent, claim, after: report, stop, events)
            }
            return report
        } catch {
            return failed(emptyReport(plan), plan, Connector.explain(error))
        }
    }

    func emptyReport(_ plan: Plan) -> Report {
        Report(
            connection: plan.connection, outcome: plan.operation == .connect ? .connected : .disconnected,
            resources: [], trunkDomain: nil, depth: plan.context.readDepth, requests: [:], duration: .zero, error: nil,
            undone: nil, left: [], warnings: plan.warnings, losses: plan.losses)
    }

    /// Executes the plan.
    ///
    /// - Parameter plansAgain: Whether meeting another run leads to a new plan.
    func carryOut(
        _ plan: Plan, _ stop: StopSignal, _ events: RunEvents?, plansAgain: Bool
    ) async -> Report {
        var report = emptyReport(plan)
        let dead: [PastRun]
        do { dead = try await deadRuns(plan) } catch { return failed(report, plan, Connector.explain(error)) }
        var usernames = plan.context.usernames
        for name in plan.context.blueprint?.secrets ?? [] where usernames[name] == nil {
            usernames[name] = carrier.secrets.makeUsername()
        }
        let memory = RunMemory(usernames: usernames)
        let run = RunRecord(
            id: makeRunID(), identity: plan.identity, operation: plan.operation, connection: plan.connection)
        let provisioner = Provisioner(
            plan: plan, kinds: kinds, journal: journal, run: run, memory: memory,
            resolver: BodyResolver(plan: plan, kinds: kinds, memory: memory, secrets: carrier.secrets),
            writes: SettledWrites(memory: memory, shouldStop: { stop.isRaised }), events: events, clock: clock,
            removals: Removals(plan.removed, ends: plan.ends, kinds: kinds, clock: clock))
        let ending = RunEndings(
            plan: plan, memory: memory, kinds: kinds, domainField: carrier.domainField,
            applicationField: carrier.applicationField)
        do {
            let graph = try RunGraph(plan, kinds: kinds)
            guard !graph.steps.isEmpty else {
                report.outcome = plan.operation == .connect ? .unchanged : .disconnected
                if try await remember(plan, run, ending, after: dead) { report.run = run.id }
                report.resources = ending.results(undone: false)
                report.trunkDomain = ending.domain
                report.numbers = ending.numbers
                return report
            }
            RunScope.current?.begin(run.id)
            try await journal.begin(run)
            report.run = run.id
            try await close(dead, goingOnIn: run)
            let outcome = await flow(provisioner, graph, stop).run()
            report.depth = outcome.depth
            report.warnings += memory.warnings(plan)
            report.hasReadBack = memory.unverified.isEmpty
            let errors = outcome.failures.map(\.error)
            let rival = errors.first { $0 is Rival }
            if let cause = rival ?? errors.first ?? (outcome.isComplete ? nil : CancellationError()) {
                report.metRival = rival != nil
                return await fail(report, Connector.explain(cause), provisioner, graph, ending, plansAgain)
            }
            report.resources = ending.results(undone: false)
            report.trunkDomain = ending.domain
            report.numbers = ending.numbers
            do { try await journal.finish(run, ending.success) } catch {
                // Everything is written and read back. A failure of the journal does not undo it.
                report.warnings.append(
                    Warning(.journal, "the result could not be written to the journal: \(Connector.explain(error).message)"))
            }
            return report
        } catch {
            return failed(report, plan, Connector.explain(error))
        }
    }

    private func flow(_ provisioner: Provisioner, _ graph: RunGraph, _ stop: StopSignal) -> Dataflow<LiveObject> {
        let steps = graph.steps
        return Dataflow(
            steps: steps, start: provisioner.plan.context.readDepth, limit: 64, shouldStop: { stop.isRaised },
            hasLook: { index in
                switch steps[index].work {
                case .update, .setRoute, .restore, .rename: true
                case .create, .delete, .gate, .lastLook, .readBack: false
                }
            },
            look: { try await provisioner.look(steps[$0].work.resource ?? 0) },
            perform: { index, look in
                let work = steps[index].work
                let isRead = work.resource.map(graph.readsAfterCreate.contains) ?? false
                do {
                    try await provisioner.perform(work, readsAfterCreate: isRead, look: look)
                } catch {
                    provisioner.memory.noteFailure()
                    throw error
                }
            })
    }

    /// Ends a failed run: undoes it, unless objects were deleted, which cannot be restored. Then the same command has
    /// to be run again.
    private func fail(
        _ report: Report, _ error: ZentrunkError, _ provisioner: Provisioner, _ graph: RunGraph, _ ending: RunEndings,
        _ plansAgain: Bool
    ) async -> Report {
        var report = failed(report, provisioner.plan, error)
        let memory = provisioner.memory
        let deleted = memory.written.filter { if case .deleted = $0 { true } else { false } }
        if !deleted.isEmpty {
            report.undone = false
            let standing = memory.standing
            report.left = ending.notDeleted
            let gone = deleted.count - standing.count
            report.left.append(
                (gone > 0 ? "\(gone.counted("object is", "objects are")) deleted and cannot be restored. " : "")
                    + "Run the same command again to finish.")
            // Deleted objects cannot be restored, so the command has to be completed.
            report.error?.remedies.append(.allow(.changes))
            if provisioner.plan.operation == .disconnect {
                report.error?.remedies.append(.undo(run: provisioner.run.id))
            }
            report.resources = ending.results(undone: false)
            try? await journal.finish(provisioner.run, .left(error.message, ending.partial))
            return report
        }
        if !memory.written.isEmpty {
            provisioner.events?.send(.undoing(error))
            // The undo is not subject to the signal that stopped the run.
            let (left, depth) = await StopSignal.$current.withValue(nil) {
                // A concurrent run may have taken over objects that this run created.
                let rival =
                    report.metRival
                    ? (try? await RivalObjects(provisioner, plansAgain: plansAgain)) ?? .unknown
                    : nil
                return await Undo(provisioner, graph, rival: rival).run(after: report.depth)
            }
            report.depth = max(report.depth, depth)
            report.left = left
            for warning in memory.unverified.map({ Warning(.notVerified, $0) }) where !report.warnings.contains(warning)
            {
                report.warnings.append(warning)
            }
        }
        report.undone = memory.hasSent ? report.left.isEmpty : nil
        if !report.left.isEmpty { report.error?.remedies.append(.undo(run: provisioner.run.id)) }
        report.resources = ending.results(undone: report.left.isEmpty)
        let isClean = report.left.isEmpty
        try? await journal.finish(
            provisioner.run, isClean ? .undone(error.message) : .left(error.message, ending.partial))
        return report
    }

    func failed(_ report: Report, _ plan: Plan, _ error: ZentrunkError) -> Report {
        var report = report
        report.outcome = .failed
        report.error = error
        if report.resources.isEmpty {
            report.resources = plan.resources.filter { $0.id != nil && $0.action != .create }
                .map { ResourceResult(instance: $0.instance, kind: $0.kind, id: $0.id, action: .kept) }
        }
        return report
    }

    /// Records a connection that needs no writes, because this machine may not know it yet.
    ///
    /// - Returns: Whether a run was recorded.
    private func remember(
        _ plan: Plan, _ run: RunRecord, _ ending: RunEndings, after dead: [PastRun]
    ) async throws -> Bool {
        let ended = ending.success
        if dead.isEmpty, case .done(let record) = ended, record == plan.context.record { return false }
        // The connection neither exists nor is it recorded.
        if dead.isEmpty, case .gone = ended, plan.context.record == nil { return false }
        try await journal.begin(run)
        try await close(dead, goingOnIn: run)
        try await journal.finish(run, ended)
        return true
    }

    func check(_ plan: Plan, _ consent: Bool) throws(ZentrunkError) {
        if let collision = plan.collisions.first {
            let more = plan.collisions.count > 1 ? " (and \(plan.collisions.count - 1) more)" : ""
            throw ZentrunkError(
                .collision, collision.message + more, at: .local,
                remedies: collision.remedies)
        }
        if plan.needsConsent, !consent {
            let count = plan.resources.filter(\.needsConsent).count
            throw ZentrunkError(
                .consent,
                "\(count) live \(count == 1 ? "object" : "objects") would change, which needs confirmation: check the plan first",
                remedies: [.allow(.changes)])
        }
    }
}
