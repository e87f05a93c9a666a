import ZentrunkJSON

/// The planner: reads live objects and compares them with the described ones. Sends reads only.
struct Planner: Sendable {
    let template: Template
    /// The template's text; nil if it is the platform's own template.
    let ownTemplate: String?
    let adapter: any PlatformAdapter
    let carrier: any Carrier
    let kinds: KindTable
    let platform: PlatformID
    let journal: any Journal

    func identity(_ name: ConnectionName) -> ConnectionIdentity {
        ConnectionIdentity(
            carrierAccount: carrier.account, platform: platform, platformAccount: adapter.account, name: name)
    }

    /// Returns what the journal knows of the connection.
    ///
    /// Two accounts of a platform are separate, but the carrier's objects have the same names for both.
    ///
    /// - Throws: ``ZentrunkError`` `collision` if the connection is known only under another account of the platform.
    func record(_ name: ConnectionName) async throws -> ConnectionRecord? {
        let wanted = identity(name)
        if let record = try await journal.connection(wanted) { return record }
        let others = try await journal.connections(name, on: wanted.platform, of: wanted.carrierAccount)
        guard let other = others.first?.identity else { return nil }
        throw ZentrunkError(
            .collision,
            "the connection \(platform)/\(name) lives in \(other.platformAccount), not in \(wanted.platformAccount): disconnect it there first, or choose another name",
            remedies: [.disconnect(.init(platform, name))])
    }

    /// Returns the plan that makes the connection equal to the request.
    ///
    /// - Parameters:
    ///   - request: The user's request.
    ///   - runs: The connection's past runs.
    ///   - events: Receives the progress of the reads.
    func plan(_ request: ConnectionRequest, after runs: [PastRun], _ events: RunEvents?) async throws -> Plan {
        let record = try await record(request.name)
        let options = ConnectionOptions(template: template, platform: platform)
        let onlyLooks = request.onlyLooks(type(of: adapter).platform.accountParameters)
        // Checks that need no requests come first.
        var connection = try options.connection(request, over: record?.connection)
        // An adopted record may still provide a value that was left out.
        let isKnown = record != nil
        if !request.mayAdopt, !onlyLooks {
            // If the connection is live without a record, its objects may still provide a value that was left out.
            let kept = Set(template.parameters.filter(\.isKept).map(\.name))
            try options.checkRefusals(connection) { (isKnown && !kept.contains($0)) || request.values[$0] != nil }
        }
        if !connection.numbers.isEmpty, !request.mayAdopt { try options.checkRequired(connection) }

        let chain = RoundTripChain()
        let (settled, state) = try await RoundTripChain.$current.withValue(chain) {
            let reader = reader(request.name, events)
            let draft = connection.numbers.isEmpty ? nil : try blueprint(connection)
            let wanted = Dictionary(draft?.instances.map { ($0.id, $0.kind) } ?? []) { first, _ in first }
            var state = try await reader.read(
                wanted: wanted, hints: record?.objects ?? [:], numbers: connection.numbers,
                known: record?.connection.numbers ?? [], looksAside: true)
            try await checkDigits(of: request, &state)
            try await checkSides(&state, record, runs, reader, mayBeOneSided: request.mayBeOneSided)
            if record != nil, let more = try await numbersOfOthers(connection, &state, reader), !more.isEmpty {
                connection.numbers += more
                state = try await reader.read(
                    wanted: [:], hints: [:], remembered: record?.objects ?? [:], numbers: connection.numbers)
            }
            let settled = try settle(request, connection, record, state, options)
            let seen = Set(connection.numbers)
            let all = settled.connection.numbers
            try await reader.readRoutes(all, into: &state, aside: all.filter { !seen.contains($0) })
            try await readOwned(about: all, into: &state)
            return (settled, state)
        }
        connection = settled.connection
        try options.checkPresence(connection)
        try options.checkRequired(connection)
        if !onlyLooks { try options.checkRefusals(connection) }

        var draft = PlanDraft(
            blueprint: try blueprint(connection), state: state, kinds: kinds, request: request,
            secrets: carrier.secrets,
            former: record?.former ?? [:], applicationField: carrier.applicationField)
        draft.earlier = earlier(record?.connection ?? settled.former, runs)
        draft.keys = Set(template.resources.map(\.key))
        draft.described = describedFields
        draft.looksAside = true
        draft.warnings = options.warnings(about: connection, isThere: onlyLooks)
        try draft.planObjects()
        try draft.planRoutes(routeKey: routeKey)
        try draft.planDeletions()
        try await RoundTripChain.$current.withValue(chain) {
            try await draft.keepWhatIsUsed(routeKey: routeKey)
        }
        var plan = try finish(draft, .connect, connection, record, readDepth: chain.depth)
        plan.context.request = request
        return plan
    }

