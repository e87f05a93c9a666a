@_spi(Adapter) public import ZentrunkCore
import ZentrunkJSON

/// A typed client of Plivo's Zentrunk: trunks, credentials, origination URIs, IP access control lists, the numbers that
/// are routed to them, and the records of their calls.
///
/// For programs that use the carrier alone. It uses the same kinds as the engine. It has no state, so one client may
/// serve many tasks.
///
///     let client = ZentrunkClient(try PlivoAccount(authID: id, authToken: token, over: transport))
///     let trunk = try await client.trunks.resolve("support")
///     for number in try await client.dependents(of: trunk).numbers { print(number.label) }
public struct ZentrunkClient: Sendable {
    /// The SIP trunks.
    public let trunks: ZentrunkCollection<Trunk>
    /// The credentials of outbound calls.
    public let credentials: ZentrunkCollection<SIPCredential>
    /// The destinations of inbound calls.
    public let uris: ZentrunkCollection<OriginationURIRecord>
    /// The networks of outbound calls.
    public let accessLists: ZentrunkCollection<IPAccessControlList>
    /// The account's phone numbers.
    public let numbers: ZentrunkCollection<NumberRecord>
    /// The records of completed calls.
    public let calls: CallRecords

    private let secrets: any SIPSecretDeriver
    private let redactor: Redactor

    /// Creates a client for an account.
    public init(_ account: PlivoAccount) { self.init(account, clock: ContinuousClock()) { .now } }

    /// Creates a client for an account.
    ///
    /// - Parameters:
    ///   - account: The account.
    ///   - clock: Measures waits for the list of call records.
    ///   - now: Returns the current time, which bounds the call records.
    package init(_ account: PlivoAccount, clock: any Clock<Duration>, now: @escaping @Sendable () -> UTCTime) {
        let (client, root) = (account.client, account.root)
        trunks = ZentrunkCollection(ZentrunkKinds.trunk(client, root))
        credentials = ZentrunkCollection(ZentrunkKinds.credential(client, root))
        uris = ZentrunkCollection(ZentrunkKinds.originationURI(client, root))
        accessLists = ZentrunkCollection(ZentrunkKinds.accessControlList(client, root))
        numbers = ZentrunkCollection(NumberRouteKind(client, root))
        calls = CallRecords(client, root, clock: clock, now: now)
        secrets = account.secrets
        redactor = client.redactor
    }

    // MARK: Logins

    /// Returns a new random username with the password that is derived from it and the Auth Token.
    ///
    /// Nothing has to be stored: ``derivedLogin(of:)`` derives the password again from the username, until the token
    /// changes.
    public func makeLogin() -> SIPCredential.Login { .init(derivedBy: secrets, username: secrets.makeUsername()) }

    /// Returns the username and password of a credential whose username was generated with this account's Auth Token;
    /// nil for others, whose passwords are unknown.
    public func derivedLogin(of credential: SIPCredential) -> SIPCredential.Login? {
        secrets.isOurs(credential.username) ? .init(derivedBy: secrets, username: credential.username) : nil
    }

    /// Removes the password from all vendors' messages from now on. Refuses a different password for a derived
    /// username, because it would later be derived again, and wrongly.
    func admit(_ login: SIPCredential.Login) throws(ZentrunkError) {
        redactor.learn(login.password)
        guard !secrets.isOurs(login.username) || secrets.password(for: login.username) == login.password else {
            throw ZentrunkError(
                .invalid, "the password of \"\(login.username)\" is derived from it: choose another username")
        }
    }

    func admit(_ login: OriginationURIRecord.Login?) { if let login { redactor.learn(login.password) } }

    // MARK: Dependents

    /// Returns the numbers that are routed to a trunk.
    public func dependents(of trunk: Trunk) async throws -> Dependents {
        Dependents(trunks: [], numbers: try await numbers(routedTo: [trunk]))
    }

    /// Returns the trunks that authenticate calls by a credential.
    public func dependents(of credential: SIPCredential) async throws -> Dependents {
        Dependents(trunks: try await trunks(with: ["credential_uuid"], credential.id), numbers: [])
    }

    /// Returns the trunks that authenticate calls by an access list.
    public func dependents(of list: IPAccessControlList) async throws -> Dependents {
        Dependents(trunks: try await trunks(with: ["ipacl_uuid"], list.id), numbers: [])
    }

