/// The destination of an inbound call from Zentrunk: `sip.example.com:5061;transport=tls`.
///
/// Plivo accepts host, host:port, IPv4 and `sip:user@host`, each with `;transport=`. The default transport is not
/// documented. <https://www.plivo.com/docs/sip-trunking/>
public struct OriginationURI: Sendable, Hashable {
    /// The transport protocol of SIP.
    public enum Transport: String, Sendable, Hashable, CaseIterable { case udp, tcp, tls }

    /// The host.
    @_spi(Adapter) public let host: SIPHost
    /// The port, 1...65535; nil if the text contains none.
    public let port: Int?
    /// The transport; nil if the text contains none.
    public let transport: Transport?
    /// The URI as it is sent.
    public let text: String

    /// Parses a URI.
    ///
    /// - Throws: ``AddressError``, which says which part is invalid.
    public init(_ text: String) throws(AddressError) {
        func refuse(_ reason: String) -> AddressError {
            AddressError(what: "origination URI", text: Self.masked(text), reason: reason)
        }
        if let reason = Self.objection(to: text) { throw refuse(reason) }
        guard !text.contains("://") else { throw refuse("it is not a URL: write host;transport=udp") }
        var parts = text.split(separator: ";", omittingEmptySubsequences: false).map(String.init)
        var address = parts.removeFirst()
        let lowered = address.lowercased()
        let scheme = ["sips:", "sip:"].first { lowered.hasPrefix($0) }
        address.removeFirst(scheme?.count ?? 0)
        guard !parts.contains(where: { $0.contains("@") }) else { throw refuse("there is an @ after the host") }
        if let at = address.lastIndex(of: "@") {
            let user = address[..<at]
            guard !user.contains(":"), !user.lowercased().contains("%3a") else {
                var refusal = refuse(
                    "it contains a password, which plans and lists would show: give the username and the password of the URI separately"
                )
                refusal.remedies = [.createURI]
                throw refusal
            }
            guard scheme != nil, !user.isEmpty else { throw refuse("a user needs a scheme, as in sip:user@host") }
            address = String(address[address.index(after: at)...])
        }
        let (hostText, port) = try Self.splitPort(address, refuse)
        do { host = try SIPHost(hostText) } catch { throw refuse(error.reason) }
        let transport = try Self.transport(in: parts, refuse)
        if scheme == "sips:", transport == .udp { throw refuse("sips: does not go over udp") }
        if port == 5061, let transport, transport != .tls { throw refuse("port 5061 is for transport=tls") }
        self.port = port
        self.transport = transport
        self.text = text
    }

    private static func splitPort(
        _ address: String, _ refuse: (String) -> AddressError
    ) throws(AddressError) -> (String, Int?) {
        guard let colon = address.firstIndex(of: ":"), !IPNetwork.isIPv6(address), address.first != "[" else {
            return (address, nil)
        }
        let text = address[address.index(after: colon)...]
        guard !text.contains(":") else { throw refuse("it has two ports") }
        // Signs and leading zeros are refused, because other parsers may read them differently.
        guard let port = Int(text), (1...65535).contains(port), String(port) == text else {
            throw refuse("a port is a number from 1 to 65535")
        }
        return (String(address[..<colon]), port)
    }

    /// Returns the reason why a text cannot be a URI.
    private static func objection(to text: String) -> String? {
        guard !text.isEmpty else { return "write host;transport=udp, without blanks" }
        guard text.unicodeScalars.allSatisfy({ $0.isASCII || $0.properties.isWhitespace }) else {
            return
                "it holds characters beyond ASCII: an international name is written in its ASCII form, as in xn--bcher-kva.example"
        }
        return text.utf8.allSatisfy { (0x21...0x7E).contains($0) } ? nil : "write host;transport=udp, without blanks"
    }

    /// Returns the text for messages, without a password that it may contain.
    ///
    /// The password may follow a colon, an escape or a parameter after the user's name: `sip:user;password=x@host`.
    package static func masked(_ text: String) -> String {
        guard let at = text.lastIndex(of: "@") else { return text }
        let start = text.firstMatch(of: /[sS][iI][pP][sS]?:/)?.range.upperBound ?? text.startIndex
        guard start < at, let sign = text[start..<at].firstIndex(where: { ":%;".contains($0) }) else {
            return text
        }
        return text[...sign] + "…" + text[at...]
    }

    /// Whether calls to this URI are encrypted.
    public var isSecure: Bool { transport == .tls || text.lowercased().hasPrefix("sips:") }

    private static func transport(
        in parameters: [String], _ refuse: (String) -> AddressError
    ) throws(AddressError) -> Transport? {
        var found: Transport?
        for parameter in parameters {
            guard !parameter.isEmpty else { throw refuse("there is an empty parameter") }
            let pair = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair[0].lowercased() == "transport" else { continue }
            guard found == nil else { throw refuse("transport= appears twice") }
            guard pair.count == 2, let transport = Transport(rawValue: pair[1].lowercased()) else {
                throw refuse("transport= is udp, tcp or tls")
            }
            found = transport
        }
        return found
    }
}

extension OriginationURI: CustomStringConvertible {
    /// The URI as it is sent.
    public var description: String { text }
}
