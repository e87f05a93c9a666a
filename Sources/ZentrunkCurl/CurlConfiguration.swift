public import ZentrunkCore

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// How a ``CurlTransport`` connects, how long it waits and how much it reads.
///
/// What is not here is fixed: TLS 1.2 or newer is always verified, through proxies as well, redirects are handed back and not
/// followed, answers are not decompressed, and there are no cookies, no `.netrc` and no HSTS or Alt-Svc memory. Nothing is
/// read from the environment unless ``init(environment:)`` is asked to.
public struct CurlConfiguration: Sendable, Hashable {
    /// From the first look-up of the name until the connection, TLS included, is ready. Default: 10 seconds.
    public var connectTimeout: Duration = .seconds(10)
    /// From ``CurlTransport/send(_:)`` to the last byte of the answer, waiting for a connection included. Default: 60 seconds.
    public var totalTimeout: Duration = .seconds(60)
    /// How long a request may go on with no byte in either direction. Default: 30 seconds.
    public var idleTimeout: Duration = .seconds(30)
    /// Larger bodies fail with `tooLarge`, before they are read where the server says how long they are. Default: 16 MiB.
    public var maximumBodyBytes = 16 << 20
    /// For all header lines of an answer together, interim answers and trailers included. Default: 64 KiB.
    public var maximumHeaderBytes = 64 << 10
    /// The same for their count: many short lines cost more than their bytes. Default: 500.
    public var maximumHeaderLines = 500
    /// More requests than this to one host and port wait their turn; over HTTP/2 they share one connection. Default: 16.
    public var maximumConnectionsPerHost = 16
    /// Connections kept open between requests, over all hosts. Default: 64.
    public var maximumIdleConnections = 64
    /// Sent when a request has no `User-Agent` of its own.
    public var userAgent = "zentrunk-connect"
    /// A PEM file of certificate authorities, trusted instead of the system's. Default: none, the system's are trusted.
    public var certificateAuthorityFile: String?
    /// A folder of certificate authorities, named by `openssl rehash`, trusted besides the file, or besides the system's file.
    /// Several are separated by colons. Default: none.
    public var certificateAuthorityFolder: String?
    /// Where the two above were read from, for messages.
    var authorities: [Authority] = []
    /// The proxies that requests go through. Default: none.
    public var proxies = ProxySettings.none
    /// Hosts that plain http may go to besides this machine. Default: none.
    public var plainHosts = PlainHTTPHosts.none

    public init() {}
}

extension CurlConfiguration {
    /// A variable that names certificate authorities.
    struct Authority: Sendable, Hashable {
        var variable: String
        var path: String
    }

    /// - Throws: `TransportError` with code `refused`, naming the value that cannot be used.
    func validate() throws(TransportError) {
        for (name, value) in [("connect", connectTimeout), ("total", totalTimeout), ("idle", idleTimeout)] {
            guard value >= .milliseconds(1), value <= .seconds(86_400) else {
                throw .refused("The \(name) timeout must be between a millisecond and a day.")
            }
        }
        guard maximumBodyBytes > 0, maximumHeaderBytes > 0, maximumHeaderLines > 0 else {
            throw .refused("The limits of an answer's size must be above zero.")
        }
        guard (1...1000).contains(maximumConnectionsPerHost), (1...10_000).contains(maximumIdleConnections) else {
            throw .refused("The numbers of connections must be above zero, and sensible.")
        }
        guard userAgent.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw .refused("The user agent must be printable ASCII.")
        }
        if let file = certificateAuthorityFile, access(file, R_OK) != 0 {
            throw .refused("The certificate authority file \(file) cannot be read.")
        }
    }

    /// Lets one request take that long, answer included, and no longer, however silent the server is meanwhile.
    public mutating func limitRequests(to timeout: Duration) {
        totalTimeout = timeout
        idleTimeout = timeout
        connectTimeout = min(connectTimeout, timeout)
    }

    /// The event loop has nothing to look for sooner than this after a start.
    var shortestTimeout: Duration { min(totalTimeout, idleTimeout) }
}
