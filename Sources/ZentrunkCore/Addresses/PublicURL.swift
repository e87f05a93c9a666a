/// A URL that a vendor's servers call: https, with a host on the internet and without credentials.
package struct PublicURL: Sendable, Hashable {
    /// The URL as it was written.
    package let text: String

    /// Parses a URL.
    ///
    /// - Throws: ``AddressError`` with the reason, without the user and password in the text.
    package init(_ text: String) throws(AddressError) {
        func refuse(_ reason: String, _ shown: String? = nil) -> AddressError {
            AddressError(what: "URL", text: shown ?? Self.masked(text), reason: reason)
        }
        // First of all checks, because the other messages quote the text. After the host, an @ is part of the path.
        let start = text.firstRange(of: "://")?.upperBound ?? text.startIndex
        let authority = text[start...].prefix { !"/?#\\".contains($0) }
        guard !authority.contains("@") else {
            throw refuse(
                "it contains a user or a password, which plans and lists would show: leave them out, and authenticate the caller with what the vendor's console offers"
            )
        }
        guard text.unicodeScalars.allSatisfy({ (0x21...0x7E).contains($0.value) }) else {
            throw refuse("it holds white space or characters beyond ASCII: escape them, as in %20")
        }
        if let odd = text.first(where: { "\"<>\\^`{|}".contains($0) }) {
            throw refuse("it holds \"\(odd)\": escape it, as in %20 for a blank")
        }
        guard text.lowercased().hasPrefix("https://") else {
            throw refuse("begin it with https://, or everything sent to it can be read on the network")
        }
        guard !text.contains("#") else { throw refuse("it has a fragment, which no server is sent") }
        var host = String(authority)
        if let colon = authority.lastIndex(of: ":"), !IPNetwork.isIPv6(authority) {
            let port = authority[authority.index(after: colon)...]
            guard let number = Int(port), (1...65535).contains(number), String(number) == port else {
                throw refuse("a port is a number from 1 to 65535")
            }
            host = String(authority[..<colon])
        }
        if let reason = Self.objection(to: host) { throw refuse(reason) }
        self.text = text
    }

    private static func objection(to host: String) -> String? {
        guard !host.isEmpty else { return "it has no host" }
        if IPNetwork.isIPv6(host) || host.contains(where: { "[]".contains($0) }) {
            return "give a name or an IPv4 address: that the vendor reaches IPv6 is not documented"
        }
        let name = host.lowercased()
        guard !localDomains.contains(where: { name.trimmingDot() == $0 || name.trimmingDot().hasSuffix("." + $0) })
        else {
            return "the vendor's servers cannot reach \(host): the name means something inside of one network only"
        }
        guard name.trimmingDot().contains(".") else { return "it needs a domain, as in https://calls.example.com" }
        // Names and addresses follow the same rules as public SIP hosts.
        do throws(AddressError) {
            _ = try SIPHost(name)
            return nil
        } catch { return error.reason }
    }

    /// Domains without public servers: RFC 6761, RFC 6762, RFC 8375, and the one that ICANN reserved in 2024.
    private static let localDomains = ["localhost", "local", "internal", "home.arpa"]

    /// Returns the text for messages, without the user and password that it may contain.
    static func masked(_ text: String) -> String {
        guard let at = text.lastIndex(of: "@") else { return text }
        let start = text.firstRange(of: "://")?.upperBound ?? text.startIndex
        return start < at ? "\(text[..<start])…\(text[at...])" : text
    }
}

extension PublicURL: CustomStringConvertible {
    /// The URL as it was written.
    package var description: String { text }
}

extension String {
    fileprivate func trimmingDot() -> String { hasSuffix(".") ? String(dropLast()) : self }
}
