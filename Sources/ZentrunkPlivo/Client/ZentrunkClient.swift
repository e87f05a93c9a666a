public import ZentrunkCore
import ZentrunkJSON

/// Plivo's Zentrunk with types: trunks, credentials, origination URIs, IP access control lists, and the numbers that are
/// routed to them.
///
/// For programs that want the carrier alone; it calls the same kinds as the engine that connects platforms. It holds no
/// state: one client serves many tasks.
///
///     let client = try ZentrunkClient(settings: settings, transport: transport)
///     let trunk = try await client.trunks.resolve("support")
///     for number in try await client.dependents(of: trunk).numbers { print(number.label) }
public struct ZentrunkClient: Sendable {
    public let trunks: ZentrunkCollection<Trunk>
    public let credentials: ZentrunkCollection<SIPCredential>
    public let uris: ZentrunkCollection<OriginationURIRecord>
    public let accessLists: ZentrunkCollection<IPAccessControlList>
    public let numbers: ZentrunkCollection<NumberRecord>

    private let secrets: any SIPSecretDeriver
    private let redactor: Redactor

    /// - Parameters:
    ///   - settings: ``PlivoCarrier/settings``, by their variables' names.
    ///   - transport: Sends the requests; it should retry and pace, as `RetryingTransport` around `RateLimitedTransport` do.
    /// - Throws: `ZentrunkError` `invalid` when a setting is missing or malformed.
    public init(settings: PlatformSettings, transport: any HTTPTransport) throws {
        self.init(try PlivoCarrier(settings: settings, transport: transport))
    }

    /// A client for the account of a carrier.
    public init(_ carrier: PlivoCarrier) {
        let (client, root) = (carrier.client, carrier.root)
        trunks = ZentrunkCollection(ZentrunkKinds.trunk(client, root))
        credentials = ZentrunkCollection(ZentrunkKinds.credential(client, root))
        uris = ZentrunkCollection(ZentrunkKinds.originationURI(client, root))
        accessLists = ZentrunkCollection(ZentrunkKinds.accessControlList(client, root))
        numbers = ZentrunkCollection(NumberRouteKind(client, root))
        secrets = carrier.secrets
        redactor = client.redactor
    }

    // MARK: Logins

    /// A new random username with the password that is derived from it and the Auth Token.
    ///
    /// Nothing has to be stored: ``derivedLogin(of:)`` computes it again from the username, until the token changes.
    public func makeLogin() -> SIPCredential.Login { .init(derivedBy: secrets, username: secrets.makeUsername()) }

    /// Username and password of a credential whose username this account's Auth Token made; nil for any other, whose
    /// password nobody can know.
    public func derivedLogin(of credential: SIPCredential) -> SIPCredential.Login? {
        secrets.isOurs(credential.username) ? .init(derivedBy: secrets, username: credential.username) : nil
    }

    /// From here on no vendor's words show the password. One that does not belong to a derived username is refused, since it
    /// would be computed again, and wrongly.
    func admit(_ login: SIPCredential.Login) throws(ZentrunkError) {
        redactor.learn(login.password)
        guard !secrets.isOurs(login.username) || secrets.password(for: login.username) == login.password else {
            throw ZentrunkError(
                .invalid, "the password of \"\(login.username)\" is derived from it: choose another username")
        }
    }

    func admit(_ login: OriginationURIRecord.Login?) { if let login { redactor.learn(login.password) } }

    // MARK: What depends on what

    /// The numbers that are routed to a trunk.
    public func dependents(of trunk: Trunk) async throws -> Dependents {
        Dependents(trunks: [], numbers: try await numbers(routedTo: [trunk]))
    }

    /// The trunks that recognise calls by a credential.
    public func dependents(of credential: SIPCredential) async throws -> Dependents {
        Dependents(trunks: try await trunks(with: ["credential_uuid"], credential.id), numbers: [])
    }

    /// The trunks that recognise calls by an access list.
    public func dependents(of list: IPAccessControlList) async throws -> Dependents {
        Dependents(trunks: try await trunks(with: ["ipacl_uuid"], list.id), numbers: [])
    }

    /// The trunks that use a URI as primary or as fallback, which Plivo deletes together with it, and the numbers that are
    /// routed to those.
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
