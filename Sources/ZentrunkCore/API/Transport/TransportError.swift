/// A request without a complete response.
@_spi(Adapter) public struct TransportError: Error, Sendable {
    /// What the server can have received. Retries depend on it; in doubt it is `unknown`.
    public enum Delivery: Sendable, Hashable {
        /// The server did not receive the request.
        case notSent
        /// Part of the request may have been sent, and no status line was received.
        case unknown
        /// A status line was received; the rest was lost, too large or unreadable.
        case answered
    }

    /// The cause, as far as the remedy depends on it. Cases may be added: a `switch` needs a `default`.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Value: String {
            case refused, resolve, connect, proxy, proxyRefused, tls, timeout, tooLarge, interrupted, malformed,
                shutDown, queueTimeout
        }
        private let value: Value

        /// The request is not permitted: plain HTTP to a remote host, an invalid URL.
        public static let refused = Code(value: .refused)
        /// The host name has no address.
        public static let resolve = Code(value: .resolve)
        /// The host did not accept the connection, or not in time.
        public static let connect = Code(value: .connect)
        /// The proxy could not be reached, or could not reach the server.
        public static let proxy = Code(value: .proxy)
        /// The proxy refused the server or the credentials, and would refuse again.
        public static let proxyRefused = Code(value: .proxyRefused)
        /// The server's certificate or the TLS handshake was rejected.
        public static let tls = Code(value: .tls)
        /// The response did not arrive in time.
        public static let timeout = Code(value: .timeout)
        /// The transport had no connection free for the request in time, because of its own limit.
        public static let queueTimeout = Code(value: .queueTimeout)
        /// The response exceeds a size limit.
        public static let tooLarge = Code(value: .tooLarge)
        /// The connection broke while sending or receiving.
        public static let interrupted = Code(value: .interrupted)
        /// The response is not valid HTTP.
        public static let malformed = Code(value: .malformed)
        /// The transport was closed.
        public static let shutDown = Code(value: .shutDown)

        /// The code's name.
        public var description: String { value.rawValue }
    }

    /// The cause.
    public var code: Code
    /// What the server can have received.
    public var delivery: Delivery
    /// One sentence that names the host, without header fields or body.
    public var message: String
    /// The status of the response if `delivery` is `answered`.
    public var status: Int?
    /// What helps, where the transport knows better than its code says.
    public var remedies: [Remedy]

    /// Creates an error; `status` belongs to a `delivery` of `answered`.
    public init(
        code: Code, delivery: Delivery, message: String, status: Int? = nil, remedies: [Remedy] = []
    ) {
        self.code = code
        self.delivery = delivery
        self.message = message
        self.status = status
        self.remedies = remedies
    }
}

extension TransportError: CustomStringConvertible {
    /// The message.
    public var description: String { message }
}