    /// Returns the plan that removes the connection, or some of its numbers.
    ///
    /// - Parameters:
    ///   - request: The user's request.
    ///   - runs: The connection's past runs.
    ///   - events: Receives the progress of the reads.
    func plan(_ request: DisconnectionRequest, after runs: [PastRun], _ events: RunEvents?) async throws -> Plan {
        let record = try await record(request.name)
        let options = ConnectionOptions(template: template, platform: platform)
        let chain = RoundTripChain()
        return try await RoundTripChain.$current.withValue(chain) {
            var state = try await stateToRemove(request, record, runs, events)
            try await checkSides(
                &state, record, runs, reader(request.name, events), mayBeOneSided: request.mayBeOneSided)
            var known = record?.connection.numbers ?? []
            for number in state.numbers(kinds) where !known.contains(number) { known.append(number) }
            try await reader(request.name, events).readRoutes(known, into: &state)
            for number in request.numbers where !known.contains(number) {
                let written = request.withoutPlus[number] == nil ? number.e164 : number.digits
                throw ZentrunkError(
                    .notFound,
                    "\(written) is not a number of the connection \(platform)/\(request.name)\(number.hint(among: known))",
                    remedies: [.show(.init(platform, request.name))])
            }
            let staying = request.numbers.isEmpty ? [] : known.filter { !request.numbers.contains($0) }
            var connection: Connection
            var former = record?.connection
            if staying.isEmpty {
                connection =
                    record?.connection
                    ?? Connection(platform: platform, name: request.name, numbers: known, values: [:])
                connection.numbers = known
            } else {
                let kept = ConnectionRequest(name: request.name)
                let settled = try settle(
                    kept, options.connection(kept, over: record?.connection), record, state, options)
                former = former ?? settled.former
                connection = settled.connection
                connection.numbers = staying
            }
            var draft = PlanDraft(
                blueprint: staying.isEmpty ? nil : try blueprint(connection), state: state, kinds: kinds,
                request: ConnectionRequest(name: request.name), secrets: carrier.secrets, former: record?.former ?? [:],
                applicationField: carrier.applicationField)
            draft.earlier = earlier(former, runs)
            draft.routeTo = request.routeTo
            draft.templateKeys = Set(template.resources.map(\.key))
            draft.described = describedFields
            if !staying.isEmpty {
                draft.keys = draft.templateKeys
                try draft.planObjects()
            }
            draft.missingTargets = try await missingTargets(draft)
            try draft.planRoutes(routeKey: routeKey)
            try draft.planDeletions()
            try await draft.keepWhatIsUsed(routeKey: routeKey)
            if draft.resources.contains(where: { $0.action == .replace }) {
                draft.warnings.append(Warning(.drift, "disconnecting numbers also reverts changes made by hand"))
            }
            return try finish(draft, .disconnect, connection, record, readDepth: chain.depth)
        }
    }

    // MARK: Reading

    func reader(_ name: ConnectionName, _ events: RunEvents?) -> LiveReader {
        LiveReader(kinds: kinds, owner: kinds.owner(platform, name), events: events)
    }

    /// Returns all live objects of the connection, no matter who created them.
    ///
    /// The platform's objects are always searched by name, because another machine may have added some. The carrier's
    /// lists are long on a large account. They are skipped if all ids in the journal are correct and the objects are as
    /// described: then no other machine has changed them.
    private func stateToRemove(
        _ request: DisconnectionRequest, _ record: ConnectionRecord?, _ runs: [PastRun], _ events: RunEvents?
    ) async throws -> LiveState {
        let reader = reader(request.name, events)
        let numbers = record?.connection.numbers ?? request.numbers
        if let record, !record.objects.isEmpty, runs.unfinished.isEmpty {
            let state = try await reader.read(
                wanted: record.objects.mapValues(\.kind), hints: record.objects, numbers: numbers,
                known: record.connection.numbers, listing: .platform)
            if try isAsRecorded(record, state) { return state }
        }
        return try await reader.read(
            wanted: [:], hints: [:], remembered: record?.objects ?? [:], numbers: numbers)
    }

