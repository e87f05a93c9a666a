public import ZentrunkCore
import ZentrunkJSON

/// The networks from which outbound calls are taken.
/// <https://www.plivo.com/docs/sip-trunking/api/ip-access-control-list>
public struct IPAccessControlList: ZentrunkObject {
    public static let title = "IP access control list"
    public static let fields = ["ipacl_uuid", "name", "ip_addresses"]

    public let live: LiveObject
    public init(_ live: LiveObject) { self.live = live }

    /// `ip_addresses`: addresses and networks, as Plivo spells them.
    public var addresses: [String] { live.fields["ip_addresses"]?.array?.compactMap(\.string) ?? [] }
}

extension IPAccessControlList {
    /// What a new list shall be.
    public struct Draft: Sendable {
        public let name: String
        public let networks: [IPNetwork]

        /// - Throws: `ZentrunkError` `invalid` for no network at all, which Plivo refuses, and for networks from which no
        ///   call can come over the internet.
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

    /// What shall change; nil leaves it as it is.
    public struct Changes: Sendable {
        public var name: String?
        /// The whole list: there is no adding to it.
        public let networks: [IPNetwork]?

        /// - Throws: `ZentrunkError` `invalid` as for a new list.
        public init(name: String? = nil, networks: [IPNetwork]? = nil) throws(ZentrunkError) {
            if let networks { try Draft.check(networks) }
            self.name = name
            self.networks = networks
        }

        /// Whether nothing is asked for.
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
