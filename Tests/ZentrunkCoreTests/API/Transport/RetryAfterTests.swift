import Foundation
import HTTPTypes
import Testing

@testable @_spi(Adapter) import ZentrunkCore

@Suite("Retry-After")
struct RetryAfterTests {
    /// `Sun, 06 Nov 1994 08:49:37 GMT`
    private let now = Date(timeIntervalSince1970: 784_111_777)

    @Test(
        "Seconds and dates are read; a past date means no wait, and the maximum is one day",
        arguments: [
            ("0", .zero), ("7", .seconds(7)), ("0.5", .milliseconds(500)), ("1000000", .seconds(86_400)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", .zero),
            ("Sun, 06 Nov 1994 08:50:37 GMT", .seconds(60)),
            ("Sun, 06 Nov 1994 08:00:00 GMT", .zero),
            ("Mon, 07 Nov 1994 07:49:37 GMT", .seconds(82_800)),
            ("Fri, 06 Nov 2026 08:49:37 GMT", .seconds(86_400)),
            ("Sunday, 06-Nov-94 08:50:37 GMT", .seconds(60)), ("Sun Nov  6 08:50:37 1994", .seconds(60)),
            ("Monday, 07-Nov-94 07:49:37 GMT", .seconds(82_800)), ("Sunday, 06-Nov-26 08:49:37 GMT", .seconds(86_400)),
            ("Sun Nov  6 08:50:37 1994 GMT", nil), ("Sun, 06 Nov 1994 08:49:37 CET", nil), ("a b c d e f g h", nil),
            ("Sun, xx Nov 1994 08:49:37 GMT", nil), ("Sun Nov", nil),
            ("-1", nil), ("soon", nil), ("", nil), ("inf", nil), ("nan", nil), ("Sun, 06 Nov 1994 08:49:37", nil),
            ("Sun, 06 Foo 1994 08:49:37 GMT", nil), ("1994-11-06T08:49:37Z", nil),
        ] as [(String, Duration?)])
    func values(_ text: String, _ expected: Duration?) {
        #expect(RetryAfter(text, now: now)?.duration == expected)
    }

    @Test("The field is read from a response, without blanks around it")
    func field() throws {
        var head = HTTPResponse(status: .tooManyRequests)
        #expect(RetryAfter(TransportResponse(head: head)) == nil)
        head.headerFields[try #require(HTTPField.Name("Retry-After"))] = " 3 "
        #expect(RetryAfter(TransportResponse(head: head))?.duration == .seconds(3))
    }

    @Test("A date is compared with the server's own clock if the response has it")
    func otherClock() {
        var head = HTTPResponse(status: .serviceUnavailable)
        head.headerFields[.retryAfter] = "Sun, 06 Nov 1994 08:51:37 GMT"
        head.headerFields[.date] = "Sun, 06 Nov 1994 08:49:37 GMT"
        #expect(RetryAfter(TransportResponse(head: head))?.duration == .seconds(120))
        head.headerFields[.date] = "yesterday"
        #expect(RetryAfter(TransportResponse(head: head))?.duration == .zero)
    }

    @Test(
        "A wait is printed in a common unit and rounded up",
        arguments: [
            (.milliseconds(1), "1 second"), (.seconds(1), "1 second"), (.milliseconds(1001), "2 seconds"),
            (.seconds(119), "119 seconds"), (.seconds(121), "3 minutes"), (.seconds(3600), "60 minutes"),
            (.seconds(86_400), "24 hours"), (.zero, "0 seconds"),
        ] as [(Duration, String)])
    func words(_ wait: Duration, _ words: String) {
        #expect(wait.inWords == words)
    }
}
