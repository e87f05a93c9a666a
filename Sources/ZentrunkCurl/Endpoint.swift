@_spi(Adapter) import ZentrunkCore

/// The destination of a request: scheme, host and port, validated so strictly that libcurl's parser cannot read them
/// differently.
struct Endpoint: Sendable, Hashable {
    enum Scheme: String, Sendable {
        case http, https

        var defaultPort: UInt16 { self == .http ? 80 : 443 }
    }

    let scheme: Scheme
    /// A name, an IPv4 address, or an IPv6 address in brackets.
    let host: String
    let port: UInt16
    /// Whether the connection must be to a loopback address, whatever the name resolves to: plain HTTP to a loopback
    /// host.
    let mustStayHere: Bool

    /// Parses a destination.
    ///
    /// - Parameter plainHosts: Remote hosts that plain HTTP is allowed for.
    /// - Throws: `TransportError` with code `refused` unless it consists of `http` or `https`, a host and an optional
    ///   port, and for plain HTTP to a remote host that is not allowed.
    init(
        scheme schemeName: String?, authority: String?, allowing plainHosts: PlainHTTPHosts = .none
    ) throws(TransportError) {
        guard let schemeName, let scheme = Scheme(rawValue: schemeName.lowercased()) else {
            throw .refused("only http and https addresses can be used")
        }
        guard let authority, !authority.isEmpty else { throw .refused("the address has no host") }
        guard !authority.utf8.contains(UInt8(ascii: "@")) else {
            throw .refused("the address must not contain a user name or password")
        }
        guard let (host, port) = Self.split(authority) else {
            throw .refused("the address has no usable host and port")
        }
        self.scheme = scheme
        self.host = host
        self.port = port ?? scheme.defaultPort
        mustStayHere = scheme == .http && Self.isLoopback(host)
        guard scheme == .https || mustStayHere || plainHosts.contains(host) else {
            throw .refused("\(self) is refused: plain http is used for this machine only, use https")
        }
    }

    /// Whether the host can only be this machine. ``Transfer`` also checks the address that `localhost` resolves to.
    private static func isLoopback(_ host: String) -> Bool {
        if host == "[::1]" || host.lowercased() == "localhost" { return true }
        guard host.utf8.starts(with: "127.".utf8) else { return false }
        // Only the usual spelling is accepted: resolvers disagree on whether 127.1, 0x7f.0.0.1 and 2130706433 are
        // loopback.
        var numbers = 1
        var number: Int?
        for byte in host.utf8 {
            if byte == UInt8(ascii: "."), number != nil {
                numbers += 1
                number = nil
            } else if isDigit(byte), number != 0 {
                number = (number ?? 0) * 10 + Int(byte - UInt8(ascii: "0"))
                guard number ?? 0 <= 255 else { return false }
            } else {
                return false
            }
        }
        return numbers == 4 && number != nil
    }

    /// Splits `host`, `host:port`, `[address]` or `[address]:port`.
    static func split(_ authority: String) -> (host: String, port: UInt16?)? {
        let bytes = authority.utf8
        let hostEnd: String.Index
        if bytes.first == UInt8(ascii: "[") {
            guard let bracket = bytes.firstIndex(of: UInt8(ascii: "]")) else { return nil }
            guard bytes[bytes.index(after: bytes.startIndex)..<bracket].allSatisfy(isAddressByte) else { return nil }
            hostEnd = bytes.index(after: bracket)
        } else {
            hostEnd = bytes.firstIndex(of: UInt8(ascii: ":")) ?? bytes.endIndex
            guard bytes[..<hostEnd].allSatisfy(isNameByte) else { return nil }
        }
        let host = String(authority[..<hostEnd])
        guard !host.isEmpty, host.utf8.count <= 255, host.utf8.first != UInt8(ascii: ".") else { return nil }
        guard hostEnd != bytes.endIndex else { return (host, nil) }
        let digits = authority[bytes.index(after: hostEnd)...]
        guard bytes[hostEnd] == UInt8(ascii: ":"), digits.utf8.allSatisfy(isDigit), let port = UInt16(digits), port > 0
        else { return nil }
        return (host, port)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func isAddressByte(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20) || byte == UInt8(ascii: ":")
            || byte == UInt8(ascii: ".")
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: ".")
            || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }
}

extension Endpoint: CustomStringConvertible {
    var description: String { "\(host):\(port)" }
}

extension TransportError {
    static func refused(_ message: String) -> TransportError {
        TransportError(code: .refused, delivery: .notSent, message: message)
    }
}
