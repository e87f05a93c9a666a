@_spi(Adapter) import ZentrunkCurl

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// The ``ProbeDialler`` on the system's UDP sockets and on libcurl's connections, which the command links anyway and whose
/// TLS verifies chain and name.
package struct SystemDialler: ProbeDialler {
    /// The file of trusted authorities, in PEM; nil for libcurl's default.
    private let authorityFile: String?
    /// The trusted authorities, in PEM, instead of a file.
    private let authorities: String?

    package init(authorityFile: String? = nil, authorities: String? = nil) {
        self.authorityFile = authorityFile
        self.authorities = authorities
    }

    package func datagrams(to end: SocketAddress) async throws -> any ProbeChannel { try UDPSocket(to: end) }

    package func stream(to end: SocketAddress, name: String?) async throws -> DialledStream {
        do {
            let connection = try await CurlConnection.open(route(end, name))
            let facts = connection.facts
            guard let local = IPAddress(facts.localAddress) else {
                throw DialFailure(kind: .other, words: "this machine's address is unknown")
            }
            return DialledStream(
                channel: CurlChannel(connection, local: SocketAddress(local, port: facts.localPort)),
                connectTime: facts.connectTime, handshakeTime: facts.handshakeTime,
                certificate: facts.certificates.first.map(ProbeCertificate.init(_:)))
        } catch let failure as CurlConnectionFailure {
            throw DialFailure(failure)
        }
    }

    package func certificate(at end: SocketAddress, name: String) async -> ProbeCertificate? {
        try? await CurlConnection.certificates(of: route(end, name)).first.map(ProbeCertificate.init(_:))
    }

    private func route(_ end: SocketAddress, _ name: String?) -> CurlConnection.Route {
        CurlConnection.Route(
            name: name ?? end.address.description, address: end.address.description, port: end.port,
            isEncrypted: name != nil, authorityFile: authorityFile, authorities: authorities)
    }
}

/// A connection of libcurl as a ``ProbeChannel``.
private struct CurlChannel: ProbeChannel {
    let local: SocketAddress
    let received: AsyncThrowingStream<[UInt8], any Error>
    private let connection: CurlConnection

    init(_ connection: CurlConnection, local: SocketAddress) {
        self.connection = connection
        self.local = local
        received = connection.received
    }

    func send(_ bytes: [UInt8]) throws(ChannelError) { connection.send(bytes) }

    func close() { connection.close() }
}

extension DialFailure {
    /// Interprets libcurl's failure.
    fileprivate init(_ failure: CurlConnectionFailure) {
        let kind: Kind
        switch failure.stage {
        case .connect(let number):
            kind = number == 0 ? .other : DialFailure(number, "").kind
        case .cancelled: kind = .cancelled
        case .handshake: kind = .handshake
        case .connection: kind = .other
        // OpenSSL's X509_V_ERR_…: <https://docs.openssl.org/3.0/man3/X509_STORE_CTX_get_error/>
        case .certificate(0), .certificate(1): kind = .wrongName
        case .certificate(9): kind = .notYetValid
        case .certificate(10): kind = .expired
        case .certificate(62), .certificate(63), .certificate(64): kind = .wrongName
        case .certificate: kind = .untrusted
        }
        self.init(
            kind: kind, words: failure.words, isConnected: failure.isConnected,
            certificate: failure.certificates.first.map(ProbeCertificate.init(_:)))
    }
}
