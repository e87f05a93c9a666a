package import ZentrunkJSON

/// What the engines of a connector share.
package struct EngineSetup: Sendable {
    let platform: Platform
    let carrier: any Carrier
    let makeAdapter: @Sendable (_ values: [String: JSONValue]) throws -> any PlatformAdapter
    let journal: any Journal
    let clock: any Clock<Duration>
    let observation: Observation
    let makeRunID: @Sendable () -> String

    /// Creates the shared part of a connector's engines.
    ///
    /// - Parameters:
    ///   - makeAdapter: Returns the adapter of the account that the values select.
    ///   - redactor: Cleans what is written to the instruments.
    package init(
        platform: Platform, carrier: any Carrier,
        makeAdapter: @escaping @Sendable (_ values: [String: JSONValue]) throws -> any PlatformAdapter,
        journal: any Journal, clock: any Clock<Duration>, instruments: Instruments = Instruments(), redactor: Redactor,
        makeRunID: @escaping @Sendable () -> String
    ) {
        observation = Observation(instruments, redactor, platform.id)
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
    let observation: Observation
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
        observation = setup.observation
        makeRunID = setup.makeRunID
        planner = Planner(
            template: template, ownTemplate: ownText, adapter: adapter, carrier: carrier, kinds: kinds,
            platform: platform.id, journal: setup.journal)
    }

    /// Runs work whose writes must not be interrupted by task cancellation, and measures it.
    ///
    /// - Parameter operation: `connect`, `disconnect` or `undo`.
    func shielded(
        _ name: ConnectionName, _ operation: String, _ events: RunEvents?,
        _ work: @escaping @Sendable (StopSignal) async -> Report
    ) async -> Report {
        defer { events?.finish() }
        let began = ContinuousClock.now
        let scope = RunScope(events, about: planner.identity(name), observation)
        let stop = StopSignal()
        // Not a child task: a cancellation must not interrupt a write, whose outcome would then be unknown.
        let task = Task {
            await RunScope.$current.withValue(scope) {
                await StopSignal.$current.withValue(stop) { await scope.running(operation) { await work(stop) } }
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

    /// Makes a plan outside a run.
    func planned(
        _ name: ConnectionName, _ claim: RunClaim?, _ events: RunEvents?,
        _ plan: @Sendable ([PastRun]) async throws -> Plan
    ) async throws -> Plan {
        let scope = RunScope(events, about: planner.identity(name), observation)
        return try await RunScope.$current.withValue(scope) {
            var plan = try await scope.planning { try await measured(name, claim, plan) }
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
        plan.context.runs = runs
        plan.context.template = template
        plan.warnings += try await DeadRuns(self, among: runs).warnings(for: plan, isClaimed: claim != nil)
        plan.context.duration = ContinuousClock.now - began
        return plan
    }
}
