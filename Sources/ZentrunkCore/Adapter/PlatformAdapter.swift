public import ZentrunkJSON

/// One voice platform, described: what it is called, what it needs, which objects it keeps.
///
/// An adapter states facts and has no control flow: the engine owns order, concurrency, retries, the journal and undo, so one
/// instance may serve many connections at once.
public protocol PlatformAdapter: Sendable {
    /// Id, title, settings, and the day on which these facts were last checked.
    static var platform: PlatformDescription { get }

    /// The pairing's template, as the bytes of its JSON file.
    static var template: [UInt8] { get }

    /// - Parameters:
    ///   - settings: The platform's settings, from the environment or a backend's vault.
    ///   - transport: Sends the requests; it retries, paces and counts already.
    /// - Throws: ``ZentrunkError`` `invalid` when a setting is missing or malformed.
    init(settings: PlatformSettings, transport: any HTTPTransport) throws

    /// The platform's objects. Every kind that the template names is here or at the carrier; the order says nothing.
    var kinds: [any ResourceKind] { get }

    /// Tells this account of the platform from the user's others, as far as it can be told without asking: a region, a host.
    var account: String { get }

    /// Values that the template may use as `${platform.…}`.
    ///
    /// - Throws: ``ZentrunkError`` `unsupported` when the platform cannot serve this connection.
    func facts(for connection: Connection, carrier: JSONValue) throws -> JSONValue
}

/// What a platform is called and needs.
public struct PlatformDescription: Sendable {
    /// Short name in commands and object names: `vapi`.
    public var id: PlatformID
    /// The vendor's own name: `Vapi`.
    public var title: String
    public var settings: [Setting]
    /// The day on which the facts were checked against the vendor's documentation: `2026-11-22`.
    public var verified: String
    /// Options of the shortest useful command, next to the number: `--assistant ID`.
    public var example: String

    public init(id: PlatformID, title: String, settings: [Setting], verified: String, example: String = "") {
        self.id = id
        self.title = title
        self.settings = settings
        self.verified = verified
        self.example = example
    }
}

/// One setting of a vendor: an API key, a URL.
public struct Setting: Sendable, Hashable {
    /// The environment variable: `VAPI_API_KEY`.
    public var variable: String
    public var isSecret: Bool
    public var isRequired: Bool
    /// What it is and where to find it.
    public var help: String
    /// A value of the right form, where not every text has it.
    public var example: String
    /// For an address: hosts of the vendor's pages for people, which are often pasted in the API's place.
    public var pages: [String]

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

/// The values of a vendor's settings, together with what the connection says about where the account lives.
public struct PlatformSettings: Sendable {
    /// By environment variable.
    public var values: [String: Secret]
    /// Parameters of the connection that choose an account: `region`.
    public var region: String?
    /// Hosts that plain http may go to besides this machine.
    public var plainHosts: PlainHTTPHosts
    /// Removes the secrets among them from whatever vendors say.
    public let redactor: Redactor

    public init(
        _ values: [String: Secret], region: String? = nil, plainHosts: PlainHTTPHosts = .none, redactor: Redactor
    ) {
        self.values = values
        // Choices are compared without case, and templates write these in lower case.
        self.region = region?.lowercased()
        self.plainHosts = plainHosts
        self.redactor = redactor
    }

    /// The secret of that variable, without white space and invisible marks around it.
    ///
    /// - Throws: ``ZentrunkError`` `invalid` that names the variable and says what belongs there.
    public func secret(_ setting: Setting) throws(ZentrunkError) -> Secret {
        guard let value = try values[setting.variable]?.reveal().value(of: setting.variable), !value.isEmpty else {
            throw ZentrunkError(
                .invalid, "\(setting.variable) is not set: \(setting.help)", next: ["export \(setting.variable)=…"])
        }
        guard !value.holdsQuotes else {
            throw ZentrunkError(
                .invalid, "\(setting.variable) holds a quote, which no key has: copy the value again, without quotes")
        }
        guard value.allSatisfy({ $0.isASCII && !$0.isNewline && !$0.isWhitespace && $0 > "\u{20}" }) else {
            throw ZentrunkError(.invalid, "\(setting.variable) holds blanks or characters that no key has")
        }
        let secret = Secret(value)
        if setting.isSecret { redactor.learn(secret) }
        return secret
    }

    /// The value of a setting that may be shown, or nil when it is not set.
    ///
    /// - Throws: ``ZentrunkError`` `invalid` that names the variable, for a value in quotes.
    public func text(_ setting: Setting) throws(ZentrunkError) -> String? {
        let value = try values[setting.variable]?.reveal().value(of: setting.variable)
        return value?.isEmpty == false ? value : nil
    }
}
