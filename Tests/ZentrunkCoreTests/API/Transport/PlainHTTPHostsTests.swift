import Testing
@_spi(Adapter) import ZentrunkCore

@Suite("Hosts allowed for plain http")
struct PlainHTTPHostsTests {
    @Test("Names and addresses are separated by commas and compared without regard to case")
    func taken() throws {
        let hosts = try PlainHTTPHosts(" LiveKit , 10.0.0.5,,[2001:db8::1]")
        for host in ["livekit", "LIVEKIT", "10.0.0.5", "[2001:DB8::1]"] { #expect(hosts.contains(host)) }
        for host in ["livekit.example.com", "10.0.0.50", "a.livekit", ""] { #expect(!hosts.contains(host)) }
        #expect(try PlainHTTPHosts(" ") == .none)
    }

    @Test(
        "Patterns, schemes, ports and paths are refused, and the error names the variable",
        arguments: [
            "*", "*.example.com", "livekit,*", "http://livekit", "livekit:7880", "livekit/x", ".example.com", "a b",
        ])
    func refused(_ text: String) {
        let error = #expect(throws: ZentrunkError.self) { try PlainHTTPHosts(text) }
        #expect(error?.code == .invalid)
        #expect(error?.message.contains("ZENTRUNK_ALLOW_PLAIN_HTTP") == true)
    }

    @Test(
        "The value suggested by a refusal is accepted and allows the address",
        arguments: ["localhost.", "LiveKit.", "10.0.0.5", "[2001:db8::1]", "a-b.example"])
    func offered(_ host: String) throws {
        for others in ["", "other."] {
            let address = "http://\(host):1"
            let error = try #require(
                #expect(throws: ZentrunkError.self) {
                    try APIBase(address, setting: "X_URL", allowing: PlainHTTPHosts(others))
                })
            guard case .set(let values)? = error.remedies.last, let value = values.first?.value else {
                Issue.record("no host is offered: \(error.remedies)")
                continue
            }
            #expect(values.first?.setting == "ZENTRUNK_ALLOW_PLAIN_HTTP")
            #expect(try APIBase(address, setting: "X_URL", allowing: PlainHTTPHosts(value)).scheme == "http")
        }
    }

    @Test("A host that the variable cannot contain is not suggested", arguments: ["http://.a", "http://a.."])
    func notOffered(_ address: String) {
        let error = #expect(throws: ZentrunkError.self) { try APIBase(address, setting: "X_URL") }
        #expect(error?.remedies.contains { "\($0)".contains("ZENTRUNK_ALLOW_PLAIN_HTTP") } == false)
    }

    @Test(
        "Missing slashes after the scheme are added in a suggestion, unless it would be refused",
        arguments: [
            ("wss:name.example", "wss://name.example"), ("https:/name.example", "wss://name.example"),
            ("ws:localhost:7880", "http://localhost:7880"), ("name.example:7880", "wss://name.example:7880"),
            ("wss:name.example:99999", nil), ("mailto:name", nil),
        ])
    func slashes(_ text: String, _ meant: String?) {
        let error = #expect(throws: ZentrunkError.self) {
            try APIBase(text, setting: "X_URL", spelling: [.webSocket, .path])
        }
        #expect(error?.remedies == (meant.map { [.set([.init("X_URL", $0)])] } ?? []))
    }

    @Test(
        "An address on an allowed host is accepted; otherwise the error suggests encryption and the variable",
        arguments: [
            ("ws://livekit:7880", "wss://livekit:7880"), ("http://10.0.0.5", "https://10.0.0.5"),
            ("HTTP://LiveKit/", "https://LiveKit/"),
        ])
    func base(_ text: String, _ encrypted: String) throws {
        let hosts = try PlainHTTPHosts("livekit,10.0.0.5")
        let base = try APIBase(text, setting: "X_URL", spelling: .webSocket, allowing: hosts)
        #expect(base.scheme == "http")
        let error = #expect(throws: ZentrunkError.self) {
            try APIBase(text, setting: "X_URL", spelling: .webSocket, allowing: PlainHTTPHosts("other"))
        }
        // The text as the user wrote it, not as it was parsed.
        #expect(error?.message.contains("X_URL is \"\(text)\"") == true)
        #expect(error?.remedies.first == .set([.init("X_URL", encrypted)]))
        #expect(
            error?.remedies.last
                == .set([.init("ZENTRUNK_ALLOW_PLAIN_HTTP", [base.host, "other"].sorted().joined(separator: ","))]))
    }
}
