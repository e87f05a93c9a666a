/// Hosts that plain http may go to although they are not this machine.
///
/// Every key and every SIP password crosses the network readable on the way to them, so each host is named by a person, and
/// there is no pattern that names several.
public struct PlainHTTPHosts: Sendable, Hashable {
    /// The environment variable of the command.
    public static let variable = "ZENTRUNK_ALLOW_PLAIN_HTTP"
    /// This machine only.
    public static let none = PlainHTTPHosts(names: [])

    private let names: Set<String>

    private init(names: Set<String>) { self.names = names }

    /// Reads `livekit,10.0.0.5`: host names or addresses, separated by commas, without scheme, port or pattern.
    ///
    /// - Throws: ``ZentrunkError`` `invalid` that names the variable and the entry.
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

    /// Whether plain http may go there.
    ///
    /// - Parameter host: A name or an address, IPv6 in brackets; neither the case of letters nor a dot behind the name matters.
    public func contains(_ host: String) -> Bool { names.contains(Self.normal(host)) }

    /// The variable's value that names this host too; nil for a text that it cannot hold.
    func text(adding host: String) -> String? {
        guard Self.isHost(host) else { return nil }
        return names.union([Self.normal(host)]).sorted().joined(separator: ",")
    }

    /// The dot behind a name only says that the name is whole.
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
