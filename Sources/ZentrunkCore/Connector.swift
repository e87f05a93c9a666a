import ZentrunkJSON

/// The entry point for programs: plans, connects and disconnects a carrier and a platform.
///
/// One connector serves many connections at once. Its only state is the journal.
public struct Connector: Sendable {
    /// The pairing's template, checked against the kinds.
    public let template: Template
    /// The platform's description.
    public let platform: PlatformDescription

    let planner: Planner
    let kinds: KindTable
    let carrier: any Carrier
    let journal: any Journal
    let meter: TrafficMeter
    let clock: any Clock<Duration>
    let makeRunID: @Sendable () -> String

    /// Creates a connector for one carrier account and one platform account.
    ///
    /// - Parameters:
    ///   - template: By default the adapter's template.
    ///   - meter: The meter that the transports of carrier and adapter count with.
    ///   - makeRunID: Returns unique ids that sort by time.
    /// - Throws: ``ZentrunkError`` `invalid` for a template that does not match the kinds.
    public init(
        carrier: any Carrier, adapter: any PlatformAdapter, template: Template? = nil, journal: any Journal,
        meter: TrafficMeter = TrafficMeter(), clock: any Clock<Duration> = ContinuousClock(),
        makeRunID: @escaping @Sendable () -> String
    ) throws {
        platform = type(of: adapter).platform
        kinds = try KindTable(carrier: carrier, adapter: adapter)
        do {
            self.template = try template ?? type(of: carrier).template(of: type(of: adapter))
            try self.template.check(kinds: kinds.all.map(\.description))
        } catch let error as TemplateError {
            throw error.zentrunkError
        }
        guard self.template.pairing == platform.id else {
            throw ZentrunkError(
                .invalid, "template \(self.template.file) is for \(self.template.pairing), not for \(platform.id)")
        }
        self.carrier = carrier
        self.journal = journal
        self.meter = meter
        self.clock = clock
        self.makeRunID = makeRunID
        planner = Planner(
            template: self.template, adapter: adapter, carrier: carrier, kinds: kinds, platform: platform.id,
            journal: journal)
    }

    /// Returns what ``apply(_:consent:mayPlanAgain:under:reporting:)`` would do for this request. Sends reads only.
    ///
    /// - Parameters:
    ///   - claim: From ``claim(_:waiting:)``, so that no other run changes the connection until the plan is applied.
    ///   - events: Receives the progress of the reads; left unfinished.
    /// - Throws: ``ZentrunkError``, `CancellationError`.
    public func plan(
        _ request: ConnectionRequest, under claim: RunClaim? = nil, reporting events: RunEvents? = nil
    ) async throws -> Plan {
        try await explained {
            try await measured(request.name, claim) { try await planner.plan(request, after: $0, events) }
        }
    }

    /// Returns what removing the connection would do, with parameters as for connecting. Sends reads only.
    ///
    /// - Throws: ``ZentrunkError``, `CancellationError`.
    public func plan(
        _ request: DisconnectionRequest, under claim: RunClaim? = nil, reporting events: RunEvents? = nil
    ) async throws -> Plan {
        try await explained {
            try await measured(request.name, claim) { try await planner.plan(request, after: $0, events) }
        }
    }

    /// Returns the live connections of this platform, found by the names of their objects at both vendors.
    ///
    /// - Throws: ``ZentrunkError``, `CancellationError`.
    public func liveConnections() async throws -> [LiveConnection] {
        try await explained {
            let query = ResourceQuery(owner: kinds.owner(platform.id, nil))
            let found = try await concurrently(kinds.objects.indices.map { $0 }) { [kinds] index in
                let kind = kinds.objects[index]
                return try await kind.find(query).compactMap {
                    kind.description.name(of: $0).flatMap(OwnedName.init(parsing:))
                }
            }
            return Dictionary(grouping: found.joined(), by: \.connection)
                .map { LiveConnection(platform: platform.id, name: $0.key, objects: $0.value.count) }
                .sorted { $0.name.description < $1.name.description }
        }
    }

    /// Applies the plan, or undoes everything after a failure.
    ///
    /// If the task is cancelled, no new write starts, active ones are settled, and all writes are undone before this
    /// returns.
    ///
    /// - Parameters:
    ///   - consent: Whether the user consented to changes of live objects.
    ///   - mayPlanAgain: Whether a run that meets another one, which creates the same connection without sharing this
    ///     journal, deletes its own objects and plans again; `consent` then covers the new plan as well. Otherwise the
    ///     run fails with `moved`.
    ///   - claim: The claim under which the plan was made. By default, the connection is locked for this run alone; if
    ///     another run has worked on it since the plan was made, the run fails with `moved`.
    ///   - events: Receives progress; finished when this returns.
    /// - Returns: The result; failures are in its ``Report/error``.
    public func apply(
        _ plan: Plan, consent: Bool, mayPlanAgain: Bool = true, under claim: RunClaim? = nil,
        reporting events: RunEvents? = nil
    ) async -> Report {
        var report = await shielded(events) { stop in
            await carryOut(plan, consent, mayPlanAgain, claim, stop, events)
        }
        report.duration += plan.context.duration
        for side in Side.allCases { report.requests[side, default: 0] += plan.context.requests[side] ?? 0 }
        return report
    }

