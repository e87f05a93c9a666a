/// What a server answered to OPTIONS, in its own words: on one line each, and bounded.
public struct SIPAnswer: Sendable, Hashable {
    /// The status, 100...699.
    public var status: Int
    /// The reason phrase.
    public var reason: String
    /// The software, from Server or User-Agent; nil if it does not say.
    public var server: String?
    /// The methods that it allows; nil if it does not say.
    public var allow: String?
    /// The extensions that it supports; nil if it does not say.
    public var supported: String?
    /// The warnings; empty without any. <https://www.rfc-editor.org/rfc/rfc3261#section-20.43>
    public var warnings: [String]
    /// Where a 3xx points to; it was not followed.
    public var contacts: [String]
    /// When to try again, in its own words.
    public var retryAfter: String?
    /// This machine's address and port as the server saw them, which an access list must contain.
    /// <https://www.rfc-editor.org/rfc/rfc3581#section-4>
    public var publicAddress: String?

    package init(_ response: SIPResponse) {
        func text(_ name: String) -> String? {
            let values = response.values(name)
            return values.isEmpty ? nil : oneLine(values.joined(separator: ", "))
        }
        status = response.status
        reason = oneLine(response.reason)
        server = text("server") ?? text("user-agent")
        allow = text("allow")
        supported = text("supported")
        warnings = response.values("warning").prefix(10).map { oneLine($0) }
        contacts =
            (300...399).contains(response.status) ? response.values("contact").prefix(10).map { oneLine($0) } : []
        retryAfter = text("retry-after")
        let via = response.values("via").first.flatMap(SIPVia.init(_:))
        // Only what is an address and a port: a server's text is not taken for our address.
        if let address = via?.parameters["received"].flatMap(IPAddress.init(_:)) {
            let port = via?.parameters["rport"].flatMap { Int($0) }.flatMap { (1...65535).contains($0) ? $0 : nil }
            publicAddress = port.map { SocketAddress(address, port: $0).description } ?? address.description
        }
    }

    /// The status and the reason: `200 OK`.
    public var line: String { reason.isEmpty ? "\(status)" : "\(status) \(reason)" }
}
