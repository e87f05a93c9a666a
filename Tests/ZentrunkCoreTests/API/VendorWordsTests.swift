import Testing

@testable @_spi(Adapter) import ZentrunkCore

@Suite("Vendors' error messages")
struct VendorWordsTests {
    @Test(
        "The message is found in every known shape",
        arguments: [
            (#"{"Error": "no such trunk"}"#, "no such trunk"),
            (#"{"error": {"message": "no such trunk"}}"#, "no such trunk"),
            (
                #"{"message": ["a must be b", "c must be d"], "error": "Bad Request", "statusCode": 400}"#,
                "a must be b; c must be d"
            ),
            (#"{"message": "Unauthorized", "statusCode": 401}"#, "Unauthorized"),
            (#"{"statusCode": 502, "error": "Bad Gateway"}"#, "Bad Gateway"),
            (
                #"{"errors": {"name": ["is taken"], "uri": ["is empty", "is short"]}}"#,
                "name: is taken; uri: is empty; is short"
            ),
            (#"{"errors": {"global_error": "not allowed"}}"#, "not allowed"),
            (#"{"errors": ["one", {"message": "two"}]}"#, "one; two"),
            (#"{"api_id": "x", "error": {"error": "deep"}}"#, "deep"),
            (#"{"detail": "gone"}"#, "gone"),
            (#"{"msg": "busy"}"#, "busy"),
            (#"{"data": {"detail": "inner"}}"#, "inner"),
            (#"{"error": "", "message": "second"}"#, "second"),
            (#""just a text""#, "just a text"),
            ("plain text\nof two lines", "plain text of two lines"),
            ("<html><head><title>502 Bad Gateway</title></head></html>", "502 Bad Gateway"),
            ("<!DOCTYPE html><p>oops", "an HTML page"),
            ("<html></title><title>", "an HTML page"),
            ("", nil),
            (#"{"error": "line one\nline two"}"#, "line one line two"),
        ] as [(String, String?)])
    func shapes(_ body: String, _ expected: String?) {
        #expect(VendorWords(Array(body.utf8), redactor: Redactor()).message == expected)
    }

    @Test(
        "Control and bidirectional characters are escaped, and binary data is not shown",
        arguments: [
            ("a\u{1B}[2Jb", #"a\u001b[2Jb"#), ("a\u{9B}b", #"a\u009bb"#), ("x\u{202E}y", #"x\u202ey"#),
            ("tab\tand\nline", "tab and line"), (#"{"error": "\u001b]0;evil\u0007"}"#, #"\u001b]0;evil\u0007"#),
            ("größe ✓", "größe ✓"),
        ])
    func control(_ body: String, _ expected: String) {
        #expect(VendorWords(Array(body.utf8), redactor: Redactor()).message == expected)
    }

    @Test("Compressed data is not shown as text, and a truncated character does not break it")
    func bytes() {
        let gzip: [UInt8] = [0x1F, 0x8B, 0x08, 0x00, 0xFF, 0xFE, 0x80, 0x81, 0xC0, 0xC1, 0xF8]
        #expect(VendorWords(gzip, redactor: Redactor()).message == "bytes that are not text")
        let long = Array(String(repeating: "x", count: 3999).utf8) + Array("ü and more".utf8)
        #expect(VendorWords(long, redactor: Redactor()).message?.hasPrefix("xxx") == true)
    }

    @Test("JSON without a message is quoted unchanged")
    func noWords() {
        #expect(VendorWords(Array(#"{"code": 7}"#.utf8), redactor: Redactor()).message == #"{"code": 7}"#)
    }

    @Test("Secrets in a vendor's message are removed")
    func secrets() {
        let words = VendorWords(
            Array(#"{"error": "key sk-12345 is bad"}"#.utf8), redactor: Redactor([Secret("sk-12345")]))
        #expect(words.message == "key <redacted> is bad")
    }

    @Test("Long messages are cut at 400 characters")
    func cut() {
        let words = VendorWords(Array(String(repeating: "x", count: 500).utf8), redactor: Redactor())
        #expect(words.message == String(repeating: "x", count: 400) + "…")
    }

    @Test("The request id is the first of the given members that is a string")
    func requestID() {
        let words = VendorWords(Array(#"{"api_id": 7, "app_id": "abc", "error": "x"}"#.utf8), redactor: Redactor())
        #expect(words.requestID(["api_id", "app_id"]) == "abc")
        #expect(words.requestID(["api_id"]) == nil)
    }
}
