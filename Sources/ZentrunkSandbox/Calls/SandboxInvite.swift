/// A transport of SIP messages.
public enum SandboxTransport: String, Sendable, Hashable, CaseIterable {
    case udp, tcp, tls
}

/// A username and password with which a caller answers a digest challenge.
public struct SandboxLogin: Sendable, Hashable {
    public var username: String
    public var password: String

    public init(username: String, password: String) {
        self.username = username
        self.password = password
    }
}

/// A request for a call, as the side that is called sees it.
public struct SandboxInvite: Sendable {
    /// The SIP Call-ID.
    public var callID: String
    /// The caller in E.164 form, with its plus sign.
    public var caller: String
    /// The user part of the request's URI, as sent: `+14155550100`.
    public var called: String
    /// The host that the caller dials, in lower case.
    public var host: String
    /// The port; the transport's default if the caller names none.
    public var port: Int
    public var transport: SandboxTransport
    /// Whether the caller offers encrypted media, and nothing else.
    public var offersSRTP: Bool
    /// The networks that the request can come from, as `192.0.2.0/24`. The callee has to accept all of them, because the
    /// caller does not say which one it will use.
    public var sources: [String]
    /// The caller's answer to a challenge; nil if it has none.
    public var login: SandboxLogin?

    /// - Parameter port: nil for the transport's default: 5061 for TLS, otherwise 5060.
    public init(
        callID: String, caller: String, called: String, host: String, port: Int? = nil, transport: SandboxTransport,
        offersSRTP: Bool, sources: [String], login: SandboxLogin? = nil
    ) {
        self.callID = callID
        self.caller = caller
        self.called = called
        self.host = host.lowercased()
        self.port = port ?? (transport == .tls ? 5061 : 5060)
        self.transport = transport
        self.offersSRTP = offersSRTP
        self.sources = sources
        self.login = login
    }

    /// Whether a list of addresses and networks accepts every source.
    ///
    /// - Parameter list: IPv4 addresses, or networks as `192.0.2.0/24`. Other entries match nothing.
    public func comesFrom(_ list: some Sequence<String>) -> Bool {
        let networks = list.compactMap { SandboxNetwork($0) }
        return sources.allSatisfy { source in
            SandboxNetwork(source).map { source in networks.contains { $0.contains(source) } } ?? false
        }
    }
}

/// Who has to act on a call that fails. The words are those of the causes of hangup codes.
public enum SandboxOwner: String, Sendable, Hashable, CaseIterable {
    /// The user's settings at the carrier.
    case carrierConfig = "carrier config"
    /// The user's settings at the platform.
    case platformConfig = "platform config"
    /// DNS, transport, TLS, or media between the halves.
    case wire
    /// The user's account, credit, limits or called number.
    case customer
    /// Carriers and phones beyond Plivo.
    case network
    /// A normal outcome: nothing has to be done.
    case none
}

/// Whether a host can be reached over a transport.
public enum SandboxReach: Sendable, Hashable {
    /// It answers, with a valid certificate where there is TLS.
    case reachable
    /// The name does not resolve.
    case noSuchHost
    /// The port is closed.
    case closed
    /// Nothing comes back.
    case silent
    /// TLS fails, for the given reason: `certificate has expired`.
    case badCertificate(String)
}

/// The final response to an ``SandboxInvite``, with the reason, which a real vendor does not reveal.
public struct SandboxInviteReply: Sendable, Hashable {
    /// The SIP status; nil if there is no final response.
    public var status: Int?
    /// The reason phrase; empty if there is no final response.
    public var phrase: String
    /// Who has to act.
    public var owner: SandboxOwner
    /// One sentence, without a full stop.
    public var reason: String
    /// What answered: an agent's id, or a phone; nil if nothing did.
    public var agent: String?
    /// Whether the callee rang before the final response.
    public var hasRung: Bool
    /// Why no message arrived; nil if it arrived.
    public var failure: SandboxReach?

    public var isAnswered: Bool { status == 200 }

    private init(
        status: Int?, phrase: String, owner: SandboxOwner, reason: String, agent: String? = nil, hasRung: Bool,
        failure: SandboxReach? = nil
    ) {
        self.status = status
        self.phrase = phrase
        self.owner = owner
        self.reason = reason
        self.agent = agent
        self.hasRung = hasRung
        self.failure = failure
    }

    /// Returns a response that answers the call.
    ///
    /// - Parameter agent: What answers; nil for an announcement.
    public static func answer(agent: String?) -> Self {
        Self(
            status: 200, phrase: "OK", owner: .none, reason: agent.map { "\($0) answered" } ?? "an announcement answered",
            agent: agent, hasRung: true)
    }

    /// Returns a response that refuses the call.
    public static func refuse(
        _ status: Int, _ phrase: String, _ owner: SandboxOwner, _ reason: String, hasRung: Bool = false
    ) -> Self {
        Self(status: status, phrase: phrase, owner: owner, reason: reason, hasRung: hasRung)
    }

    /// Returns the absence of a final response, although the request arrived.
    public static func silence(_ owner: SandboxOwner, _ reason: String, hasRung: Bool = true) -> Self {
        Self(status: nil, phrase: "", owner: owner, reason: reason, hasRung: hasRung)
    }

    /// Returns the outcome of a request that did not arrive.
    static func lost(_ reach: SandboxReach, _ owner: SandboxOwner, _ reason: String) -> Self {
        Self(status: nil, phrase: "", owner: owner, reason: reason, hasRung: false, failure: reach)
    }
}

/// An IPv4 network.
struct SandboxNetwork: Hashable {
    private let address: UInt32
    private let length: Int

    /// - Parameter text: `192.0.2.0/24`, or an address.
    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let first = parts.first, first.isIPv4Address, parts.count <= 2,
            let length = parts.count == 2 ? Int(parts[1]) : 32, (0...32).contains(length)
        else { return nil }
        let bits = first.split(separator: ".").reduce(UInt32(0)) { $0 << 8 | (UInt32($1) ?? 0) }
        self.length = length
        address = bits & Self.mask(length)
    }

    /// Whether all addresses of the other network are in this one.
    func contains(_ other: SandboxNetwork) -> Bool {
        other.length >= length && other.address & Self.mask(length) == address
    }

    private static func mask(_ length: Int) -> UInt32 { length == 0 ? 0 : UInt32.max << (32 - length) }
}
