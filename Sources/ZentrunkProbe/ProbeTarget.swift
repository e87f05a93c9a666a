/// What a probe is aimed at: `sip.example.com`, `192.0.2.1:5060;transport=tcp`, `sips:sip.example.com`.
///
/// In contrast to an origination URI, it may be any host that the caller names, also one on a private network.
public struct ProbeTarget: Sendable, Hashable {
    /// The transport protocol of SIP.
    public enum Transport: String, Sendable, Hashable, CaseIterable {
        case udp, tcp, tls

        /// The port without another one in URI and SRV record. <https://www.rfc-editor.org/rfc/rfc3261#section-19.1.2>
        public var defaultPort: Int { self == .tls ? 5061 : 5060 }
    }

    /// The host: a domain in lower case without a trailing dot, or an address without brackets.
    public let host: String
    /// The address, if the host is one.
    public let address: IPAddress?
    /// The port, 1...65535; nil if the text contains none.
    public let port: Int?
    /// The transport; nil if the text contains none, and always TLS with `sips:`.
    public let transport: Transport?
    /// Whether the text begins with `sips:`, which allows TLS only.
    /// <https://www.rfc-editor.org/rfc/rfc3261#section-19.1>
    public let isSecure: Bool

    /// Creates a target from its parts.
    ///
    /// - Throws: ``ProbeTargetError``.
    public init(
        host: String, port: Int? = nil, transport: Transport? = nil, isSecure: Bool = false
    ) throws(ProbeTargetError) {
        func refuse(_ reason: String) -> ProbeTargetError { ProbeTargetError(text: host, reason: reason) }
        if let port, !(1...65535).contains(port) { throw refuse("a port is a number from 1 to 65535") }
        if isSecure, transport == .udp { throw refuse("sips: does not go over udp") }
        self.port = port
        self.transport = isSecure ? .tls : transport
        self.isSecure = isSecure
        if let address = IPAddress(host) {
            self.host = address.description
            self.address = address
            return
        }
        let name = (host.hasSuffix(".") ? String(host.dropLast()) : host).lowercased()
        guard let reason = Self.objection(to: name) else {
            self.host = name
            address = nil
            return
        }
        throw refuse(reason)
    }

    /// Parses `HOST[:PORT][;transport=udp|tcp|tls]`, also with `sip:` or `sips:` in front.
    ///
    /// A user and other parameters are refused: the probe's request could not respect them.
    ///
    /// - Throws: ``ProbeTargetError``, which says which part is invalid.
    public init(_ text: String) throws(ProbeTargetError) {
        func refuse(_ reason: String) -> ProbeTargetError { ProbeTargetError(text: text, reason: reason) }
        guard (1...300).contains(text.utf8.count) else { throw refuse("write HOST[:PORT][;transport=udp|tcp|tls]") }
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw refuse("it has blanks or characters beyond ASCII")
        }
        guard !text.contains("@") else { throw refuse("give the host alone, without a user") }
        guard !text.contains("//") else { throw refuse("it is not a URL: write HOST[:PORT][;transport=udp|tcp|tls]") }
        let parts = text.split(separator: ";", omittingEmptySubsequences: false)
        var address = String(parts[0])
        let scheme = ["sips:", "sip:"].first { address.lowercased().hasPrefix($0) }
        address.removeFirst(scheme?.count ?? 0)
        var transport: Transport?
        for parameter in parts.dropFirst() {
            let pair = parameter.lowercased().split(separator: "=", omittingEmptySubsequences: false)
            guard pair.count == 2, pair[0] == "transport" else {
                throw refuse("\";\(oneLine(String(parameter)))\" is not a parameter of a probe: only ;transport=")
            }
            guard transport == nil else { throw refuse("transport= appears twice") }
            guard let found = Transport(rawValue: String(pair[1])) else {
                throw refuse("transport= is udp, tcp or tls")
            }
            transport = found
        }
        let (host, port) = try Self.split(address, refuse)
        do {
            try self.init(host: host, port: port, transport: transport, isSecure: scheme == "sips:")
        } catch {
            throw refuse(error.reason)
        }
    }

    private static func split(
        _ address: String, _ refuse: (String) -> ProbeTargetError
    ) throws(ProbeTargetError) -> (host: String, port: Int?) {
        var host = address
        var portText: Substring?
        if address.hasPrefix("[") {
            guard let end = address.firstIndex(of: "]") else { throw refuse("a bracket is not closed") }
            host = String(address[...end])
            guard IPAddress(host)?.isIPv6 == true else { throw refuse("brackets are for IPv6 addresses") }
            let rest = address[address.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { throw refuse("only a port can follow the brackets") }
            portText = rest.isEmpty ? nil : rest.dropFirst()
        } else if IPAddress(address) == nil, let colon = address.firstIndex(of: ":") {
            host = String(address[..<colon])
            portText = address[address.index(after: colon)...]
        }
        guard let portText else { return (host, nil) }
        // Signs and leading zeros are refused, because other parsers may read them differently.
        guard let port = Int(portText), (1...65535).contains(port), String(port) == portText else {
            throw refuse("a port is a number from 1 to 65535")
        }
        return (host, port)
    }

    private static func objection(to name: String) -> String? {
        guard !name.isEmpty else { return "it has no host" }
        guard name.utf8.count <= 253 else { return "the host is longer than 253 characters" }
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        let isName = labels.allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                && label.utf8.allSatisfy { byte in
                    (97...122).contains(byte) || (48...57).contains(byte) || byte == 45
                }
        }
        guard isName else { return "the host is neither a domain in ASCII nor an address" }
        // `1.2.3` would be a domain for some and an address for others.
        guard let last = labels.last, !last.utf8.allSatisfy({ (48...57).contains($0) }) else {
            return "the host is neither a domain nor a complete IPv4 address"
        }
        return nil
    }

    /// The host as part of a URI: IPv6 in brackets.
    var uriHost: String { address?.bracketed ?? host }
}

extension ProbeTarget: CustomStringConvertible {
    /// The target as a SIP URI.
    public var description: String {
        var text = (isSecure ? "sips:" : "sip:") + uriHost
        if let port { text += ":\(port)" }
        // Within sips: TLS is implied. <https://www.rfc-editor.org/rfc/rfc3261#section-26.2.2>
        if let transport, !isSecure { text += ";transport=\(transport.rawValue)" }
        return text
    }
}

/// The reason why a text is not a ``ProbeTarget``.
public struct ProbeTargetError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The text, on one line.
    public var text: String
    /// The reason.
    public var reason: String

    init(text: String, reason: String) {
        self.text = oneLine(text)
        self.reason = reason
    }

    /// The error in one sentence.
    public var description: String { "\"\(text)\" cannot be probed: \(reason)" }
}
