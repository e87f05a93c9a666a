public import ZentrunkJSON

/// The facts about a platform's SIP side that join its objects with the carrier's, whoever made them.
///
/// An inventory and a diagnosis find with them which platform takes the calls of an origination URI, which trunk a platform
/// dials, and whether both halves agree.
@_spi(Adapter) public struct SIPFacts: Sendable {
    /// A name, or all names below it, that takes calls of the platform's customers.
    public struct Host: Sendable, Hashable {
        /// The name in lower case: `sip.vapi.ai`.
        public var name: String
        /// Whether names below it take calls as well: `ID.sip.vapi.ai`.
        public var hasSubdomains: Bool
        /// Whether the name itself takes calls.
        public var isComplete: Bool
        /// The transports that the platform documents for it.
        public var transports: Set<OriginationURI.Transport>
        /// The account's values of ``PlatformDescription/accountParameters`` that the host belongs to; a parameter without
        /// a value has its default.
        public var values: [String: String]
        /// The kind of object whose id is the label in front of the name; nil if the label means something else.
        public var labelKind: String?

        /// Creates a host that takes calls itself, for the account that the parameters' defaults select.
        public init(
            _ name: String, hasSubdomains: Bool = false, isComplete: Bool = true,
            transports: Set<OriginationURI.Transport>, values: [String: String] = [:], labelKind: String? = nil
        ) {
            self.name = name
            self.hasSubdomains = hasSubdomains
            self.isComplete = isComplete
            self.transports = transports
            self.values = values
            self.labelKind = labelKind
        }

        /// Whether a host is this name, or below it.
        public func covers(_ host: String) -> Bool {
            (isComplete && host == name) || (hasSubdomains && host.hasSuffix(".\(name)"))
        }

        /// The first label of a host below the name; nil for the name itself.
        public func label(of host: String) -> String? {
            guard host.hasSuffix(".\(name)") else { return nil }
            return host.dropLast(name.count + 1).split(separator: ".").first.map(String.init)
        }
    }

    /// The hosts; empty if customers run the platform on hosts of their own.
    public var hosts: [Host]
    /// The kinds of which every inbound call needs an object: one with the number, and those that it is joined with by
    /// references of either direction.
    public var inboundKinds: [String]
    /// The kinds of which every outbound call needs an object.
    public var outboundKinds: [String]
    /// By kind, members that may have any value without stopping calls, such as the prefix of a room.
    public var neutral: [String: [JSONPointer]]
    /// The variable of the setting that names the account's own host, for hosts that several accounts share; nil if there
    /// is none.
    public var hostVariable: String?
    /// Returns the networks from which the platform's signalling comes, for an account with these values of
    /// ``PlatformDescription/accountParameters``; nil where they are unknown.
    public var callers: @Sendable (_ values: [String: JSONValue]) -> [IPNetwork]?
    /// Returns what an object says about calls; nothing for a kind that says nothing.
    public var terms: @Sendable (_ kind: String, _ object: LiveObject) -> SIPTerms

    /// Creates facts; by default none are known.
    public init(
        hosts: [Host] = [], inboundKinds: [String] = [], outboundKinds: [String] = [],
        neutral: [String: [JSONPointer]] = [:], hostVariable: String? = nil,
        terms: @escaping @Sendable (_ kind: String, _ object: LiveObject) -> SIPTerms = { _, _ in SIPTerms() },
        callers: @escaping @Sendable (_ values: [String: JSONValue]) -> [IPNetwork]? = { _ in nil }
    ) {
        self.hosts = hosts
        self.inboundKinds = inboundKinds
        self.outboundKinds = outboundKinds
        self.neutral = neutral
        self.hostVariable = hostVariable
        self.callers = callers
        self.terms = terms
    }

    /// Whether nothing is known.
    public var isEmpty: Bool { inboundKinds.isEmpty && outboundKinds.isEmpty }

    /// Returns the host that covers a name.
    public func host(covering name: String) -> Host? { hosts.first { $0.covers(name) } }
}

