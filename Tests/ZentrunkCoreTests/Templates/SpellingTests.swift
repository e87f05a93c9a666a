import Testing
@_spi(Adapter) import ZentrunkCore

@Suite("Suggestions for misspelt words")
struct SpellingTests {
    @Test(
        "A word with a typing error is found; a more different one is not",
        arguments: [
            ("asistant", "assistant"), ("assitsant", "assistant"), ("Assistant", "assistant"), ("regoin", "region"),
            ("regio", "region"),
            ("x", nil), ("authentification", "authentication"), ("colour", nil), ("", nil), ("sip", nil),
        ] as [(String, String?)])
    func nearest(_ text: String, _ expected: String?) {
        #expect(Spelling.nearest(to: text, among: ["assistant", "region", "authentication"]) == expected)
    }

    @Test("Of two equally close words the first in the alphabet is used, and a hint is a phrase or empty")
    func hints() {
        #expect(Spelling.nearest(to: "bat", among: ["cat", "bar"]) == "bar")
        #expect(Spelling.hint(for: "bat", among: ["bar"]) == ", did you mean \"bar\"?")
        #expect(Spelling.hint(for: "bat", among: [String]()) == "")
    }
}
