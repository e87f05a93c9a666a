import ZentrunkJSON

extension JSONObject {
    /// The object without members whose names suggest a secret, at any depth.
    ///
    /// Foreign members are included in every write, and so are the keys to other services in them. These are removed
    /// from what is recorded in the journal or printed. Passwords in fields that a kind's rules know are never read.
    var withoutSecretMembers: JSONObject {
        JSONObject(
            compactMap { name, value in
                Self.isSecret(name, value) ? nil : (name, Self.withoutSecrets(value))
            })
    }

    private static func withoutSecrets(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(let members): .object(members.withoutSecretMembers)
        case .array(let elements): .array(elements.map(withoutSecrets))
        default: value
        }
    }

    private static let marks = [
        "password", "secret", "token", "authorization", "apikey", "accesskey", "accountkey", "privatekey",
        "credentials",
    ]

    private static func isSecret(_ name: String, _ value: JSONValue) -> Bool {
        // Templates' own members with such names are objects or lists, not single texts.
        guard value.string != nil else { return false }
        let letters = name.lowercased().filter { $0 != "_" && $0 != "-" }
        return marks.contains { letters.contains($0) }
    }
}
