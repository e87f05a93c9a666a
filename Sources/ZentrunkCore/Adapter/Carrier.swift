public import ZentrunkJSON

/// The side that carries the calls. Its objects are kinds like any platform's. The engine knows three more things about
/// it: it routes numbers, it spells SIP secrets, and its objects are deleted last.
public protocol Carrier: Sendable {
    /// The carrier's half of every pairing, which templates extend; nil when templates write it out.
    static var templateBase: TemplateBase? { get }

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

extension Carrier {
    /// None.
    public static var templateBase: TemplateBase? { nil }

    /// An adapter's own template.
    ///
    /// - Throws: ``TemplateError``.
    public static func template(of adapter: any PlatformAdapter.Type) throws(TemplateError) -> Template {
        try Template(parsing: adapter.template, file: "\(adapter.platform.id) (built in)", base: templateBase)
    }

    /// The text of an adapter's own template; nil when it cannot be read.
    static func templateText(of adapter: any PlatformAdapter.Type) -> String? {
        try? TemplateDocument(adapter.template, file: "", base: templateBase).text
    }
}
