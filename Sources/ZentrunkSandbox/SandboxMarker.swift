public import ZentrunkJSON

/// Replaces passwords in state and recorded requests. Equal passwords have equal markers within one process. A marker
/// does not reveal its password, because each process uses a new hash seed.
///
/// So a test can check that both sides of a pairing have the same password without seeing it.
public enum SandboxMarker {
    /// Returns the marker of a password; null for nil.
    public static func marker(for password: String?) -> JSONValue {
        guard let password else { return .null }
        var hasher = Hasher()
        hasher.combine("zentrunk-sandbox")
        hasher.combine(password)
        let digits = String(UInt32(truncatingIfNeeded: hasher.finalize()), radix: 16)
        return .string("set:" + String(repeating: "0", count: 8 - digits.count) + digits)
    }

    /// Whether the value is a password's marker.
    public static func isMarker(_ value: JSONValue?) -> Bool { value?.string?.hasPrefix("set:") == true }

    /// Replaces every password member with its marker, at any depth.
    public static func masking(_ value: JSONValue) -> JSONValue {
        switch value {
        case .array(let elements): .array(elements.map(masking))
        case .object(let members):
            .object(
                JSONObject(
                    members.map { name, member in
                        (name, isPassword(name) ? marker(for: member.string) : masking(member))
                    }))
        default: value
        }
    }

    private static func isPassword(_ name: String) -> Bool {
        name.lowercased().hasSuffix("password") || name == "accessToken"
    }
}
