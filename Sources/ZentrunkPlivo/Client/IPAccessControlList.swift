@_spi(Adapter) public import ZentrunkCore
import ZentrunkJSON

/// A list of networks from which outbound calls are accepted.
/// <https://www.plivo.com/docs/sip-trunking/api/ip-access-control-list>
public struct IPAccessControlList: ZentrunkObject {
    public static let title = "IP access control list"
    public static let fields = ["ipacl_uuid", "name", "ip_addresses"]

    @_spi(Adapter) public let live: LiveObject
    @_spi(Adapter) public init(_ live: LiveObject) { self.live = live }

    /// `ip_addresses`: addresses and networks, in Plivo's spelling.
    public var addresses: [String] { live.fields["ip_addresses"]?.array?.compactMap(\.string) ?? [] }
}

extension IPAccessControlList {
    /// The values of a new list.
    public struct Draft: Sendable {
        /// The list's name.
        public let name: String
        /// The networks; at least one.
        public let networks: [IPNetwork]

        /// Creates a draft.
        ///
        /// - Throws: `ZentrunkError` `invalid` for an empty list, which Plivo refuses, and for networks that are not
        ///   public.
        public init(name: String, networks: [IPNetwork]) throws(ZentrunkError) {
            try Self.check(networks)
            self.name = name
            self.networks = networks
        }

        fileprivate static func check(_ networks: [IPNetwork]) throws(ZentrunkError) {
            guard !networks.isEmpty else {
                throw ZentrunkError(.invalid, "an IP access control list needs at least one address or network")
            }
            let reasons = networks.compactMap { network in network.notPublicReason.map { "\(network) is \($0)" } }
            guard reasons.isEmpty else {
                throw ZentrunkError(
                    .invalid,
                    reasons.joined(separator: "; ")
                        + ": no call can come from there; give the public address that your SIP server calls from")
            }
        }

        var body: JSONObject { ["name": .string(name), "ip_addresses": networks.json] }
    }

    /// Changes to a list; nil leaves a value unchanged.
    public struct Changes: Sendable {
        /// The new name.
        public var name: String?
        /// The new networks, which replace the entire list.
        public let networks: [IPNetwork]?

        /// Creates changes.
        ///
        /// - Throws: `ZentrunkError` `invalid` as for a new list.
        public init(name: String? = nil, networks: [IPNetwork]? = nil) throws(ZentrunkError) {
            if let networks { try Draft.check(networks) }
            self.name = name
            self.networks = networks
        }

        /// Whether nothing changes.
        public var isEmpty: Bool { members.isEmpty }

        var members: JSONObject {
            var members = JSONObject()
            if let name { members["name"] = .string(name) }
            if let networks { members["ip_addresses"] = networks.json }
            return members
        }
    }
}

extension [IPNetwork] {
    fileprivate var json: JSONValue { .array(map { .string($0.description) }) }
}
