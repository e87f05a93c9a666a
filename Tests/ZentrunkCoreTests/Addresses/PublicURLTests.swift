import Testing

@testable @_spi(Adapter) import ZentrunkCore

@Suite("URLs that a vendor's servers call")
struct PublicURLTests {
    @Test(
        "https to a public host is accepted as written",
        arguments: [
            "https://example.com", "HTTPS://Example.COM:8443/Calls?a=b@c&d=%20", "https://203.0.113.7/x",
            "https://example.com./x", "https://a.localhost.example/", "https://example.com/a;b=c",
        ])
    func taken(_ text: String) throws {
        #expect(try PublicURL(text).text == text)
    }

    @Test(
        "A URL that the vendor cannot call or that is not encrypted is refused with the reason",
        arguments: [
            ("http://example.com/", "https://"), ("example.com/calls", "https://"), ("ftp://example.com", "https://"),
            ("https://", "no host"), ("https:///x", "no host"), ("https://localhost/x", "cannot reach"),
            ("https://a.LOCALHOST./", "cannot reach"), ("https://printer.local", "cannot reach"),
            ("https://db.internal:8443", "cannot reach"), ("https://127.0.0.1/x", "loopback"),
            ("https://10.1.2.3", "private"), ("https://169.254.169.254/latest", "link-local"),
            ("https://[::1]/", "IPv6"), ("https://2130706433/", "domain"), ("https://0x7f.1/", "neither"),
            ("https://a..example/", "dots"), ("https://example.com:0/", "port"), ("https://example.com:x/", "port"),
            ("https://example.com:/", "port"), ("https://example.com/a b", "white space"),
            ("https://example.com/ü", "ASCII"), ("https://example.com/x#y", "fragment"),
            ("https://example.com\\x", "escape"), ("https://example.com/<id>", "escape"),
        ])
    func refused(_ text: String, _ reason: String) {
        let error = #expect(throws: AddressError.self) { try PublicURL(text) }
        #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
    }

    @Test(
        "A URL with a user or password is refused and not quoted, whatever else is wrong",
        arguments: [
            "https://me:s3cret@example.com/", "http://me:s3cret@localhost", "https://s3cret@example.com/ x",
            "me:s3cret@example.com", "https:me:s3cret@example.com", "https:///me:s3cret@example.com",
            "https://a@b:s3cret@example.com", "https://me:s3cret@example.com@x",
        ])
    func secret(_ text: String) {
        let error = #expect(throws: AddressError.self) { try PublicURL(text) }
        #expect(error.map { "\($0)".contains("s3cret") } == false)
    }
}
