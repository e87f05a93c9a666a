@_spi(Adapter) public import ZentrunkCore

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// The settings of a ``CurlTransport``: timeouts, limits, proxies and certificate authorities.
///
/// Everything else is fixed. TLS 1.2 or newer is always verified, also through proxies. Redirects are returned and not
/// followed. Responses are not decompressed. There are no cookies, no `.netrc`, and no HSTS or Alt-Svc cache. Nothing
/// is read from the environment except by ``init(environment:)``.
public struct CurlConfiguration: Sendable, Hashable {
    /// The time limit from name resolution until the connection, including TLS, is ready. Default: 10 seconds.
    public var connectTimeout: Duration = .seconds(10)
    /// The time limit from the turn of a request to the last byte of the response. The wait for its turn does not count,
    /// because it says nothing about the server. Default: 60 seconds.
    public var totalTimeout: Duration = .seconds(60)
    /// The time limit of the wait for a turn, while ``maximumConnectionsPerHost`` other requests to the host are active.
    /// A request beyond it fails with `queueTimeout`, which a connector does not repeat: more requests would
    /// lengthen the queue. Default: 5 minutes.
    public var queueTimeout: Duration = .seconds(300)
    /// The time limit without a byte in either direction. Default: 30 seconds.
    public var idleTimeout: Duration = .seconds(30)
    /// The limit of a response body. Larger ones fail with `tooLarge`, before they are read if the server announces the
    /// length. Default: 16 MiB.
    public var maximumBodyBytes = 16 << 20
    /// The limit of all header lines of a response, including interim responses and trailers. Default: 64 KiB.
    public var maximumHeaderBytes = 64 << 10
    /// The limit of the number of header lines, because many short lines cost more than their bytes. Default: 500.
    public var maximumHeaderLines = 500
    /// The limit of concurrent requests to one host and port; further ones are queued, see ``queueTimeout``. All users
    /// of the transport share it, so a backend with many customers needs more: 256 served 1,000 connects at once. Over
    /// HTTP/2 the requests share one connection, and at least 100 are concurrent. Default: 16.
    public var maximumConnectionsPerHost = 16
    /// The number of connections kept open between requests, over all hosts. Default: 64.
    public var maximumIdleConnections = 64
    /// The `User-Agent` of requests that do not set one.
    public var userAgent = "zentrunk-connect"
    /// A PEM file of certificate authorities that are trusted instead of the system's. Default: none, so the system's
    /// are trusted.
    public var certificateAuthorityFile: String?
    /// A folder of certificate authorities with names by `openssl rehash`, trusted in addition to the file, or to the
    /// system's file. Several folders are separated by colons. Default: none.
    public var certificateAuthorityFolder: String?
    /// The variables that the two settings above were read from, for messages.
    var authorities: [Authority] = []
    /// The proxies that requests go through. Default: none.
    public var proxies = ProxySettings.none
    /// Hosts, in addition to loopback, that plain HTTP is allowed for. Default: none.
    public var plainHosts = PlainHTTPHosts.none

    /// Creates the default configuration.
    public init() {}
}

extension CurlConfiguration {
    /// A variable that names certificate authorities.
    struct Authority: Sendable, Hashable {
        var variable: String
        var path: String
    }

    /// Checks the values.
    ///
    /// - Throws: `TransportError` with code `refused`, which names the invalid value.
    func validate() throws(TransportError) {
        let limits = [
            ("connect", connectTimeout), ("total", totalTimeout), ("idle", idleTimeout), ("queue", queueTimeout),
        ]
        for (name, value) in limits {
            guard value >= .milliseconds(1), value <= .seconds(86_400) else {
                throw .refused("the \(name) timeout must be between a millisecond and a day")
            }
        }
        guard maximumBodyBytes > 0, maximumHeaderBytes > 0, maximumHeaderLines > 0 else {
            throw .refused("the limits of an answer's size must be above zero")
        }
        guard (1...1000).contains(maximumConnectionsPerHost), (1...10_000).contains(maximumIdleConnections) else {
            throw .refused("the numbers of connections must be above zero, and sensible")
        }
        guard userAgent.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw .refused("the user agent must be printable ASCII")
        }
        if let file = certificateAuthorityFile, access(file, R_OK) != 0 {
            throw .refused("the certificate authority file \(file) cannot be read")
        }
    }

    /// Limits each request from its turn to this time, including its response, and disables the shorter limit for silence.
    public mutating func limitRequests(to timeout: Duration) {
        totalTimeout = timeout
        idleTimeout = timeout
        connectTimeout = min(connectTimeout, timeout)
    }

    /// The shortest time after which a transfer can be overdue.
    var shortestTimeout: Duration { min(totalTimeout, idleTimeout) }
}
