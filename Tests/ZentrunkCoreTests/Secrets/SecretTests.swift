import Testing
@_spi(Adapter) import ZentrunkCore

@Suite("Secrets")
struct SecretTests {
    private let secret = Secret("hunter2-hunter2")

    @Test("No form of printing shows the text")
    func neverPrints() {
        struct Holder { var key: Secret; var other: [Secret?] }
        let holder = Holder(key: secret, other: [secret])
        var dumped = ""
        dump(holder, to: &dumped)
        let texts = [
            "\(secret)", String(describing: secret), String(reflecting: secret), "\(holder)",
            String(reflecting: holder), dumped,
        ]
        for text in texts {
            #expect(!text.contains("hunter2"))
            #expect(text.contains("redacted"))
        }
        #expect(secret.customMirror.children.isEmpty)
    }

    @Test("Revealing returns the text")
    func reveals() {
        #expect(secret.reveal() == "hunter2-hunter2")
        #expect(!secret.isEmpty)
        #expect(Secret("").isEmpty)
    }

    @Test("Known secrets are removed from texts, longer ones first")
    func redacts() {
        let redactor = Redactor([Secret("abcd")])
        redactor.learn(Secret("abcdefgh"))
        #expect(
            redactor.clean("key abcdefgh, abcd and again abcdefgh") == "key <redacted>, <redacted> and again <redacted>"
        )
    }

    @Test("Secrets of fewer than four characters are not removed")
    func shortOnes() {
        #expect(Redactor([Secret("the"), Secret("")]).clean("the trunk") == "the trunk")
    }

    @Test("Secrets that overlap are removed completely, and those side by side one by one")
    func overlapping() {
        let redactor = Redactor([Secret("abcd"), Secret("cdefgh")])
        #expect(redactor.clean("abcdefgh, abcdabcd, abc") == "<redacted>, <redacted><redacted>, abc")
        #expect(Redactor([Secret("pass")], extending: redactor).clean("pass abcd") == "<redacted> <redacted>")
        #expect(redactor.clean("pass") == "pass")
    }

    @Test("Of derived secrets the most recent are known, and keys for ever")
    func derived() {
        let redactor = Redactor([Secret("a-key-for-ever")])
        for index in 0..<10 * Redactor.recentLimit {
            redactor.learnDerived(Secret("password-\(index)-end"))
            // One that is derived again and again is recent.
            redactor.learnDerived(Secret("password-of-today"))
            #expect(redactor.count <= Redactor.recentLimit + 1)
        }
        let last = 10 * Redactor.recentLimit - 1
        #expect(
            redactor.clean("a-key-for-ever password-of-today password-\(last)-end")
                == "<redacted> <redacted> <redacted>")
        #expect(redactor.clean("password-1-end") == "password-1-end")
    }

    @Test("Control characters are escaped; line breaks and tabs are kept")
    func controlCharacters() {
        #expect(Redactor().clean("a\u{1B}[2Jb\u{7}\n\tc\u{9B}d") == "a\\u001b[2Jb\\u0007\n\tc\\u009bd")
    }
}
