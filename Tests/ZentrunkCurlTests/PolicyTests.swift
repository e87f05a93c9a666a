import HTTPTypes
import Testing
@_spi(Adapter) import ZentrunkCore
@_spi(Adapter) import ZentrunkCurl
@_spi(Adapter) import ZentrunkTestKit

@Suite("Requests that are refused before they are sent")
struct PolicyTests {
    @Test(
        "An unsafe address is refused",
        arguments: [
            "http://example.com/", "http://10.0.0.1/", "http://127.0.0.1.example.com/", "http://localhost.example.com/",
            "http://127.1/", "http://2130706433/", "http://0x7f.0.0.1/", "http://127.0.0.01/", "http://[::2]/",
            "http://[::ffff:127.0.0.1]/", "http://0.0.0.0/", "ftp://127.0.0.1/", "file:///etc/passwd", "https:///path",
            "https://user:s3cret@example.com/", "https://exa mple.com/", "https://example.com:0/",
            "https://example.com:70000/", "https://example.com:+80/", "https://example.com:/", "https://[::1/",
            "https://[::1]x/", "https://bücher.example/", "https://a%2eb/", "https://a\\b/", "https://a,b/",
        ])
    func address(url: String) async throws {
        let error = try await failure(of: CurlTransport(), .read(url))
        #expect(error.code == .refused)
        #expect(error.delivery == .notSent)
        #expect(!error.message.contains("s3cret"))
    }

    @Test("A path that is not valid in a URL is refused", arguments: ["/a b", "/a#b", "/a\r\nX: y", "/ü", "?x"])
    func path(path: String) async throws {
        var request = TransportRequest.read("http://127.0.0.1:1/")
        request.head.path = path
        let error = try await failure(of: CurlTransport(), request)
        #expect(error.code == .refused)
    }

    @Test(
        "A header field that controls framing is refused", arguments: ["Host", "Content-Length", "Transfer-Encoding"])
    func field(name: String) async throws {
        let field = try #require(HTTPField.Name(name))
        let error = try await failure(of: CurlTransport(), .read("http://127.0.0.1:1/", [field: "1"]))
        #expect(error.code == .refused)
        #expect(error.message.contains(name))
    }

    @Test("A line break in a field cannot add another field")
    func lineBreak() async throws {
        try await LoopbackServer.run { connection in
            try await connection.nextRequest()
            try await connection.answer()
        } _: { server in
            var fields = HTTPFields()
            fields.append(HTTPField(name: .authorization, lenientValue: Array("a\r\nX-Evil: 1\0b".utf8)))
            // The HTTP types library replaces such bytes with blanks. In any case, no field may be added.
            _ = try? await CurlTransport().send(.read(server.url(), fields))
            #expect(server.log.requests.allSatisfy { $0.fields["x-evil"] == nil })
        }
    }

    @Test("CONNECT, and HEAD with a body, are refused")
    func methods() async throws {
        let transport = try CurlTransport()
        for method in [HTTPRequest.Method.connect, .head] {
            let error = try await failure(of: transport, .write(method, "http://127.0.0.1:1/", "x"))
            #expect(error.code == .refused)
        }
    }
}
