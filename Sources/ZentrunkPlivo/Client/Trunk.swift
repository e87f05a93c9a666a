public import ZentrunkCore
import ZentrunkJSON

/// A SIP trunk of one direction. <https://www.plivo.com/docs/sip-trunking/api/trunk>
public struct Trunk: ZentrunkObject {
    /// Which way calls go, `trunk_direction`. An open set: compare with the constants.
    public struct Direction: RawRepresentable, Sendable, Hashable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        /// From phones to an origination URI.
        public static let inbound = Direction(rawValue: "inbound")
        /// From a SIP client to phones, recognised by a credential or an IP access control list.
        public static let outbound = Direction(rawValue: "outbound")
    }

    /// Whether calls pass, `trunk_status`. An open set: compare with the constants.
    public struct Status: RawRepresentable, Sendable, Hashable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        public static let enabled = Status(rawValue: "enabled")
        /// An outage for the trunk's numbers that can be ended again.
        public static let disabled = Status(rawValue: "disabled")
    }

    public static let title = "trunk"
    public static let fields = [
        "trunk_id", "name", "trunk_domain", "trunk_direction", "trunk_status", "secure", "primary_uri_uuid",
        "fallback_uri_uuid", "credential_uuid", "ipacl_uuid",
    ]

    public let live: LiveObject
    public init(_ live: LiveObject) { self.live = live }

    /// `trunk_domain`: the SIP domain that a client dials for outbound calls.
    public var domain: String? { text("trunk_domain") }
    /// `trunk_direction`; a trunk keeps it for life.
    public var direction: Direction { Direction(rawValue: text("trunk_direction") ?? "") }
    /// `trunk_status`.
    public var status: Status { Status(rawValue: text("trunk_status") ?? Status.enabled.rawValue) }
    /// `secure`: TLS and SRTP on the client's side, billed by the minute. Documented for outbound trunks; an inbound trunk's
    /// transport stands in its URI.
    public var isSecure: Bool { flag("secure") ?? false }
    /// `primary_uri_uuid`: where inbound calls go.
    public var primaryURI: OriginationURIRecord.ID? { text("primary_uri_uuid") }
    /// `fallback_uri_uuid`: where inbound calls go when the primary fails. One that equals the primary is none.
    public var fallbackURI: OriginationURIRecord.ID? {
        text("fallback_uri_uuid").flatMap { $0 == primaryURI ? nil : $0 }
    }
    /// `credential_uuid`: whose username and password outbound calls carry.
    public var credential: SIPCredential.ID? { text("credential_uuid") }
    /// `ipacl_uuid`: from whose networks outbound calls come.
    public var accessList: IPAccessControlList.ID? { text("ipacl_uuid") }

    /// Decimal digits, 14 to 18 of them so far.
    public static func isID(_ text: String) -> Bool {
        (10...24).contains(text.utf8.count)
            && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}

extension Trunk {
    /// What a new trunk shall be. Its name must be its own: Plivo refuses a second trunk of one name.
    public struct Draft: Sendable {
        /// How Zentrunk recognises outbound calls.
        public enum Authentication: Sendable, Hashable {
            case credential(SIPCredential.ID)
            case accessList(IPAccessControlList.ID)
            case both(SIPCredential.ID, IPAccessControlList.ID)
        }

        public let name: String
        /// Calls pass at once unless this says otherwise.
        public var status = Status.enabled
        /// See ``Trunk/isSecure``; nil leaves it to Plivo, which takes it to be off.
        public var isSecure: Bool?
        private let members: JSONObject

        /// A trunk that sends inbound calls to a URI.
        public static func inbound(
            name: String, primaryURI: OriginationURIRecord.ID, fallbackURI: OriginationURIRecord.ID? = nil
        ) -> Draft {
            var members: JSONObject = ["trunk_direction": "inbound", "primary_uri_uuid": .string(primaryURI)]
            if let fallbackURI { members["fallback_uri_uuid"] = .string(fallbackURI) }
            return Draft(name: name, members: members)
        }

        /// A trunk that takes outbound calls.
        public static func outbound(name: String, authentication: Authentication) -> Draft {
            var members: JSONObject = ["trunk_direction": "outbound"]
            switch authentication {
            case .credential(let id): members["credential_uuid"] = .string(id)
            case .accessList(let id): members["ipacl_uuid"] = .string(id)
            case .both(let credential, let list):
                members["credential_uuid"] = .string(credential)
                members["ipacl_uuid"] = .string(list)
            }
            return Draft(name: name, members: members)
        }

        private init(name: String, members: JSONObject) {
            self.name = name
            self.members = members
        }

        var body: JSONObject {
            var body: JSONObject = ["name": .string(name)]
            if status != .enabled { body["trunk_status"] = .string(status.rawValue) }
            if let isSecure { body["secure"] = .bool(isSecure) }
            return body.merging(members)
        }
    }

    /// What shall change; nil leaves a member as it is.
    ///
    /// A trunk keeps its direction, and nothing is known to take away its credential or its access list: those it can only
    /// exchange.
    public struct Changes: Sendable {
        /// A trunk's second URI.
        public enum Fallback: Sendable, Hashable {
            case uri(OriginationURIRecord.ID)
            /// It becomes the primary, which is as good as none.
            case removed
        }

        public var name: String?
        public var status: Status?
        public var isSecure: Bool?
        public var primaryURI: OriginationURIRecord.ID?
        public var fallback: Fallback?
        public var credential: SIPCredential.ID?
        public var accessList: IPAccessControlList.ID?

        public init() {}

        /// Whether nothing is asked for.
        public var isEmpty: Bool { members.isEmpty }

        var members: JSONObject {
            var members = JSONObject()
            if let name { members["name"] = .string(name) }
            if let status { members["trunk_status"] = .string(status.rawValue) }
            if let isSecure { members["secure"] = .bool(isSecure) }
            if let primaryURI { members["primary_uri_uuid"] = .string(primaryURI) }
            switch fallback {
            case .uri(let id)?: members["fallback_uri_uuid"] = .string(id)
            case .removed?: members["fallback_uri_uuid"] = .null
            case nil: break
            }
            if let credential { members["credential_uuid"] = .string(credential) }
            if let accessList { members["ipacl_uuid"] = .string(accessList) }
            return members
        }

        /// Members that mean nothing to a trunk of that direction, under the API's names.
        func meaningless(to direction: Direction) -> [String] {
            let foreign =
                direction == .inbound
                ? ["credential_uuid", "ipacl_uuid"] : ["primary_uri_uuid", "fallback_uri_uuid"]
            return foreign.filter { members[$0] != nil }
        }
    }
}
