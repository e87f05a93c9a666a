import Testing

@testable import ZentrunkProbe

@Suite("The OPTIONS request and its replies")
struct OptionsRequestTests {
    private func request(
        _ target: String = "example.com", over transport: ProbeTarget.Transport = .udp,
        from address: String = "192.0.2.9"
    ) throws -> OptionsRequest {
        let local = try SocketAddress(#require(IPAddress(address)), port: 40_000)
        return try OptionsRequest(ProbeTarget(target), over: transport, from: local) { _ in 0xAB }
    }

    @Test("The request has every field that RFC 3261 requires")
    func writing() throws {
        let text = String(decoding: try request("example.com:5080").bytes, as: UTF8.self)
        #expect(
            text == """
                OPTIONS sip:example.com:5080 SIP/2.0\r
                Via: SIP/2.0/UDP 192.0.2.9:40000;branch=z9hG4bK00ab00ab00ab00ab;rport\r
                Max-Forwards: 70\r
                From: <sip:probe@anonymous.invalid>;tag=00ab00ab00ab00ab\r
                To: <sip:example.com>\r
                Call-ID: 00ab00ab00ab00ab00ab00ab00ab00ab\r
                CSeq: 1 OPTIONS\r
                Contact: <sip:probe@192.0.2.9:40000;transport=udp>\r
                Accept: application/sdp\r
                User-Agent: zentrunk\r
                Content-Length: 0\r
                \r

                """)
    }

    @Test("IPv6 is in brackets, and sips: stays sips:")
    func spelling() throws {
        let six = String(decoding: try request("[2001:db8::1]", over: .tcp, from: "2001:db8::9").bytes, as: UTF8.self)
        #expect(six.hasPrefix("OPTIONS sip:[2001:db8::1] SIP/2.0\r\nVia: SIP/2.0/TCP [2001:db8::9]:40000;"))
        let secure = String(decoding: try request("sips:example.com", over: .tls).bytes, as: UTF8.self)
        #expect(secure.contains("OPTIONS sips:example.com SIP/2.0\r\nVia: SIP/2.0/TLS "))
        #expect(secure.contains("Contact: <sips:probe@192.0.2.9:40000>\r\n"))
    }

    private func objection(to change: (inout Reply) -> Void) throws -> String? {
        let request = try request()
        let message = try SIPParser.datagram(Reply(to: request.bytes).with(change).bytes)
        guard case .response(let response) = message else { return "it is a request" }
        return request.objection(to: response)
    }

    @Test("The reply to the request is accepted")
    func accepted() throws {
        #expect(try objection { _ in } == nil)
        #expect(try objection { $0.via += "=5060;received=192.0.2.1" } == nil)
        #expect(try objection { $0.via = $0.via.replacing("SIP/2.0/UDP ", with: "SIP / 2.0 / udp\t") } == nil)
        #expect(try objection { $0.from = $0.from.replacing("<sip", with: "\"x;tag=y\" <sip") } == nil)
        #expect(try objection { $0.sequence = "1\t OPTIONS" } == nil)
    }

    @Test("A reply to something else is not")
    func foreign() throws {
        #expect(try objection { $0.callID += "x" } == "it has another Call-ID")
        #expect(try objection { $0.sequence = "2 OPTIONS" } == "it has another CSeq")
        #expect(try objection { $0.sequence = "1 INVITE" } == "it has another CSeq")
        #expect(try objection { $0.sequence = "1 options" } == "it has another CSeq")
        #expect(try objection { $0.via = $0.via.replacing("z9hG4bK", with: "z9hG4bKx") } == "it has another branch")
        #expect(try objection { $0.via = $0.via.replacing("branch=", with: "x=") } == "it has another branch")
        #expect(try objection { $0.via = $0.via.replacing("40000", with: "40001") } == "it has another sent-by")
        #expect(try objection { $0.via += ", SIP/2.0/UDP 192.0.2.2;branch=z9hG4bKy" } == "it has another Via")
        #expect(try objection { $0.more = ["v: SIP/2.0/UDP 192.0.2.2"] } == "it has another Via")
        #expect(try objection { $0.from = $0.from.replacing("tag=", with: "tag=x") } == "it has another tag")
        #expect(
            try objection { $0.from = "<sip:probe@anonymous.invalid;tag=00ab00ab00ab00ab>" } == "it has another tag")
    }
}
