import ZentrunkJSON

/// Makes plans: reads what is live and compares it with what is described. Sends nothing but reads.
struct Planner: Sendable {
    let template: Template
    let adapter: any PlatformAdapter
    let carrier: any Carrier
    let kinds: KindTable
    let platform: PlatformID
    let journal: any Journal

    func identity(_ name: ConnectionName) -> ConnectionIdentity {
        ConnectionIdentity(
            carrierAccount: carrier.account, platform: platform, platformAccount: adapter.account, name: name)
    }

    func record(_ name: ConnectionName) async throws -> ConnectionRecord? {
        try await journal.connection(identity(name))
    }

    /// Two accounts of a platform are separate worlds, but the carrier's objects carry the same names for both.
    ///
    /// - Throws: ``ConnectionError`` `collision` when the connection is known under another account of the platform.
    private func checkAccount(_ name: ConnectionName) async throws {
        let wanted = identity(name)
        let other = try await journal.connections().map(\.identity).first {
            $0.carrierAccount == wanted.carrierAccount && $0.platform == wanted.platform && $0.name == name
                && $0.platformAccount != wanted.platformAccount
        }
        guard let other else { return }
        throw ConnectionError(
            .collision,
            "the connection \(platform)/\(name) lives in \(other.platformAccount), not in \(wanted.platformAccount): disconnect it there first, or use another --name",
            next: ["zentrunk disconnect \(platform) --name \(name)"])
    }

    /// The plan that makes the connection what the request says.
    func plan(_ request: ConnectionRequest, _ events: RunEvents?) async throws -> Plan {
        let record = try await record(request.name)
        if record == nil { try await checkAccount(request.name) }
        let options = ConnectionOptions(template: template, platform: platform)
        // What can be refused without asking anybody is refused before anybody is asked.
        var connection = try options.connection(request, over: record?.connection)
        try options.checkRefusals(connection)
        if !connection.numbers.isEmpty { try options.checkRequired(connection) }

        let chain = RoundTripChain()
        let (settled, state) = try await RoundTripChain.$current.withValue(chain) {
            let reader = LiveReader(
                kinds: kinds, owner: .init(platform: platform, connection: request.name), events: events)
            let draft = connection.numbers.isEmpty ? nil : try blueprint(connection)
            let wanted = Dictionary(draft?.instances.map { ($0.id, $0.kind) } ?? []) { first, _ in first }
            var state = try await reader.read(
                wanted: wanted, hints: record?.objects ?? [:], numbers: connection.numbers,
                known: record?.connection.numbers ?? [])
            let settled = try settle(request, connection, record, state, options)
            try await reader.readRoutes(settled.numbers, into: &state)
            return (settled, state)
        }
        connection = settled
        try options.check(connection)

        var draft = PlanDraft(
            blueprint: try blueprint(connection), state: state, kinds: kinds, request: request,
            secrets: carrier.secrets,
            former: record?.former ?? [:], applicationField: carrier.applicationField)
        draft.keys = Set(template.resources.map(\.key))
        try draft.planObjects()
        try draft.planRoutes(routeKey: routeKey)
        try draft.planDeletions()
        try await RoundTripChain.$current.withValue(chain) {
            try await draft.keepWhatIsUsed()
        }
        var plan = try finish(draft, .connect, connection, record, readDepth: chain.depth)
        plan.context.request = request
        return plan
    }

    /// The plan that takes the connection down, or some numbers out of it.
    func plan(_ request: DisconnectionRequest, _ events: RunEvents?) async throws -> Plan {
        let record = try await record(request.name)
        let options = ConnectionOptions(template: template, platform: platform)
        let chain = RoundTripChain()
        return try await RoundTripChain.$current.withValue(chain) {
            let reader = LiveReader(
                kinds: kinds, owner: .init(platform: platform, connection: request.name), events: events)
            // Everything is looked for by name, remembered or not: nothing of ours may stay behind unseen.
            var state = try await reader.read(
                wanted: [:], hints: [:], numbers: record?.connection.numbers ?? request.numbers)
            var known = record?.connection.numbers ?? []
            for number in state.numbers(kinds) where !known.contains(number) { known.append(number) }
            try await reader.readRoutes(known, into: &state)
            for number in request.numbers where !known.contains(number) {
                throw ConnectionError(
                    .invalid, "\(number) is no number of the connection \(platform)/\(request.name)",
                    next: ["zentrunk show \(platform) --name \(request.name)"])
            }
            let staying = request.numbers.isEmpty ? [] : known.filter { !request.numbers.contains($0) }
            var connection: Connection
            if staying.isEmpty {
                connection =
                    record?.connection
                    ?? Connection(platform: platform, name: request.name, numbers: known, values: [:])
                connection.numbers = known
            } else {
                let kept = ConnectionRequest(name: request.name)
                connection = try settle(
                    kept, options.connection(kept, over: record?.connection), record, state, options)
                connection.numbers = staying
            }
            var draft = PlanDraft(
                blueprint: staying.isEmpty ? nil : try blueprint(connection), state: state, kinds: kinds,
                request: ConnectionRequest(name: request.name), secrets: carrier.secrets, former: record?.former ?? [:],
                applicationField: carrier.applicationField)
            draft.routeTo = request.routeTo
            if !staying.isEmpty {
                draft.keys = Set(template.resources.map(\.key))
                try draft.planObjects()
            }
            try draft.planRoutes(routeKey: routeKey)
            try draft.planDeletions()
            try await draft.keepWhatIsUsed()
            if draft.resources.contains(where: { $0.action == .replace }) {
                draft.warnings.append("taking out numbers also mends what was changed by hand")
            }
            return try finish(draft, .disconnect, connection, record, readDepth: chain.depth)
        }
    }

    private var routeKey: String {
        template.resources.first { $0.kind == kinds.route.description.name }?.key ?? "route"
    }

    func blueprint(_ connection: Connection) throws -> Blueprint {
        let facts = try adapter.facts(for: connection, carrier: carrier.facts)
        return try Blueprint(template, connection, platform: facts, carrier: carrier.facts)
    }

    /// What the connection shall be, now that it is known what is live.
    private func settle(
        _ request: ConnectionRequest, _ draft: Connection, _ record: ConnectionRecord?, _ state: LiveState,
        _ options: ConnectionOptions
    ) throws -> Connection {
        // A description without a single live object describes nothing any more.
        if state.owned.isEmpty { return record == nil ? draft : try options.connection(request, over: nil) }
        guard record == nil else { return draft }
        if let collision = try PlanDraft.twinCollisions(state, kinds).first {
            throw ConnectionError(.collision, collision.message)
        }
        let inference = OptionInference(template: template, kinds: kinds, state: state, makeBlueprint: blueprint)
        let inferred = try inference.connection(platform, request, options)
        return try options.connection(request, over: inferred)
    }

    private func finish(
        _ draft: PlanDraft, _ operation: RunOperation, _ connection: Connection, _ record: ConnectionRecord?,
        readDepth: Int
    ) throws -> Plan {
        var plan = Plan(
            operation: operation, identity: identity(connection.name), connection: connection,
            resources: draft.resources,
            collisions: draft.collisions, warnings: draft.warnings, depth: readDepth, digest: "",
            context: .init(
                blueprint: draft.blueprint, usernames: draft.usernames, record: record, readDepth: readDepth))
        plan.depth = try RunGraph(plan, kinds: kinds).depth(after: readDepth)
        plan.digest = PlanDigest(plan, kinds: kinds).text
        return plan
    }
}
