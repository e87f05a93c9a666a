public import ZentrunkJSON

/// The side that carries the calls. Its objects are kinds like a platform's. The engine additionally knows that the
/// carrier routes numbers, defines the form of SIP secrets, and has its objects deleted last.
public protocol Carrier: Sendable {
    /// The carrier's half of every pairing, which templates extend; nil if there is none.
    static var templateBase: TemplateBase? { get }

    /// The account's id, part of the identity of every connection.
    var account: String { get }

    /// The carrier's kinds, exactly one of them with the role `route`.
    var kinds: [any ResourceKind] { get }

    /// Values for `${carrier.…}` in templates, also passed to adapters.
    var facts: JSONValue { get }

    /// The derivation of this carrier's SIP usernames and passwords.
    var secrets: any SIPSecretDeriver { get }

    /// The field of a route that holds the application which answers if no trunk does.
    var applicationField: String { get }

    /// The field of a trunk that holds the domain which platforms dial: `trunk_domain`.
    var domainField: String { get }
}

extension Carrier {
    /// None.
    public static var templateBase: TemplateBase? { nil }

    /// Returns the adapter's built-in template.
    ///
    /// - Throws: ``TemplateError``.
    public static func template(of adapter: any PlatformAdapter.Type) throws(TemplateError) -> Template {
        try Template(parsing: adapter.template, file: "\(adapter.platform.id) (built in)", base: templateBase)
    }

    /// Returns the text of the adapter's built-in template; nil if it is invalid.
    static func templateText(of adapter: any PlatformAdapter.Type) -> String? {
        try? TemplateDocument(adapter.template, file: "", base: templateBase).text
    }
}
