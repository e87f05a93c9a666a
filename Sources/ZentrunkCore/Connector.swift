import ZentrunkJSON

/// The entry point for programs: plans, connects and disconnects a carrier and a platform.
///
/// One connector serves many connections at once. Its only state is the journal.
public struct Connector: Sendable {
    /// The platform.
    public let platform: Platform

    /// The template of every connection; nil for each connection's own.
    private let template: Template?
    private let setup: EngineSetup
    private let settings: PlatformSettings
    /// The engine of the account that the parameters' defaults select.
    let engine: Engine

    /// Creates a connector for one carrier account and the accounts of one platform that the settings are for. The
    /// carrier's module has a public initialiser of the same form.
    ///
    /// - Parameters:
    ///   - carrier: The carrier's account.
    ///   - settings: The values of the platform's ``Platform/settings``, by variable.
    ///   - template: The template of every connection; nil: a connection has the one that it was created with, and a new
    ///     one the platform's.
    /// - Throws: ``ZentrunkError`` `invalid` for settings, and for a template that does not match the kinds.
    package init(
        carrier: any Carrier, _ platform: Platform, settings: [String: String], over transport: any HTTPTransport,
        journal: any Journal, template: Template?, plainHosts: PlainHTTPHosts, instruments: Instruments,
        makeRunID: @escaping @Sendable () -> String
    ) throws {
        let settings = PlatformSettings(
            settings.mapValues { Secret($0) }, plainHosts: plainHosts, redactor: Redactor(extending: carrier.redactor))
        let stack = TransportStack.over(
            transport, side: .platform, vendor: platform.title,
            limiter: carrier.limiters.limiter(of: platform.id, settings.values))
        try self.init(
            carrier, platform, settings: settings, stack: stack, journal: journal, template: template,
            instruments: instruments, makeRunID: makeRunID)
    }

    /// Creates a connector that sends to the platform through a stack of transports as it is.
    package init(
        _ carrier: any Carrier, _ platform: Platform, settings: PlatformSettings, stack: any HTTPTransport,
        journal: any Journal, template: Template? = nil, clock: any Clock<Duration> = ContinuousClock(),
        instruments: Instruments = Instruments(), makeRunID: @escaping @Sendable () -> String = RunID.make
    ) throws {
        let setup = EngineSetup(
            platform: platform, carrier: carrier,
            makeAdapter: { try platform.adapter.init(settings: settings, values: $0, transport: stack) },
            journal: journal, clock: clock, instruments: instruments, redactor: settings.redactor, makeRunID: makeRunID)
        try self.init(setup, settings: settings, template: template)
    }

    /// Creates a connector whose adapters are made by `setup`.
    package init(_ setup: EngineSetup, settings: PlatformSettings, template: Template?) throws {
        self.setup = setup
        self.settings = settings
        self.template = template
        platform = setup.platform
        let known: Template
        do {
            let base = type(of: setup.carrier).templateBase
            known =
                if let template { template } else { try BuiltInTemplates.template(of: platform.adapter, over: base) }
        } catch {
            throw error.zentrunkError
        }
        engine = try Engine(
            setup, setup.accountValues([:], over: [:], known.allParameters), template: template)
    }

    // MARK: Connections

    /// Returns the engine of a connection.
    ///
    /// - Parameter values: The requested parameters. What selects an account and is not requested comes from the journal.
    func engine(of name: ConnectionName, _ values: [String: ParameterValue]) async throws -> Engine {
        let parameters = engine.template.allParameters
        func select(over known: Connection?) throws -> Engine {
            try engine(
                setup.accountValues(values, over: known?.values ?? [:], parameters), remembered: known)
        }
        let first = try select(over: nil)
        if let record = try await setup.journal.connection(first.planner.identity(name)) {
            return try select(over: record.connection)
        }
        let known = try await setup.journal.connections(name, on: platform.id, of: setup.carrier.account)
        return try known.count == 1 ? select(over: known[0].connection) : first
    }

    /// Returns the engine of a connection whose values are known.
    func engine(of connection: Connection) throws -> Engine {
        try engine(
            setup.accountValues([:], over: connection.values, engine.template.allParameters), remembered: connection)
    }

