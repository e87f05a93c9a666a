import Testing

@testable import ZentrunkProbe

@Suite("Grammar of SIP responses")
struct SIPParserTests {
    private static let plain: String = """
        SIP/2.0 200 OK\r
        Via: SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bK1;rport=5060;received=192.0.2.9\r
        From: <sip:probe@anonymous.invalid>;tag=a\r
        To: <sip:example.com>;tag=b\r
        Call-ID: c\r
        CSeq: 1 OPTIONS\r
        Content-Length: 0\r
        \r

        """

    private func parse(_ text: String) throws -> SIPResponse {
        let message = try SIPParser.datagram(Array(text.utf8))
        guard case .response(let response) = message else { throw SIPSyntaxError.notSIP("it is a request") }
        return response
    }

    private func changed(_ old: String, _ new: String) -> String {
        Self.plain.split(separator: old, maxSplits: 1, omittingEmptySubsequences: false).joined(separator: new)
    }

    @Test("A response is read")
    func plain() throws {
        let response = try parse(Self.plain)
        #expect(response.status == 200)
        #expect(response.reason == "OK")
        #expect(response.values("call-id") == ["c"])
        #expect(response.bodyCount == 0)
    }

    @Test("Compact names, folded lines, blanks before colons and odd capitals mean the same")
    func spellings() throws {
        let text = """
            sip/2.0 200 \r
            v : SIP / 2.0 / UDP 192.0.2.9:5060\r
             ;branch=z9hG4bK1\r
            \t;rport=5060 ;received=192.0.2.9\r
            f:<sip:probe@anonymous.invalid>;tag=a\r
            t: <sip:example.com>;tag=b\r
            I: c\r
            cSEQ:\r
             1   OPTIONS\r
            k: path,\r
               gruu\r
            l: 3\r
            \r
            abc and more that is not part of it
            """
        let response = try parse(text)
        #expect(response.reason.isEmpty)
        #expect(response.bodyCount == 3)
        #expect(response.values("supported") == ["path, gruu"])
        #expect(response.values("cseq") == ["1   OPTIONS"])
        let via = try #require(response.values("via").first.flatMap(SIPVia.init(_:)))
        #expect(via.transport == "UDP")
        #expect(via.sentBy == "192.0.2.9:5060")
        #expect(via.parameters == ["branch": "z9hG4bK1", "rport": "5060", "received": "192.0.2.9"])
        #expect(SIPAnswer(response).publicAddress == "192.0.2.9:5060")
    }

    @Test(
        "Every compact form is known",
        arguments: [
            ("i", "call-id"), ("m", "contact"), ("e", "content-encoding"), ("l", "content-length"),
            ("c", "content-type"), ("f", "from"), ("s", "subject"), ("k", "supported"), ("t", "to"), ("v", "via"),
        ])
    func compact(_ short: String, _ long: String) {
        #expect(SIPParser.compact[short] == long)
    }

