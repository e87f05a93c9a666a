import ZentrunkJSON

/// The decision what a connection is, from the request, the journal's record, and the live objects.
struct ConnectionDecision {
    let template: Template
    let kinds: KindTable
    let platform: PlatformDescription
    let state: LiveState
    let blueprints: Blueprints

    /// Returns the connection as it will be, and as it was if only the live objects show it.
    ///
    /// - Parameters:
    ///   - draft: What the request and the record say.
    ///   - isRecorded: Whether the journal has a record. It applies even if all its objects were deleted by hand.
    /// - Throws: ``ZentrunkError``: `collision` if objects or records contradict each other, `invalid` if no options fit.
    func decide(
        _ request: ConnectionRequest, from draft: Connection, isRecorded: Bool
    ) throws -> (connection: Connection, former: Connection?) {
        guard !isRecorded, !state.owned.isEmpty else {
            return (try adopting(request, keepingLive(request, draft)), nil)
        }
        if let collision = try state.twinCollisions(kinds).first {
            throw ZentrunkError(.collision, collision.message)
        }
        let options = ConnectionOptions(template: template, platform: platform.id)
        let inferred = try inference.connection(platform.id, request, options)
        return (try adopting(request, options.connection(request, over: inferred)), inferred)
    }

    private var inference: OptionInference {
        OptionInference(
            template: template, kinds: kinds, state: state, decided: platform.accountParameters,
            makeBlueprint: blueprints.blueprint)
    }

    /// Fills in kept options that neither the request nor the connection sets, if all of the connection's objects have
    /// the same value.
    private func keepingLive(_ request: ConnectionRequest, _ connection: Connection) -> Connection {
        let shown = inference.valuesOfOwnObjects()
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
    private func adopting(_ request: ConnectionRequest, _ connection: Connection) throws -> Connection {
        guard request.mayAdopt else { return connection }
        let shown = inference.valuesOfForeignRecords(about: connection)
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
}