    private func engine(_ values: [String: JSONValue], remembered connection: Connection?) throws -> Engine {
        let custom = try template ?? connection.flatMap(Self.template)
        if custom == nil || template != nil, values == engine.accountValues { return engine }
        return try Engine(setup, values, template: custom)
    }

    /// Returns the custom template that a connection was created with; nil for the platform's.
    private static func template(of connection: Connection) throws -> Template? {
        guard let text = connection.template else { return nil }
        do {
            return try Template(
                parsing: Array(text.utf8), file: "the template of \(connection.platform)/\(connection.name)")
        } catch { throw error.zentrunkError }
    }

    /// Returns what identifies the connection with that name.
    ///
    /// - Parameters:
    ///   - name: The connection's name.
    ///   - values: Values of ``PlatformDescription/accountParameters``; by default the journal's.
    /// - Throws: ``ZentrunkError``.
    public func identity(
        of name: ConnectionName, values: [String: ParameterValue] = [:]
    ) async throws -> ConnectionIdentity {
        try await Self.explained { try await engine(of: name, values).planner.identity(name) }
    }

    /// Returns the connections of the carrier's account and this platform that the journal knows, by name.
    ///
    /// - Throws: ``ZentrunkError`` `journal`.
    public func connections() async throws -> [ConnectionRecord] {
        let identities = try await setup.journal.identities(of: setup.carrier.account)
        return try await setup.journal.connections(identities.filter { $0.platform == platform.id })
            .sorted { $0.identity.name.description < $1.identity.name.description }
    }

    /// Returns the runs of a connection, in the order in which they began.
    ///
    /// - Throws: ``ZentrunkError``.
    public func runs(of name: ConnectionName) async throws -> [PastRun] {
        try await setup.journal.runs(of: identity(of: name))
    }

    // MARK: Planning

    /// Returns what ``apply(_:consent:expecting:mayPlanAgain:under:reporting:)`` would do for this request. Sends reads only.
    ///
    /// - Parameters:
    ///   - claim: From ``claim(_:waiting:)``, so that no other run changes the connection until the plan is applied.
    ///   - events: Receives progress and waits; left open for the run, but finished if this throws.
    /// - Throws: ``ZentrunkError``, `CancellationError`.
    public func plan(
        _ request: ConnectionRequest, under claim: RunClaim? = nil, reporting events: RunEvents? = nil
    ) async throws -> Plan {
        try await planning(events) {
            let engine = try await engine(of: request.name, request.values)
            var whole = request
            whole.fallbacks.merge(fallbacks(engine.template)) { given, _ in given }
            if let agent = request.agent { try whole.set(agent, of: engine.template) }
            var plan = try await engine.planned(request.name, claim, events) { [whole] in
                try await engine.planner.plan(whole, after: $0, events)
            }
            plan.context.asked = .connect(request)
            return plan
        }
    }

    /// Returns what removing the connection would do, with parameters as for connecting. Sends reads only.
    ///
    /// - Throws: ``ZentrunkError``, `CancellationError`.
    public func plan(
        _ request: DisconnectionRequest, under claim: RunClaim? = nil, reporting events: RunEvents? = nil
    ) async throws -> Plan {
        try await planning(events) {
            let engine = try await engine(of: request.name, request.values)
            var plan = try await engine.planned(request.name, claim, events) {
                try await engine.planner.plan(request, after: $0, events)
            }
            plan.context.asked = .disconnect(request)
            return plan
        }
    }

    /// Makes a plan, and ends the events if there is none.
    private func planning<Plan: Sendable>(
        _ events: RunEvents?, _ work: () async throws -> Plan
    ) async throws -> Plan {
        do { return try await Self.explained(work) } catch {
            events?.finish()
            throw error
        }
    }

    /// Returns parameters that a setting of the platform provides if the request does not: `LIVEKIT_SIP_HOST`.
    ///
    /// Reads only variables that the adapter declares, so that a foreign template cannot read others.
    private func fallbacks(_ template: Template) -> [String: String] {
        let open = Set(platform.settings.filter { !$0.isSecret }.map(\.variable))
        return template.parameters.reduce(into: [:]) { found, parameter in
            guard let variable = parameter.environment, open.contains(variable),
                let value = settings.values[variable]?.reveal(), !value.withoutMargins().isEmpty
            else { return }
            found[parameter.name] = value
        }
    }

