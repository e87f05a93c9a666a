import ZentrunkJSON

/// Sends writes and determines their outcomes. An error and a lost or unreadable response prove little about the
/// object, so it is read before any conclusion or repetition.
struct SettledWrites: Sendable {
    let memory: RunMemory
    let shouldStop: @Sendable () -> Bool
    /// The limit of attempts of one write.
    var attempts = 3

    /// An error: the outcome of a write is unknown, or differs from the intended one.
    struct Unsettled: Error {
        /// The cause of the failure.
        var cause: any Error
        /// Whether an object that was to be deleted was found afterwards.
        var isStillThere = false
    }

    /// An error: another object has the intended name.
    struct NameTaken: Error {
        var id: String
        /// The cause of the failure.
        var cause: APIError
    }

    /// Creates an object.
    ///
    /// - Parameters:
    ///   - likeness: Compares an object with the one to be created.
    ///   - known: Ids that existed before and are ignored in the search.
    /// - Throws: ``APIError`` if nothing was created; ``NameTaken``, ``Unsettled``.
    func create(
        _ kind: any ResourceKind, _ body: JSONObject, query: ResourceQuery,
        likeness: @Sendable (LiveObject) -> TwinMatch, known: Set<String>
    ) async throws -> LiveObject {
        for attempt in 1... {
            do {
                return try await sending { try await kind.create(body) }
            } catch let failure as APIError {
                guard !failure.isCertainlyNotDone else { throw failure }
                let found: [(object: LiveObject, likeness: TwinMatch)]
                do {
                    found = try await settling {
                        try await kind.alike(query) { known.contains($0.id) ? .none : likeness($0) }
                    }
                } catch {
                    throw Unsettled(cause: failure)
                }
                // If the create was refused, the object that was found existed before.
                if !failure.isRefusal, let made = found.last, made.likeness == .equal { return made.object }
                if let other = found.last { throw NameTaken(id: other.object.id, cause: failure) }
                if failure.isRefusal || attempt >= attempts || shouldStop() { throw failure }
            }
        }
        throw CancellationError()
    }

    /// Changes an object.
    ///
    /// - Parameter isDone: Whether the object, read again, is as intended.
    /// - Throws: ``APIError`` if nothing was changed; ``Unsettled``.
    func update(
        _ kind: any ResourceKind, _ live: LiveObject, with changes: JSONObject, hasSecrets: Bool,
        isDone: @Sendable (LiveObject) -> Bool
    ) async throws {
        // Whether a failed attempt changed something, so that there is something to restore.
        var hasChanged = false
        for attempt in 1... {
            do {
                return try await sending { try await kind.update(live, changes) }
            } catch let failure as APIError {
                guard !failure.isCertainlyNotDone else { throw hasChanged ? Unsettled(cause: failure) : failure }
                let now: LiveObject?
                do { now = try await settling { try await kind.read(live.id) } } catch {
                    throw Unsettled(cause: failure)
                }
                guard let now else { throw failure }
                // Whether a write-only field has arrived cannot be read, so it is sent again.
                if isDone(now), !hasSecrets { return }
                hasChanged = now.fields != live.fields
                guard failure.isRefusal || attempt >= attempts || shouldStop() else { continue }
                throw hasChanged ? Unsettled(cause: failure) : failure
            } catch let stopped as CancellationError {
                throw hasChanged ? Unsettled(cause: stopped) : stopped
            }
        }
    }

    /// Deletes an object. An object that is already gone counts as deleted.
    ///
    /// - Throws: ``APIError`` if the object still exists; ``Unsettled``.
    func delete(_ kind: any ResourceKind, _ id: String) async throws {
        for attempt in 1... {
            do {
                return try await sending { try await kind.delete(id) }
            } catch let failure as APIError {
                guard !failure.isNotFound else { return }
                guard !failure.isCertainlyNotDone else { throw failure }
                let now: LiveObject?
                do { now = try await settling { try await kind.read(id) } } catch { throw Unsettled(cause: failure) }
                guard now != nil else { return }
                if failure.isRefusal { throw failure }
                guard attempt >= attempts else { continue }
                // A delete that the API itself has not answered may still take effect.
                throw failure.isMissingRoute ? Unsettled(cause: failure, isStillThere: true) : failure
            }
        }
    }

    /// Runs a check without the stop signal: a stopping run still determines the outcome of its last write.
    private func settling<Result: Sendable>(_ look: () async throws -> Result) async throws -> Result {
        try await StopSignal.$current.withValue(nil) { try await look() }
    }

    private func sending<Result: Sendable>(_ write: () async throws -> Result) async throws -> Result {
        do {
            let result = try await write()
            memory.noteSent()
            return result
        } catch let error as APIError {
            if case .transport(let failure) = error.cause, failure.delivery == .notSent { throw error }
            memory.noteSent()
            throw error
        }
    }
}
