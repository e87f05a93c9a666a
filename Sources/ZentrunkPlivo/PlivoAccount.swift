@_spi(Adapter) public import ZentrunkCore
public import ZentrunkJSON

/// An account at Plivo with its Zentrunk: SIP trunks and the numbers that are routed to them.
/// <https://www.plivo.com/docs/sip-trunking/>
///
/// It has the account's keys, pace and redactor. Make one per account and share it among connectors; ``PlivoAccounts``
/// does so for many customers.
public final class PlivoAccount: Carrier {
    /// The account's id: 20 characters that begin with `MA` or `SA`. It is not secret and part of every path.
    public static let authID = Setting("PLIVO_AUTH_ID", help: "the Auth ID on the overview page of the Plivo console")
    /// The account's key. SIP passwords are derived from it as well.
    public static let authToken = Setting(
        "PLIVO_AUTH_TOKEN", secret: true, help: "the Auth Token on the overview page of the Plivo console")
    /// The address of a server other than Plivo's.
    public static let apiURL = Setting(
        "PLIVO_API_URL", required: false,
        help: "scheme, host and port of the API; https://api.plivo.com when it is not set",
        example: "https://api.plivo.com", pages: ["console.plivo.com", "cx.plivo.com", "www.plivo.com", "plivo.com"])

    /// All settings, in the order of the documentation.
    public static let settings = [authID, authToken, apiURL]

    /// Zentrunk's half of every pairing.
    @_spi(Adapter) public static var templateBase: TemplateBase? {
        TemplateBase(name: "zentrunk", bytes: PackageResources.zentrunk_json)
    }

    /// The request limit of an account, beyond which Plivo answers 429.
    /// <https://www.plivo.com/docs/voice/concepts/account-limits>
    package static let rateLimit = RateLimiter.Limit(requests: 300, per: .seconds(5))

    public let account: String
    @_spi(Adapter) public let kinds: [any ResourceKind]
    package let secrets: any SIPSecretDeriver
    package let redactor: Redactor
    package let limiters: PlatformLimiters
    package let domainField = "trunk_domain"
    package let applicationField = "application_id"

    /// The client for the account, used by ``ZentrunkClient``.
    let client: APIClient
    /// The account's path.
    let root: String

    /// Creates an account.
    ///
    /// - Parameters:
    ///   - authID: The Auth ID.
    ///   - authToken: The Auth Token.
    ///   - apiURL: The address of a server other than Plivo's.
    ///   - plainHosts: Hosts, in addition to loopback, that plain HTTP is allowed for.
    ///   - transport: Sends the requests.
    /// - Throws: `ZentrunkError` `invalid` if a value is missing or malformed.
    public convenience init(
        authID: String, authToken: String, apiURL: String? = nil, plainHosts: PlainHTTPHosts = .none,
        over transport: any HTTPTransport
    ) throws {
        try self.init(
            Self.settings(authID, authToken, apiURL, plainHosts), over: transport, limiter: RateLimiter(Self.rateLimit))
    }

    /// Returns the settings of an account with a redactor of its own.
    package static func settings(
        _ id: String, _ token: String, _ url: String?, _ plainHosts: PlainHTTPHosts
    ) -> PlatformSettings {
        var values = [authID.variable: Secret(id), authToken.variable: Secret(token)]
        values[apiURL.variable] = url.map { Secret($0) }
        return PlatformSettings(values, plainHosts: plainHosts, redactor: Redactor())
    }

    /// Creates an account whose requests are retried and paced.
    ///
    /// - Parameters:
    ///   - settings: The values of ``settings``, by variable.
    ///   - limiter: The account's limiter; nil to send without pace.
    package convenience init(
        _ settings: PlatformSettings, over transport: any HTTPTransport, limiter: RateLimiter?,
        limiters: PlatformLimiters = PlatformLimiters(), retries: RetryPolicy = .init()
    ) throws {
        let stack = TransportStack.over(
            CallListThrottle(base: transport), side: .carrier, vendor: "Plivo", limiter: limiter, retries: retries)
        try self.init(settings, stack: stack, limiters: limiters)
    }

    /// Creates an account that sends through a stack of transports as it is, without retries and pace of its own.
    ///
    /// - Parameters:
    ///   - settings: The values of ``settings``, by variable.
    ///   - stack: Sends the requests.
    /// - Throws: `ZentrunkError` `invalid` if a setting is missing or malformed.
    @_spi(Adapter) public convenience init(_ settings: PlatformSettings, stack: any HTTPTransport) throws {
        try self.init(settings, stack: stack, limiters: PlatformLimiters())
    }

