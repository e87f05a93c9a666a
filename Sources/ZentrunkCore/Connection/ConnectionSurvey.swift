/// Finds the objects of all connections at once, by their names.
package enum ConnectionSurvey {
    /// A live object with the name of a connection.
    package struct Owned: Sendable, Hashable {
        /// The side that keeps the object.
        package var side: Side
        /// The object's name, in its parts.
        package var name: OwnedName
        /// The object's phone numbers.
        package var numbers: [PhoneNumber]
    }

    /// Reads each place's lists once, all of them concurrently. A place that cannot be read does not affect the others.
    ///
    /// - Parameters:
    ///   - places: The kinds of each place: the carrier's, a platform's. Route kinds are skipped.
    ///   - events: Receives the progress of the reads; left unfinished.
    /// - Returns: For each place, in order, the objects found or the error.
    /// - Throws: `CancellationError`.
    package static func read(
        _ places: [[any ResourceKind]], reporting events: RunEvents? = nil
    ) async throws -> [Result<[Owned], ZentrunkError>] {
        let objects = places.map { $0.filter { $0.description.role == .object } }
        let progress = ReadingProgress(total: objects.reduce(0) { $0 + $1.count }, events: events)
        return try await RunScope.$current.withValue(RunScope(events)) { try await read(objects, progress) }
    }

    private static func read(
        _ objects: [[any ResourceKind]], _ progress: ReadingProgress
    ) async throws -> [Result<[Owned], ZentrunkError>] {
        try await ReadingProgress.$current.withValue(progress) {
            try await concurrently(objects) { kinds -> Result<[Owned], ZentrunkError> in
                do {
                    let found = try await concurrently(kinds) { kind in
                        defer { progress.advance() }
                        return try await kind.find(.owned).compactMap { owned($0, kind.description) }
                    }
                    return .success(Array(found.joined()))
                } catch let error as CancellationError { throw error } catch {
                    return .failure(Connector.explain(error))
                }
            }
        }
    }

    private static func owned(_ object: LiveObject, _ kind: KindDescription) -> Owned? {
        guard let name = kind.name(of: object).flatMap(OwnedName.init(parsing:)) else { return nil }
        return Owned(side: kind.side, name: name, numbers: kind.numbers(of: object))
    }
}

extension Connector {
    /// Returns numbers that live platform objects of the connection hold and its description lacks: another machine
    /// connected them.
    ///
    /// - Throws: ``ZentrunkError``, `CancellationError`.
    public func unrecordedNumbers(of plan: Plan) async throws -> [PhoneNumber] {
        let all = try engine(of: plan.connection).kinds
        let kinds = all.objects.filter { $0.description.side == .platform && $0.description.numberField != nil }
        let found = try await ConnectionSurvey.read([kinds]).first?.get() ?? []
        let owner = all.owner(platform.id, plan.connection.name)
        let live = found.filter { owner.owns($0.name) }
        let known = plan.context.record?.connection.numbers ?? plan.connection.numbers
        return Set(live.flatMap(\.numbers)).subtracting(known).sorted()
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
