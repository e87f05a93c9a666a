/// The scheme, host, port and optional path prefix of an API.
@_spi(Adapter) public struct APIBase: Sendable, Hashable {
    /// Forms that are accepted in addition to `https://api.example.com`.
    public struct Spelling: OptionSet, Sendable {
        /// The bits of the option set.
        public let rawValue: Int

        /// Creates an option set from its bits.
        public init(rawValue: Int) { self.rawValue = rawValue }

        /// `wss` and `ws`, for `https` and `http`: the API shares host and port with a WebSocket.
        public static let webSocket = Spelling(rawValue: 1)
        /// A path prefix, to which the API's own paths are appended.
        public static let path = Spelling(rawValue: 2)
    }

    /// `http` or `https`.
    public let scheme: String
    /// The host, and the port unless it is the scheme's default.
    public let authority: String
    /// The path prefix, percent-encoded: empty, or with a leading and without a trailing slash.
    public let path: String
    /// The setting that the address was read from; nil for a built-in address.
    public internal(set) var setting: String?

    /// Parses an address such as `https://api.vapi.ai` or `http://127.0.0.1:8080`.
    ///
    /// - Parameters:
    ///   - text: The address as written.
    ///   - setting: The setting's name, for messages.
    ///   - spelling: Additional forms to accept.
    ///   - plainHosts: Hosts, in addition to loopback, that plain HTTP is allowed for.
    /// - Throws: ``ZentrunkError`` `invalid`, which names the setting, for other schemes, plain HTTP to other hosts,
    ///   credentials, queries, and paths that are not accepted.
    public init(
        _ text: String, setting: String, spelling: Spelling = [], allowing plainHosts: PlainHTTPHosts = .none
    ) throws(ZentrunkError) {
        func refuse(_ reason: String, _ meant: String? = nil) -> ZentrunkError {
            ZentrunkError(
                .invalid, "\(setting) is \"\(text)\": \(reason)",
                remedies: meant.map { [.set([.init(setting, $0)])] } ?? [])
        }
        // First of all checks, because the other messages quote the text.
        guard !text.contains("@") else {
            throw ZentrunkError(.invalid, "\(setting) holds a user or password; give scheme, host and port only")
        }
        let secure = spelling.contains(.webSocket) ? "wss" : "https"
        let schemes = ["https": "https", "http": "http"]
            .merging(spelling.contains(.webSocket) ? ["wss": "https", "ws": "http"] : [:]) { first, _ in first }
        guard let separator = text.firstRange(of: "://") else {
            // `wss:name` and `https:/name` lack slashes, not the scheme.
            let head = schemes.keys.first { text.lowercased().hasPrefix("\($0):") }
            let rest = head.map { String(text.dropFirst($0.count + 1).drop { $0 == "/" }) } ?? text
            let bare = Self.host(of: rest)
            let isWhole = Self.isAuthority(rest) && Self.portProblem(rest.dropFirst(bare.count)) == nil
            let meant = "\(Self.isLoopback(bare) ? "http" : secure)://\(rest)"
            throw refuse(
                head.map { "\($0): must be followed by two slashes" } ?? "it has no scheme", isWhole ? meant : nil)
        }
        let written = text[..<separator.lowerBound].lowercased()
        guard let scheme = schemes[written] else { throw refuse("write it as in \(secure)://api.example.com") }
        let rest = text[separator.upperBound...]
        let authority = String(rest.prefix { !"/?#".contains($0) })
        let host = Self.host(of: authority)
        guard Self.isAuthority(authority) else { throw refuse("\"\(authority)\" is not a valid host and port") }
        let tail = rest.dropFirst(authority.count)
        guard !tail.contains(where: { "?#".contains($0) }) else {
            throw refuse("it has a query or a fragment", "\(written)://\(authority)")
        }
        let parts = tail.split(separator: "/")
        guard parts.isEmpty || spelling.contains(.path) else {
            throw refuse("it has a path, and takes scheme, host and port only", "\(written)://\(authority)")
        }
        if let problem = Self.portProblem(authority.dropFirst(host.count)) { throw refuse(problem) }
        guard scheme == "https" || Self.isLoopback(host) || plainHosts.contains(host) else {
            var error = refuse(
                "plain http shows the key to the network, so it is used for this machine only; use https, or name the host in \(PlainHTTPHosts.variable) where the network is trusted",
                "\(written == "ws" ? "wss" : "https")://\(authority)\(tail)")
            if let names = plainHosts.text(adding: host) {
                error.remedies.append(.set([.init(PlainHTTPHosts.variable, names)]))
            }
            throw error
        }
        self.scheme = scheme
        self.authority = authority
        path = parts.map { "/\(APIClient.escape(String($0)))" }.joined()
        self.setting = setting
    }

    /// The host alone, in lower case.
    public var host: String { Self.host(of: authority).lowercased() }

    private static func portProblem(_ rest: Substring) -> String? {
        guard !rest.isEmpty else { return nil }
        guard rest.first == ":", let port = Int(rest.dropFirst()), (1...65535).contains(port) else {
            return "a port is a number from 1 to 65535"
        }
        return nil
    }

    private static func isAuthority(_ text: String) -> Bool {
        text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-._:[]".contains($0)) }
            && !host(of: text).isEmpty
    }

    private static func host(of authority: String) -> String {
        if authority.first == "[", let end = authority.firstIndex(of: "]") { return String(authority[...end]) }
        return String(authority.prefix { $0 != ":" })
    }

    private static func isLoopback(_ host: String) -> Bool {
        if host.lowercased() == "localhost" || host == "[::1]" { return true }
        guard IPNetwork.isAddress(host) else { return false }
        return host.hasPrefix("127.")
    }
}

extension APIBase: CustomStringConvertible {
    /// The scheme and authority, without the path.
    public var description: String { "\(scheme)://\(authority)" }
}

extension PlatformSettings {
    /// Returns the API address in the setting.
    ///
    /// - Parameters:
    ///   - setting: The setting that holds the address.
    ///   - own: The vendor's default address, used if the setting is not set.
    ///   - spelling: Additional forms to accept.
    /// - Throws: ``ZentrunkError`` `invalid`, which names the setting, if it is required and missing, malformed, or the
    ///   address of the vendor's web pages.
    public func base(
        _ setting: Setting, own: String? = nil, spelling: APIBase.Spelling = []
    ) throws(ZentrunkError) -> APIBase {
        let given = try text(setting)
        guard let address = given ?? own else {
            throw ZentrunkError(
                .invalid, "\(setting.variable) is not set: \(setting.help)", remedies: [.set([.init(setting.variable)])]
            )
        }
        var base: APIBase
        do {
            base = try APIBase(address, setting: setting.variable, spelling: spelling, allowing: plainHosts)
        } catch {
            // A web page's address has a path, but the path is not its defect.
            let bare = address.split(separator: "/", omittingEmptySubsequences: false).prefix(3).joined(separator: "/")
            guard let page = try? APIBase(bare, setting: setting.variable, spelling: spelling) else { throw error }
            try setting.refusePage(page)
            throw error
        }
        try setting.refusePage(base)
        if given == nil { base.setting = nil }
        return base
    }
}

extension Setting {
    /// Refuses the address of a web page that was given instead of the API's.
    fileprivate func refusePage(_ base: APIBase) throws(ZentrunkError) {
        guard pages.contains(base.host) else { return }
        throw ZentrunkError(
            .invalid,
            "\(variable) is an address on \(base.host), where people sign in, and not of the API; it takes \(help)",
            remedies: [.set([.init(variable, example)])])
    }
}
