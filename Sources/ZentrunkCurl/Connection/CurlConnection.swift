/// A connection that libcurl opened, over TCP or verified TLS, for a protocol that libcurl does not speak.
///
/// In contrast to a ``CurlTransport``, it never uses a proxy and offers no ALPN: a server that offers only another
/// protocol, as SIP servers in Go do with `sip`, ends the handshake with a client that offers `h2` and `http/1.1`.
/// <https://www.rfc-editor.org/rfc/rfc7301#section-3.2>, <https://curl.se/libcurl/c/CURLOPT_CONNECT_ONLY.html>
package final class CurlConnection: Sendable {
    /// The destination of a connection.
    package struct Route: Sendable, Hashable {
        /// The name that the certificate must carry, and that is sent as SNI; a name or an address.
        package var name: String
        /// The address that is dialled: IPv4 or IPv6, without brackets.
        package var address: String
        /// The port, 1...65535.
        package var port: Int
        /// Whether the connection is encrypted. Chain and name are then verified, with TLS 1.2 or newer.
        package var isEncrypted: Bool
        /// The file of trusted authorities, in PEM; nil for libcurl's default.
        package var authorityFile: String?
        /// The trusted authorities, in PEM, instead of a file.
        package var authorities: String?

        package init(
            name: String, address: String, port: Int, isEncrypted: Bool, authorityFile: String? = nil,
            authorities: String? = nil
        ) {
            self.name = name
            self.address = address
            self.port = port
            self.isEncrypted = isEncrypted
            self.authorityFile = authorityFile
            self.authorities = authorities
        }
    }

    /// What the connection is.
    package let facts: CurlConnectionFacts
    /// The bytes that arrive, in pieces; it ends when the peer closes. For one reader.
    ///
    /// More than 256 KiB end it with an error.
    package let received: AsyncThrowingStream<[UInt8], any Error>
    private let line: ConnectionLine

    private init(
        facts: CurlConnectionFacts, received: AsyncThrowingStream<[UInt8], any Error>, line: ConnectionLine
    ) {
        self.facts = facts
        self.received = received
        self.line = line
    }

    deinit {
        line.close()
    }

    /// Opens a connection. It has no time limit but a backstop of a minute: cancel the task.
    ///
    /// - Throws: ``CurlConnectionFailure``; `cancelled` if the task was.
    package static func open(_ route: Route) async throws -> CurlConnection {
        let line = ConnectionLine()
        // The loop bounds the bytes, and with them the number of pieces.
        let (received, receivedIn) = AsyncThrowingStream<[UInt8], any Error>.makeStream()
        let facts = try await line.open(route, isVerified: true, receivedIn)
        return CurlConnection(facts: facts, received: received, line: line)
    }

    /// Reads the certificates of a server without trusting them, in order to report why ``open(_:)`` refused them.
    ///
    /// Completes a handshake and closes the connection. It is never handed out, so nothing can be sent over it.
    ///
    /// - Throws: ``CurlConnectionFailure``; `cancelled` if the task was.
    package static func certificates(of route: Route) async throws -> [CurlCertificate] {
        let line = ConnectionLine()
        let (_, receivedIn) = AsyncThrowingStream<[UInt8], any Error>.makeStream()
        let facts = try await line.open(route, isVerified: false, receivedIn)
        line.close()
        return facts.certificates
    }

    /// Sends bytes after those that were given before. A failure ends ``received`` with an error.
    package func send(_ bytes: [UInt8]) {
        line.send(bytes)
    }

    /// Closes the connection.
    package func close() {
        line.close()
    }
}

/// The facts about an open connection.
package struct CurlConnectionFacts: Sendable, Hashable {
    /// The time until TCP was connected.
    package var connectTime: Duration
    /// The time of the TLS handshake; nil without TLS.
    package var handshakeTime: Duration?
    /// This machine's address and port on the connection.
    package var localAddress: String
    package var localPort: Int
    /// The peer's certificates, its own first; empty without TLS.
    package var certificates: [CurlCertificate]
}

/// The reason why a connection failed.
package struct CurlConnectionFailure: Error, Hashable, CustomStringConvertible {
    /// What was not reached.
    package enum Stage: Sendable, Hashable {
        /// TCP was not connected. `systemError` is `errno`, 0 if unknown.
        case connect(systemError: Int32)
        /// TCP was connected, and the handshake failed for another reason than the certificate.
        case handshake
        /// The certificate was refused. The number is OpenSSL's `X509_V_ERR_…`; 0, or 1 for unspecified, if the chain was
        /// accepted and the certificate is for another name.
        case certificate(verifyResult: Int)
        /// The connection was given up before it was open.
        case cancelled
        /// The connection was open and broke, or libcurl failed.
        case connection
    }

    package var stage: Stage
    /// Whether TCP was connected.
    package var isConnected = false
    /// libcurl's words, on one line.
    package var words: String
    /// The peer's certificates, as far as libcurl reports them.
    package var certificates: [CurlCertificate] = []

    /// libcurl's words.
    package var description: String { words }
}

/// A certificate, as libcurl describes it. The texts come from the peer and are only evidence: libcurl has verified, or
/// refused, the certificate itself.
///
/// <https://curl.se/libcurl/c/CURLINFO_CERTINFO.html>
package struct CurlCertificate: Sendable, Hashable {
    /// The subject: `CN = sip.example.com`.
    package var subject: String
    /// The issuer's name.
    package var issuer: String
    /// The alternative names, as in `DNS:sip.example.com`.
    package var names: [String]
    /// The beginning and the end of its validity, in the words of the TLS library: `Nov 30 22:20:22 2026 GMT`.
    package var notBefore: String
    package var notAfter: String

    /// Creates a certificate from the lines `Name:value`.
    package init(lines: [String]) {
        var values: [String: String] = [:]
        for line in lines {
            let pair = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2, values[String(pair[0])] == nil else { continue }
            values[String(pair[0])] = String(pair[1])
        }
        subject = values["Subject"] ?? ""
        issuer = values["Issuer"] ?? ""
        notBefore = values["Start date"] ?? ""
        notAfter = values["Expire date"] ?? ""
        names = (values["X509v3 Subject Alternative Name"] ?? "").split(separator: ",").map {
            String($0.drop { $0 == " " })
        }
    }
}
