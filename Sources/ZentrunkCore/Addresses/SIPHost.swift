/// A host that SIP calls go to: a DNS name or an IPv4 address, without scheme, user and port.
public struct SIPHost: Sendable, Hashable {
    /// The host in lower case, without a trailing dot.
    public let name: String

    /// - Throws: ``AddressError`` for URLs, ports, empty labels, unqualified names and addresses nobody can reach.
    public init(_ text: String) throws(AddressError) {
        func refuse(_ reason: String) -> AddressError { AddressError(what: "SIP host", text: text, reason: reason) }
        let name = (text.hasSuffix(".") ? String(text.dropLast()) : text).lowercased()
        guard !name.isEmpty else { throw refuse("it is empty") }
        guard !name.contains(":"), !name.contains("/") else {
            throw refuse("give the host alone, without sip:, port or path")
        }
        if IPNetwork.isAddress(name) {
            if let network = try? IPNetwork(name), network.isPrivate {
                throw refuse("the address is not reachable from the internet")
            }
            self.name = name
            return
        }
        guard name.utf8.count <= 253 else { throw refuse("it is longer than 253 characters") }
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.count > 1 else { throw refuse("it needs a domain, as in sip.example.com") }
        for label in labels where !Self.isLabel(label) {
            throw refuse("between dots stand 1 to 63 letters, digits and hyphens, no hyphen first or last")
        }
        guard let last = labels.last, !last.allSatisfy(\.isWholeNumber) else {
            throw refuse("it is neither a name nor an IPv4 address")
        }
        self.name = name
    }

    private static func isLabel(_ label: Substring) -> Bool {
        (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
            && label.allSatisfy { $0.isASCII && ($0.isLetter || $0.isWholeNumber || $0 == "-") }
    }
}

extension SIPHost: CustomStringConvertible {
    public var description: String { name }
}
