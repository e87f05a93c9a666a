import Synchronization

/// Removes known secrets from texts that others wrote: vendors quote in errors what was sent to them.
public final class Redactor: Sendable {
    private let secrets = Mutex<Set<String>>([])

    public init(_ secrets: [Secret] = []) {
        for secret in secrets { learn(secret) }
    }

    /// From now on this secret is removed too. Texts under 4 characters are not, they would tear ordinary words apart.
    public func learn(_ secret: Secret) {
        let text = secret.reveal()
        guard text.count >= 4 else { return }
        secrets.withLock { _ = $0.insert(text) }
    }

    /// The text with every known secret replaced, and what could steer a terminal written out; line breaks and tabs stay.
    public func clean(_ text: String) -> String {
        var cleaned = text
        for secret in secrets.withLock({ $0 }).sorted(by: { $0.count > $1.count }) {
            cleaned = cleaned.replacing(secret, with: "<redacted>")
        }
        return cleaned.madeVisible(keepingLines: true)
    }
}
