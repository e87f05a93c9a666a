public import ZentrunkJSON

/// A parameter of a connection that the user may set.
public struct TemplateParameter: Sendable, Hashable {
    /// The type of a parameter's values.
    public enum ValueType: Sendable, Hashable {
        case string, bool
        /// A vendor's opaque id of an object.
        case id
        /// An ISO 3166-1 alpha-2 code, in lower case.
        case country
        /// One of these texts.
        case choice([String])
        /// A SIP host, without scheme and port.
        case host
        /// An origination URI.
        case uri
        /// A URL that the vendor's servers call.
        case url
    }

    /// What a parameter is for.
    public enum Role: String, Sendable, Hashable, CaseIterable {
        /// It names the agent that answers inbound calls.
        case agent
    }

    /// The name: `assistant`, on the command line `--assistant`.
    public var name: String
    /// The type of its values.
    public var type: ValueType
    /// One sentence for the help.
    public var help: String
    /// The value of a new connection for which the user sets none.
    public var defaultValue: JSONValue?
    /// The environment variable that is read if the user sets no value.
    public var environment: String?
    /// When the parameter must have a value.
    @_spi(Adapter) public var required: TemplateCondition?
    /// What the parameter is for, where a program needs to know it whatever the name is.
    public var role: Role?
    /// Whether a connection without a value takes the value of its live objects. For settings that users also change in
    /// the platform's console, such as what answers calls.
    public var isKept = false

    /// Short forms of names that are long to type.
    package static let abbreviations = ["authentication": "auth"]

    /// The parameters of every pairing.
    ///
    /// Templates declare `authentication` and `region` themselves, because the choices differ.
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

    /// Names that conditions and references may use and that are derived from the connection.
    static let derived = ["name", "connection", "numbers", "number"]

    /// Parses a value.
    ///
    /// - Parameters:
    ///   - written: The value as the user wrote it.
    ///   - source: Where it was written, for messages; by default the option.
    /// - Throws: ``ZentrunkError`` `invalid`, which says what is allowed.
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
    /// Returns the text for messages, without a password that it may contain.
    fileprivate func masked(_ text: String) -> String {
        switch self {
        case .host, .uri: OriginationURI.masked(text)
        case .url: PublicURL.masked(text)
        case .string, .bool, .id, .country, .choice: text
        }
    }
}
