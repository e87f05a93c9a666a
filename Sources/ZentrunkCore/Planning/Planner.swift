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
    let references: LiveReferences

    init(
        template: Template, ownTemplate: String?, adapter: any PlatformAdapter, carrier: any Carrier,
        kinds: KindTable, platform: PlatformID, journal: any Journal
    ) {
        self.template = template
        self.ownTemplate = ownTemplate
        self.adapter = adapter
        self.carrier = carrier
        self.kinds = kinds
        self.platform = platform
        self.journal = journal
        references = LiveReferences(template, kinds)
    }

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
        let blueprints = Blueprints(make: blueprint)
        let (settled, state) = try await RoundTripChain.$current.withValue(chain) {
            let reader = reader(request.name, events)
            let draft = connection.numbers.isEmpty ? nil : try blueprints.blueprint(connection)
            let wanted = Dictionary(draft?.instances.map { ($0.id, $0.kind) } ?? []) { first, _ in first }
            var state = try await reader.read(
                wanted: wanted, hints: record?.objects ?? [:], numbers: connection.numbers,
                known: record?.connection.numbers ?? [], looksAside: true)
            try await AccountNumbers(kinds: kinds).checkDigits(of: request, &state)
            let halves = halves(reader)
            if !request.mayBeOneSided { try await halves.check(&state, record, runs) }
            if record != nil, let more = try await halves.numbersOfOthers(connection, &state), !more.isEmpty {
                connection.numbers += more
                state = try await reader.read(
                    wanted: [:], hints: [:], remembered: record?.objects ?? [:], numbers: connection.numbers)
            }
            let settled = try decision(state, blueprints).decide(
                request, from: connection, isRecorded: record != nil)
            let seen = Set(connection.numbers)
            let all = settled.connection.numbers
            try await reader.readRoutes(all, into: &state, aside: all.filter { !seen.contains($0) })
            try await AccountNumbers(kinds: kinds).readOwned(about: all, into: &state)
            return (settled, state)
        }
        connection = settled.connection
        try options.checkPresence(connection)
        try options.checkRequired(connection)
        if !onlyLooks { try options.checkRefusals(connection) }

        let former = earlier(record?.connection ?? settled.former, runs, blueprints)
        let subject = subject(try blueprints.blueprint(connection), former, state, record)
        var part = PlanPart(warnings: options.warnings(about: connection, isThere: onlyLooks))
        let objects = try describe(subject, request, looksAside: true)
        part.add(objects.part)
        var routes = RoutePlanner(subject, objects.bodies, key: routeKey)
        routes.mayReroute = request.mayReroute
        part.add(try routes.plan())
        let removals = RemovalPlanner(subject: subject)
        part.add(try removals.plan())
        let whole = try await RoundTripChain.$current.withValue(chain) { [part, routes] in
            try await removals.keepingUsed(part, routes)
        }
        var plan = Plan(.connect, identity(connection.name), connection, whole)
        plan.context.blueprint = subject.blueprint
        plan.context.usernames = objects.bodies.usernames
        plan.context.request = request
        return try finish(plan, record, readDepth: chain.depth)
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
        let blueprints = Blueprints(make: blueprint)
        return try await RoundTripChain.$current.withValue(chain) {
            let reader = reader(request.name, events)
            var state = try await stateToRemove(
                reader, record, numbers: record?.connection.numbers ?? request.numbers,
                hasUnfinished: !runs.unfinished.isEmpty, blueprints: blueprints)
            if !request.mayBeOneSided { try await halves(reader).check(&state, record, runs) }
            var known = record?.connection.numbers ?? []
            known.add(state.numbers(kinds))
            try await reader.readRoutes(known, into: &state)
            let all = Set(known)
            for number in request.numbers where !all.contains(number) {
                let written = request.withoutPlus[number] == nil ? number.e164 : number.digits
                throw ZentrunkError(
                    .notFound,
                    "\(written) is not a number of the connection \(platform)/\(request.name)\(number.hint(among: known))",
                    remedies: [.show(.init(platform, request.name))])
            }
            let leaving = Set(request.numbers)
            let staying = leaving.isEmpty ? [] : known.filter { !leaving.contains($0) }
            var connection: Connection
            var former = record?.connection
            if staying.isEmpty {
                connection =
                    record?.connection
                    ?? Connection(platform: platform, name: request.name, numbers: known, values: [:])
                connection.numbers = known
            } else {
                let kept = ConnectionRequest(name: request.name)
                let settled = try decision(state, blueprints).decide(
                    kept, from: options.connection(kept, over: record?.connection), isRecorded: record != nil)
                former = former ?? settled.former
                connection = settled.connection
                connection.numbers = staying
            }
            let subject = subject(
                staying.isEmpty ? nil : try blueprints.blueprint(connection), earlier(former, runs, blueprints), state,
                record)
            let objects = try describe(subject, ConnectionRequest(name: request.name), looksAside: false)
            var part = objects.part
            var routes = RoutePlanner(subject, objects.bodies, key: routeKey)
            routes.routeTo = request.routeTo
            routes.missingTargets = try await missing(routes.formerTargets)
            part.add(try routes.plan())
            let removals = RemovalPlanner(subject: subject)
            part.add(try removals.plan())
            part = try await removals.keepingUsed(part, routes)
            if part.resources.contains(where: \.deeds.isReplacement) {
                part.warnings.append(Warning(.drift, "disconnecting numbers also reverts changes made by hand"))
            }
            var plan = Plan(.disconnect, identity(connection.name), connection, part)
            plan.context.blueprint = subject.blueprint
            plan.context.usernames = objects.bodies.usernames
            plan.context.isRouteChosen = request.routeTo != nil
            return try finish(plan, record, readDepth: chain.depth)
        }
    }

    /// Returns the plan of the described objects, and the bodies that routes look up.
    private func describe(
        _ subject: PlanSubject, _ request: ConnectionRequest, looksAside: Bool
    ) throws -> (part: PlanPart, bodies: DesiredBodies) {
        guard subject.blueprint != nil else { return try ObjectPlanner(subject, request).plan() }
        var part = PlanPart(collisions: try subject.state.twinCollisions(kinds))
        let adoption = try AdoptionPlanner(subject: subject, mayAdopt: request.mayAdopt).plan()
        part.add(adoption.part)
        let objects = try ObjectPlanner(subject, request, adopted: adoption.adopted).plan()
        part.add(objects.part)
        let conflicts = ConflictCheck(subject: subject, bodies: objects.bodies, looksAside: looksAside)
        part.add(try conflicts.check(objects.part.resources, besides: part.collisions))
        return (part, objects.bodies)
    }

    private func subject(
        _ blueprint: Blueprint?, _ earlier: [Blueprint], _ state: LiveState, _ record: ConnectionRecord?
    ) -> PlanSubject {
        PlanSubject(
            blueprint: blueprint, earlier: earlier, state: state, kinds: kinds, secrets: carrier.secrets,
            former: record?.former ?? [:], applicationField: carrier.applicationField,
            templateKeys: Set(template.resources.map(\.key)), described: describedFields)
    }

    private func halves(_ reader: LiveReader) -> HalvesReading {
        HalvesReading(
            kinds: kinds, template: template, platform: type(of: adapter).platform, journal: journal, reader: reader)
    }

    private func decision(_ state: LiveState, _ blueprints: Blueprints) -> ConnectionDecision {
        ConnectionDecision(
            template: template, kinds: kinds, platform: type(of: adapter).platform, state: state,
            blueprints: blueprints)
    }

    // MARK: Reading

    func reader(_ name: ConnectionName, _ events: RunEvents?) -> LiveReader {
        LiveReader(kinds: kinds, owner: kinds.owner(platform, name), references: references, events: events)
    }

    /// Returns all live objects of the connection, no matter who created them.
    ///
    /// The platform's objects are always searched by name, because another machine may have added some. The carrier's
    /// lists are long on a large account. They are skipped if all ids in the journal are correct and the objects are as
    /// described: then no other machine has changed them.
    private func stateToRemove(
        _ reader: LiveReader, _ record: ConnectionRecord?, numbers: [PhoneNumber], hasUnfinished: Bool,
        blueprints: Blueprints
    ) async throws -> LiveState {
        if let record, !record.objects.isEmpty, !hasUnfinished {
            let state = try await reader.read(
                wanted: record.objects.mapValues(\.kind), hints: record.objects, numbers: numbers,
                known: record.connection.numbers, listing: .platform)
            if try isAsRecorded(record, state, blueprints) { return state }
        }
        return try await reader.read(
            wanted: [:], hints: [:], remembered: record?.objects ?? [:], numbers: numbers)
    }

    private func isAsRecorded(
        _ record: ConnectionRecord, _ state: LiveState, _ blueprints: Blueprints
    ) throws -> Bool {
        let carriers = record.objects.filter { (try? kinds.kind($0.value.kind).description.side) == .carrier }
        guard carriers.allSatisfy({ state.owned[$0.key]?.object.id == $0.value.id }), !record.connection.numbers.isEmpty
        else { return false }
        let subject = subject(
            try blueprints.blueprint(record.connection), earlier(record.connection, [], blueprints), state, record)
        let objects = try describe(subject, ConnectionRequest(name: record.connection.name), looksAside: false).part
        return objects.collisions.isEmpty && objects.resources.allSatisfy(\.deeds.isEmpty)
    }

    /// Returns those of the objects that no longer exist.
    private func missing(_ objects: Set<RecordedObject>) async throws -> Set<RecordedObject> {
        let sorted = objects.sorted { ($0.kind, $0.id) < ($1.kind, $1.id) }
        let found = try await concurrently(sorted) { try await kinds.kind($0.kind).read($0.id) != nil }
        return Set(zip(sorted, found).filter { !$1 }.map(\.0))
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
    private func earlier(_ former: Connection?, _ runs: [PastRun], _ blueprints: Blueprints) -> [Blueprint] {
        ([former].compactMap { $0 } + runs.unfinished.map(\.record.connection)).compactMap {
            try? blueprints.blueprint($0)
        }
    }

    private func finish(_ plan: Plan, _ record: ConnectionRecord?, readDepth: Int) throws -> Plan {
        var plan = plan
        plan.connection.template = ownTemplate
        plan.context.record = record
        plan.context.references = references
        plan.context.readDepth = readDepth
        let graph = try RunGraph(plan, kinds: kinds)
        plan.context.graph = graph
        plan.depth = graph.depth(after: readDepth)
        plan.digest = PlanDigest(plan, kinds: kinds).text
        return plan
    }
}

extension Plan {
    /// Creates a plan from what the planners found.
    fileprivate init(
        _ operation: RunOperation, _ identity: ConnectionIdentity, _ connection: Connection, _ part: PlanPart
    ) {
        self.init(
            operation: operation, identity: identity, connection: connection, resources: part.resources,
            collisions: part.collisions, warnings: part.warnings, losses: part.losses, depth: 0, digest: "",
            context: Context(elsewhere: part.elsewhere))
    }
}

extension [PastRun] {
    /// The runs since the last completed one that left something or have no ending.
    var unfinished: [PastRun] {
        let settled = lastIndex { $0.outcome == .done || $0.outcome == .gone }.map { $0 + 1 } ?? startIndex
        return self[settled...].filter { $0.outcome == nil || $0.outcome == .left }
    }
}
