/// A SIP host that a vendor has: a name, the transports that it answers, and whether it has service records.
public struct SandboxSIPHost: Sendable, Hashable {
    /// The transport protocol of SIP. UDP and TCP have the port 5060, TLS has 5061.
    public typealias Transport = SandboxTransport

    /// The name in lower case: `sip.example.com`, or `*.example.com` for all names below it.
    public var name: String
    /// The transports; the port of any other one is closed.
    public var transports: Set<Transport>
    /// Whether DNS has NAPTR and SRV records besides the address.
    public var hasServiceRecords: Bool

    public init(
        _ name: String, transports: Set<Transport> = Set(Transport.allCases), hasServiceRecords: Bool = false
    ) {
        self.name = name.lowercased()
        self.transports = transports
        self.hasServiceRecords = hasServiceRecords
    }

    /// Whether a name is this host's, or one of them.
    func has(_ name: String) -> Bool {
        self.name.hasPrefix("*.") ? name.hasSuffix(self.name.dropFirst()) : name == self.name
    }
}

/// How a sandbox's SIP host behaves.
public enum SandboxSIPState: Sendable, Hashable {
    /// It answers OPTIONS with 200.
    case normal
    /// All its ports are closed: TCP is refused, UDP is answered by ICMP.
    case closed
    /// It takes connections and datagrams, and never answers.
    case silent
    /// DNS does not have the name.
    case unresolved
    /// Its certificate is for another name.
    case wrongName
    /// Its certificate has expired.
    case expired
    /// Its certificate's authority is not the sandbox's.
    case untrusted
    /// It answers OPTIONS with this status and phrase.
    case answering(Int, String)

    /// The word for the state in `/_sandbox/wire`.
    var word: String {
        switch self {
        case .normal: "normal"
        case .closed: "closed"
        case .silent: "silent"
        case .unresolved: "unresolved"
        case .wrongName: "wrong-name"
        case .expired: "expired"
        case .untrusted: "untrusted"
        case .answering: "answering"
        }
    }

    /// The states that a word is sufficient for.
    static let simple: [SandboxSIPState] = [
        .normal, .closed, .silent, .unresolved, .wrongName, .expired, .untrusted,
    ]
}
