import ZentrunkJSON

/// Everything that a run works with, or the undo of a past one.
struct RunContext: Sendable {
    let plan: Plan
    let graph: RunGraph
    let run: RunRecord
    let kinds: KindTable
    let journal: any Journal
    let memory: RunMemory
    let resolver: BodyResolver
    let writes: SettledWrites
    let removals: Removals
    let events: RunEvents?
    let clock: any Clock<Duration>
    let stop: StopSignal
    private let resources: [PlannedResource.Identity: PlannedResource]

    /// Assembles the context.
    ///
    /// - Parameters:
    ///   - past: What the run did before, if a past run is undone.
    ///   - removals: The users that were already read.
    init(
        _ plan: Plan, in engine: Engine, run: RunRecord, past: PastRunPlan? = nil, removals: Removals? = nil,
        stop: StopSignal, events: RunEvents?
    ) throws {
        self.plan = plan
        (self.run, self.stop, self.events) = (run, stop, events)
        (kinds, journal, clock) = (engine.kinds, engine.journal, engine.clock)
        graph = try RunGraph(plan, kinds: kinds)
        let secrets = engine.carrier.secrets
        var usernames = plan.context.usernames
        for name in plan.context.blueprint?.secrets ?? [] where usernames[name] == nil {
            usernames[name] = secrets.makeUsername()
        }
        let memory = RunMemory(usernames: usernames, past: past)
        self.memory = memory
        resolver = BodyResolver(plan: plan, kinds: kinds, memory: memory, secrets: secrets)
        writes = SettledWrites(memory: memory, shouldStop: { stop.isRaised })
        self.removals = removals ?? Removals(plan.removed, ends: plan.ends, kinds: kinds, clock: clock)
        resources = Dictionary(plan.resources.map { ($0.identity, $0) }) { first, _ in first }
    }

    var owner: ResourceQuery.Owner { kinds.owner(plan.connection.platform, plan.connection.name) }

    /// Returns the planned change with this identity.
    ///
    /// - Throws: ``ZentrunkError`` `internalFault` if the plan has none.
    func resource(_ subject: PlannedResource.Identity) throws(ZentrunkError) -> PlannedResource {
        guard let resource = resources[subject] else { throw ZentrunkError(internalFault: UnknownSubject(subject)) }
        return resource
    }

    func kind(of resource: PlannedResource) throws(ZentrunkError) -> any ResourceKind {
        try kinds.kind(resource.kind)
    }

    /// Returns the comparison of the object's own members.
    func comparison(_ resource: PlannedResource) throws(ZentrunkError) -> Comparison {
        Comparison(
            kind: try kind(of: resource).description, managed: resource.managed,
            earlier: resource.earlier.map(\.values))
    }

    /// Returns the result of a verifying read; nil if the read fails.
    func readable<Value>(_ read: () async throws -> Value) async throws -> Value? {
        do { return try await read() } catch is APIError { return nil }
    }

    private struct UnknownSubject: Error, CustomStringConvertible {
        let subject: PlannedResource.Identity

        init(_ subject: PlannedResource.Identity) { self.subject = subject }

        var description: String { "the plan does not have \(subject.instance) \(subject.id ?? "")" }
    }
}

// MARK: Writes to the journal

extension RunContext {
    /// Creates the intent of the next write. Write-only and secret members are left out.
    func intent(
        _ deed: Deed, _ resource: PlannedResource, id: String?, name: String? = nil, fields: JSONObject = [:],
        former: JSONObject? = nil, before: JSONObject? = nil
    ) -> WriteIntent {
        let shown = (try? kind(of: resource).description).map { $0.readable(fields) } ?? [:]
        return WriteIntent(
            sequence: memory.nextSequence(), deed: deed, instance: resource.instance, kind: resource.kind, id: id,
            name: name, fields: shown.withoutSecretMembers, former: former, before: before?.withoutSecretMembers,
            after: resource.after)
    }

    /// Changes a live object, with a journal entry before and after.
    ///
    /// - Parameters:
    ///   - live: The object as it is now.
    ///   - former: The values from before the connection, if this write is the first one to a foreign object.
    ///   - mustBeNoted: Whether the write needs the journal. Restoring continues without it, because it only brings
    ///     back the former state.
    ///   - isDone: Whether the object, read again, is as intended.
    func change(
        _ resource: PlannedResource, by deed: Deed, from live: LiveObject, with changes: JSONObject,
        former: JSONObject? = nil, mustBeNoted: Bool = true, isDone: @escaping @Sendable (LiveObject) throws -> Bool
    ) async throws {
        let kind = try kind(of: resource)
        let intent = intent(deed, resource, id: live.id, fields: changes, former: former, before: live.fields)
        do { try await journal.intend(intent, in: run) } catch  where !mustBeNoted {}
        let hasSecrets = kind.description.readable(changes) != changes
        do {
            try await writes.update(kind, live, with: changes, hasSecrets: hasSecrets) { (try? isDone($0)) ?? false }
        } catch let unsettled as SettledWrites.Unsettled {
            memory.noteLeft(intent.seen(kind.description), of: resource.identity)
            memory.note(.init(deed, resource.identity))
            await settle(intent, .unknown(Connector.explain(unsettled.cause).message))
            throw unsettled.cause
        } catch {
            await settle(intent, .notDone(Connector.explain(error).message))
            throw error
        }
        memory.noteLeft(intent.seen(kind.description), of: resource.identity)
        memory.note(.init(deed, resource.identity))
        do { try await journal.settle(intent, .done(id: live.id), in: run) } catch  where !mustBeNoted {}
    }

    /// Records an outcome where a failure of the journal changes nothing: a lost outcome is determined again by a read.
    func settle(_ intent: WriteIntent, _ outcome: WriteOutcome) async {
        try? await journal.settle(intent, outcome, in: run)
    }
}

extension KindDescription {
    /// Returns the fields that can be read.
    func readable(_ fields: JSONObject) -> JSONObject {
        Field.object(self.fields).readable(.object(fields))?.object ?? [:]
    }
}
