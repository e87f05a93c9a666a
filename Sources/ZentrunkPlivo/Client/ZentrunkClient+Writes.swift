public import ZentrunkCore
import ZentrunkJSON

/// Errors are as ``ZentrunkCollection`` says. A create first looks whether the name is taken, and returns the object as it reads
/// back.
extension ZentrunkClient {
    // MARK: Creating

    /// <https://www.plivo.com/docs/sip-trunking/api/trunk>
    ///
    /// - Throws: `ZentrunkError` `collision` when the name is taken.
    public func create(_ draft: Trunk.Draft) async throws -> Trunk {
        try await trunks.create(draft.body, name: draft.name)
    }

    /// <https://www.plivo.com/docs/sip-trunking/api/credential>
    ///
    /// - Throws: `ZentrunkError` `collision` when the name is taken.
    public func create(_ draft: SIPCredential.Draft) async throws -> SIPCredential {
        try admit(draft.login)
        return try await credentials.create(draft.body, name: draft.name)
    }

    /// <https://www.plivo.com/docs/sip-trunking/api/origination-uri>
    ///
    /// - Throws: `ZentrunkError` `collision` when the name is taken.
    public func create(_ draft: OriginationURIRecord.Draft) async throws -> OriginationURIRecord {
        admit(draft.login)
        return try await uris.create(draft.body, name: draft.name)
    }

    /// <https://www.plivo.com/docs/sip-trunking/api/ip-access-control-list>
    ///
    /// - Throws: `ZentrunkError` `collision` when the name is taken.
    public func create(_ draft: IPAccessControlList.Draft) async throws -> IPAccessControlList {
        try await accessLists.create(draft.body, name: draft.name)
    }

    // MARK: Changing

    /// Sends the members that differ, and the direction, without which Plivo refuses an update.
    ///
    /// - Returns: The trunk as it reads back; when nothing differs, nothing is sent.
    /// - Throws: `ZentrunkError` `invalid` for members that mean nothing to the trunk's direction, `moved` when the trunk
    ///   is not any more as it was read.
    public func update(_ trunk: Trunk, _ changes: Trunk.Changes) async throws -> Trunk {
        try check(changes, for: trunk)
        return try await trunks.update(trunk, to: changes.members)
    }

    /// Every update of a credential carries username and password.
    ///
    /// - Throws: `ZentrunkError` `invalid` when neither the changes nor derivation give the password, `moved` when the
    ///   credential is not any more as it was read.
    public func update(_ credential: SIPCredential, _ changes: SIPCredential.Changes) async throws -> SIPCredential {
        let members = try members(of: changes, for: credential)
        guard changes.login != nil || !credentials.writes.changes(from: credential.live, to: members).isEmpty else {
            return credential
        }
        return try await credentials.update(credential, to: members)
    }

    /// - Throws: `ZentrunkError` `moved` when the URI is not any more as it was read.
    public func update(
        _ uri: OriginationURIRecord, _ changes: OriginationURIRecord.Changes
    ) async throws -> OriginationURIRecord {
        admit(changes.login)
        return try await uris.update(uri, to: changes.members)
    }

    /// Networks replace the whole list.
    ///
    /// - Throws: `ZentrunkError` `moved` when the list is not any more as it was read.
    public func update(
        _ list: IPAccessControlList, _ changes: IPAccessControlList.Changes
    ) async throws -> IPAccessControlList {
        try await accessLists.update(list, to: changes.members)
    }

    /// Routes a number's inbound calls, at once, also those of a number that is in use.
    /// <https://www.plivo.com/docs/numbers/api/account-phone-number>
    ///
    /// - Throws: `ZentrunkError` `refused` for a trunk that is not there or is outbound, on which the number would fall
    ///   silent, and for a number that can carry no calls; `moved` when it is not any more routed as it was read.
    public func route(_ number: NumberRecord, to route: NumberRecord.Route) async throws -> NumberRecord {
        try await check(route, of: number)
        return try await numbers.update(number, to: route.members)
    }

    // MARK: Differences

    /// What an update would change, without the passwords, which nobody can compare.
    ///
    /// - Throws: `ZentrunkError` `invalid` as the update does. Nothing is sent.
    public func differences(_ trunk: Trunk, _ changes: Trunk.Changes) throws -> [PlannedResource.Change] {
        try check(changes, for: trunk)
        return trunks.writes.changes(from: trunk.live, to: changes.members)
    }

    /// What an update would change, without the passwords, which nobody can compare.
    ///
    /// - Throws: `ZentrunkError` `invalid` as the update does. Nothing is sent.
    public func differences(
        _ credential: SIPCredential, _ changes: SIPCredential.Changes
    ) throws -> [PlannedResource.Change] {
        credentials.writes.changes(from: credential.live, to: try members(of: changes, for: credential))
    }

