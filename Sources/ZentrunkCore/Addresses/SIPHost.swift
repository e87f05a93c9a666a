/// A destination host of SIP calls: a DNS name or an IPv4 address, without scheme, user and port.
@_spi(Adapter) public struct SIPHost: Sendable, Hashable {
    /// The host in lower case, without a trailing dot.
    public let name: String

    /// Parses a host.
    ///
    /// - Throws: ``AddressError`` for URLs, ports, empty labels, unqualified names and addresses that are not public.
    public init(_ text: String) throws(AddressError) {
        func refuse(_ reason: String) -> AddressError { AddressError(what: "SIP host", text: text, reason: reason) }
        let name = (text.hasSuffix(".") ? String(text.dropLast()) : text).lowercased()
        guard !name.isEmpty else { throw refuse("it is empty") }
        if let reason = Self.objection(to: name) { throw refuse(reason) }
        if IPNetwork.isAddress(name) {
            if let reason = try? IPNetwork(name).notPublicReason {
                throw refuse("the address is not reachable from the internet: it is \(reason)")
            }
            self.name = name
            return
        }
        guard name.utf8.count <= 253 else { throw refuse("it is longer than 253 characters") }
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.count > 1 else { throw refuse("it needs a domain, as in sip.example.com") }
        for label in labels where !Self.isLabel(label) {
            throw refuse("each part between dots has 1 to 63 letters, digits and hyphens, with no hyphen first or last")
        }
        guard let last = labels.last, !last.allSatisfy(\.isWholeNumber) else {
            throw refuse("it is neither a name nor an IPv4 address")
        }
        self.name = name
    }

    /// Parses a host in the spellings of the vendors' web pages: `sip:name.sip.example.com`,
    /// `name.sip.example.com;transport=tcp`, `name.sip.example.com:5060`.
    ///
    /// Transport and the ports 5060 and 5061 are removed, because the connection determines them.
    ///
    /// - Throws: ``AddressError`` as for a host alone, and for users, other ports and other parameters.
    public init(spelling text: String) throws(AddressError) {
        func refuse(_ reason: String) -> AddressError {
            AddressError(what: "SIP host", text: OriginationURI.masked(text), reason: reason)
        }
        guard !text.contains("@") else { throw refuse("give the host alone, without a user") }
        let parts = text.split(separator: ";", omittingEmptySubsequences: false)
        var address = String(parts[0])
        let scheme = ["sips:", "sip:"].first { address.lowercased().hasPrefix($0) }
        address.removeFirst(scheme?.count ?? 0)
        for parameter in parts.dropFirst() where !Self.transports.contains(parameter.lowercased()) {
            throw refuse("\";\(parameter)\" is not part of a host: give the host alone")
        }
        if let port = [":5060", ":5061"].first(where: address.hasSuffix) { address.removeLast(port.count) }
        do { self = try SIPHost(address) } catch { throw refuse(error.reason) }
    }

    private static let transports = Set(OriginationURI.Transport.allCases.map { "transport=\($0.rawValue)" })

    /// Returns the reason why a text cannot be a host name or an IPv4 address.
    private static func objection(to name: String) -> String? {
        if IPNetwork.isIPv6(name) { return "IPv6 is not documented for SIP hosts: give a name or an IPv4 address" }
        if name.contains(where: { "[]".contains($0) }) {
            return "brackets are for IPv6, which is not documented for SIP hosts: give a name or an IPv4 address"
        }
        if name.contains(":") || name.contains("/") { return "give the host alone, without sip:, port or path" }
        guard name.unicodeScalars.allSatisfy(\.isASCII) else {
            return "international names are written in their ASCII form, as in xn--bcher-kva.example"
        }
        if name.contains("_") { return "host names have no underscores" }
        return nil
    }

    private static func isLabel(_ label: Substring) -> Bool {
        (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
            && label.allSatisfy { $0.isASCII && ($0.isLetter || $0.isWholeNumber || $0 == "-") }
    }
}

extension SIPHost: CustomStringConvertible {
    /// The host in lower case.
    public var description: String { name }
}
