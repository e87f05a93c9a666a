/// Derives SIP passwords from usernames, so that no password is stored, and one username always has the same password.
///
/// Both vendors return usernames, so the holder of the carrier's key can derive the password again. Implemented by the
/// carrier, whose rules determine the form.
package protocol SIPSecretDeriver: Sendable {
    /// Returns a new random username that ``isOurs(_:)`` accepts.
    func makeUsername() -> String

    /// Whether the username has the check tag of this carrier key. Otherwise its password cannot be derived.
    func isOurs(_ username: String) -> Bool

    /// Returns the password of the username; always the same one.
    func password(for username: String) -> Secret
}
