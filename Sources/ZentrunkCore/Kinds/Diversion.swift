public import ZentrunkJSON

/// A member of a kind's objects that, while it has a value, blocks calls or sends them elsewhere.
///
/// If an option sets the member, the value is intended. Otherwise plans warn about the member and leave it unchanged.
@_spi(Adapter) public struct Diversion: Sendable {
    /// The member's path in the object, in the names of the kind's fields.
    public var path: JSONPointer
    /// The effect on calls, worded as the end of a sentence: "only these callers reach the number".
    public var effect: String
    /// The values that have the effect; nil for every non-empty value.
    public var values: [JSONValue]?
    /// Members that take precedence: while one of them has a value, this member has no effect.
    public var unless: [String]
    /// What shows the member or removes it.
    public var remedy: Remedy?

    /// - Parameters:
    ///   - path: A JSON pointer such as `/rule/dispatchRuleDirect/pin`, outermost member first.
    ///   - effect: The effect on calls, worded as the end of a sentence.
    ///   - values: The values that have the effect; nil for every non-empty value.
    ///   - unless: Members that take precedence over this one.
    ///   - next: A command or page that shows or removes the member.
    public init(
        _ path: String, _ effect: String, values: [JSONValue]? = nil, unless: [String] = [], remedy: Remedy? = nil
    ) {
        self.path = JSONPointer(path) ?? .root
        self.effect = effect
        self.values = values
        self.unless = unless
        self.remedy = remedy
    }

    /// Returns the warning about an object with these fields; nil if the member has no effect there.
    package func sentence(about fields: JSONObject) -> String? {
        guard let value = JSONValue.object(fields)[path], !value.isVacant,
            values?.contains(value) ?? true,
            unless.allSatisfy({ fields[$0]?.isVacant ?? true })
        else { return nil }
        // Lists of one to three texts are shown. Other values may be long or confidential, such as a PIN.
        let texts = value.array?.compactMap(\.string) ?? []
        let shown: String =
            if values != nil { value.string ?? value.text() } else {
                (1...3).contains(texts.count) ? texts.joined(separator: ", ") : "set"
            }
        return "\(path.tokens.joined(separator: ".")) is \(shown): \(effect)"
    }
}

extension JSONValue {
    /// Whether the value is empty: null, false, or an empty text, list or object.
    fileprivate var isVacant: Bool {
        switch self {
        case .null, "", false, .array([]), .object([:]): true
        default: false
        }
    }
}
