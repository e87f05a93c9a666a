package import ZentrunkJSON

/// Writes single objects outside of any plan, by the rules that runs follow: unclear outcomes are determined by a read
/// before any conclusion or repetition, and cancelling the task does not interrupt a write.
///
/// Errors are ``ZentrunkError`` or `CancellationError`. After `incomplete` something may be left; after any other error
/// nothing was changed.
package struct SingleWrites: Sendable {
    private let kind: any ResourceKind

    package init(_ kind: any ResourceKind) { self.kind = kind }

    private var title: String { kind.description.title }

    /// Creates an object and reads it back.
    ///
    /// - Parameters:
    ///   - body: The object's fields.
    ///   - name: The name in the body. No object has it yet, so the object can be found by it if the response is lost.
    package func create(_ body: JSONObject, name: String) async throws -> LiveObject {
        let kind = kind
        return try await shielded("create the \(title) \"\(name)\"") { writes in
            let made = try await writes.create(
                kind, body, query: .everything,
                likeness: { object in
                    guard kind.description.name(of: object) == name else { return .none }
                    return changes(from: object, to: body).isEmpty ? .equal : .sameName
                }, known: [])
            return try await readBack(made.id, "made")
        }
    }

    /// Returns the differences between an object and the intended values. Write-only fields cannot be compared and are
    /// left out.
    package func changes(from live: LiveObject, to target: JSONObject) -> [PlannedResource.Change] {
        Comparison(kind: kind.description, managed: OwnMembers(target.names)).changes(from: live.fields, to: target)
    }

    /// Changes the fields that differ, and reads the object back.
    ///
    /// - Parameters:
    ///   - known: The object when the change was decided; if it has changed since, nothing is sent.
    ///   - target: The intended fields; null removes a value if a way to remove it is known.
    /// - Returns: The object afterwards.
    package func update(_ known: LiveObject, to target: JSONObject) async throws -> LiveObject {
        let kind = kind
        let secrets = kind.description.fields.filter { $0.value.isWriteOnly && target[$0.key] != nil }
        return try await shielded("change the \(title) \(known.id)") { writes in
            guard let live = try await kind.read(known.id) else { throw gone(known.id) }
            let always = kind.description.fields.filter { $0.value.isAlwaysSent }.keys
            let watched = Comparison(kind: kind.description, managed: OwnMembers(target.names).union(always))
            guard watched.compared(live.fields) == watched.compared(known.fields) else {
                throw ZentrunkError(
                    .moved, "the \(title) \(known.id) was changed by something else in the meantime",
                    at: kind.description.side.place)
            }
            let changed = Set(changes(from: live, to: target).compactMap(\.path.tokens.first))
            guard !changed.isEmpty || !secrets.isEmpty else { return live }
            do {
                try await writes.update(
                    kind, live, with: body(changed, target, live.fields), hasSecrets: !secrets.isEmpty,
                    isDone: { changes(from: $0, to: target).isEmpty })
            } catch let error as APIError where !secrets.isEmpty && !error.isRefusal && !error.isCertainlyNotDone {
                // A password cannot be read, so whether it was changed is unknown.
                throw SettledWrites.Unsettled(cause: error)
            }
            let now = try await readBack(known.id, "changed")
            let open = changes(from: now, to: target).map(\.path.description)
            guard open.isEmpty else {
                throw incomplete(
                    "the \(title) \(known.id) was changed and does not read back as it should: \(open.joined(separator: ", "))"
                )
            }
            return now
        }
    }

    /// Deletes an object. An object that is already gone counts as deleted.
    ///
    /// - Throws: ``ZentrunkError`` `incomplete` also if the object still exists afterwards, whatever the vendor
    ///   answered.
    package func delete(_ id: String) async throws {
        let kind = kind
        try await shielded("delete the \(title) \(id)") { try await $0.delete(kind, id) }
        let isThere: Bool
        do {
            isThere = try await StopSignal.$current.withValue(nil) { try await kind.read(id) != nil }
        } catch {
            throw incomplete(
                "the \(title) \(id) was deleted, and whether it is gone could not be verified: \(Connector.explain(error).message)"
            )
        }
        guard !isThere else { throw incomplete("the \(title) \(id) was to be deleted and is still there") }
    }

    /// Returns the fields that differ, and those that every update includes.
    private func body(_ changed: Set<String>, _ target: JSONObject, _ live: JSONObject) -> JSONObject {
        var body = JSONObject()
        for (name, field) in kind.description.fields.sorted(by: { $0.key < $1.key }) {
            if field.isWriteOnly {
                body[name] = target[name]
            } else if changed.contains(name) {
                body[name] = target[name].flatMap { $0.isNull ? field.removing(target: target, live: live) : $0 }
            } else if field.isAlwaysSent, let value = live[name], !value.isNull {
                body[name] = value
            }
        }
        return body
    }

    // MARK: Outcomes

    private func shielded<Result: Sendable>(
        _ what: String, _ work: @escaping @Sendable (SettledWrites) async throws -> Result
    ) async throws -> Result {
        try Task.checkCancellation()
        let stop = StopSignal()
        let writes = SettledWrites(memory: RunMemory(usernames: [:]), shouldStop: { stop.isRaised })
        // Not a child task: a cancellation must not interrupt a write, whose outcome would then be unknown.
        let task = Task { try await StopSignal.$current.withValue(stop) { try await work(writes) } }
        do {
            return try await withTaskCancellationHandler {
                try await task.value
            } onCancel: {
                stop.raise()
            }
        } catch let unsettled as SettledWrites.Unsettled {
            throw unknown(what, unsettled.cause)
        } catch let taken as SettledWrites.NameTaken {
            throw ZentrunkError(
                .refused, "a \(title) of that name exists now: \(taken.id)",
                at: kind.description.side.place, status: taken.cause.status,
                vendorMessage: taken.cause.vendorMessage, requestID: taken.cause.requestID)
        } catch let error as CancellationError {
            throw error
        } catch {
            throw Connector.explain(error)
        }
    }

    private func readBack(_ id: String, _ done: String) async throws -> LiveObject {
        let found: LiveObject?
        do {
            found = try await StopSignal.$current.withValue(nil) { try await kind.read(id) }
        } catch {
            throw incomplete(
                "the \(title) \(id) was \(done) and cannot be read back: \(Connector.explain(error).message)")
        }
        guard let found else { throw incomplete("the \(title) \(id) was \(done) and cannot be found") }
        return found
    }

    private func unknown(_ what: String, _ cause: any Error) -> ZentrunkError {
        let explained = Connector.explain(cause)
        var error = incomplete(
            "\(kind.description.side.rawValue) was asked to \(what), and the outcome is unknown: \(explained.message)"
        )
        error.status = explained.status
        error.vendorMessage = explained.vendorMessage
        error.requestID = explained.requestID
        return error
    }

    private func incomplete(_ message: String) -> ZentrunkError {
        ZentrunkError(.incomplete, message, at: kind.description.side.place)
    }

    private func gone(_ id: String) -> ZentrunkError {
        ZentrunkError(.refused, "the \(title) \(id) no longer exists", at: kind.description.side.place)
    }
}

extension ZentrunkError {
    /// Returns the error of a kind's call in the form that commands report.
    package static func explaining(_ error: any Error) -> ZentrunkError { Connector.explain(error) }
}
