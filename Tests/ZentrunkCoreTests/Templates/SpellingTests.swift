import Testing
import ZentrunkCore

@Suite("Probable meanings")
struct SpellingTests {
    @Test(
        "A slip of the fingers finds its word, anything further does not",
        arguments: [
            ("asistant", "assistant"), ("assitsant", "assistant"), ("Assistant", "assistant"), ("regoin", "region"),
            ("regio", "region"),
            ("x", nil), ("authentification", "authentication"), ("colour", nil), ("", nil), ("sip", nil),
        ] as [(String, String?)])
    func nearest(_ text: String, _ expected: String?) {
        #expect(Spelling.nearest(to: text, among: ["assistant", "region", "authentication"]) == expected)
    }

    @Test("Of two equally near the alphabet decides, and a hint is a phrase or nothing")
    func hints() {
        #expect(Spelling.nearest(to: "bat", among: ["cat", "bar"]) == "bar")
        #expect(Spelling.hint(for: "bat", among: ["bar"]) == ", did you mean \"bar\"?")
        #expect(Spelling.hint(for: "bat", among: [String]()) == "")
    }
}
