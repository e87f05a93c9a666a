public import ZentrunkJSON

/// Stands for a password where state and requests are shown: equal passwords have equal markers within one process, and
/// nothing leads back from the marker, since the hash is seeded anew in every process.
///
/// So a test can see that both halves of a pairing hold the same password without seeing the password.
public enum SandboxMarker {
    /// The marker of a password; null for none.
    public static func marker(for password: String?) -> JSONValue {
        guard let password else { return .null }
        var hasher = Hasher()
        hasher.combine("zentrunk-sandbox")
        hasher.combine(password)
        let digits = String(UInt32(truncatingIfNeeded: hasher.finalize()), radix: 16)
        return .string("set:" + String(repeating: "0", count: 8 - digits.count) + digits)
    }

    /// Whether the value is the marker of a password.
    public static func isMarker(_ value: JSONValue?) -> Bool { value?.string?.hasPrefix("set:") == true }

    /// The value with every member that holds a password replaced by its marker, at any depth.
    public static func masking(_ value: JSONValue) -> JSONValue {
        switch value {
        case .array(let elements): .array(elements.map(masking))
        case .object(let members):
            .object(
                JSONObject(
                    members.map { name, member in
                        (name, passwordFields.contains(name) ? marker(for: member.string) : masking(member))
                    }))
        default: value
        }
    }

    private static let passwordFields: Set<String> = ["password", "authPassword", "auth_password", "accessToken"]
}
