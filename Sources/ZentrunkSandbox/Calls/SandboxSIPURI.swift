/// The target of an origination URI, in one of the forms that Plivo accepts: `host`, `host:port`, `sip:user@host`, each
/// with or without `;transport=`.
struct SandboxSIPURI: Hashable {
    var host: String
    var port: Int?
    var transport: SandboxTransport

    /// - Returns: nil if the text has no host, or an invalid port or transport.
    init?(_ text: String) {
        var rest = text[...]
        let isSecure = rest.lowercased().hasPrefix("sips:")
        if isSecure {
            rest = rest.dropFirst("sips:".count)
        } else if rest.lowercased().hasPrefix("sip:") {
            rest = rest.dropFirst("sip:".count)
        }
        if let at = rest.lastIndex(of: "@") { rest = rest[rest.index(after: at)...] }
        let parts = rest.split(separator: ";", omittingEmptySubsequences: false)
        let address = parts[0].split(separator: ":", omittingEmptySubsequences: false)
        guard let host = address.first, !host.isEmpty, address.count <= 2 else { return nil }
        self.host = String(host.hasSuffix(".") ? host.dropLast() : host).lowercased()
        if address.count == 2 {
            guard let port = Int(address[1]), (1...65535).contains(port) else { return nil }
            self.port = port
        }
        // The transport of a URI without the parameter is not documented: UDP is SIP's own default, and an earlier
        // edition of Plivo's material says the same.
        transport = isSecure ? .tls : .udp
        for parameter in parts.dropFirst() {
            let pair = parameter.split(separator: "=", maxSplits: 1)
            guard pair.first?.lowercased() == "transport" else { continue }
            guard pair.count == 2, let named = SandboxTransport(rawValue: pair[1].lowercased()) else { return nil }
            transport = named
        }
    }
}
