/// Makes SIP passwords out of usernames, so that nothing has to be stored and a password never changes under a username.
///
/// Both vendors return the username; whoever holds the carrier's key can compute the password again. The carrier implements
/// this, since the spelling follows its rules.
public protocol SIPSecretDeriver: Sendable {
    /// A fresh random username that ``isOurs(_:)`` accepts.
    func makeUsername() -> String

    /// Whether the username carries the check tag of this carrier key. If not, its password cannot be known.
    func isOurs(_ username: String) -> Bool

    /// The password that belongs to the username; the same at every call.
    func password(for username: String) -> Secret
}
