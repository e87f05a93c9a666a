import Synchronization

/// Removes known secrets from foreign text, because vendors quote requests in their errors.
public final class Redactor: Sendable {
    private let secrets = Mutex<Set<String>>([])

    /// Creates a redactor that knows these secrets.
    public init(_ secrets: [Secret] = []) {
        for secret in secrets { learn(secret) }
    }

    /// Adds a secret to remove. Texts of fewer than 4 characters are ignored, because they occur in ordinary words.
    public func learn(_ secret: Secret) {
        let text = secret.reveal()
        guard text.count >= 4 else { return }
        secrets.withLock { _ = $0.insert(text) }
    }

    /// Returns the text with every known secret replaced, and with terminal control characters escaped; line breaks and
    /// tabs stay.
    public func clean(_ text: String) -> String {
        var cleaned = text
        for secret in secrets.withLock({ $0 }).sorted(by: { $0.count > $1.count }) {
            cleaned = cleaned.replacing(secret, with: "<redacted>")
        }
        return cleaned.madeVisible(keepingLines: true)
    }
}
