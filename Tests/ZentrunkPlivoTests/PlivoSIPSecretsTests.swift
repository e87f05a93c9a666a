import Testing
@_spi(Adapter) import ZentrunkCore
@_spi(Adapter) import ZentrunkPlivo

@Suite("SIP usernames and passwords")
struct PlivoSIPSecretsTests {
    private func secrets(
        account: String = Example.account, token: String = "an-auth-token", _ redactor: Redactor = Redactor()
    )
        -> PlivoSIPSecrets
    {
        PlivoSIPSecrets(account: account, token: Secret(token), redactor: redactor)
    }

    @Test("Usernames have 5 to 20 lower-case letters and digits, and are all different")
    func usernames() {
        let usernames = (0..<200).map { _ in secrets().makeUsername() }
        #expect(Set(usernames).count == 200)
        for username in usernames {
            #expect((5...20).contains(username.count))
            #expect(username.allSatisfy { "abcdefghijklmnopqrstuvwxyz0123456789".contains($0) })
            #expect(secrets().isOurs(username))
        }
    }

    @Test("Passwords have 5 to 20 letters and digits, and an underscore as the only symbol")
    func passwords() {
        for _ in 0..<200 {
            let password = secrets().password(for: secrets().makeUsername()).reveal()
            #expect((5...20).contains(password.count))
            #expect(password.filter { $0 == "_" }.count == 1)
            #expect(password.allSatisfy { $0 == "_" || ($0.isASCII && ($0.isLetter || $0.isNumber)) })
        }
    }

    @Test("A username always has the same password, and another username another one")
    func samePassword() {
        let first = secrets().makeUsername()
        #expect(secrets().password(for: first) == secrets().password(for: first))
        #expect(secrets().password(for: first) != secrets().password(for: secrets().makeUsername()))
    }

    @Test("With another token or account, a username is not ours and has another password")
    func otherKey() {
        let username = secrets().makeUsername()
        for other in [secrets(token: "another-token"), secrets(account: "MAYYYYYYYYYYYYYYYYYY")] {
            #expect(!other.isOurs(username))
            #expect(other.password(for: username) != secrets().password(for: username))
        }
    }

    @Test("A changed username, or one that a person chose, is not ours")
    func altered() {
        let username = secrets().makeUsername()
        let altered = (username.first == "a" ? "b" : "a") + username.dropFirst()
        for text in [
            altered, String(username.dropLast()), username + "a", username.uppercased() + "a", "", "vapi-user-1", "a b",
        ] {
            #expect(!secrets().isOurs(text), "\(text)")
        }
    }

    @Test("Every derived password is removed from vendors' texts")
    func redacted() {
        let redactor = Redactor()
        let password = secrets(redactor).password(for: "abcdefghijkl123456")
        #expect(redactor.clean("password \(password.reveal()) is bad") == "password <redacted> is bad")
    }
}
