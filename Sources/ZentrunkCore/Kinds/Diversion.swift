public import ZentrunkJSON

/// A member of a kind's objects that stops calls or leads them elsewhere while it has a value.
///
/// Where an option sets the member, its value is wanted; where none does, plans warn of it and leave it as it is.
public struct Diversion: Sendable {
    /// Where in the object, as the kind's fields name it.
    public var path: JSONPointer
    /// What happens to calls then, as the end of a sentence: "only these callers reach the number".
    public var effect: String
    /// The values that do it; nil: every value that is not empty.
    public var values: [JSONValue]?
    /// Members that take effect instead: while one of them has a value, this one does nothing.
    public var unless: [String]
    /// What shows the member or removes it.
    public var remedy: Remedy?

    /// - Parameter path: `/rule/dispatchRuleDirect/pin`, member names from the outside in.
    public init(
        _ path: String, _ effect: String, values: [JSONValue]? = nil, unless: [String] = [], remedy: Remedy? = nil
    ) {
        self.path = JSONPointer(path) ?? .root
        self.effect = effect
        self.values = values
        self.unless = unless
        self.remedy = remedy
    }

    /// The sentence about an object with these fields; nil when the member does nothing there.
    func sentence(about fields: JSONObject) -> String? {
        guard let value = JSONValue.object(fields)[path], !value.isVacant,
            values?.contains(value) ?? true,
            unless.allSatisfy({ fields[$0]?.isVacant ?? true })
        else { return nil }
        // Short lists say the most. Anything else may be long, or a PIN.
        let texts = value.array?.compactMap(\.string) ?? []
        let shown: String =
            if values != nil { value.string ?? value.text() } else {
                (1...3).contains(texts.count) ? texts.joined(separator: ", ") : "set"
            }
        return "\(path.tokens.joined(separator: ".")) is \(shown): \(effect)"
    }
}

extension JSONValue {
    /// Whether it says nothing: null, false, or an empty text, list or object.
    fileprivate var isVacant: Bool {
        switch self {
        case .null, "", false, .array([]), .object([:]): true
        default: false
        }
    }
}
