package import ZentrunkJSON

/// The side that carries the calls. Its objects are kinds like a platform's. The engine additionally knows that the
/// carrier routes numbers, defines the form of SIP secrets, and has its objects deleted last.
package protocol Carrier: Sendable {
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

    /// Knows the account's keys and passwords; cleans what vendors say.
    var redactor: Redactor { get }

    /// The limiters of platforms' accounts, which the connectors of this account share.
    var limiters: PlatformLimiters { get }

    /// The field of a route that holds the application which answers if no trunk does.
    var applicationField: String { get }

    /// The field of a trunk that holds the domain which platforms dial: `trunk_domain`.
    var domainField: String { get }
}

extension Carrier {
    /// None.
    package static var templateBase: TemplateBase? { nil }

    /// The kind of number routes.
    ///
    /// - Throws: ``ZentrunkError`` `invalid` if the carrier has none.
    package var routes: any ResourceKind {
        get throws(ZentrunkError) {
            guard let route = kinds.first(where: { $0.description.role == .route }) else {
                throw ZentrunkError(.invalid, "the carrier has no kind for a number's route")
            }
            return route
        }
    }

    /// Returns the platform's built-in template, which is parsed once per process.
    ///
    /// - Throws: ``TemplateError``.
    package static func builtInTemplate(of platform: Platform) throws(TemplateError) -> Template {
        try BuiltInTemplates.template(of: platform.adapter, over: templateBase)
    }
}
