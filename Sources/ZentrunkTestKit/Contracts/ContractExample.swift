package import ZentrunkJSON

/// Makes values with every member that a contract allows.
package struct ContractExample {
    package let contract: JSONValue

    package init(contract: JSONValue) { self.contract = contract }

    /// The schema of the body of that operation, or of a member of it.
    package func body(_ method: String, path: String, member: String? = nil) -> JSONValue? {
        let operations = contract["paths"]?.object?.first { $0.name == path }?.value
        let body = resolved(operations?[method]?["requestBody"] ?? .null)
        let schema = body["content"]?["application/json"]?["schema"]
        guard let member else { return schema }
        return schema.flatMap { resolved($0)["properties"]?[member] }
    }

    /// The members of the body of that operation.
    package func members(ofBody method: String, path: String) -> [String] {
        body(method, path: path).flatMap { resolved($0)["properties"]?.object?.names } ?? []
    }

    /// A value with all that the schema allows; of alternatives the one that is like the live value.
    package func value(_ schema: JSONValue, like live: JSONValue?, depth: Int = 0) -> JSONValue? {
        guard depth < 10 else { return nil }
        let schema = whole(schema, like: live)
        if let constant = schema["const"] { return constant }
        if let choices = schema["enum"]?.array { return choices.last }
        switch schema["type"]?.string ?? schema["type"]?.array?.first?.string
            ?? (schema["properties"] == nil ? "" : "object")
        {
        case "object":
            if let properties = schema["properties"]?.object {
                return .object(
                    JSONObject(
                        properties.compactMap { name, property in
                            // Only an IP address can be matched against the source of a call.
                            name == "ip"
                                ? (name, "192.0.2.7")
                                : value(property, like: live?[name], depth: depth + 1).map { (name, $0) }
                        }))
            }
            let inner = schema["additionalProperties"].flatMap {
                $0.object == nil ? nil : value($0, like: nil, depth: depth + 1)
            }
            return ["X-Sample": inner ?? "kept"]
        case "array":
            return schema["items"].flatMap { value($0, like: live?.array?.first, depth: depth + 1) }.map { [$0] }
        case "boolean": return true
        case "integer", "number":
            let least = schema["minimum"]?.integer ?? 0
            return .integer(max(least, min(33, schema["maximum"]?.integer ?? 33)))
        case "string": return Self.texts.first { fits($0, schema) }.map { .string($0) }
        default: return nil
        }
    }

    private static let texts = [
        "sample", "33s", "us", "192.0.2.7", "+14155550177", "https://example.com/sample", "SA0000000000000SAMPLE",
    ]

    private func fits(_ text: String, _ schema: JSONValue) -> Bool {
        if let pattern = schema["pattern"]?.string {
            guard let expression = try? Regex(pattern), text.firstMatch(of: expression) != nil else { return false }
        }
        let length = Int64(text.count)
        return length >= schema["minLength"]?.integer ?? 0 && length <= schema["maxLength"]?.integer ?? .max
    }

    private func resolved(_ value: JSONValue) -> JSONValue {
        guard let reference = value["$ref"]?.string, let pointer = JSONPointer(String(reference.dropFirst())) else {
            return value
        }
        return contract[pointer].map(resolved) ?? .null
    }

    /// Merges the schema's parts into one, and selects the alternative that resembles the live value.
    private func whole(_ schema: JSONValue, like live: JSONValue?) -> JSONValue {
        let schema = resolved(schema)
        var members = schema.object ?? [:]
        var parts = schema["allOf"]?.array ?? []
        for name in ["anyOf", "oneOf"] {
            let alternatives = (schema[name]?.array ?? []).map { whole($0, like: live) }
            if let chosen = alternatives.max(by: { closeness($0, live) < closeness($1, live) }) { parts.append(chosen) }
        }
        for part in parts {
            for (name, value) in whole(part, like: live).object ?? [:] {
                if let mine = members[name]?.object, let more = value.object {
                    members[name] = .object(mine.merging(more))
                } else {
                    members[name] = value
                }
            }
        }
        return .object(members)
    }

    private func closeness(_ schema: JSONValue, _ live: JSONValue?) -> Int {
        if schema["type"] == "null" { return -1000 }
        guard let properties = schema["properties"]?.object else { return 0 }
        return properties.reduce(properties.count) { sum, property in
            guard let value = live?[property.name] else { return sum }
            let allowed = property.value["const"].map { [$0] } ?? resolved(property.value)["enum"]?.array
            return sum + (allowed?.contains(value) == false ? -500 : 100)
        }
    }
}
