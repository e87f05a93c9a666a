public import ZentrunkJSON

/// The side that carries the calls. Its objects are kinds like any platform's. The engine knows three more things about
/// it: it routes numbers, it spells SIP secrets, and its objects are deleted last.
public protocol Carrier: Sendable {
    /// The account's id, part of every connection's identity.
    var account: String { get }

    /// The carrier's kinds, among them exactly one whose role is `route`.
    var kinds: [any ResourceKind] { get }

    /// Values that templates may use as `${carrier.…}`, and that adapters are given.
    var facts: JSONValue { get }

    /// How this carrier spells SIP usernames and passwords.
    var secrets: any SIPSecretDeriver { get }

    /// The field of a route that holds the application which answers when no trunk does.
    var applicationField: String { get }

    /// The field of a trunk that holds the domain which a platform dials: `trunk_domain`.
    var domainField: String { get }
}
