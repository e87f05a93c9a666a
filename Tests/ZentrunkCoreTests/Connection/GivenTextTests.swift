import Testing

@testable @_spi(Adapter) import ZentrunkCore

@Suite("User input")
struct GivenTextTests {
    @Test(
        "White space and invisible characters at both ends are removed",
        arguments: [
            " a b\r\n", "\u{A0}a b\u{3000}", "\u{FEFF}a b", "\u{202A}a b\u{202C}", "\u{200B} \u{2060}a b\u{AD}",
            "a b\u{FE0F}",
            "\u{2800}a b\t",
        ])
    func margins(_ text: String) {
        #expect(text.withoutMargins() == "a b")
    }

    @Test("A text with only such characters becomes empty", arguments: ["", " ", "\u{200B}", "\u{A0}\n"])
    func nothing(_ text: String) {
        #expect(text.withoutMargins().isEmpty)
    }

    @Test(
        "Quotes of every kind are detected",
        arguments: [
            "\"a\"", "'a'", "`a`", "“a”", "„a“", "«a»", "‘a’", "‹a›", "「a」", "\"\"", "´a´",
        ])
    func quotes(_ text: String) {
        #expect(text.isQuoted)
        #expect("a\(text)".holdsQuotes)
    }

    @Test("A single quote character does not make a text quoted", arguments: ["\"", "a'", "Bob's", "", "\"a"])
    func noQuotes(_ text: String) {
        #expect(!text.isQuoted)
    }

    @Test(
        "Ids of every known form are accepted",
        arguments: [
            "a1", "agent_01jx", "6a1d3c1e-9c0b-4f39-8d37-3f1c2b7a5e10", "org:a/b".replacing("/", with: "."), "A~b==",
        ])
    func ids(_ text: String) {
        #expect(text.idObjection == nil)
    }

    @Test(
        "The character that an id cannot contain is named",
        arguments: [
            ("a b", "white space"), ("a\nb", "white space"), ("a\u{200B}b", "invisible"), ("a'b", "quotes"),
            ("“a", "quotes"),
            ("https://x/a", "URL"), ("<id>", "\"<\""), ("$ID", "\"$\""), ("a/b", "\"/\""), ("aé", "\"é\""),
            ("a\u{7}", "and not"),
        ])
    func objections(_ text: String, _ part: String) {
        #expect(text.idObjection?.contains(part) == true, "\(text.idObjection ?? "")")
    }

    @Test("Country codes are read in any case", arguments: [("us", "us"), ("IN", "in"), ("De", "de")])
    func countries(_ text: String, _ code: String) throws {
        #expect(try CountryCode(text).code == code)
    }

    @Test(
        "Other country codes are refused with a suggestion",
        arguments: [
            ("UK", "\"gb\""), ("India", "\"in\""), ("USA", "\"us\""), ("xx", "ISO 3166-1"), ("", "ISO"), ("u", "ISO"),
        ])
    func noCountries(_ text: String, _ part: String) {
        let error = #expect(throws: AddressError.self) { try CountryCode(text) }
        #expect(error?.reason.contains(part) == true)
    }
}
