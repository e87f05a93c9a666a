package import ZentrunkJSON

/// A `when`: every parameter must equal its value, or one value in its list.
///
/// `*` matches any value that is not empty. A pattern may begin or end with `*`. `!` at the start negates. `null`
/// matches only an absent parameter.
@_spi(Adapter) public struct TemplateCondition: Sendable, Hashable {
    package struct Clause: Sendable, Hashable {
        package var parameter: String
        package var alternatives: [JSONValue]

        package func holds(_ values: [String: JSONValue]) -> Bool {
            let value = values[parameter].flatMap(\.templateText)
            return alternatives.contains { TemplateCondition.matches(value, $0) }
        }
    }

    package let clauses: [Clause]

    /// The parameters that the condition reads.
    package var parameters: [String] { clauses.map(\.parameter) }

    init(_ cursor: JSONCursor) throws(JSONDecodingError) {
        var clauses: [Clause] = []
        for (name, value) in try cursor.members() {
            let place = JSONCursor(value, at: cursor.path.appending(name))
            var alternatives = [value]
            if case .array(let elements) = value { alternatives = elements }
            for alternative in alternatives {
                switch alternative {
                case .null, .bool, .string, .integer: continue
                default: throw place.mismatch("a string, true, false, null, or a list of these")
                }
            }
            guard !alternatives.isEmpty else { throw place.mismatch("at least one value") }
            clauses.append(Clause(parameter: name, alternatives: alternatives))
        }
        self.clauses = clauses
    }

    /// Whether the condition holds for these parameters.
    package func holds(_ values: [String: JSONValue]) -> Bool { clauses.allSatisfy { $0.holds(values) } }

    static func matches(_ value: String?, _ alternative: JSONValue) -> Bool {
        guard let pattern = alternative.templateText else { return value == nil }
        guard let value else { return false }
        if pattern.first == "!" { return !matches(value, pattern.dropFirst()) }
        return matches(value, pattern[...])
    }

    private static func matches(_ value: String, _ pattern: Substring) -> Bool {
        if pattern == "*" { return !value.isEmpty }
        switch (pattern.first == "*", pattern.last == "*") {
        case (true, true): return value.contains(pattern.dropFirst().dropLast())
        case (true, false): return value.hasSuffix(pattern.dropFirst())
        case (false, true): return value.hasPrefix(pattern.dropLast())
        case (false, false): return value == pattern
        }
    }
}

extension TemplateCondition: CustomStringConvertible {
    /// The condition in words, with values in backticks; empty if it always holds.
    public var description: String { clauses.map(\.description).joined(separator: ", ") }
}

extension TemplateCondition.Clause: CustomStringConvertible {
    package var description: String {
        var words: [String] = []
        var former = ""
        for alternative in alternatives {
            let (verb, what) = Self.words(alternative.templateText)
            words.append(verb == former && what != "given" ? what : "\(verb) \(what)")
            former = what == "given" ? "" : verb
        }
        return "\(parameter) \(words.joined(separator: " or "))"
    }

    private static func words(_ pattern: String?) -> (verb: String, what: String) {
        guard let pattern else { return ("is not", "given") }
        let isNegated = pattern.first == "!"
        let text = isNegated ? pattern.dropFirst() : pattern[...]
        if text == "*" { return (isNegated ? "is not" : "is", "given") }
        switch (text.first == "*", text.last == "*") {
        case (true, true): return (isNegated ? "does not hold" : "holds", "`\(text.dropFirst().dropLast())`")
        case (true, false): return (isNegated ? "does not end with" : "ends with", "`\(text.dropFirst())`")
        case (false, true): return (isNegated ? "does not begin with" : "begins with", "`\(text.dropLast())`")
        case (false, false): return (isNegated ? "is not" : "is", "`\(text)`")
        }
    }
}

extension JSONValue {
    /// The value as text, as used inside text and in conditions; nil for null, lists, objects and fractions.
    package var templateText: String? {
        switch self {
        case .string(let text): text
        case .bool(let truth): truth ? "true" : "false"
        case .integer(let number): String(number)
        default: nil
        }
    }
}
