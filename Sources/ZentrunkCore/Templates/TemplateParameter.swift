public import ZentrunkJSON

/// One thing that a user may say about a connection.
public struct TemplateParameter: Sendable, Hashable {
    public enum ValueType: Sendable, Hashable {
        case string, bool
        /// The opaque id of an object at a vendor.
        case id
        /// An ISO 3166-1 alpha-2 code, in lower case.
        case country
        /// One of these.
        case choice([String])
        /// A SIP host, without scheme and port.
        case host
        /// An origination URI.
        case uri
        /// A URL that the vendor's servers call.
        case url
    }

    /// `assistant`; on the command line `--assistant`.
    public var name: String
    public var type: ValueType
    public var help: String
    public var defaultValue: JSONValue?
    /// The environment variable that gives it when the user does not.
    public var environment: String?
    /// When it must have a value.
    public var required: TemplateCondition?
    /// Whether a connection that has no value of it keeps the one that its live objects have: it says what answers calls,
    /// which people also set in the platform's console.
    public var isKept = false

    /// Short forms of names that are long to type.
    package static let abbreviations = ["authentication": "auth"]

    /// Parameters that every pairing has.
    ///
    /// `authentication` and `region` are not among them: what can be chosen differs, so templates declare them.
    public static let builtIn: [TemplateParameter] = [
        TemplateParameter(
            name: "direction", type: .choice(["outbound", "inbound", "both"]),
            help: "outbound: the agent calls phones; inbound: phones call the agent", defaultValue: "both"),
        TemplateParameter(
            name: "secure", type: .bool,
            help: "TLS and SRTP between Zentrunk and the platform; Plivo bills it per minute",
            defaultValue: false),
        TemplateParameter(
            name: "failover", type: .uri, help: "Origination URI that takes inbound calls when the platform does not",
            defaultValue: nil),
    ]

    /// Names that conditions and references may use although nobody sets them.
    static let derived = ["name", "connection", "numbers", "number"]

    /// The value that a user wrote.
    ///
    /// - Parameter source: Where it was written, for the message; the parameter when it is left out.
    /// - Throws: ``ZentrunkError`` `invalid` that says what may be written.
    public func value(_ written: String, from source: String? = nil) throws(ZentrunkError) -> JSONValue {
        let text = written.withoutMargins()
        func refuse(_ reason: String, _ shown: String? = nil, _ remedies: [Remedy] = []) -> ZentrunkError {
            let cause = ParameterError(parameter: name, text: shown ?? type.masked(text), reason: reason)
            return ZentrunkError(
                .invalid, cause.sentence(naming: source ?? name), cause: source == nil ? cause : nil, remedies: remedies
            )
        }
        guard !text.isEmpty || written.isEmpty else { throw refuse("it holds white space and nothing else") }
        guard !text.isQuoted else { throw refuse("the quotes are not part of it: write it without them") }
        switch type {
        case .string:
            guard !text.contains(where: { $0.isNewline || $0.unicodeScalars.contains { $0.value < 0x20 } }) else {
                throw refuse("it holds control characters")
            }
            guard text.withoutInvisibleMarks() == text else {
                throw refuse("it contains an invisible character, as copying from a page adds: type it by hand")
            }
            return .string(text)
        case .id:
            if let objection = text.idObjection { throw refuse(objection) }
            return .string(text)
        case .country:
            do { return .string(try CountryCode(text).code) } catch { throw refuse(error.reason) }
        case .bool:
            switch text.lowercased() {
            case "true", "yes", "on", "1": return true
            case "false", "no", "off", "0": return false
            default: throw refuse("write true or false")
            }
        case .choice(let choices):
            guard let choice = choices.first(where: { $0.lowercased() == text.lowercased() }) else {
                throw refuse("choose \(choices.joined(separator: ", "))\(Spelling.hint(for: text, among: choices))")
            }
            return .string(choice)
        case .host:
            do { return .string(try SIPHost(spelling: text).name) } catch { throw refuse(error.reason, error.text) }
        case .uri:
            do { return .string(try OriginationURI(text).text) } catch {
                throw refuse(error.reason, error.text, error.remedies)
            }
        case .url:
            do { return .string(try PublicURL(text).text) } catch { throw refuse(error.reason, error.text) }
        }
    }
}

extension TemplateParameter.ValueType {
    /// The text without a password that may stand in it, for messages.
    fileprivate func masked(_ text: String) -> String {
        switch self {
        case .host, .uri: OriginationURI.masked(text)
        case .url: PublicURL.masked(text)
        case .string, .bool, .id, .country, .choice: text
        }
    }
}
