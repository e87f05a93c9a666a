import Testing

@testable @_spi(Adapter) import ZentrunkCore

@Suite("SIP hosts and origination URIs")
struct SIPAddressTests {
    @Test(
        "Hosts are stored in lower case without the trailing dot",
        arguments: [
            ("sip.example.com", "sip.example.com"),
            ("SIP.Example.COM.", "sip.example.com"),
            ("44.229.228.186", "44.229.228.186"),
            ("a-1.example", "a-1.example"),
            ("3.example", "3.example"),
        ])
    func hosts(_ text: String, _ expected: String) throws {
        #expect(try SIPHost(text).name == expected)
    }

    @Test(
        "Hosts that cannot be called are refused",
        arguments: [
            "", ".", "sip:sip.example.com", "sip.example.com:5060", "https://sip.example.com", "sip.example.com/x",
            "localhost",
            "sip..example.com", "-sip.example.com", "sip-.example.com", "sip_1.example.com", "sip example.com",
            "sïp.example.com",
            "10.0.0.1", "127.0.0.1", "192.168.1.5", "172.20.0.1", "169.254.1.1", "100.64.0.1", "224.0.0.1", "0.0.0.0",
            "1.2.3",
            "1.2.3.256", "1.2.3.04", "sip.example.com..",
            String(repeating: "a", count: 64) + ".example", String(repeating: "abcdefg.", count: 32) + "example",
        ])
    func refusedHosts(_ text: String) {
        #expect(throws: AddressError.self) { try SIPHost(text) }
    }

    @Test(
        "A host is read in all notations of the vendors' pages",
        arguments: [
            "sip:4r5t6y.sip.example.com", "SIPS:4R5T6Y.sip.example.com", "4r5t6y.sip.example.com;transport=tcp",
            "sip:4r5t6y.sip.example.com:5060;Transport=TLS", "4r5t6y.sip.example.com.", "4r5t6y.sip.example.com:5061",
        ])
    func spellings(_ text: String) throws {
        #expect(try SIPHost(spelling: text).name == "4r5t6y.sip.example.com")
    }

    @Test(
        "Each kind of invalid host has its own reason",
        arguments: [
            ("sip:user@sip.example.com", "without a user"), ("sip.example.com:5080", "host alone"),
            ("sip.example.com;lr", "not part of a host"), ("[2001:db8::1]", "IPv6"), ("2001:db8::1", "IPv6"),
            ("[sip.example.com]", "brackets"), ("bücher.example", "xn--"), ("sip_1.example.com", "underscore"),
            ("10.1.2.3", "RFC 1918"), ("wss://name.example.com", "host alone"), ("", "empty"),
        ])
    func hostReasons(_ text: String, _ reason: String) {
        let error = #expect(throws: AddressError.self) { try SIPHost(spelling: text) }
        #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
    }

    @Test(
        "A URI with a password is refused and not quoted",
        arguments: [
            "sip:user:s3cret@sip.example.com", "user:s3cret@sip.example.com", "sips:user%3As3cret@sip.example.com",
            "https://user:s3cret@sip.example.com", "sip:user:s3;cret@sip.example.com",
            "sip.example.com:5060;s3cret@x.example",
        ])
    func passwords(_ text: String) {
        let error = #expect(throws: AddressError.self) { try OriginationURI(text) }
        #expect(error?.description.contains("s3") == false, "\(error?.description ?? "")")
        #expect(throws: AddressError.self) { try SIPHost(spelling: text) }
    }

    @Test(
        "Only TLS is secure",
        arguments: [
            ("sip.example.com;transport=tls", true), ("sips:sip.example.com", true), ("sip.example.com", false),
            ("sip.example.com:5061", false), ("sip.example.com;transport=tcp", false),
        ])
    func security(_ text: String, _ isSecure: Bool) throws {
        #expect(try OriginationURI(text).isSecure == isSecure)
    }

    @Test(
        "URIs are parsed into host, port and transport",
        arguments: [
            ("sip.example.com", "sip.example.com", nil, nil),
            ("sip.example.com;transport=udp", "sip.example.com", nil, .udp),
            ("sip.example.com:5061;transport=tls", "sip.example.com", 5061, .tls),
            ("sip:user@sip.example.com:5080;Transport=TCP", "sip.example.com", 5080, .tcp),
            ("sips:sip.example.com;transport=tls", "sip.example.com", nil, .tls),
            ("44.229.228.186:5060;lr;transport=udp", "44.229.228.186", 5060, .udp),
        ] as [(String, String, Int?, OriginationURI.Transport?)])
    func uris(_ text: String, _ host: String, _ port: Int?, _ transport: OriginationURI.Transport?) throws {
        let uri = try OriginationURI(text)
        #expect(uri.host.name == host)
        #expect(uri.port == port)
        #expect(uri.transport == transport)
        #expect(uri.text == text)
    }

    @Test(
        "An invalid URI is refused with its wrong part",
        arguments: [
            ("", "without blanks"),
            ("sip.example.com; transport=udp", "without blanks"),
            ("sip.example.com;x=\u{1B}[2J", "without blanks"),
            ("sip:\u{7F}@sip.example.com", "without blanks"),
            ("https://sip.example.com", "not a URL"),
            ("user@sip.example.com", "needs a scheme"),
            ("sip:@sip.example.com", "needs a scheme"),
            ("sip.example.com:0", "1 to 65535"),
            ("sip.example.com:65536", "1 to 65535"),
            ("sip.example.com:", "1 to 65535"),
            ("sip.example.com;", "empty parameter"),
            ("sip.example.com;transport=ws", "udp, tcp or tls"),
            ("sip.example.com;transport", "udp, tcp or tls"),
            ("sip.example.com;transport=udp;transport=tcp", "twice"),
            ("sips:sip.example.com;transport=udp", "sips:"),
            ("sip.example.com:5061;transport=udp", "5061"),
            ("localhost;transport=udp", "domain"), ("[2001:db8::1]:5060;transport=udp", "IPv6"),
            ("2001:db8::1;transport=udp", "IPv6"), ("sip.example.com:+5060", "1 to 65535"),
            ("sip.example.com:05060", "1 to 65535"), ("sip.example.com:5060:5061", "two ports"),
            ("bücher.example;transport=udp", "xn--"), ("192.168.1.5;transport=udp", "RFC 1918"),
            ("sip:user:s3cret@sip.example.com", "separately"),
        ])
    func refusedURIs(_ text: String, _ reason: String) {
        let error = #expect(throws: AddressError.self) { try OriginationURI(text) }
        #expect(error?.reason.contains(reason) == true, "\(String(describing: error))")
    }
}