    private func isAsRecorded(_ record: ConnectionRecord, _ state: LiveState) throws -> Bool {
        let carriers = record.objects.filter { (try? kinds.kind($0.value.kind).description.side) == .carrier }
        guard carriers.allSatisfy({ state.owned[$0.key]?.object.id == $0.value.id }), !record.connection.numbers.isEmpty
        else { return false }
        var draft = PlanDraft(
            blueprint: try blueprint(record.connection), state: state, kinds: kinds,
            request: ConnectionRequest(name: record.connection.name), secrets: carrier.secrets, former: record.former,
            applicationField: carrier.applicationField)
        draft.earlier = earlier(record.connection, [])
        try draft.planObjects()
        return draft.collisions.isEmpty && draft.resources.allSatisfy { $0.action == .keep }
    }

    /// Returns former targets of removed numbers that no longer exist, so that the routes cannot be restored.
    private func missingTargets(_ draft: PlanDraft) async throws -> Set<RecordedObject> {
        let targets = draft.formerTargets.sorted { ($0.kind, $0.id) < ($1.kind, $1.id) }
        let found = try await concurrently(targets) { try await kinds.kind($0.kind).read($0.id) != nil }
        return Set(zip(targets, found).filter { !$1 }.map(\.0))
    }

    // MARK: Ownership

    private func checkSides(
        _ state: inout LiveState, _ record: ConnectionRecord?, _ runs: [PastRun], _ reader: LiveReader,
        mayBeOneSided: Bool
    ) async throws {
        guard !mayBeOneSided, state.count(at: .carrier, kinds) > 0 else { return }
        let check = try await sideCheck(record, runs)
        do { try check.check(state) } catch {
            // The route of a number may still prove that both halves belong together.
            let open = state.numbers(kinds).filter { state.routes[$0] == nil }.prefix(Self.fewNumbers)
            guard !open.isEmpty else { throw error }
            try await reader.readRoutes(Array(open), into: &state)
            try check.check(state)
        }
    }

    private static let fewNumbers = 20

    func sideCheck(_ record: ConnectionRecord?, _ runs: [PastRun]) async throws -> SideCheck {
        SideCheck(
            kinds: kinds, platform: type(of: adapter).platform, record: record,
            unfinished: try await unfinished(runs), template: template)
    }

    /// Returns numbers that another machine added to the connection: its objects hold them, and they are routed to its
    /// trunks.
    private func numbersOfOthers(
        _ connection: Connection, _ state: inout LiveState, _ reader: LiveReader
    ) async throws -> [PhoneNumber]? {
        let known = Set(connection.numbers)
        let more = state.numbers(kinds).filter { !known.contains($0) }
        guard !more.isEmpty else { return nil }
        try await reader.readRoutes(more, into: &state)
        let own = state.instances
        let route = kinds.route.description
        let isRouted = template.resources.contains { $0.kind == route.name } && connection.direction != .outbound
        return more.filter { number in
            guard let live = state.routes[number] ?? nil else { return false }
            return !isRouted
                || route.references.contains { field, target in
                    live.fields[field]?.string.map { own[RecordedObject(kind: target, id: $0)] != nil } ?? false
                }
        }
    }

    /// Returns the writes of the connection's unfinished runs that were done or may have been.
    func unfinished(_ runs: [PastRun]) async throws -> UnfinishedWrites {
        var writes = UnfinishedWrites()
        for run in runs.unfinished {
            for write in try await journal.writes(of: run.record.id) { writes.add(write) }
        }
        return writes
    }

    // MARK: Descriptions

    private var describedFields: [String: Set<String>] {
        Dictionary(template.resources.map { ($0.kind, Set($0.body.ownMembers.names)) }) { $0.union($1) }
    }

    private var routeKey: String {
        template.resources.first { $0.kind == kinds.route.description.name }?.key ?? "route"
    }

    func blueprint(_ connection: Connection) throws -> Blueprint {
        let facts = try adapter.facts(for: connection, carrier: carrier.facts)
        return try Blueprint(template, connection, platform: facts, carrier: carrier.facts) { key, kind in
            (try? kinds.kind(kind).description).map { kinds.name(key, of: $0, in: connection) }
                ?? connection.ownedName(key)
        }
    }

