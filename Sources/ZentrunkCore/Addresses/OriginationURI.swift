/// Where Zentrunk sends an inbound call: `sip.example.com:5061;transport=tls`.
///
/// Plivo takes host, host:port, IPv4 and `sip:user@host`, each with `;transport=`; what a missing transport means is
/// documented nowhere. <https://www.plivo.com/docs/sip-trunking/>
public struct OriginationURI: Sendable, Hashable {
    /// How SIP travels.
    public enum Transport: String, Sendable, Hashable, CaseIterable { case udp, tcp, tls }

    public let host: SIPHost
    /// 1...65535; nil when the text names none.
    public let port: Int?
    public let transport: Transport?
    /// The URI as it is sent.
    public let text: String

    /// - Throws: ``AddressError`` that says which part is wrong.
    public init(_ text: String) throws(AddressError) {
        func refuse(_ reason: String) -> AddressError {
            AddressError(what: "origination URI", text: text, reason: reason)
        }
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw refuse("write host;transport=udp, without blanks")
        }
        guard !text.contains("://") else { throw refuse("it is no URL: write host;transport=udp") }
        var parts = text.split(separator: ";", omittingEmptySubsequences: false).map(String.init)
        var address = parts.removeFirst()
        let lowered = address.lowercased()
        let scheme = ["sips:", "sip:"].first { lowered.hasPrefix($0) }
        address.removeFirst(scheme?.count ?? 0)
        if let at = address.lastIndex(of: "@") {
            guard scheme != nil, at != address.startIndex else {
                throw refuse("a user needs a scheme, as in sip:user@host")
            }
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
        guard let colon = address.firstIndex(of: ":") else { return (address, nil) }
        guard let port = Int(address[address.index(after: colon)...]), (1...65535).contains(port) else {
            throw refuse("a port is a number from 1 to 65535")
        }
        return (String(address[..<colon]), port)
    }

    private static func transport(
        in parameters: [String], _ refuse: (String) -> AddressError
    ) throws(AddressError) -> Transport? {
        var found: Transport?
        for parameter in parameters {
            guard !parameter.isEmpty else { throw refuse("there is an empty parameter") }
            let pair = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair[0].lowercased() == "transport" else { continue }
            guard found == nil else { throw refuse("transport= stands twice") }
            guard pair.count == 2, let transport = Transport(rawValue: pair[1].lowercased()) else {
                throw refuse("transport= is udp, tcp or tls")
            }
            found = transport
        }
        return found
    }
}

extension OriginationURI: CustomStringConvertible {
    public var description: String { text }
}