    /// Returns the live connections of this platform, found by the names of their objects at both vendors.
    ///
    /// - Parameter values: Values of ``PlatformDescription/accountParameters``; by default the parameters' defaults.
    /// - Throws: ``ZentrunkError``, `CancellationError`.
    public func liveConnections(values: [String: ParameterValue] = [:]) async throws -> [LiveConnection] {
        try await Self.explained {
            let engine = try engine(
                setup.accountValues(values, over: [:], engine.template.allParameters), remembered: nil)
            let kinds = engine.kinds
            let query = ResourceQuery(owner: kinds.owner(platform.id, nil))
            let found = try await concurrently(kinds.objects.indices.map { $0 }) { index in
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

    // MARK: Running

    /// Locks the connection for one run, so that no other run changes it between planning and the end.
    ///
    /// - Parameters:
    ///   - name: The connection's name.
    ///   - waiting: Called with the holder if the connection is locked; then this waits until the lock is free or the
    ///     task is cancelled. nil: fail instead of waiting.
    /// - Throws: ``ZentrunkError``, `busy` if the connection is locked and `waiting` is nil; `CancellationError`.
    public func claim(
        _ name: ConnectionName, waiting: (@Sendable (RunHolder) -> Void)? = nil
    ) async throws -> RunClaim {
        // A lock does not depend on the platform's account: the carrier's objects have the same names for all of them.
        try await setup.journal.locks.claim(engine.planner.identity(name), waiting: waiting)
    }

    /// Applies the plan, or undoes everything after a failure.
    ///
    /// If the task is cancelled, no new write starts, active ones are settled, and all writes are undone before this
    /// returns. A plan that was read from JSON is made again from its request while the connection is locked; if it has
    /// another digest by then, the run fails with `moved`.
    ///
    /// - Parameters:
    ///   - consent: Whether the user consented to changes of live objects.
    ///   - expected: The digest of the plan that was looked at; if this plan has another one, the run fails with
    ///     `planChanged`. nil accepts any plan.
    ///   - mayPlanAgain: Whether a run that meets another one, which creates the same connection without sharing this
    ///     journal, deletes its own objects and plans again; `consent` then covers the new plan as well. Otherwise, and
    ///     always for a plan with an expected digest or from JSON, the run fails with `moved`.
    ///   - claim: The claim under which the plan was made. By default, the connection is locked for this run alone; if
    ///     another run has worked on it since the plan was made, the run fails with `moved`.
    ///   - events: Receives progress; finished when this returns.
    /// - Returns: The result; failures are in its ``Report/error``.
    public func apply(
        _ plan: Plan, consent: Bool, expecting expected: String? = nil, mayPlanAgain: Bool = true,
        under claim: RunClaim? = nil, reporting events: RunEvents? = nil
    ) async -> Report {
        do {
            try plan.check(expecting: expected)
            guard plan.context.detached != nil else {
                return try await run(
                    plan, consent: consent, mayPlanAgain: mayPlanAgain && expected == nil, under: claim,
                    reporting: events)
            }
            let held = if let claim { claim } else { try await self.claim(plan.identity.name) }
            defer { if claim == nil { held.release() } }
            return try await run(
                again(plan, held, events), consent: consent, mayPlanAgain: false, under: held, reporting: events)
        } catch {
            events?.finish()
            return Report(failed: plan.connection, Self.explain(error))
        }
    }

    /// Makes a plan again that was read from JSON.
    private func again(_ plan: Plan, _ claim: RunClaim, _ events: RunEvents?) async throws -> Plan {
        let now: Plan
        switch plan.request {
        case .connect(let request)?: now = try await self.plan(request, under: claim, reporting: events)
        case .disconnect(let request)?: now = try await self.plan(request, under: claim, reporting: events)
        case nil: throw ZentrunkError(.invalid, "the plan does not hold the request that it was made from")
        }
        guard now.digest == plan.digest, now.identity == plan.identity else {
            throw ZentrunkError(
                .moved, "\(plan.connection.platform)/\(plan.connection.name) changed since the plan was made",
                remedies: [.plan])
        }
        return now
    }

    private func run(
        _ plan: Plan, consent: Bool, mayPlanAgain: Bool, under claim: RunClaim?, reporting events: RunEvents?
    ) async throws -> Report {
        let engine = try engine(of: plan.connection)
        var report = await engine.shielded(plan.identity.name, plan.operation.rawValue, events) { stop in
            await Execution(engine: engine, stop: stop, events: events)
                .apply(plan, consent: consent, mayPlanAgain: mayPlanAgain, under: claim)
        }
        report.duration += plan.context.duration
        for side in Side.allCases { report.requests[side, default: 0] += plan.context.requests[side] ?? 0 }
        return report
    }

    /// Returns what ``undo(_:mayBeOneSided:under:reporting:)`` would do. Sends reads only.
    ///
    /// - Parameters:
    ///   - id: The run's id.
    ///   - mayBeOneSided: Whether to continue although none of the platform's objects exists, because they were deleted
    ///     there. The caller vouches that the key is the right one.
    ///   - claim: As for ``apply(_:consent:expecting:mayPlanAgain:under:reporting:)``.
    ///   - events: Receives waits; left open for the undo, but finished if this throws.
    /// - Throws: ``ZentrunkError``: `invalid` for an unknown run, `refused` if later runs or other objects depend
    ///   on it, `oneSided` if the platform's key seems to belong to another account; `CancellationError`.
    public func planUndo(
        _ id: String, mayBeOneSided: Bool = false, under claim: RunClaim? = nil, reporting events: RunEvents? = nil
    ) async throws -> UndoPlan {
        try await planning(events) {
            let run = try await run(id)
            let engine = try engine(of: run.record.connection)
            let scope = RunScope(events, about: run.record.identity, engine.observation)
            return try await RunScope.$current.withValue(scope) {
                try await PastRunUndo(engine, run, mayBeOneSided: mayBeOneSided).plan(under: claim)
            }
        }
    }

    /// Undoes a past run, or continues an undo: deletes what the run created and restores what it changed.
    ///
    /// A run that died or left something is undone as far as it got, and a completed connect entirely. Objects that
    /// were deleted by a change of options or an interrupted disconnect are created again, with new ids. Later changes
    /// by hand are kept and reported as warnings. If other objects depend on what the run created, nothing is written.
    /// As in ``apply(_:consent:expecting:mayPlanAgain:under:reporting:)``, cancellation takes effect before the next write.
    ///
    /// - Parameters:
    ///   - id: The run's id.
    ///   - mayBeOneSided: Whether to continue although none of the platform's objects exists, because they were deleted
    ///     there. The caller vouches that the key is the right one.
    ///   - claim: As for ``apply(_:consent:expecting:mayPlanAgain:under:reporting:)``.
    ///   - events: Receives progress; finished when this returns.
    /// - Throws: ``ZentrunkError`` `invalid` for an unknown run, `journal`.
    public func undo(
        _ id: String, mayBeOneSided: Bool = false, under claim: RunClaim? = nil, reporting events: RunEvents? = nil
    ) async throws -> Report {
        let run: PastRun
        let engine: Engine
        do {
            run = try await self.run(id)
            engine = try self.engine(of: run.record.connection)
        } catch {
            events?.finish()
            throw Self.explain(error)
        }
        return await engine.shielded(run.record.identity.name, "undo", events) { stop in
            await PastRunUndo(engine, run, mayBeOneSided: mayBeOneSided, stop: stop, events: events).run(under: claim)
        }
    }

    private func run(_ id: String) async throws -> PastRun {
        guard let run = try await setup.journal.run(id) else {
            throw ZentrunkError(.invalid, "the journal has no run \(id)", remedies: [.listRuns])
        }
        return run
    }

    // MARK: Errors

    static func explained<Result: Sendable>(_ work: () async throws -> Result) async throws -> Result {
        do { return try await work() } catch let error as CancellationError { throw error } catch {
            throw explain(error)
        }
    }

    static func explain(_ error: any Error) -> ZentrunkError { ZentrunkError(explaining: error) }
}