    /// Returns the descriptions from which the connection's objects may have been created.
    private func earlier(_ former: Connection?, _ runs: [PastRun]) -> [Blueprint] {
        ([former].compactMap { $0 } + runs.unfinished.map(\.record.connection)).compactMap { try? blueprint($0) }
    }

    /// Returns the connection as it will be, and as it was if only the live objects show it.
    private func settle(
        _ request: ConnectionRequest, _ draft: Connection, _ record: ConnectionRecord?, _ state: LiveState,
        _ options: ConnectionOptions
    ) throws -> (connection: Connection, former: Connection?) {
        // The journal's record applies even if all its objects were deleted by hand.
        guard record == nil, !state.owned.isEmpty else {
            return (try adopting(request, keepingLive(request, draft, state), state), nil)
        }
        if let collision = try PlanDraft.twinCollisions(state, kinds).first {
            throw ZentrunkError(.collision, collision.message)
        }
        let inference = OptionInference(
            template: template, kinds: kinds, state: state,
            decided: type(of: adapter).platform.accountParameters, makeBlueprint: blueprint)
        let inferred = try inference.connection(platform, request, options)
        return (try adopting(request, options.connection(request, over: inferred), state), inferred)
    }

    /// Fills in kept options that neither the request nor the connection sets, if all of the connection's objects have
    /// the same value.
    private func keepingLive(
        _ request: ConnectionRequest, _ connection: Connection, _ state: LiveState
    ) -> Connection {
        let shown = OptionInference(template: template, kinds: kinds, state: state, makeBlueprint: blueprint)
            .valuesOfOwnObjects()
        var connection = connection
        for parameter in template.parameters
        where parameter.isKept && connection.values[parameter.name] == nil && request.values[parameter.name] == nil {
            guard let values = shown[parameter.name], values.count == 1, let value = values.first else { continue }
            connection.values[parameter.name] = value
        }
        return connection
    }

    /// Fills in options that neither the request nor the connection sets from adopted records.
    ///
    /// - Throws: ``ZentrunkError`` `collision` if the records have different values.
    private func adopting(
        _ request: ConnectionRequest, _ connection: Connection, _ state: LiveState
    ) throws -> Connection {
        guard request.mayAdopt else { return connection }
        let shown = OptionInference(template: template, kinds: kinds, state: state, makeBlueprint: blueprint)
            .valuesOfForeignRecords(about: connection)
        var connection = connection
        for (name, values) in shown.sorted(by: { $0.key < $1.key })
        where connection.values[name] == nil && request.values[name] == nil {
            guard let value = values.first, values.count == 1 else {
                let list = values.map { $0.map { $0.string ?? $0.text() } ?? "none" }.sorted().joined(separator: ", ")
                throw ZentrunkError(
                    .collision,
                    "the records that would be taken over have different values of \(name) (\(list)), and a connection has one: give \(name), or connect the numbers under different names"
                )
            }
            connection.values[name] = value
        }
        return connection
    }

    private func finish(
        _ draft: PlanDraft, _ operation: RunOperation, _ connection: Connection, _ record: ConnectionRecord?,
        readDepth: Int
    ) throws -> Plan {
        var connection = connection
        connection.template = ownTemplate
        var plan = Plan(
            operation: operation, identity: identity(connection.name), connection: connection,
            resources: draft.resources,
            collisions: draft.collisions, warnings: draft.warnings, losses: draft.losses, depth: readDepth, digest: "",
            context: .init(
                blueprint: draft.blueprint, usernames: draft.usernames, record: record, readDepth: readDepth,
                elsewhere: draft.elsewhere, isRouteChosen: draft.routeTo != nil))
        plan.depth = try RunGraph(plan, kinds: kinds).depth(after: readDepth)
        plan.digest = PlanDigest(plan, kinds: kinds).text
        return plan
    }
}

extension [PastRun] {
    /// The runs since the last completed one that left something or have no ending.
    var unfinished: [PastRun] {
        let settled = lastIndex { $0.outcome == .done || $0.outcome == .gone }.map { $0 + 1 } ?? startIndex
        return self[settled...].filter { $0.outcome == nil || $0.outcome == .left }
    }
}
