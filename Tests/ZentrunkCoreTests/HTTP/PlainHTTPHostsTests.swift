import Testing
import ZentrunkCore

@Suite("Hosts that plain http may go to")
struct PlainHTTPHostsTests {
    @Test("Names and addresses, separated by commas, in any case of letters")
    func taken() throws {
        let hosts = try PlainHTTPHosts(" LiveKit , 10.0.0.5,,[2001:db8::1]")
        for host in ["livekit", "LIVEKIT", "10.0.0.5", "[2001:DB8::1]"] { #expect(hosts.contains(host)) }
        for host in ["livekit.example.com", "10.0.0.50", "a.livekit", ""] { #expect(!hosts.contains(host)) }
        #expect(try PlainHTTPHosts(" ") == .none)
    }

    @Test(
        "Patterns, schemes, ports and paths are refused with the variable",
        arguments: [
            "*", "*.example.com", "livekit,*", "http://livekit", "livekit:7880", "livekit/x", ".example.com", "a b",
        ])
    func refused(_ text: String) {
        let error = #expect(throws: ConnectionError.self) { try PlainHTTPHosts(text) }
        #expect(error?.code == .invalid)
        #expect(error?.message.contains("ZENTRUNK_ALLOW_PLAIN_HTTP") == true)
    }

    @Test(
        "An address on such a host is taken, and refused otherwise with both ways on",
        arguments: [
            ("ws://livekit:7880", "wss://livekit:7880"), ("http://10.0.0.5", "https://10.0.0.5"),
            ("HTTP://LiveKit/", "https://LiveKit/"),
        ])
    func base(_ text: String, _ encrypted: String) throws {
        let hosts = try PlainHTTPHosts("livekit,10.0.0.5")
        let base = try APIBase(text, setting: "X_URL", spelling: .webSocket, allowing: hosts)
        #expect(base.scheme == "http")
        let error = #expect(throws: ConnectionError.self) {
            try APIBase(text, setting: "X_URL", spelling: .webSocket, allowing: PlainHTTPHosts("other"))
        }
        // As the person wrote it, not as it was understood.
        #expect(error?.message.contains("X_URL is \"\(text)\"") == true)
        #expect(error?.next.first == "export X_URL=\(encrypted)")
        #expect(
            error?.next.last
                == "export ZENTRUNK_ALLOW_PLAIN_HTTP=\([base.host, "other"].sorted().joined(separator: ","))")
    }
}