    /// Runs work whose writes must not be interrupted by task cancellation, and measures it.
    func shielded(
        _ events: RunEvents?, _ work: @escaping @Sendable (StopSignal) async -> Report
    ) async -> Report {
        defer { events?.finish() }
        let began = ContinuousClock.now
        let counts = Dictionary(uniqueKeysWithValues: Side.allCases.map { ($0, meter.requests(to: $0)) })
        let stop = StopSignal()
        // Not a child task: a cancellation must not interrupt a write, whose outcome would then be unknown.
        let task = Task { await StopSignal.$current.withValue(stop) { await work(stop) } }
        var report = await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            stop.raise()
        }
        report.duration = ContinuousClock.now - began
        for side in Side.allCases { report.requests[side] = meter.requests(to: side) - (counts[side] ?? 0) }
        return report
    }

    func measured(
        _ name: ConnectionName, _ claim: RunClaim?, _ plan: ([PastRun]) async throws -> Plan
    ) async throws -> Plan {
        let began = ContinuousClock.now
        let counts = Side.allCases.map { ($0, meter.requests(to: $0)) }
        let runs = try await journal.runs(of: planner.identity(name))
        var plan = try await plan(runs)
        plan.context.runs = runs.map(RunMark.init)
        plan.warnings += try await warnings(about: runs, plan, claim)
        plan.context.duration = ContinuousClock.now - began
        for (side, count) in counts { plan.context.requests[side] = meter.requests(to: side) - count }
        return plan
    }

    // MARK: Execution

    private func carryOut(
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
            return failed(emptyReport(plan), plan, Self.explain(error))
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
        do { dead = try await deadRuns(plan) } catch { return failed(report, plan, Self.explain(error)) }
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
            let graph = try plan.context.graph ?? RunGraph(plan, kinds: kinds)
            guard !graph.steps.isEmpty else {
                report.outcome = plan.operation == .connect ? .unchanged : .disconnected
                if try await remember(plan, run, ending, after: dead) { report.run = run.id }
                report.resources = ending.results(undone: false)
                report.trunkDomain = ending.domain
                report.numbers = ending.numbers
                return report
            }
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
                return await fail(report, Self.explain(cause), provisioner, graph, ending, plansAgain)
            }
            report.resources = ending.results(undone: false)
            report.trunkDomain = ending.domain
            report.numbers = ending.numbers
            do { try await journal.finish(run, ending.success) } catch {
                // Everything is written and read back. A failure of the journal does not undo it.
                report.warnings.append(
                    Warning(.journal, "the result could not be written to the journal: \(Self.explain(error).message)"))
            }
            return report
        } catch {
            return failed(report, plan, Self.explain(error))
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

    func explained<Result: Sendable>(_ work: () async throws -> Result) async throws -> Result {
        do { return try await work() } catch let error as CancellationError { throw error } catch {
            throw Self.explain(error)
        }
    }

    static func explain(_ error: any Error) -> ZentrunkError {
        switch error {
        case let error as ZentrunkError: error
        case let error as APIError: error.zentrunkError
        case let rival as Rival: rival.error
        case let error as TemplateError: error.zentrunkError
        case is CancellationError: ZentrunkError(.cancelled, "stopped before it was done")
        case let unsettled as SettledWrites.Unsettled: explain(unsettled.cause)
        case let taken as SettledWrites.NameTaken: taken.cause.zentrunkError
        case let error as TransportError:
            ZentrunkError(
                .unavailable, error.message, at: .wire, status: error.status, cause: error, remedies: error.remedies)
        case let error as AddressError: ZentrunkError(.invalid, "\(error)", cause: error, remedies: error.remedies)
        // Kinds read vendors' responses only.
        case is JSONDecodingError, is JSONSyntaxError:
            ZentrunkError(.unavailable, "an answer cannot be understood: \(error)", at: .wire, cause: error)
        default: ZentrunkError(internalFault: error)
        }
    }
}

/// A connection with live objects, whether or not a journal knows it.
public struct LiveConnection: Sendable, Hashable {
    /// The platform.
    public var platform: PlatformID
    /// The connection's name.
    public var name: ConnectionName
    /// The number of objects with its name.
    public var objects: Int
}