    /// What an update would change, without the passwords, which nobody can compare.
    public func differences(
        _ uri: OriginationURIRecord, _ changes: OriginationURIRecord.Changes
    ) -> [PlannedResource.Change] {
        uris.writes.changes(from: uri.live, to: changes.members)
    }

    /// What an update would change.
    public func differences(
        _ list: IPAccessControlList, _ changes: IPAccessControlList.Changes
    ) -> [PlannedResource.Change] {
        accessLists.writes.changes(from: list.live, to: changes.members)
    }

    /// What routing the number would change. Reads the trunk.
    ///
    /// - Throws: `ZentrunkError` `refused` as routing does.
    public func differences(
        _ number: NumberRecord, _ route: NumberRecord.Route
    ) async throws -> [PlannedResource.Change] {
        try await check(route, of: number)
        return numbers.writes.changes(from: number.live, to: route.members)
    }

    // MARK: Deleting

    /// Deletes a trunk; its numbers are detached.
    ///
    /// - Parameter agreed: The dependents that were shown to whoever decides.
    /// - Throws: `ZentrunkError` `collision` when anything else depends on it now; then nothing is deleted.
    public func delete(_ trunk: Trunk, with agreed: Dependents = .none) async throws {
        try refuse(trunk, try await dependents(of: trunk).beyond(agreed))
        try await trunks.writes.delete(trunk.id)
    }

    /// Deletes a credential; outbound calls through its trunks fail from then on.
    ///
    /// - Parameter agreed: The dependents that were shown to whoever decides.
    /// - Throws: `ZentrunkError` `collision` when anything else depends on it now; then nothing is deleted.
    public func delete(_ credential: SIPCredential, with agreed: Dependents = .none) async throws {
        try refuse(credential, try await dependents(of: credential).beyond(agreed))
        try await credentials.writes.delete(credential.id)
    }

    /// Deletes a URI. Plivo deletes its trunks together with it, and detaches their numbers.
    ///
    /// - Parameter agreed: The dependents that were shown to whoever decides.
    /// - Throws: `ZentrunkError` `collision` when anything else depends on it now; then nothing is deleted.
    public func delete(_ uri: OriginationURIRecord, with agreed: Dependents = .none) async throws {
        try refuse(uri, try await dependents(of: uri).beyond(agreed))
        try await uris.writes.delete(uri.id)
    }

    /// Deletes an access list; outbound calls through its trunks fail from then on.
    ///
    /// - Parameter agreed: The dependents that were shown to whoever decides.
    /// - Throws: `ZentrunkError` `collision` when anything else depends on it now; then nothing is deleted.
    public func delete(_ list: IPAccessControlList, with agreed: Dependents = .none) async throws {
        try refuse(list, try await dependents(of: list).beyond(agreed))
        try await accessLists.writes.delete(list.id)
    }

    // MARK: Checks

    private func refuse(_ object: some ZentrunkObject, _ open: Dependents) throws(ZentrunkError) {
        guard !open.isEmpty else { return }
        throw ZentrunkError(.collision, "\(object.label) is in use: \(open.sentence())", at: .carrier)
    }

    private func check(_ changes: Trunk.Changes, for trunk: Trunk) throws(ZentrunkError) {
        guard let wrong = changes.meaningless(to: trunk.direction).first else { return }
        throw ZentrunkError(.invalid, "\(wrong) means nothing to the \(trunk.direction.rawValue) \(trunk.label)")
    }

    private func members(
        of changes: SIPCredential.Changes, for credential: SIPCredential
    ) throws(ZentrunkError) -> JSONObject {
        if let login = changes.login { try admit(login) }
        guard let login = changes.login ?? derivedLogin(of: credential) else {
            throw ZentrunkError(
                .invalid,
                "Plivo blanks a credential's password when an update leaves it out, and that of \(credential.label) is not known here: give it, or a new one"
            )
        }
        return changes.members(keeping: login)
    }

    private func check(_ route: NumberRecord.Route, of number: NumberRecord) async throws {
        if let objection = number.live.objections.first {
            throw ZentrunkError(.refused, "\(number.label) \(objection)", at: .carrier)
        }
        guard case .trunk(let id) = route else { return }
        guard let trunk = try await trunks.get(id: id) else {
            throw ZentrunkError(.notFound, "there is no trunk \(id)", at: .carrier)
        }
        guard trunk.direction == .inbound else {
            throw ZentrunkError(
                .refused, "\(trunk.label) is outbound: a number that is routed to it does not answer", at: .carrier)
        }
    }
}
