import ZentrunkJSON

/// What a diagnosis needs to know about connections and plans, apart from the plan itself.
package struct ConnectionReading: Sendable {
    private let connector: Connector

    package init(_ connector: Connector) { self.connector = connector }

    /// Returns the descriptions of the kinds of a connection, of both sides.
    ///
    /// - Throws: ``ZentrunkError``.
    package func kinds(of connection: Connection) throws -> [KindDescription] {
        do { return try connector.engine(of: connection).kinds.all.map(\.description) } catch {
            throw Connector.explain(error)
        }
    }

    /// Returns the directions in which each instance of a plan carries calls, by the connection's template.
    ///
    /// An instance that the template needs for one direction alone has that direction. Instances that no description of
    /// one direction has are missing in the result.
    package func directions(of plan: Plan) -> [InstanceID: Set<Direction>] {
        guard let planner = try? connector.engine(of: plan.connection).planner else { return [:] }
        let own: [Direction] = plan.connection.direction == .both ? [.inbound, .outbound] : [plan.connection.direction]
        return own.reduce(into: [:]) { found, direction in
            var connection = plan.connection
            connection.values["direction"] = .string(direction.rawValue)
            for instance in (try? planner.blueprint(connection))?.instances ?? [] {
                found[instance.id, default: []].insert(direction)
            }
        }
    }

    /// Returns the numbers of a plan whose calls another connection has taken over from this one, by the journal, with that
    /// connection.
    ///
    /// - Throws: ``ZentrunkError`` `journal`.
    package func switched(in plan: Plan) async throws -> [PhoneNumber: ConnectionIdentity] {
        let moved = plan.resources.filter { $0.deeds.contains(.moveRoute) }
        guard !moved.isEmpty else { return [:] }
        let engine = try connector.engine(of: plan.connection)
        let journal = engine.journal
        let search = FormerRoute(
            try await journal.connections(journal.identities(of: plan.identity.carrierAccount)),
            route: engine.kinds.route.description)
        var found: [PhoneNumber: ConnectionIdentity] = [:]
        for resource in moved {
            guard let number = resource.instance.number, let live = resource.liveObject else { continue }
            guard let former = try? search.connection(of: number, live), former.identity == plan.identity else {
                continue
            }
            found[number] = try? search.current(number, live).identity
        }
        return found
    }

    /// Returns the numbers that the journal has for a connection; empty if it does not know the connection.
    ///
    /// - Throws: ``ZentrunkError`` `journal`.
    package func numbers(of name: ConnectionName) async throws -> [PhoneNumber] {
        try await connector.connections().first { $0.identity.name == name }?.connection.numbers ?? []
    }
}

extension Plan {
    /// The longest chain of round trips of the reads for the plan.
    package var readDepth: Int { context.readDepth }
}
