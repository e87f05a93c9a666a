import Crypto
@_spi(Adapter) package import ZentrunkCore

/// SIP usernames and passwords that are derived from the account's token and follow Plivo's rules.
///
/// A username consists of 12 random letters and digits and a tag of 6. Tag and password are HMAC-SHA256 of it and the
/// Auth ID, keyed with the Auth Token. Plivo requires usernames of 5 to 20 letters and digits, and passwords of 5 to 20
/// characters with at least one symbol. The only symbol used is the underscore, which every platform accepts.
/// <https://docs.livekit.io/telephony/start/providers/plivo/>
package struct PlivoSIPSecrets: SIPSecretDeriver {
    private let account: String
    private let key: Secret
    private let redactor: Redactor

    /// Creates a deriver.
    ///
    /// - Parameters:
    ///   - account: The Auth ID.
    ///   - token: The Auth Token.
    ///   - redactor: Learns every derived password.
    package init(account: String, token: Secret, redactor: Redactor) {
        self.account = account
        key = token
        self.redactor = redactor
    }

    private static let randomLength = 12
    private static let tagLength = 6
    private static let passwordLength = 20
    // Usernames are lower case, because some SIP stacks compare them case-insensitively.
    private static let small = Array("abcdefghijklmnopqrstuvwxyz0123456789")
    private static let mixed = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")

    package func makeUsername() -> String {
        let random = String((0..<Self.randomLength).map { _ in Self.small[Int.random(in: 0..<Self.small.count)] })
        return random + tag(of: random)
    }

    package func isOurs(_ username: String) -> Bool {
        guard username.count == Self.randomLength + Self.tagLength else { return false }
        return username.suffix(Self.tagLength) == tag(of: String(username.prefix(Self.randomLength)))
    }

    package func password(for username: String) -> Secret {
        let letters = spell("password", username, Self.mixed, count: Self.passwordLength - 1)
        let middle = (Self.passwordLength - 1) / 2
        let password = Secret(String(letters.prefix(middle)) + "_" + String(letters.dropFirst(middle)))
        redactor.learnDerived(password)
        return password
    }

    private func tag(of random: String) -> String {
        String(spell("username", random, Self.small, count: Self.tagLength))
    }

    /// Encodes a keyed hash in the alphabet, with a uniform distribution of letters.
    private func spell(_ purpose: String, _ text: String, _ alphabet: [Character], count: Int) -> [Character] {
        let key = SymmetricKey(data: Array(key.reveal().utf8))
        let fair = 256 - 256 % alphabet.count
        var letters: [Character] = []
        var round = 0
        while letters.count < count {
            let message = "zentrunk-connect sip \(purpose) 1\n\(account)\n\(text)\n\(round)"
            let hash = HMAC<SHA256>.authenticationCode(for: Array(message.utf8), using: key)
            letters += hash.map(Int.init).filter { $0 < fair }.map { alphabet[$0 % alphabet.count] }
            round += 1
        }
        return Array(letters.prefix(count))
    }
}
