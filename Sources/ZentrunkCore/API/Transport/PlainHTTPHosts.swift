/// Hosts other than loopback that plain HTTP is allowed for.
///
/// API keys and SIP passwords are readable on the network path to such a host. The user must therefore name each host;
/// patterns are not accepted.
public struct PlainHTTPHosts: Sendable, Hashable {
    /// The environment variable that the command reads.
    public static let variable = "ZENTRUNK_ALLOW_PLAIN_HTTP"
    /// Loopback only.
    public static let none = PlainHTTPHosts(names: [])

    private let names: Set<String>

    private init(names: Set<String>) { self.names = names }

    /// Parses `livekit,10.0.0.5`: host names or addresses, separated by commas, without scheme, port or pattern.
    ///
    /// - Throws: ``ZentrunkError`` `invalid`, which names the variable and the entry.
    public init(_ text: String) throws(ZentrunkError) {
        var names: Set<String> = []
        for entry in text.split(separator: ",").map({ String($0).withoutMargins() }) where !entry.isEmpty {
            guard !entry.contains("*") else {
                throw ZentrunkError(
                    .invalid,
                    "\(Self.variable) holds \"\(entry)\": it takes host names only, because a pattern would send keys in the clear to hosts that it does not name"
                )
            }
            guard Self.isHost(entry) else {
                throw ZentrunkError(
                    .invalid,
                    "\(Self.variable) holds \"\(entry)\": write host names without scheme, port and path, as in livekit,10.0.0.5"
                )
            }
            names.insert(Self.normal(entry))
        }
        self.names = names
    }

    /// Whether plain HTTP to the host is allowed.
    ///
    /// - Parameter host: A name or an address, IPv6 in brackets; case and a trailing dot are ignored.
    public func contains(_ host: String) -> Bool { names.contains(Self.normal(host)) }

    /// Returns the variable's value with this host added; nil for text that is not a host.
    func text(adding host: String) -> String? {
        guard Self.isHost(host) else { return nil }
        return names.union([Self.normal(host)]).sorted().joined(separator: ",")
    }

    /// Returns the name in lower case, without the trailing dot of an absolute name.
    private static func normal(_ host: String) -> String {
        (host.hasSuffix(".") ? String(host.dropLast()) : host).lowercased()
    }

    private static func isHost(_ entry: String) -> Bool {
        if entry.hasPrefix("["), entry.hasSuffix("]") {
            return entry.count > 2
                && entry.dropFirst().dropLast().allSatisfy { $0.isHexDigit && $0.isASCII || $0 == ":" || $0 == "." }
        }
        let entry = normal(entry)
        return (1...253).contains(entry.utf8.count) && entry.first != "." && entry.last != "."
            && entry.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0)) }
    }
}
