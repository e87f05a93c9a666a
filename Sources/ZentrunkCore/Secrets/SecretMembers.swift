import ZentrunkJSON

extension JSONObject {
    /// The object without members whose names say that they hold a secret, at any depth.
    ///
    /// Members that somebody else set go along with every write, and so do their keys to other services. What is kept in the
    /// journal or printed lacks those; passwords that a kind's rules know are not read in the first place.
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
        // A template's own members are objects and lists where these names are about more than one value.
        guard value.string != nil else { return false }
        let letters = name.lowercased().filter { $0 != "_" && $0 != "-" }
        return marks.contains { letters.contains($0) }
    }
}
