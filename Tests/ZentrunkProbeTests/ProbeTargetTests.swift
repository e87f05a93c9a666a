import Testing
import ZentrunkProbe

@Suite("Targets of probes")
struct ProbeTargetTests {
    @Test(
        "A target is read, and printed as a SIP URI",
        arguments: [
            ("sip.example.com", "sip:sip.example.com"),
            ("SIP.Example.com.", "sip:sip.example.com"),
            ("sip.example.com:5080", "sip:sip.example.com:5080"),
            ("sip.example.com;transport=TCP", "sip:sip.example.com;transport=tcp"),
            ("sip.example.com:5061;transport=tls", "sip:sip.example.com:5061;transport=tls"),
            ("sip:sip.example.com;transport=udp", "sip:sip.example.com;transport=udp"),
            ("sips:sip.example.com", "sips:sip.example.com"),
            ("sips:sip.example.com;transport=tcp", "sips:sip.example.com"),
            ("192.0.2.1", "sip:192.0.2.1"),
            ("192.0.2.1:5060", "sip:192.0.2.1:5060"),
            ("[2001:DB8::1]:5060", "sip:[2001:db8::1]:5060"),
            ("[2001:db8::1]", "sip:[2001:db8::1]"),
            ("2001:db8::1", "sip:[2001:db8::1]"),
            ("localhost", "sip:localhost"),
            ("a-b.example", "sip:a-b.example"),
        ])
    func reading(_ text: String, _ printed: String) throws {
        let target = try ProbeTarget(text)
        #expect(target.description == printed)
        #expect(try ProbeTarget(printed) == target)
    }

    @Test(
        "A text that is not a target is refused with a reason",
        arguments: [
            ("", "write HOST"), ("user@sip.example.com", "without a user"), ("https://sip.example.com", "not a URL"),
            ("sip.example.com:0", "1 to 65535"), ("sip.example.com:65536", "1 to 65535"),
            ("sip.example.com:05060", "1 to 65535"), ("sip.example.com:+5060", "1 to 65535"),
            ("sip.example.com:", "1 to 65535"), ("sip.example.com:1:2", "1 to 65535"),
            ("sip.example.com;transport=sctp", "udp, tcp or tls"),
            ("sip.example.com;transport=udp;transport=tcp", "twice"),
            ("sip.example.com;lr", "only ;transport="), ("sip.example.com;", "only ;transport="),
            ("sips:sip.example.com;transport=udp", "sips:"), ("sip example.com", "blanks"),
            ("sip.example.com\r\nX: y", "blanks"), ("bücher.example", "ASCII"), ("-a.example", "neither a domain"),
            ("a..example", "neither a domain"), ("a_b.example", "neither a domain"), ("1.2.3", "IPv4"),
            ("192.0.2.256", "IPv4"), ("[192.0.2.1]", "IPv6"), ("[2001:db8::1", "not closed"),
            ("[2001:db8::1]x", "only a port"), ("sip:", "no host"), (":5060", "no host"),
            (String(repeating: "a", count: 64) + ".example", "neither a domain"),
            (String(repeating: "a.", count: 127) + "example", "longer"), (String(repeating: "a", count: 301), "write"),
        ])
    func refusing(_ text: String, _ reason: String) throws {
        let error = try #require(throws: ProbeTargetError.self) { try ProbeTarget(text) }
        #expect(error.reason.contains(reason), "\(error)")
    }
}
