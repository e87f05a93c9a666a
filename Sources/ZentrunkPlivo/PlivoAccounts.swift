import Crypto
@_spi(Adapter) public import ZentrunkCore

/// The Plivo accounts of a process with many customers: each exists once, for as long as a connector uses it.
///
/// All accounts send through one transport, and so share its connections.
public final class PlivoAccounts: Sendable {
    private struct Key: Hashable, Sendable {
        var id: String
        /// A hash, so that the table does not keep keys.
        var token: String
    }

    private let transport: any HTTPTransport
    private let apiURL: String?
    private let plainHosts: PlainHTTPHosts
    private let living = WeakValues<Key, PlivoAccount>()
    /// By account, because a changed key has no pace of its own.
    private let carrierLimiters = WeakValues<String, RateLimiter>()
    private let limiters = PlatformLimiters()

    /// Creates a table without accounts.
    ///
    /// - Parameters:
    ///   - transport: Sends the requests of all accounts.
    ///   - apiURL: The address of a server other than Plivo's.
    ///   - plainHosts: Hosts, in addition to loopback, that plain HTTP is allowed for.
    public init(
        over transport: any HTTPTransport, apiURL: String? = nil, plainHosts: PlainHTTPHosts = .none
    ) {
        self.transport = transport
        self.apiURL = apiURL
        self.plainHosts = plainHosts
    }

    /// Returns the account with these keys: the one in use, or a new one.
    ///
    /// - Throws: `ZentrunkError` `invalid` if a value is missing or malformed.
    public func account(authID: String, authToken: String) throws -> PlivoAccount {
        let hash = SHA256.hash(data: Array(authToken.utf8)).map { String($0, radix: 16) }.joined(separator: " ")
        return try living.value(for: Key(id: authID, token: hash)) {
            try PlivoAccount(
                PlivoAccount.settings(authID, authToken, apiURL, plainHosts), over: transport,
                limiter: carrierLimiters.value(for: authID) { RateLimiter(PlivoAccount.rateLimit) },
                limiters: limiters)
        }
    }

    /// The number of accounts in use.
    package var count: Int { living.count }
    /// The number of limiters of accounts in use, and of platforms' accounts.
    package var limiterCounts: (carrier: Int, platform: Int) { (carrierLimiters.count, limiters.count) }
}

extension Platform {
    /// The platform's parameters in a connection with Plivo, starting with those of every platform.
    ///
    /// - Throws: `ZentrunkError` `invalid` for an adapter whose template cannot be used.
    public var parameters: [TemplateParameter] {
        get throws(ZentrunkError) {
            do { return try PlivoAccount.template(of: self).allParameters } catch { throw error.zentrunkError }
        }
    }
}
