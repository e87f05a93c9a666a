import Testing
import ZentrunkCore

@Suite("API bases")
struct APIBaseTests {
    @Test(
        "Scheme, host and port are taken",
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
        "Everything else is refused",
        arguments: [
            "", "api.vapi.ai", "ftp://api.vapi.ai", "https://", "https:///x", "https://api.vapi.ai/v1",
            "https://api.vapi.ai?x",
            "https://api.vapi.ai#x", "https://a b", "https://api.vapi.ai:0", "https://api.vapi.ai:65536",
            "https://api.vapi.ai:",
            "https://api.vapi.ai:x", "https://äpi.example", "https://:443",
        ])
    func refused(_ text: String) {
        let error = #expect(throws: ConnectionError.self) { try APIBase(text, setting: "X_URL") }
        #expect(error?.code == .invalid)
        #expect(error?.message.contains("X_URL") == true)
    }

    @Test(
        "Plain http goes to this machine only",
        arguments: [
            "http://api.vapi.ai", "http://127.0.0.1.example.com", "http://localhost.example.com", "http://10.0.0.1",
            "http://0.0.0.0", "http://[::2]",
        ])
    func plainHTTP(_ text: String) {
        let error = #expect(throws: ConnectionError.self) { try APIBase(text, setting: "X_URL") }
        #expect(error?.message.contains("use https") == true)
    }

    @Test("A user or password is refused without being repeated")
    func userinfo() {
        let error = #expect(throws: ConnectionError.self) {
            try APIBase("https://me:topsecret@api.vapi.ai", setting: "X_URL")
        }
        #expect(error?.message.contains("topsecret") == false)
        #expect(throws: ConnectionError.self) { try APIBase("http://localhost@evil.example", setting: "X_URL") }
    }
}
