/// A request that got no whole answer.
public struct TransportError: Error, Sendable {
    /// What the server can have done. Retries depend on it, so when in doubt it is `unknown`.
    public enum Delivery: Sendable, Hashable {
        /// The server never saw the request.
        case notSent
        /// Some of the request left this machine, and no status line came back.
        case unknown
        /// A status line came back; the rest was lost, too large or unreadable.
        case answered
    }

    /// What went wrong, as far as a person's next step depends on it. More may be added: a `switch` needs a `default`.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Value: String {
            case refused, resolve, connect, proxy, proxyRefused, tls, timeout, tooLarge, interrupted, malformed,
                shutDown
        }
        private let value: Value

        /// We do not send such a request: plain http to another machine, an unusable URL.
        public static let refused = Code(value: .refused)
        /// The host name has no address.
        public static let resolve = Code(value: .resolve)
        /// Nobody accepts connections there, or not in time.
        public static let connect = Code(value: .connect)
        /// The proxy could not be reached, or could not reach the server.
        public static let proxy = Code(value: .proxy)
        /// The proxy refused to connect to the server, or refused its user; it would refuse again.
        public static let proxyRefused = Code(value: .proxyRefused)
        /// The server's certificate or the TLS handshake was not acceptable.
        public static let tls = Code(value: .tls)
        /// The answer did not come in time.
        public static let timeout = Code(value: .timeout)
        /// The answer is larger than we read.
        public static let tooLarge = Code(value: .tooLarge)
        /// The connection broke while sending or receiving.
        public static let interrupted = Code(value: .interrupted)
        /// What came back is not HTTP.
        public static let malformed = Code(value: .malformed)
        /// The transport was closed.
        public static let shutDown = Code(value: .shutDown)

        public var description: String { value.rawValue }
    }

    public var code: Code
    public var delivery: Delivery
    /// One sentence for a person, naming the host; no header, no body.
    public var message: String
    /// The answer's status, when `delivery` is `answered`.
    public var status: Int?
    /// What helps, where the transport knows better than its code says.
    public var remedies: [Remedy]

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
    public var description: String { message }
}
