@_spi(Adapter) import ZentrunkCore

/// A proxy, and the variable that names it.
struct CurlProxy: Sendable, Hashable {
    enum Scheme: String, Sendable, CaseIterable {
        case http, https, socks4, socks4a, socks5, socks5h

        /// The default port as in curl: 1080, also for http. <https://curl.se/libcurl/c/CURLOPT_PROXY.html>
        var defaultPort: UInt16 { self == .https ? 443 : 1080 }
        var isSOCKS: Bool { self != .http && self != .https }
    }

    let scheme: Scheme
    let host: String
    let port: UInt16
    let user: Secret?
    let password: Secret?
    /// User and password as they were written.
    private let written: Secret?
    /// The environment variable, for messages.
    let variable: String

    /// Parses `http://user:password@proxy.example.com:3128` as curl does; the default scheme is http.
    ///
    /// - Throws: `TransportError` `refused`, which names the variable and quotes nothing that could be a password.
    init(_ text: String, variable: String) throws(TransportError) {
        func refuse(_ reason: String) -> TransportError {
            .refused("\(variable) does not name a proxy: \(reason), as in http://proxy.example.com:3128")
        }
        let (schemeName, rest) = Self.halves(text, "://").map { ($0.lowercased(), $1) } ?? ("http", text)
        guard let scheme = Scheme(rawValue: schemeName) else {
            throw refuse("its scheme is one of \(Scheme.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        // The last one, because a password may contain others.
        let at = rest.lastIndex(of: "@")
        let authority = rest[(at.map { rest.index(after: $0) } ?? rest.startIndex)...].prefix { $0 != "/" }
        guard let (host, port) = Endpoint.split(String(authority)) else { throw refuse("write a host and a port") }
        self.scheme = scheme
        self.host = host
        self.port = port ?? scheme.defaultPort
        self.variable = variable
        let login = at.map { String(rest[..<$0]) }
        let parts = login.flatMap { Self.halves($0, ":") }
        user = (parts?.0 ?? login).map { Secret(Self.decoded($0)) }
        password = parts.map { Secret(Self.decoded($0.1)) }
        written = login.map { Secret($0) }
    }

    /// The address without user and password, as libcurl accepts it and messages show it.
    var address: String { "\(scheme.rawValue)://\(host):\(port)" }

    /// The texts that must not be shown. A user name is a secret only if there is no password.
    var secrets: [Secret] { [written, password ?? user].compactMap { $0 } }

    private static func halves(_ text: String, _ separator: String) -> (String, String)? {
        guard let range = text.firstRange(of: separator) else { return nil }
        return (String(text[..<range.lowerBound]), String(text[range.upperBound...]))
    }

    /// Decodes percent-encoding; invalid sequences stay unchanged.
    private static func decoded(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var decoded: [UInt8] = []
        var index = 0
        while index < bytes.count {
            let hex = bytes[index...].dropFirst().prefix(2)
            if bytes[index] == UInt8(ascii: "%"), hex.count == 2,
                let value = UInt8(String(decoding: hex, as: UTF8.self), radix: 16)
            {
                decoded.append(value)
                index += 3
            } else {
                decoded.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: decoded, as: UTF8.self)
    }
}