    @Test(
        "What is not SIP is recognised by its first line",
        arguments: [
            "HTTP/1.1 400 Bad Request\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n", "SIP/3.0 200 OK\r\n\r\n",
            "SIP/2.0 99 OK\r\n\r\n", "SIP/2.0 700 OK\r\n\r\n", "SIP/2.0 2000 OK\r\n\r\n", "SIP/2.0 200\r\n\r\n",
            "SIP/2.0  200 OK\r\n\r\n", "SIP/2.0\t200 OK\r\n\r\n", " SIP/2.0 200 OK\r\n\r\n", "\u{15}\u{3}\u{1}\0\u{2}",
            "OPTIONS  sip:x SIP/2.0\r\n\r\n", "OPTIONS sip:x HTTP/1.1\r\n\r\n", "\r\n", "\n",
        ])
    func foreign(_ text: String) {
        let error = #expect(throws: SIPSyntaxError.self) { try SIPParser.datagram(Array(text.utf8)) }
        guard case .notSIP = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("A request of the peer is no response")
    func request() throws {
        let text = changed("SIP/2.0 200 OK", "OPTIONS sip:probe@192.0.2.9 SIP/2.0")
        #expect(try SIPParser.datagram(Array(text.utf8)) == .request)
    }

    @Test(
        "A response that breaks the grammar is refused",
        arguments: [
            ("Call-ID: c\r\n", "", "call-id"), ("CSeq: 1 OPTIONS\r\n", "", "cseq"), ("From: ", "X: ", "from"),
            ("Via: ", "X: ", "via"), ("Call-ID: c", "Call-ID: c\r\ni: c", "call-id"),
            ("To: ", "To: <sip:x>\r\nt: ", "to"), ("Call-ID: c", "Call-ID: c\nX: y", "control character"),
            ("Call-ID: c", "Call-ID: c\rX: y", "control character"),
            ("Call-ID: c", "Call-ID: c\0", "control character"),
            ("Call-ID: c", "Call-ID", "no colon"), ("Call-ID: c", "Call ID: c", "no valid name"),
            ("Call-ID: c", ": c", "no valid name"), ("Via: ", " Via: ", "continuation"),
            ("Content-Length: 0", "Content-Length: 1", "0 bytes"),
            ("Content-Length: 0", "Content-Length: -1", "number"),
            ("Content-Length: 0", "Content-Length: 0x0", "number"), ("Content-Length: 0", "Content-Length:", "number"),
            ("Content-Length: 0", "Content-Length: 9999999999", "number"),
            ("Content-Length: 0", "Content-Length: 99999999", "too large"),
            ("Content-Length: 0", "Content-Length: 0\r\nl: 1", "two content lengths"),
            ("\r\n\r\n", "\r\n", "no end"), ("\r\n\r\n", "\n\n", "no end"),
        ])
    func malformed(_ old: String, _ new: String, _ reason: String) throws {
        let error = try #require(throws: SIPSyntaxError.self) { try parse(changed(old, new)) }
        guard case .malformed(let words) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(words.contains(reason), "\(words)")
    }

    @Test("Too large headers and too many fields are refused")
    func sizes() throws {
        let many = (0..<200).map { "X-\($0): y\r\n" }.joined()
        let long = "X: " + String(repeating: "y", count: SIPResponse.maximumHeaderBytes) + "\r\n"
        for more in [many, long] {
            #expect(throws: SIPSyntaxError.self) { try parse(changed("Call-ID: ", more + "Call-ID: ")) }
        }
    }

    @Test("A stream gives the same messages in whatever pieces it arrives", arguments: [1, 2, 3, 7, 50, 10_000])
    func pieces(_ size: Int) throws {
        let first = changed("200 OK", "100 Trying")
        let second = changed("Content-Length: 0\r\n\r\n", "l: 4\r\n\r\n\r\n\r\n")
        var reader = SIPStreamReader()
        var statuses: [Int] = []
        let bytes = Array(("\r\n\r\n" + first + "\r\n" + second).utf8)
        for start in stride(from: 0, to: bytes.count, by: size) {
            reader.append(Array(bytes[start..<min(start + size, bytes.count)]))
            while case .response(let response)? = try reader.next() { statuses.append(response.status) }
        }
        #expect(statuses == [100, 200])
    }

    @Test(
        "A stream that is not SIP ends at once, and for good",
        arguments: [
            "HTTP/1.1 400 Bad Request\r\n", "\u{15}\u{3}", String(repeating: "a", count: 5000),
            "SIP/2.0 200 OK\r\n\r\n",
            "SIP/2.0 200 OK\r\nX: " + String(repeating: "y", count: 40_000),
        ])
    func brokenStream(_ text: String) throws {
        var reader = SIPStreamReader()
        reader.append(Array(text.utf8))
        let error = try #require(throws: SIPSyntaxError.self) { try reader.next() }
        reader.append(Array(Self.plain.utf8))
        #expect(throws: error) { try reader.next() }
    }

    @Test("A stream needs a content length")
    func lengthless() throws {
        var reader = SIPStreamReader()
        reader.append(Array(changed("Content-Length: 0\r\n", "").utf8))
        let error = try #require(throws: SIPSyntaxError.self) { try reader.next() }
        #expect(error.description.contains("no content length"))
    }

    @Test("Parameters respect quotes, escapes and angle brackets")
    func parameters() {
        #expect(SIPParameters.parameters(#""a;tag=1\";tag=2" <sip:x;tag=3>;tag=4;Tag=5"#)["tag"] == "4")
        #expect(SIPParameters.parameters("sip:x;tag = 4 ; lr")["tag"] == "4")
        #expect(SIPParameters.split(#"a "x,y" , <b,c>,"#, at: UInt8(ascii: ",")) == [#"a "x,y""#, "<b,c>", ""])
    }
}
