import ZentrunkJSON

/// The verification of writes. A failed read leaves a write unverified, which is not a failure, and nothing is undone
/// because of it.
extension Runner {
    /// The result of reading a written object.
    private enum Finding: Sendable {
        case asMeant
        case otherwise(String, ZentrunkError.Place)
        case unread(APIError)
    }

    /// Reads everything back and compares it with the intended values.
    ///
    /// - Throws: ``ZentrunkError`` `incomplete` if an object that could be read is not as intended.
    func readBack() async throws {
        var open = context.plan.resources.filter { $0.body != nil || $0.restoration != nil }
        let count = open.count
        for attempt in 1... {
            var wrong: (text: String, place: ZentrunkError.Place)?
            var unread: (first: APIError, count: Int)?
            var again: [PlannedResource] = []
            for (resource, finding) in zip(open, try await findings(open)) {
                switch finding {
                case .asMeant: continue
                case .otherwise(let text, let place): wrong = wrong ?? (text, place)
                case .unread(let error): unread = (unread?.first ?? error, (unread?.count ?? 0) + 1)
                }
                again.append(resource)
            }
            if let wrong, attempt == 3 {
                throw ZentrunkError(
                    .incomplete, "\(wrong.text), which is not what was written", at: wrong.place)
            }
            if wrong == nil, let unread, attempt > 1 {
                return context.memory.noteUnverified(
                    "\(unread.count) of \(count) objects could not be read back, so they are written but not verified: \(unread.first.zentrunkError.message)"
                )
            }
            guard !again.isEmpty else { return }
            open = again
            // Responses may come from a replica that lags behind.
            try await StopSignal.sleep(for: .milliseconds(200 * attempt), clock: context.clock)
        }
    }

    private func findings(_ resources: [PlannedResource]) async throws -> [Finding] {
        // After one error of a vendor, the remaining objects there are not requested.
        let silent = LockedValue<[Side: APIError]>([:])
        return try await concurrently(resources) { resource -> Finding in
            let side = try context.kind(of: resource).description.side
            if let error = silent.value[side] { return .unread(error) }
            do { return try await finding(resource) } catch let error as APIError {
                silent.withLock { $0[side] = error }
                return .unread(error)
            }
        }
    }

    private func finding(_ resource: PlannedResource) async throws -> Finding {
        let kind = try context.kind(of: resource)
        guard let id = context.memory.object(resource.identity)?.id ?? resource.id else { return .asMeant }
        let place = kind.description.side.place
        guard let object = try await kind.read(id) else {
            return .otherwise("\(resource.instance): \(kind.description.title) \(id) is gone", place)
        }
        let target: JSONObject
        switch resource.restoration {
        case .values(let values)?: target = values
        case .byDeleting?: target = [:]
        case nil: target = try context.resolver.body(of: resource)
        }
        let changes = try context.comparison(resource).changes(from: object.fields, to: target)
        guard let change = changes.first else { return .asMeant }
        let found = change.from?.text() ?? "missing"
        return .otherwise("\(resource.instance): \(change.path) of \(kind.description.title) \(id) is \(found)", place)
    }
}
