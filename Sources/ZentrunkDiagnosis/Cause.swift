@_spi(Adapter) public import ZentrunkCore

/// What a vendor's code, phrase or status means, who has to act, and what to do next.
public struct Cause: Sendable, Hashable {
    /// The direction of calls that a cause applies to. The same code can mean different things in each.
    public enum Direction: String, Sendable, Hashable, CaseIterable {
        /// Both directions.
        case any
        /// From a phone to the platform.
        case inbound
        /// From the platform to a phone.
        case outbound
    }

    /// Who has to act. More may be added, so a `switch` needs a `default`.
    public enum Owner: String, Sendable, Hashable, CaseIterable {
        /// The user's settings at the carrier.
        case carrierConfig = "carrier config"
        /// The user's settings at the platform.
        case platformConfig = "platform config"
        /// DNS, transport, TLS, firewall or media between the halves.
        case wire
        /// The user's account, credit, limits, called number, own server or agent.
        case customer
        /// Carriers and destinations beyond Plivo.
        case network
        /// Plivo itself.
        case carrier
        /// The platform's vendor itself.
        case platform
        /// A normal outcome: nothing has to be done.
        case none
        /// Public sources do not say.
        case unknown
    }

    /// A reason to believe a cause.
    public struct Evidence: Sendable, Hashable {
        /// How strong the evidence is.
        public enum Kind: String, Sendable, Hashable, CaseIterable {
            /// The vendor's documentation.
            case documentation
            /// An older edition of the vendor's documentation.
            case formerDocumentation = "former-documentation"
            /// The vendor's code, SDK or schema.
            case vendorCode = "vendor-code"
            /// Code of another product, which the vendor probably runs.
            case relatedCode = "related-code"
            /// A public report of an observation.
            case report
            /// A test on this project's machines, without a vendor.
            case test
            /// A conclusion from other facts.
            case inference
            /// A standard, such as an RFC.
            case standard
            /// No source gives the meaning.
            case open
        }

        /// How strong the evidence is.
        public var kind: Kind
        /// The title of the source; nil if the evidence has none that can be named.
        public var title: String?
        /// The address of the source; nil if it has none.
        public var url: String?
    }

    /// The set of codes that the code belongs to.
    public var set: CodeSet
    /// The code, as the vendor writes it.
    public var code: String
    /// Whether the code is the beginning of a family of codes, for those that have no cause of their own.
    public var isPrefix: Bool
    /// The vendor's name or phrase for the code; several if the vendor words it in several ways.
    public var texts: [String]
    /// What else must hold for this cause to apply: `HTTP 429 with sip_status_code`. Nil if the code is sufficient.
    public var condition: String?
    /// The direction of calls that the cause applies to.
    public var direction: Direction
    /// Who has to act.
    public var owner: Owner
    /// The meaning of the code and its likely cause, in one or two sentences.
    public var meaning: String
    /// What to do next, in one or two sentences.
    public var step: String
    /// What to do next, as data; ends with ``step`` as advice. Empty if nothing has to be done.
    public var remedies: [Remedy]
    /// The reasons to believe the cause, the strongest first.
    public var evidence: [Evidence]

    /// Whether no source gives the meaning, so that the cause is stated as unknown.
    public var isOpen: Bool { evidence.contains { $0.kind == .open } }
}

/// The codes of one interface of one vendor. Codes of different sets are never mixed: `5030` of Zentrunk is not `5030` of
/// Plivo's Voice API.
public struct CodeSet: Sendable, Hashable, Identifiable {
    /// The name of a set: `zentrunk.hangup_code`.
    public struct ID: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
        /// The name as text.
        public let rawValue: String
        /// Creates an id; the text is not checked.
        public init(rawValue: String) { self.rawValue = rawValue }
        /// The name as text.
        public var description: String { rawValue }

        /// `hangup_cause_code` of a Zentrunk call record.
        /// <https://www.plivo.com/docs/sip-trunking/troubleshooting/zentrunk-hangup-codes>
        public static let zentrunkHangupCode = ID(rawValue: "zentrunk.hangup_code")
        /// `hangup_source` of a Zentrunk call record.
        public static let zentrunkHangupSource = ID(rawValue: "zentrunk.hangup_source")
        /// Status of a SIP response. <https://www.rfc-editor.org/rfc/rfc3261#section-21>
        public static let sipStatus = ID(rawValue: "sip.status")
        /// HTTP status of Plivo's API.
        public static let zentrunkAPIStatus = ID(rawValue: "zentrunk.api_status")
        /// Result of a probe of this package.
        public static let probe = ID(rawValue: "probe")
    }

    /// How the codes of a set are found in what a user enters.
    public enum Match: String, Sendable, Hashable {
        /// The entire code, or the entire text.
        case code
        /// The code together with the phrase of a response, or the phrase alone.
        case phrase
        /// A part of a message.
        case contains
    }

    /// The set's name.
    public let id: ID
    /// The set in messages: `Zentrunk hangup code`.
    public let title: String
    /// How its codes are found.
    public let match: Match
    /// The platforms that the set belongs to; empty if it belongs to the carrier or to SIP, and so to every pairing.
    public let platforms: [PlatformID]
    /// Those of ``platforms`` of which this is inferred, because they run the other's software.
    public let inferredPlatforms: [PlatformID]

    /// Whether codes of this set can occur in a pairing with the platform; nil stands for any platform.
    func occurs(with platform: PlatformID?) -> Bool {
        guard let platform, !platforms.isEmpty else { return true }
        return platforms.contains(platform)
    }
}
