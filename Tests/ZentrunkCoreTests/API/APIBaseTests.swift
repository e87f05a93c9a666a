import Testing
@_spi(Adapter) import ZentrunkCore

@Suite("API bases")
struct APIBaseTests {
    @Test(
        "Scheme, host and port are kept",
        arguments: [
            ("https://api.vapi.ai", "https://api.vapi.ai"),
            ("HTTPS://api.vapi.ai/", "https://api.vapi.ai"),
            ("https://api.example.com:8443", "https://api.example.com:8443"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("http://127.1.2.3", "http://127.1.2.3"),
            ("http://localhost:1", "http://localhost:1"),
            ("http://[::1]:8080", "http://[::1]:8080"),
        ])
    func taken(_ text: String, _ expected: String) throws {
        #expect(try APIBase(text, setting: "X_URL").description == expected)
    }

    @Test(
        "Every other address is refused",
        arguments: [
            "", "api.vapi.ai", "ftp://api.vapi.ai", "https://", "https:///x", "https://api.vapi.ai/v1",
            "https://api.vapi.ai?x",
            "https://api.vapi.ai#x", "https://a b", "https://api.vapi.ai:0", "https://api.vapi.ai:65536",
            "https://api.vapi.ai:",
            "https://api.vapi.ai:x", "https://äpi.example", "https://:443", "https://a\\b", "https://a%2eb",
            "https://a,b",
            "https://a\tb", "https://a\u{202E}b", "https://[::1", "https://[::1]x", "https://locаlhost",
        ])
    func refused(_ text: String) {
        let error = #expect(throws: ZentrunkError.self) { try APIBase(text, setting: "X_URL") }
        #expect(error?.code == .invalid)
        #expect(error?.message.contains("X_URL") == true)
    }

    @Test(
        "Plain http is allowed to loopback only",
        arguments: [
            "http://api.vapi.ai", "http://127.0.0.1.example.com", "http://localhost.example.com", "http://10.0.0.1",
            "http://0.0.0.0", "http://[::2]", "http://[::ffff:127.0.0.1]", "http://127.1", "http://2130706433",
            "http://0x7f.0.0.1", "http://localhost.",
        ])
    func plainHTTP(_ text: String) {
        let error = #expect(throws: ZentrunkError.self) { try APIBase(text, setting: "X_URL") }
        #expect(error?.message.contains("use https") == true)
    }

    @Test(
        "An address with a user or password is refused and not quoted, whatever else is wrong",
        arguments: [
            "https://me:topsecret@api.vapi.ai", "ftp://me:topsecret@api.vapi.ai", "me:topsecret@api.vapi.ai",
            "https://me:topsecret@api.vapi.ai/v1", "http://127.0.0.1:topsecret@evil.example",
            "http://localhost@topsecret",
        ])
    func userinfo(_ text: String) {
        let error = #expect(throws: ZentrunkError.self) { try APIBase(text, setting: "X_URL") }
        #expect(error?.message.contains("X_URL") == true)
        #expect(error?.message.contains("topsecret") == false)
    }
}
