public import ZentrunkJSON

/// A description of one voice platform: its name, its settings, its kinds of objects.
///
/// An adapter states facts and has no control flow. The engine owns order, concurrency, retries, the journal and undo,
/// so one instance may serve many connections at once.
@_spi(Adapter) public protocol PlatformAdapter: Sendable {
    /// The platform's id, title and settings, and the day on which its facts were last checked.
    static var platform: PlatformDescription { get }

    /// The pairing's template: the bytes of its JSON file.
    static var template: [UInt8] { get }

    /// Creates an adapter for one account.
    ///
    /// - Parameters:
    ///   - settings: The platform's settings, from the environment or a backend's vault.
    ///   - values: The connection's values of ``PlatformDescription/accountParameters``, by name; a parameter without a
    ///     value is missing. A value that the template does not allow may occur.
    ///   - transport: Sends the requests; it already retries, paces and counts them.
    /// - Throws: ``ZentrunkError`` `invalid` if a setting or a value is missing or malformed.
    init(settings: PlatformSettings, values: [String: JSONValue], transport: any HTTPTransport) throws

    /// The platform's kinds, in any order. Every kind in the template is either one of these or the carrier's.
    var kinds: [any ResourceKind] { get }

    /// Identifies the platform account without a request, by settings and values: for instance by host or region.
    var account: String { get }

    /// Returns the values for `${platform.…}` in templates.
    ///
    /// - Parameters:
    ///   - connection: The connection, with all its parameters.
    ///   - carrier: The carrier's values, as for `${carrier.…}` in templates.
    /// - Throws: ``ZentrunkError`` `unsupported` if the platform cannot serve this connection.
    func facts(for connection: Connection, carrier: JSONValue) throws -> JSONValue

    /// The facts by which a diagnosis and an inventory read objects that no connection of this program made.
    static var sip: SIPFacts { get }

    /// Places test calls and sees calls; nil if the platform has no API for calls, which is the default.
    var calls: (any PlatformCalls)? { get }
}

extension PlatformAdapter {
    /// None: only connections of this program can be diagnosed.
    public static var sip: SIPFacts { SIPFacts() }
}

/// A platform's names, settings and documentation.
@_spi(Adapter) public struct PlatformDescription: Sendable {
    /// The short name in commands and object names: `vapi`.
    public var id: PlatformID
    /// The vendor's name: `Vapi`.
    public var title: String
    /// The settings of an account, such as its API key.
    public var settings: [Setting]
    /// The day on which the facts were checked against the vendor's documentation: `2026-11-22`.
    public var verified: String
    /// Parameters of the template that select the platform's account, such as a region. An account is decided before
    /// anything is read: by the request, otherwise by the journal, otherwise by the parameter's default.
    public var accountParameters: [String]
    /// The parameters of the shortest useful connection, besides the number: an assistant's id.
    public var example: [Remedy.Parameter]

    /// Creates a description; `verified` is an ISO 8601 date.
    public init(
        id: PlatformID, title: String, settings: [Setting], verified: String, accountParameters: [String] = [],
        example: [Remedy.Parameter] = []
    ) {
        self.accountParameters = accountParameters
        self.id = id
        self.title = title
        self.settings = settings
        self.verified = verified
        self.example = example
    }
}

/// A setting of a vendor, such as an API key or a URL.
public struct Setting: Sendable, Hashable {
    /// The environment variable: `VAPI_API_KEY`.
    public var variable: String
    /// Whether the value is confidential and removed from all output.
    public var isSecret: Bool
    /// Whether the platform cannot be used without the setting.
    public var isRequired: Bool
    /// What the setting is and where to find its value.
    public var help: String
    /// A value of the right form, for settings that do not accept every text.
    public var example: String
    /// For a URL: hosts of the vendor's web pages, which are often pasted instead of the API's URL.
    public var pages: [String]

    /// Creates a setting; by default it is required and not secret.
    public init(
        _ variable: String, secret: Bool = false, required: Bool = true, help: String, example: String = "PLACEHOLDER",
        pages: [String] = []
    ) {
        self.pages = pages
        self.variable = variable
        isSecret = secret
        isRequired = required
        self.help = help
        self.example = example
    }
}

/// The values of a platform's settings.
@_spi(Adapter) public struct PlatformSettings: Sendable {
    /// The values, by environment variable.
    public var values: [String: Secret]
    /// Hosts, in addition to loopback, that plain HTTP is allowed for.
    public var plainHosts: PlainHTTPHosts
    /// Removes secrets from vendors' messages.
    public let redactor: Redactor

    /// Creates settings, by environment variable.
    public init(_ values: [String: Secret], plainHosts: PlainHTTPHosts = .none, redactor: Redactor) {
        self.values = values
        self.plainHosts = plainHosts
        self.redactor = redactor
    }

    /// Returns a secret setting, without surrounding white space and invisible marks.
    ///
    /// - Throws: ``ZentrunkError`` `invalid`, which names the variable and describes the expected value.
    public func secret(_ setting: Setting) throws(ZentrunkError) -> Secret {
        guard let value = try values[setting.variable]?.reveal().value(of: setting.variable), !value.isEmpty else {
            throw ZentrunkError(
                .invalid, "\(setting.variable) is not set: \(setting.help)", remedies: [.set([.init(setting.variable)])]
            )
        }
        guard !value.holdsQuotes else {
            throw ZentrunkError(
                .invalid,
                "\(setting.variable) contains a quote, which keys never do: copy the value again, without quotes")
        }
        guard value.allSatisfy({ $0.isASCII && !$0.isNewline && !$0.isWhitespace && $0 > "\u{20}" }) else {
            throw ZentrunkError(.invalid, "\(setting.variable) contains blanks or characters that keys never have")
        }
        let secret = Secret(value)
        if setting.isSecret { redactor.learn(secret) }
        return secret
    }

    /// Returns a setting that is not secret; nil if it is not set.
    ///
    /// - Throws: ``ZentrunkError`` `invalid`, which names the variable, for a value in quotes.
    public func text(_ setting: Setting) throws(ZentrunkError) -> String? {
        let value = try values[setting.variable]?.reveal().value(of: setting.variable)
        return value?.isEmpty == false ? value : nil
    }
}
