/// The blueprints of one plan, each made once.
///
/// Not `Sendable`: it serves one plan, in one task.
final class Blueprints {
    private let make: (Connection) throws -> Blueprint
    private var made: [Connection: Blueprint] = [:]

    /// - Parameter make: Derives the blueprint of a connection.
    init(make: @escaping (Connection) throws -> Blueprint) { self.make = make }

    /// Returns the connection's blueprint.
    ///
    /// - Throws: ``ZentrunkError`` `invalid`, or the adapter's reason to refuse the connection.
    func blueprint(_ connection: Connection) throws -> Blueprint {
        if let known = made[connection] { return known }
        let blueprint = try make(connection)
        made[connection] = blueprint
        return blueprint
    }
}
