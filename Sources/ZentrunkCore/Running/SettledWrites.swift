import ZentrunkJSON

/// Sends writes and finds out what became of them: an error, a lost answer or an unreadable one says little about the
/// object, so it is looked at before anything is concluded or sent again.
struct SettledWrites: Sendable {
    let memory: RunMemory
    let shouldStop: @Sendable () -> Bool
    /// How often one write is sent at most.
    var attempts = 3

    /// Nobody could find out what a write did, or it did something else than it should have.
    struct Unsettled: Error {
        /// Why the write failed.
        var cause: any Error
        /// Whether an object that was to be deleted was seen afterwards.
        var isStillThere = false
    }

    /// Somebody else made an object of the name that was to be given.
    struct NameTaken: Error {
        var id: String
        /// Why the create failed.
        var cause: APIError
    }

    /// Makes an object.
    ///
    /// - Parameters:
    ///   - likeness: How much an object is like the one that this makes.
    ///   - known: Ids that were there before; they are not the one.
    /// - Throws: ``APIError`` when it stands that nothing was made; ``NameTaken``, ``Unsettled``.
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
                // A create that was refused met an object that was there before.
                if !failure.isRefusal, let made = found.last, made.likeness == .equal { return made.object }
                if let other = found.last { throw NameTaken(id: other.object.id, cause: failure) }
                if failure.isRefusal || attempt >= attempts || shouldStop() { throw failure }
            }
        }
        throw CancellationError()
    }

    /// Changes an object.
    ///
    /// - Parameter isDone: Whether the object, read again, is as it should be.
    /// - Throws: ``APIError`` when it stands that nothing was changed; ``Unsettled``.
    func update(
        _ kind: any ResourceKind, _ live: LiveObject, _ changes: JSONObject, hasSecrets: Bool,
        isDone: @Sendable (LiveObject) -> Bool
    ) async throws {
        // Whether an attempt changed something although it failed: then there is something to put back.
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
                // What the vendor never returns cannot be seen to have arrived, so it is sent again.
                if isDone(now), !hasSecrets { return }
                hasChanged = now.fields != live.fields
                guard failure.isRefusal || attempt >= attempts || shouldStop() else { continue }
                throw hasChanged ? Unsettled(cause: failure) : failure
            } catch let stopped as CancellationError {
                throw hasChanged ? Unsettled(cause: stopped) : stopped
            }
        }
    }

    /// Removes an object; that it is gone already is as good.
    ///
    /// - Throws: ``APIError`` when it is still there and stays; ``Unsettled``.
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
                // A delete that nobody who speaks for the API has answered may still come to pass.
                throw failure.isMissingRoute ? Unsettled(cause: failure, isStillThere: true) : failure
            }
        }
    }

    /// A run that was asked to stop still finds out what its last write did.
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
