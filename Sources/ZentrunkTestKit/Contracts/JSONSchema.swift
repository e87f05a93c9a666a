package import ZentrunkJSON
import ZentrunkSandbox

/// Checks values against the part of JSON Schema that API contracts use.
/// <https://json-schema.org/draft/2020-12/json-schema-validation>
///
/// Both dialects of OpenAPI are understood: 3.1's lists of types and 3.0's `nullable`. Discriminators choose among
/// alternatives; formats are ignored. Complaints name places and rules, never values, which can be secrets.
package struct JSONSchema {
    /// The document that `$ref` points into.
    package let document: JSONValue

    package init(document: JSONValue) { self.document = document }

    /// One sentence for each broken rule.
    package func complaints(about value: JSONValue, by schema: JSONValue, at path: JSONPointer = .root) -> [String] {
        if let allowed = schema.bool { return allowed ? [] : [Self.complaint(path, "must not be there")] }
        if value.isNull, schema["nullable"] == true { return [] }
        var complaints: [String] = []
        if let reference = schema["$ref"]?.string {
            guard let target = target(of: reference) else {
                return [Self.complaint(path, "has an unknown schema \(reference)")]
            }
            complaints += self.complaints(about: value, by: target, at: path)
        }
        if let type = schema["type"], !Self.types(type).contains(where: { Self.isValue(value, of: $0) }) {
            // For a value of the wrong type, all other rules fail as well and would hide the cause.
            return complaints + [Self.complaint(path, "must be \(Self.types(type).joined(separator: " or "))")]
        }
        if let constant = schema["const"], constant != value {
            complaints.append(Self.complaint(path, "must be \(constant.text())"))
        }
        if let choices = schema["enum"]?.array, !choices.contains(value) {
            complaints.append(Self.complaint(path, "must be one of \(JSONValue.array(choices).text())"))
        }
        switch value {
        case .string(let text): complaints += self.complaints(about: text, by: schema, at: path)
        case .array(let elements): complaints += self.complaints(about: elements, by: schema, at: path)
        case .object(let members): complaints += self.complaints(about: members, by: schema, at: path)
        case .integer, .double:
            if let least = schema["minimum"]?.number, let number = value.number, number < least {
                complaints.append(Self.complaint(path, "must be at least \(least)"))
            }
            if let most = schema["maximum"]?.number, let number = value.number, number > most {
                complaints.append(Self.complaint(path, "must be at most \(most)"))
            }
        case .null, .bool: break
        }
        return complaints + combinations(value, schema, path)
    }

    // MARK: Kinds of values

    private func complaints(about text: String, by schema: JSONValue, at path: JSONPointer) -> [String] {
        var complaints: [String] = []
        let length = Int64(text.unicodeScalars.count)
        if let least = schema["minLength"]?.integer, length < least {
            complaints.append(Self.complaint(path, "must have at least \(least) characters"))
        }
        if let most = schema["maxLength"]?.integer, length > most {
            complaints.append(Self.complaint(path, "must have at most \(most) characters"))
        }
        if let pattern = schema["pattern"]?.string {
            guard let expression = try? Regex(pattern) else {
                return complaints + [Self.complaint(path, "has an unreadable pattern \(pattern)")]
            }
            if text.firstMatch(of: expression) == nil {
                complaints.append(Self.complaint(path, "must match \(pattern)"))
            }
        }
        return complaints
    }

    private func complaints(about elements: [JSONValue], by schema: JSONValue, at path: JSONPointer) -> [String] {
        var complaints: [String] = []
        if let least = schema["minItems"]?.integer, Int64(elements.count) < least {
            complaints.append(Self.complaint(path, "must have at least \(least) elements"))
        }
        if let most = schema["maxItems"]?.integer, Int64(elements.count) > most {
            complaints.append(Self.complaint(path, "must have at most \(most) elements"))
        }
        guard let items = schema["items"] else { return complaints }
        return complaints
            + elements.enumerated().flatMap { self.complaints(about: $1, by: items, at: path.appending($0)) }
    }

    private func complaints(about members: JSONObject, by schema: JSONValue, at path: JSONPointer) -> [String] {
        var complaints: [String] = []
        if let least = schema["minProperties"]?.integer, Int64(members.count) < least {
            complaints.append(Self.complaint(path, "must have at least \(least) members"))
        }
        for name in schema["required"]?.array?.compactMap(\.string) ?? [] where members[name] == nil {
            complaints.append(Self.complaint(path.appending(name), "is required"))
        }
        for (name, others) in schema["dependentRequired"]?.object ?? [:] where members[name] != nil {
            for other in others.array?.compactMap(\.string) ?? [] where members[other] == nil {
                complaints.append(Self.complaint(path.appending(other), "is required with \(name)"))
            }
        }
        for (name, member) in members {
            if let names = schema["propertyNames"],
                !self.complaints(about: .string(name), by: names, at: path).isEmpty
            {
                complaints.append(Self.complaint(path.appending(name), "has a name that is not allowed"))
            }
            let patterns = Self.patterns(in: schema, matching: name)
            let additional = patterns.isEmpty ? schema["additionalProperties"] : nil
            for property in [schema["properties"]?[name] ?? additional].compactMap({ $0 }) + patterns {
                complaints += self.complaints(about: member, by: property, at: path.appending(name))
            }
        }
        return complaints
    }

    /// The schemas of `patternProperties` that are about a member of that name.
    private static func patterns(in schema: JSONValue, matching name: String) -> [JSONValue] {
        (schema["patternProperties"]?.object ?? [:]).compactMap { pattern, property in
            (try? Regex(pattern)).flatMap { name.firstMatch(of: $0) } == nil ? nil : property
        }
    }

    // MARK: Combinations

    private func combinations(_ value: JSONValue, _ schema: JSONValue, _ path: JSONPointer) -> [String] {
        var complaints = (schema["allOf"]?.array ?? []).flatMap { self.complaints(about: value, by: $0, at: path) }
        if let chosen = choice(value, schema, path) {
            complaints += chosen
        } else {
            if let parts = schema["anyOf"]?.array {
                complaints += alternatives(parts, value, path, fits: { $0 >= 1 })
            }
            if let parts = schema["oneOf"]?.array {
                complaints += alternatives(parts, value, path, fits: { $0 == 1 })
            }
        }
        if let condition = schema["if"] {
            let holds = self.complaints(about: value, by: condition, at: path).isEmpty
            if let consequence = schema[holds ? "then" : "else"] {
                complaints += self.complaints(about: value, by: consequence, at: path)
            }
        }
        if let forbidden = schema["not"], self.complaints(about: value, by: forbidden, at: path).isEmpty {
            complaints.append(Self.complaint(path, "has a shape that is not allowed"))
        }
        return complaints
    }

    /// Returns the complaints for the alternative that the value itself names.
    /// <https://spec.openapis.org/oas/v3.1.1.html#discriminator-object>
    ///
    /// - Returns: nil without a discriminator, or if the value lacks its member. Then every alternative is tried.
    private func choice(_ value: JSONValue, _ schema: JSONValue, _ path: JSONPointer) -> [String]? {
        guard let discriminator = schema["discriminator"], let name = discriminator["propertyName"]?.string,
            let mapping = discriminator["mapping"]?.object, let member = value[name]
        else { return nil }
        guard let alternative = member.string.flatMap({ mapping[$0] }) else {
            let choices = JSONValue.array(mapping.names.map { .string($0) })
            return [Self.complaint(path.appending(name), "must be one of \(choices.text())")]
        }
        return complaints(about: value, by: ["$ref": alternative], at: path)
    }

    /// Checks a value against alternatives. If none matches, returns the complaints of the closest alternative that has
    /// the value's type, so that the complaints about a wrong object do not say "or null".
    private func alternatives(_ parts: [JSONValue], _ value: JSONValue, _ path: JSONPointer, fits: (Int) -> Bool)
        -> [String]
    {
        let outcomes = parts.map { complaints(about: value, by: $0, at: path) }
        let matches = outcomes.count(where: \.isEmpty)
        guard !fits(matches) else { return [] }
        let related = zip(parts, outcomes).filter { isRelated(value, to: $0.0) }.map(\.1)
        guard matches == 0, let closest = (related.isEmpty ? outcomes : related).min(by: { $0.count < $1.count }) else {
            return [Self.complaint(path, "matches \(matches) of \(parts.count) alternatives; exactly one must match")]
        }
        return closest
    }

    /// Whether the schema allows the value's type.
    private func isRelated(_ value: JSONValue, to schema: JSONValue) -> Bool {
        let schema = schema["$ref"]?.string.flatMap(target) ?? schema
        guard let type = schema["type"] else { return true }
        return Self.types(type).contains { Self.isValue(value, of: $0) }
    }

    /// Returns the target of a `$ref` within this document.
    private func target(of reference: String) -> JSONValue? {
        guard reference.hasPrefix("#"), let pointer = JSONPointer(String(reference.dropFirst())) else { return .none }
        return document[pointer]
    }

    // MARK: Types

    private static func types(_ type: JSONValue) -> [String] {
        type.string.map { [$0] } ?? type.array?.compactMap(\.string) ?? []
    }

    private static func isValue(_ value: JSONValue, of type: String) -> Bool {
        switch (type, value) {
        case ("object", .object), ("array", .array), ("string", .string), ("boolean", .bool), ("null", .null),
            ("integer", .integer), ("number", .integer), ("number", .double):
            true
        case ("integer", .double(let number)): number.rounded() == number
        default: false
        }
    }

    private static func complaint(_ path: JSONPointer, _ text: String) -> String {
        "\(path == .root ? "the body" : path.description) \(text)"
    }
}
