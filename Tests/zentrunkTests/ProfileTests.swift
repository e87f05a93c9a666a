import Testing
@_spi(Adapter) import ZentrunkCore

@testable import ZentrunkCommandLine

@Suite("Settings in a profile")
struct ProfileTests {
    private static let known = [
        Setting("ACME_API_KEY", secret: true, help: ""), Setting("ACME_API_URL", required: false, help: ""),
    ]

    private func read(_ text: String) throws -> [String: String] {
        try Profile(parsing: Array(text.utf8), file: "profile", known: Self.known).values.mapValues { $0.reveal() }
    }

    @Test(
        "A line sets the text after its equals sign, without expansion",
        arguments: [
            ("ACME_API_KEY=abc", "abc"), ("export ACME_API_KEY=abc", "abc"), ("  ACME_API_KEY = abc  \r", "abc"),
            ("ACME_API_KEY='a b'", "a b"), (#"ACME_API_KEY="a'b""#, "a'b"), ("ACME_API_KEY='abc' # mine", "abc"),
            ("ACME_API_KEY=abc # mine", "abc"), ("ACME_API_KEY=ab#c", "ab#c"), ("ACME_API_KEY=a=b==", "a=b=="),
            ("ACME_API_KEY=$HOME$(id)`id`", "$HOME$(id)`id`"), (#"ACME_API_KEY="${HOME}\n""#, #"${HOME}\n"#),
            ("ACME_API_KEY=", ""), ("ACME_API_KEY=''", ""), ("\u{FEFF}ACME_API_KEY=abc", "abc"),
            ("# first\n\n\tACME_API_KEY=abc\n#ACME_API_KEY=x", "abc"),
        ])
    func value(_ text: String, _ expected: String) throws {
        #expect(try read(text) == ["ACME_API_KEY": expected])
    }

    @Test("A file without settings sets nothing", arguments: ["", "\n\n", "# nothing\n"])
    func nothing(_ text: String) throws {
        #expect(try read(text).isEmpty)
    }

    @Test(
        "An error names its line and a correction, and never quotes the value",
        arguments: [
            ("\nACME_API_KYE=topsecret", ":2 sets ACME_API_KYE", "did you mean ACME_API_KEY?"),
            ("OTHER=topsecret", ":1 sets an unknown setting", "ACME_API_KEY, ACME_API_URL"),
            ("TOPSECRET==", ":1 sets an unknown setting", ""), ("topsecret", ":1 is not NAME=value", ""),
            ("topsecret==", ":1 is not NAME=value", "capital letters"), ("=topsecret", ":1 is not NAME=value", ""),
            ("ACME_API_KEY topsecret", ":1 is not NAME=value", ""), ("export", ":1 is not NAME=value", ""),
            ("ACME_API_KEY='topsecret", ":1: ACME_API_KEY has a quote", ""),
            ("ACME_API_KEY=\"topsecret\" topsecret", ":1: ACME_API_KEY has text after", ""),
            ("ACME_API_KEY=a\n\nACME_API_KEY=topsecret", ":3 sets ACME_API_KEY again", "line 1"),
            ("ACME_API_KEY=topsecret\0", "not text", ""),
        ])
    func wrong(_ text: String, _ place: String, _ remedy: String) {
        let error = #expect(throws: ZentrunkError.self) { try read(text) }
        #expect(error?.code == .invalid)
        #expect(error?.message.hasPrefix("profile") == true)
        #expect(error?.message.contains(place) == true, "\(error?.message ?? "")")
        #expect(error?.message.contains(remedy.isEmpty ? "profile" : remedy) == true, "\(error?.message ?? "")")
        #expect(error?.message.lowercased().contains("topsecret") == false)
    }

    @Test("A file that is not text or too long is refused")
    func bytes() {
        for bytes in [[0xFF, 0xFE], [UInt8](repeating: UInt8(ascii: "#"), count: Profile.longest + 1)] {
            let error = #expect(throws: ZentrunkError.self) {
                try Profile(parsing: bytes, file: "profile", known: Self.known)
            }
            #expect(error?.code == .invalid)
        }
    }
}
