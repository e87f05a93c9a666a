/// An open socket of a probe.
package protocol ProbeChannel: Sendable {
    /// This machine's end.
    var local: SocketAddress { get }
    /// What arrives: datagrams, or pieces of a stream. It ends when the peer closes. For one reader.
    ///
    /// An error ends it; its description is for people, and a ``ChannelError`` says what kind it is.
    var received: AsyncThrowingStream<[UInt8], any Error> { get }
    /// Sends a datagram, or bytes of a stream, without waiting.
    func send(_ bytes: [UInt8]) throws(ChannelError)
    /// Closes the socket.
    func close()
}

/// The reason why a socket can no longer be used.
package struct ChannelError: Error, Hashable {
    /// The kind of failure.
    package enum Kind: Sendable, Hashable {
        /// The host answered that the port is closed.
        case refused
        /// The network answered that the host cannot be reached.
        case unreachable
        /// The peer closed the connection.
        case closed
        /// Anything else.
        case broken
    }

    package var kind: Kind
    package var words: String

    package init(kind: Kind, words: String) {
        self.kind = kind
        self.words = oneLine(words)
    }
}

/// What opens the sockets of a probe.
package protocol ProbeDialler: Sendable {
    /// Opens a socket for datagrams to one address. Nothing is sent.
    ///
    /// - Throws: ``DialFailure``.
    func datagrams(to end: SocketAddress) async throws -> any ProbeChannel

    /// Opens a connection, and with a name a verified TLS session on it. Ends early if the task is cancelled.
    ///
    /// - Parameter name: The domain of the URI, which the certificate must carry; nil for plain TCP.
    /// - Throws: ``DialFailure``.
    func stream(to end: SocketAddress, name: String?) async throws -> DialledStream

    /// Returns the certificate of a server that ``stream(to:name:)`` refused; nil if it cannot be read.
    func certificate(at end: SocketAddress, name: String) async -> ProbeCertificate?
}

/// An open connection.
package struct DialledStream: Sendable {
    package var channel: any ProbeChannel
    /// The time until TCP was connected.
    package var connectTime: Duration
    /// The time of the handshake and the peer's certificate; nil without TLS.
    package var handshakeTime: Duration?
    package var certificate: ProbeCertificate?

    package init(
        channel: any ProbeChannel, connectTime: Duration, handshakeTime: Duration? = nil,
        certificate: ProbeCertificate? = nil
    ) {
        self.channel = channel
        self.connectTime = connectTime
        self.handshakeTime = handshakeTime
        self.certificate = certificate
    }
}

/// The reason why a connection failed.
package struct DialFailure: Error, Hashable {
    /// The kind of failure.
    package enum Kind: Sendable, Hashable {
        /// The host answered that the port is closed.
        case refused
        /// The host cannot be reached, as far as this machine or the network say.
        case unreachable
        /// The task was cancelled before there was an answer.
        case cancelled
        /// The certificate is for other names.
        case wrongName
        /// The certificate's issuer is not trusted.
        case untrusted
        /// The certificate has expired.
        case expired
        /// The certificate is not valid yet.
        case notYetValid
        /// The host does not speak TLS, or no version that both sides accept.
        case handshake
        /// Anything else.
        case other

        /// Whether a certificate was refused.
        package var isCertificate: Bool {
            switch self {
            case .wrongName, .untrusted, .expired, .notYetValid: true
            default: false
            }
        }
    }

    package var kind: Kind
    /// The words of the system or of libcurl.
    package var words: String
    /// Whether TCP was connected.
    package var isConnected: Bool
    package var certificate: ProbeCertificate?

    package init(kind: Kind, words: String, isConnected: Bool = false, certificate: ProbeCertificate? = nil) {
        self.kind = kind
        self.words = oneLine(words)
        self.isConnected = isConnected
        self.certificate = certificate
    }
}
