@_spi(Adapter) public import ZentrunkCore

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// The choice of a proxy for each request, by the rules of curl's variables.
///
/// One rule is stricter: plain HTTP to loopback never goes through a proxy, which would send its keys over the network
/// unencrypted. <https://curl.se/docs/manpage.html#ENVIRONMENT>
public struct ProxySettings: Sendable, Hashable {
    /// No proxy.
    public static let none = ProxySettings()

    private var proxies: [Endpoint.Scheme: CurlProxy] = [:]
    private var exceptions: [String] = []
    /// The variable that lists the exceptions; if neither is set, the usual one.
    private(set) var exceptionsVariable = "NO_PROXY"

    private init() {}

    /// Reads `https_proxy`, `HTTPS_PROXY`, `http_proxy`, `all_proxy`, `ALL_PROXY`, `no_proxy` and `NO_PROXY`.
    ///
    /// Of several spellings, the first non-empty one applies. `HTTP_PROXY` is ignored, because clients of a CGI program
    /// can set it.
    ///
    /// - Throws: `TransportError` `refused`, which names the variable.
    @_spi(Adapter) public init(environment: [String: String]) throws(TransportError) {
        func first(_ names: [String]) -> (name: String, value: String)? {
            for name in names {
                if let value = environment[name], !value.isEmpty { return (name, value) }
            }
            return nil
        }
        let variables: [(Endpoint.Scheme, [String])] = [
            (.https, ["https_proxy", "HTTPS_PROXY"]), (.http, ["http_proxy"]),
        ]
        for (scheme, names) in variables {
            guard let given = first(names + ["all_proxy", "ALL_PROXY"]) else { continue }
            proxies[scheme] = try CurlProxy(given.value, variable: given.name)
        }
        guard let given = first(["no_proxy", "NO_PROXY"]) else { return }
        exceptionsVariable = given.name
        exceptions = given.value.lowercased().split(whereSeparator: { ", \t".contains($0) }).map(String.init)
    }

    /// The passwords of the proxies, both as written and as sent.
    public var secrets: [Secret] { proxies.values.flatMap(\.secrets) }

    /// Whether the connection to a proxy is itself encrypted.
    var hasTLS: Bool { proxies.values.contains { $0.scheme == .https } }

    /// Returns the proxy for a request; nil for a direct connection.
    func proxy(for endpoint: Endpoint) -> CurlProxy? {
        guard !endpoint.mustStayHere, let proxy = proxies[endpoint.scheme], !isException(endpoint.host) else {
            return nil
        }
        return proxy
    }

    /// Whether the host is excluded. `*` is every host, `example.com` and `.example.com` are the host and its
    /// subdomains, and addresses may be ranges.
    private func isException(_ host: String) -> Bool {
        let name = host.lowercased().trimming(".")
        let address = Address(name.trimming("[]"))
        return exceptions.contains { entry in
            if entry == "*" { return true }
            if let address { return address.isIn(entry) }
            let domain = entry.trimming(".")
            return !domain.isEmpty && (name == domain || name.hasSuffix("." + domain))
        }
    }

    /// The bytes of an IPv4 or IPv6 address.
    private struct Address {
        let bytes: [UInt8]

        init?(_ text: String) {
            var (four, six) = (in_addr(), in6_addr())
            if inet_pton(AF_INET, text, &four) == 1 {
                bytes = withUnsafeBytes(of: &four) { Array($0) }
            } else if inet_pton(AF_INET6, text, &six) == 1 {
                bytes = withUnsafeBytes(of: &six) { Array($0) }
            } else {
                return nil
            }
        }

        /// Whether the entry is this address or a range that contains it, such as `10.0.0.0/8`.
        func isIn(_ entry: String) -> Bool {
            let parts = entry.split(separator: "/", omittingEmptySubsequences: false)
            guard let network = parts.first.flatMap({ Address(String($0).trimming("[]")) }),
                network.bytes.count == bytes.count
            else { return false }
            guard parts.count > 1 else { return network.bytes == bytes }
            guard parts.count == 2, let length = Int(parts[1]), (0...bytes.count * 8).contains(length) else {
                return false
            }
            return bytes.indices.allSatisfy { index in
                let fixed = min(8, max(0, length - index * 8))
                let mask = ~UInt8(truncatingIfNeeded: 0xFF >> fixed)
                return bytes[index] & mask == network.bytes[index] & mask
            }
        }
    }
}

extension String {
    /// Returns the text without these characters at either end.
    fileprivate func trimming(_ characters: String) -> String {
        String(drop { characters.contains($0) }.reversed().drop { characters.contains($0) }.reversed())
    }
}
