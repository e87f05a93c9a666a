import Testing
import ZentrunkJSON

@testable @_spi(Adapter) import ZentrunkCore

@Suite("Escaping of foreign texts")
struct VisibleTextTests {
    @Test(
        "Control, format and invisible characters are escaped",
        arguments: [
            ("\u{1B}]0;x\u{07}", #"\u001b]0;x\u0007"#), ("a\r\nb", #"a\u000d\u000ab"#), ("\u{9B}31m", #"\u009b31m"#),
            ("\u{7F}\u{08}", #"\u007f\u0008"#), ("\u{202E}gpj\u{2066}", #"\u202egpj\u2066"#),
            ("a\u{200B}b\u{FEFF}", #"a\u200bb\ufeff"#), ("a\u{2028}b\u{2029}", #"a\u2028b\u2029"#),
            ("\u{E0041}", #"\udb40\udc41"#), ("\u{AD}\t", #"\u00ad\u0009"#),
        ])
    func written(_ text: String, _ expected: String) {
        #expect(text.madeVisible() == expected)
    }

    @Test("All other text is unchanged", arguments: ["", "größe ✓ 日本語 👍🏽 né", "a\\u001bb", "<redacted>"])
    func kept(_ text: String) {
        #expect(text.madeVisible() == text)
    }

    @Test("In multi-line texts, only line breaks and tabs are kept")
    func lines() {
        #expect("a\n\tb\r\u{1B}".madeVisible(keepingLines: true) == "a\n\tb\\u000d\\u001b")
    }

    @Test("Escaped JSON has the same value")
    func json() throws {
        let value: JSONValue = ["\u{9B}\u{202E}": "\u{1B}\u{7F}\u{E0041}\u{2028}\n\"", "b": [1, "\u{AD}"]]
        for text in [value.text(), value.text(.pretty)] {
            let visible = text.madeVisible(keepingLines: true)
            #expect(visible.unicodeScalars.allSatisfy { $0 == "\n" || (0x20...0x7E).contains($0.value) })
            #expect(try JSONValue(parsing: visible) == value)
        }
    }

    @Test("An error's text cannot control a terminal or forge a log line")
    func errors() {
        let evil = "x\u{1B}[2J\r\ny\u{202E}"
        let error = ZentrunkError(.refused, evil, vendorMessage: evil, requestID: evil, remedies: [.advice(evil)])
        let texts =
            [error.message, error.description] + [error.vendorMessage, error.requestID].compactMap { $0 }
        #expect(texts.count == 4)
        #expect(error.remedies == [.advice(#"x\u001b[2J\u000d\u000ay\u202e"#)])
        for text in texts {
            #expect(text == #"x\u001b[2J\u000d\u000ay\u202e"#)
        }
    }
}