    /// Returns the trunks that use a URI as primary or as fallback, which Plivo deletes together with it, and the
    /// numbers that are routed to these trunks.
    public func dependents(of uri: OriginationURIRecord) async throws -> Dependents {
        let users = try await trunks(with: ["primary_uri_uuid", "fallback_uri_uuid"], uri.id)
        return Dependents(trunks: users, numbers: users.isEmpty ? [] : try await numbers(routedTo: users))
    }

    private func trunks(with fields: [String], _ id: String) async throws -> [Trunk] {
        try await trunks.find(ResourceQuery(references: Set(fields.map { .init(field: $0, id: id) })))
    }

    private func numbers(routedTo trunks: [Trunk]) async throws -> [NumberRecord] {
        try await numbers.find(ResourceQuery(references: Set(trunks.map { .init(field: "trunk_id", id: $0.id) })))
    }
}

/// Writes; their errors are described at ``ZentrunkCollection``. A create first checks whether the name is taken, and
/// returns the object as it reads back.
extension ZentrunkClient {
    // MARK: Creating

    /// Creates a trunk. <https://www.plivo.com/docs/sip-trunking/api/trunk>
    ///
    /// - Throws: `ZentrunkError` `collision` if the name is taken.
    public func create(_ draft: Trunk.Draft) async throws -> Trunk {
        try await trunks.create(draft.body, name: draft.name)
    }

    /// Creates a credential. <https://www.plivo.com/docs/sip-trunking/api/credential>
    ///
    /// - Throws: `ZentrunkError` `collision` if the name is taken.
    public func create(_ draft: SIPCredential.Draft) async throws -> SIPCredential {
        try admit(draft.login)
        return try await credentials.create(draft.body, name: draft.name)
    }

    /// Creates an origination URI. <https://www.plivo.com/docs/sip-trunking/api/origination-uri>
    ///
    /// - Throws: `ZentrunkError` `collision` if the name is taken.
    public func create(_ draft: OriginationURIRecord.Draft) async throws -> OriginationURIRecord {
        admit(draft.login)
        return try await uris.create(draft.body, name: draft.name)
    }

    /// Creates an access list. <https://www.plivo.com/docs/sip-trunking/api/ip-access-control-list>
    ///
    /// - Throws: `ZentrunkError` `collision` if the name is taken.
    public func create(_ draft: IPAccessControlList.Draft) async throws -> IPAccessControlList {
        try await accessLists.create(draft.body, name: draft.name)
    }

    // MARK: Changing

    /// Changes a trunk. Sends the members that differ, and the direction, which Plivo requires in every update.
    ///
    /// - Returns: The trunk as it reads back. If nothing differs, nothing is sent.
    /// - Throws: `ZentrunkError` `invalid` for members that the trunk's direction does not have, `moved` if the trunk
    ///   has changed since it was read.
    public func update(_ trunk: Trunk, _ changes: Trunk.Changes) async throws -> Trunk {
        try check(changes, for: trunk)
        return try await trunks.update(trunk, to: changes.members)
    }

    /// Changes a credential. Every update contains username and password.
    ///
    /// - Throws: `ZentrunkError` `invalid` if the password is neither given nor derived, `moved` if the credential
    ///   has changed since it was read.
    public func update(_ credential: SIPCredential, _ changes: SIPCredential.Changes) async throws -> SIPCredential {
        let members = try members(of: changes, for: credential)
        guard changes.login != nil || !credentials.writes.changes(from: credential.live, to: members).isEmpty else {
            return credential
        }
        return try await credentials.update(credential, to: members)
    }

    /// Changes an origination URI.
    ///
    /// - Throws: `ZentrunkError` `moved` if the URI has changed since it was read.
    public func update(
        _ uri: OriginationURIRecord, _ changes: OriginationURIRecord.Changes
    ) async throws -> OriginationURIRecord {
        admit(changes.login)
        return try await uris.update(uri, to: changes.members)
    }

    /// Changes an access list. New networks replace the entire list.
    ///
    /// - Throws: `ZentrunkError` `moved` if the list has changed since it was read.
    public func update(
        _ list: IPAccessControlList, _ changes: IPAccessControlList.Changes
    ) async throws -> IPAccessControlList {
        try await accessLists.update(list, to: changes.members)
    }

