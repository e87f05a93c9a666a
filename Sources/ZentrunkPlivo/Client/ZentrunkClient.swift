public import ZentrunkCore
import ZentrunkJSON

/// A typed client of Plivo's Zentrunk: trunks, credentials, origination URIs, IP access control lists, and the numbers
/// that are routed to them.
///
/// For programs that use the carrier alone. It uses the same kinds as the engine. It has no state, so one client may
/// serve many tasks.
///
///     let client = try ZentrunkClient(settings: settings, transport: transport)
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

    private let secrets: any SIPSecretDeriver
    private let redactor: Redactor

    /// Creates a client for one account.
    ///
    /// - Parameters:
    ///   - settings: The values of ``PlivoCarrier/settings``, by variable.
    ///   - transport: Sends the requests; it should retry and pace them, like `RetryingTransport` around
    ///     `RateLimitedTransport`.
    /// - Throws: ``ZentrunkError`` `invalid` if a setting is missing or malformed.
    public init(settings: PlatformSettings, transport: any HTTPTransport) throws {
        self.init(try PlivoCarrier(settings: settings, transport: transport))
    }

    /// Creates a client for the account of a carrier.
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