/// What one of a platform's objects says about calls, in the same words for all platforms.
@_spi(Adapter) public struct SIPTerms: Sendable, Hashable {
    /// Whether media is encrypted by SRTP.
    public enum Encryption: String, Sendable, Hashable, CaseIterable { case disabled, allowed, required }

    /// What answers calls.
    public enum Answer: Sendable, Hashable {
        /// These agents, by id or name.
        case agents([String])
        /// Nothing: every call fails. The text says why, as a sentence.
        case nothing(String)
        /// Something that the object does not name, if it exists. The text says what, as a sentence.
        case elsewhere(String)
    }

    /// What the object says about calls to its numbers.
    public struct Inbound: Sendable, Hashable {
        /// The networks that calls may come from; nil for every network, or if the object does not decide.
        public var networks: [IPNetwork]?
        /// The username of the digest authentication that the platform asks for; nil if it asks for none.
        public var username: String?
        /// Whether media is encrypted; nil if the object does not decide.
        public var encryption: Encryption?
        /// What answers; nil if the object does not decide.
        public var answer: Answer?
        /// The audio codecs, by their names in SDP, that the object limits calls to; nil if it does not limit them.
        public var codecs: [String]?

        /// Creates terms that restrict nothing.
        public init(
            networks: [IPNetwork]? = nil, username: String? = nil, encryption: Encryption? = nil,
            answer: Answer? = nil, codecs: [String]? = nil
        ) {
            self.networks = networks
            self.username = username
            self.encryption = encryption
            self.answer = answer
            self.codecs = codecs
        }
    }

    /// What the object says about calls that it dials.
    public struct Outbound: Sendable, Hashable {
        /// The host that is dialled.
        public var address: String
        /// The port; nil for the transport's usual one.
        public var port: Int?
        /// The transport; nil if the platform chooses.
        public var transport: OriginationURI.Transport?
        /// Whether media is encrypted; nil if the object does not decide.
        public var encryption: Encryption?
        /// The username of digest authentication; nil without one.
        public var username: String?
        /// The audio codecs, by their names in SDP, that the object limits calls to; nil if it does not limit them.
        public var codecs: [String]?
        /// Whether the platform sends OPTIONS to the address, and dials it only while they are answered.
        public var isPinged: Bool

        /// Creates terms of calls to an address.
        public init(
            address: String, port: Int? = nil, transport: OriginationURI.Transport? = nil,
            encryption: Encryption? = nil, username: String? = nil, codecs: [String]? = nil, isPinged: Bool = false
        ) {
            self.address = address
            self.port = port
            self.transport = transport
            self.encryption = encryption
            self.username = username
            self.codecs = codecs
            self.isPinged = isPinged
        }
    }

    /// nil if the object takes no calls.
    public var inbound: Inbound?
    /// The addresses that the object dials.
    public var outbound: [Outbound]
    /// Why every call with the object fails, as ends of a sentence that begins with the object: `is blocked by Vapi`.
    public var faults: [String]

    /// Creates terms; by default the object says nothing about calls.
    public init(inbound: Inbound? = nil, outbound: [Outbound] = [], faults: [String] = []) {
        self.inbound = inbound
        self.outbound = outbound
        self.faults = faults
    }
}

extension [JSONValue] {
    /// The networks that the texts among these values name; texts of another form are skipped.
    @_spi(Adapter) public var networks: [IPNetwork] { compactMap { $0.string.flatMap { try? IPNetwork($0) } } }
}

extension IPNetwork {
    /// Whether every address of the other network is in this one.
    @_spi(Adapter) public func contains(_ other: IPNetwork) -> Bool {
        guard prefixLength <= other.prefixLength, let own = Self.bits(of: address),
            let theirs = Self.bits(of: other.address)
        else { return false }
        return prefixLength == 0 || own >> UInt32(32 - prefixLength) == theirs >> UInt32(32 - prefixLength)
    }
}
