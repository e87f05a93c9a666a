/// Scheme, host and port of an API.
public struct APIBase: Sendable, Hashable {
    public let scheme: String
    /// Host, and port when it is not the scheme's own.
    public let authority: String

    /// Reads `https://api.vapi.ai` or `http://127.0.0.1:8080`; a path is not taken, the vendors' paths are fixed.
    ///
    /// - Parameter setting: The setting's name, for the message.
    /// - Throws: ``ConnectionError`` `invalid` for other schemes, for plain http to another machine than this one, for paths,
    ///   users and queries.
    public init(_ text: String, setting: String) throws(ConnectionError) {
        func refuse(_ reason: String) -> ConnectionError {
            ConnectionError(.invalid, "\(setting) is \"\(text)\": \(reason)")
        }
        // Before anything else, since every other refusal repeats the text.
        guard !text.contains("@") else {
            throw ConnectionError(.invalid, "\(setting) holds a user or password; give scheme, host and port only")
        }
        let parts = text.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, ["http", "https"].contains(parts[0].lowercased()) else {
            throw refuse("write it as in https://api.example.com")
        }
        scheme = parts[0].lowercased()
        let authority = parts[1].hasSuffix("/") ? String(parts[1].dropLast()) : String(parts[1])
        guard !authority.isEmpty, !authority.contains(where: { "/?# ".contains($0) }) else {
            throw refuse("it sets scheme, host and port only")
        }
        let host = Self.host(of: authority)
        guard authority.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-._:[]".contains($0)) }),
            !host.isEmpty
        else {
            throw refuse("\"\(authority)\" is no host and port")
        }
        let rest = authority.dropFirst(host.count)
        if !rest.isEmpty {
            guard rest.first == ":", let port = Int(rest.dropFirst()), (1...65535).contains(port) else {
                throw refuse("a port is a number from 1 to 65535")
            }
        }
        guard scheme == "https" || Self.isLoopback(host) else {
            throw refuse("plain http would show the key to the network; it is allowed to this machine only, use https")
        }
        self.authority = authority
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
    public var description: String { "\(scheme)://\(authority)" }
}