    /// Routes a number's inbound calls with immediate effect, even if the number is in use.
    /// <https://www.plivo.com/docs/numbers/api/account-phone-number>
    ///
    /// - Throws: `ZentrunkError` `notFound` for a trunk that does not exist; `refused` for an outbound trunk, where
    ///   calls to the number would not be answered, and for a number that cannot carry calls; `moved` if its route has
    ///   changed since it was read.
    public func route(_ number: NumberRecord, to route: NumberRecord.Route) async throws -> NumberRecord {
        try await check(route, of: number)
        return try await numbers.update(number, to: route.members)
    }

    // MARK: Differences

    /// Returns what an update would change, except for passwords, which cannot be compared.
    ///
    /// - Throws: `ZentrunkError` `invalid` as the update does. Nothing is sent.
    public func differences(_ trunk: Trunk, _ changes: Trunk.Changes) throws -> [PlannedResource.Change] {
        try check(changes, for: trunk)
        return trunks.writes.changes(from: trunk.live, to: changes.members)
    }

    /// Returns what an update would change, except for passwords, which cannot be compared.
    ///
    /// - Throws: `ZentrunkError` `invalid` as the update does. Nothing is sent.
    public func differences(
        _ credential: SIPCredential, _ changes: SIPCredential.Changes
    ) throws -> [PlannedResource.Change] {
        credentials.writes.changes(from: credential.live, to: try members(of: changes, for: credential))
    }

    /// Returns what an update would change, except for passwords, which cannot be compared.
    public func differences(
        _ uri: OriginationURIRecord, _ changes: OriginationURIRecord.Changes
    ) -> [PlannedResource.Change] {
        uris.writes.changes(from: uri.live, to: changes.members)
    }

    /// Returns what an update would change.
    public func differences(
        _ list: IPAccessControlList, _ changes: IPAccessControlList.Changes
    ) -> [PlannedResource.Change] {
        accessLists.writes.changes(from: list.live, to: changes.members)
    }

    /// Returns what routing the number would change. Reads the trunk.
    ///
    /// - Throws: `ZentrunkError` `notFound` and `refused` as routing does.
    public func differences(
        _ number: NumberRecord, _ route: NumberRecord.Route
    ) async throws -> [PlannedResource.Change] {
        try await check(route, of: number)
        return numbers.writes.changes(from: number.live, to: route.members)
    }

    // MARK: Deleting

    /// Deletes a trunk; its numbers are detached.
    ///
    /// - Parameters:
    ///   - trunk: The trunk.
    ///   - agreed: The dependents that were shown to the user.
    /// - Throws: `ZentrunkError` `collision` if there are other dependents now; then nothing is deleted.
    public func delete(_ trunk: Trunk, with agreed: Dependents = .none) async throws {
        try refuse(trunk, try await dependents(of: trunk).beyond(agreed))
        try await trunks.writes.delete(trunk.id)
    }

    /// Deletes a credential; outbound calls through its trunks fail from then on.
    ///
    /// - Parameters:
    ///   - credential: The credential.
    ///   - agreed: The dependents that were shown to the user.
    /// - Throws: `ZentrunkError` `collision` if there are other dependents now; then nothing is deleted.
    public func delete(_ credential: SIPCredential, with agreed: Dependents = .none) async throws {
        try refuse(credential, try await dependents(of: credential).beyond(agreed))
        try await credentials.writes.delete(credential.id)
    }

    /// Deletes a URI. Plivo deletes its trunks together with it, and detaches their numbers.
    ///
    /// - Parameters:
    ///   - uri: The URI.
    ///   - agreed: The dependents that were shown to the user.
    /// - Throws: `ZentrunkError` `collision` if there are other dependents now; then nothing is deleted.
    public func delete(_ uri: OriginationURIRecord, with agreed: Dependents = .none) async throws {
        try refuse(uri, try await dependents(of: uri).beyond(agreed))
        try await uris.writes.delete(uri.id)
    }

    /// Deletes an access list; outbound calls through its trunks fail from then on.
    ///
    /// - Parameters:
    ///   - list: The access list.
    ///   - agreed: The dependents that were shown to the user.
    /// - Throws: `ZentrunkError` `collision` if there are other dependents now; then nothing is deleted.
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
        throw ZentrunkError(.invalid, "\(wrong) does not apply to the \(trunk.direction.rawValue) \(trunk.label)")
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
            throw ZentrunkError(.notFound, "the trunk \(id) does not exist", at: .carrier)
        }
        guard trunk.direction == .inbound else {
            throw ZentrunkError(
                .refused, "\(trunk.label) is outbound: a number that is routed to it does not answer", at: .carrier)
        }
    }
}