    /// Creates such an account.
    ///
    /// - Parameter limiters: The limiters of platforms' accounts.
    package init(_ settings: PlatformSettings, stack: any HTTPTransport, limiters: PlatformLimiters) throws {
        redactor = settings.redactor
        self.limiters = limiters
        try Self.refuseSwapped(settings)
        account = try Self.account(settings)
        let token = try settings.secret(Self.authToken)
        let base = try settings.base(Self.apiURL, own: "https://api.plivo.com")
        let authorization = Self.authorization(account, token, settings.redactor)
        var client = APIClient(
            "Plivo", base: base, side: .carrier, authorization: .init { authorization },
            keyVariable: "PLIVO_AUTH_ID or PLIVO_AUTH_TOKEN", transport: stack, redactor: settings.redactor,
            // For a trunk that does not exist, the id of the request is in app_id.
            requestIDKeys: ["api_id", "app_id"])
        client.hints = [
            403: .advice("switch on Zentrunk for this account in the Plivo console, or ask Plivo's support to")
        ]
        client.missing = Self.missing
        self.client = client
        root = "/v1/Account/\(APIClient.escape(account))/"
        kinds = [
            ZentrunkKinds.credential(client, root), ZentrunkKinds.accessControlList(client, root),
            ZentrunkKinds.originationURI(client, root), ZentrunkKinds.trunk(client, root),
            NumberRouteKind(client, root),
        ]
        secrets = PlivoSIPSecrets(account: account, token: token, redactor: settings.redactor)
    }

    @_spi(Adapter) public var facts: JSONValue {
        ["signalling_networks": .array(Self.signallingNetworks.map { .string($0) })]
    }

    /// The networks of Zentrunk's signalling in all regions, because a call may enter through a region other than its
    /// number's. <https://www.plivo.com/docs/sip-trunking/concepts/network-configuration>
    public static let signallingNetworks = [
        "13.52.9.0/25", "216.120.187.128/26",  // North California
        "18.214.109.128/25", "18.215.142.0/26", "204.89.148.128/26",  // Virginia
        "3.120.121.128/26",  // Frankfurt
        "18.228.70.64/26", "54.233.191.0/27",  // São Paulo
        "13.238.202.192/26",  // Sydney
        "18.136.1.128/26", "204.89.149.128/27",  // Singapore
        "15.207.90.192/31", "204.89.151.128/27", "204.89.151.160/27",  // India
    ]

    /// The audio codecs of Zentrunk's calls. <https://www.plivo.com/docs/sip-trunking/concepts/network-configuration>
    package static let codecs = ["PCMU", "PCMA"]

    /// Returns the platform's built-in template, which is parsed once per process.
    ///
    /// - Throws: `TemplateError`.
    @_spi(Adapter) public static func template(of platform: Platform) throws(TemplateError) -> Template {
        try builtInTemplate(of: platform)
    }

    /// Returns the account in the settings.
    ///
    /// - Throws: `ZentrunkError` `invalid` if it is missing or malformed.
    @_spi(Adapter) public static func account(_ settings: PlatformSettings) throws -> String {
        let account = try settings.secret(authID).reveal()
        guard account.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) }) else {
            throw ZentrunkError(.invalid, "PLIVO_AUTH_ID holds more than letters and digits: \(authID.help)")
        }
        return account
    }

    /// Refuses an Auth ID in place of the token before it is sent. A token itself has no recognisable form.
    private static func refuseSwapped(_ settings: PlatformSettings) throws(ZentrunkError) {
        func isID(_ text: String) -> Bool {
            text.utf8.count == 20 && (text.hasPrefix("MA") || text.hasPrefix("SA"))
                && text.allSatisfy { $0.isASCII && ($0.isUppercase || $0.isNumber) }
        }
        let (id, token) = (try settings.secret(authID).reveal(), try settings.secret(authToken).reveal())
        guard isID(token), !isID(id) else { return }
        // The value in place of the Auth ID is a key.
        settings.redactor.learn(Secret(id))
        throw ZentrunkError(
            .invalid,
            "\(authToken.variable) holds an Auth ID, which begins with MA or SA, and \(authID.variable) does not: the two are swapped"
        )
    }

    /// Interprets the body of a 404. Zentrunk and older endpoints spell `error` differently. Only Plivo itself includes
    /// the request's id, which is called `app_id` for trunks. <https://www.plivo.com/docs/sip-trunking/api/overview>
    private static func missing(_ body: JSONValue) -> APIClient.Missing? {
        let hasWords = (body["Error"] ?? body["error"])?.string != nil
        let hasRequestID = (body["api_id"] ?? body["app_id"])?.string != nil
        return hasWords && hasRequestID ? .object : nil
    }

    private static func authorization(_ account: String, _ token: Secret, _ redactor: Redactor) -> Secret {
        // Scoped tokens are sufficient on their own.
        if token.reveal().hasPrefix("stk_") { return Secret("Bearer \(token.reveal())") }
        let encoded = Secret(Base64.encode(Array("\(account):\(token.reveal())".utf8)))
        // A gateway may quote the header, and this form contains the token.
        redactor.learn(encoded)
        return Secret("Basic \(encoded.reveal())")
    }
}
