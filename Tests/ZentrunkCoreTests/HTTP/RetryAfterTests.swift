import Foundation
import HTTPTypes
import Testing

@testable import ZentrunkCore

@Suite("Retry-After")
struct RetryAfterTests {
    /// `Sun, 06 Nov 1994 08:49:37 GMT`
    private let now = Date(timeIntervalSince1970: 784_111_777)

    @Test(
        "Seconds and dates are read; what lies behind is no wait, and a day is the most",
        arguments: [
            ("0", .zero), ("7", .seconds(7)), ("0.5", .milliseconds(500)), ("1000000", .seconds(86_400)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", .zero),
            ("Sun, 06 Nov 1994 08:50:37 GMT", .seconds(60)),
            ("Sun, 06 Nov 1994 08:00:00 GMT", .zero),
            ("Mon, 07 Nov 1994 07:49:37 GMT", .seconds(82_800)),
            ("Fri, 06 Nov 2026 08:49:37 GMT", .seconds(86_400)),
            ("-1", nil), ("soon", nil), ("", nil), ("inf", nil), ("nan", nil), ("Sun, 06 Nov 1994 08:49:37", nil),
            ("Sun, 06 Foo 1994 08:49:37 GMT", nil), ("1994-11-06T08:49:37Z", nil),
        ] as [(String, Duration?)])
    func values(_ text: String, _ expected: Duration?) {
        #expect(RetryAfter(text, now: now)?.duration == expected)
    }

    @Test("The field is found in an answer, blanks around it gone")
    func field() throws {
        var head = HTTPResponse(status: .tooManyRequests)
        #expect(RetryAfter(TransportResponse(head: head)) == nil)
        head.headerFields[try #require(HTTPField.Name("Retry-After"))] = " 3 "
        #expect(RetryAfter(TransportResponse(head: head))?.duration == .seconds(3))
    }
}
