@_spi(Adapter) public import ZentrunkCore
import ZentrunkJSON

/// A SIP trunk for one direction. <https://www.plivo.com/docs/sip-trunking/api/trunk>
public struct Trunk: ZentrunkObject {
    /// The direction of calls, `trunk_direction`. An open set: compare with the constants.
    public struct Direction: RawRepresentable, Sendable, Hashable {
        /// The value in the API.
        public let rawValue: String
        /// Creates a direction from the value in the API.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// From phones to an origination URI.
        public static let inbound = Direction(rawValue: "inbound")
        /// From a SIP client to phones, authenticated by a credential or an IP access control list.
        public static let outbound = Direction(rawValue: "outbound")
    }

    /// Whether calls are allowed, `trunk_status`. An open set: compare with the constants.
    public struct Status: RawRepresentable, Sendable, Hashable {
        /// The value in the API.
        public let rawValue: String
        /// Creates a status from the value in the API.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// Calls are allowed.
        public static let enabled = Status(rawValue: "enabled")
        /// Calls fail until the trunk is enabled again.
        public static let disabled = Status(rawValue: "disabled")
    }

    public static let title = "trunk"
    public static let fields = [
        "trunk_id", "name", "trunk_domain", "trunk_direction", "trunk_status", "secure", "primary_uri_uuid",
        "fallback_uri_uuid", "credential_uuid", "ipacl_uuid",
    ]

    @_spi(Adapter) public let live: LiveObject
    @_spi(Adapter) public init(_ live: LiveObject) { self.live = live }

    /// `trunk_domain`: the SIP domain that a client dials for outbound calls.
    public var domain: String? { text("trunk_domain") }
    /// `trunk_direction`; cannot be changed.
    public var direction: Direction { Direction(rawValue: text("trunk_direction") ?? "") }
    /// `trunk_status`.
    public var status: Status { Status(rawValue: text("trunk_status") ?? Status.enabled.rawValue) }
    /// `secure`: TLS and SRTP on the client's side, billed by the minute. Documented for outbound trunks; the transport
    /// of an inbound trunk is part of its URI.
    public var isSecure: Bool { flag("secure") ?? false }
    /// `primary_uri_uuid`: the destination of inbound calls.
    public var primaryURI: OriginationURIRecord.ID? { text("primary_uri_uuid") }
    /// `fallback_uri_uuid`: the destination of inbound calls if the primary fails; nil if it equals the primary.
    public var fallbackURI: OriginationURIRecord.ID? {
        text("fallback_uri_uuid").flatMap { $0 == primaryURI ? nil : $0 }
    }
    /// `credential_uuid`: the credential of outbound calls.
    public var credential: SIPCredential.ID? { text("credential_uuid") }
    /// `ipacl_uuid`: the networks of outbound calls.
    public var accessList: IPAccessControlList.ID? { text("ipacl_uuid") }

    /// Whether the text consists of 10 to 24 decimal digits; known ids have 14 to 18.
    public static func isID(_ text: String) -> Bool {
        (10...24).contains(text.utf8.count)
            && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}

extension Trunk {
    /// The values of a new trunk. The name must be unique: Plivo refuses a second trunk of the same name.
    public struct Draft: Sendable {
        /// How outbound calls are authenticated.
        public enum Authentication: Sendable, Hashable {
            /// By username and password.
            case credential(SIPCredential.ID)
            /// By the networks that calls come from.
            case accessList(IPAccessControlList.ID)
            /// By both.
            case both(SIPCredential.ID, IPAccessControlList.ID)
        }

        /// The trunk's name.
        public let name: String
        /// Whether calls are allowed; enabled by default.
        public var status = Status.enabled
        /// See ``Trunk/isSecure``; nil for Plivo's default, which is off.
        public var isSecure: Bool?
        private let members: JSONObject

        /// Creates the draft of a trunk that sends inbound calls to a URI.
        public static func inbound(
            name: String, primaryURI: OriginationURIRecord.ID, fallbackURI: OriginationURIRecord.ID? = nil
        ) -> Draft {
            var members: JSONObject = ["trunk_direction": "inbound", "primary_uri_uuid": .string(primaryURI)]
            if let fallbackURI { members["fallback_uri_uuid"] = .string(fallbackURI) }
            return Draft(name: name, members: members)
        }

        /// Creates the draft of a trunk that accepts outbound calls.
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

    /// Changes to a trunk; nil leaves a value unchanged.
    ///
    /// The direction cannot be changed. There is no known way to remove a credential or an access list; they can only
    /// be replaced.
    public struct Changes: Sendable {
        /// A change of a trunk's second URI.
        public enum Fallback: Sendable, Hashable {
            /// The new second URI.
            case uri(OriginationURIRecord.ID)
            /// None: it is set to the primary, which has the same effect.
            case removed
        }

        /// The new name.
        public var name: String?
        /// Whether calls are allowed.
        public var status: Status?
        /// See ``Trunk/isSecure``.
        public var isSecure: Bool?
        /// The new destination of inbound calls.
        public var primaryURI: OriginationURIRecord.ID?
        /// The new second destination of inbound calls.
        public var fallback: Fallback?
        /// The new credential of outbound calls.
        public var credential: SIPCredential.ID?
        /// The new networks of outbound calls.
        public var accessList: IPAccessControlList.ID?

        /// Creates a set without changes.
        public init() {}

        /// Whether nothing changes.
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

        /// Returns the changed members that a trunk of that direction does not have, by their names in the API.
        func meaningless(to direction: Direction) -> [String] {
            let foreign =
                direction == .inbound
                ? ["credential_uuid", "ipacl_uuid"] : ["primary_uri_uuid", "fallback_uri_uuid"]
            return foreign.filter { members[$0] != nil }
        }
    }
}
