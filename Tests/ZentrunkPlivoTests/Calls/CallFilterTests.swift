import Testing
@_spi(Adapter) import ZentrunkCore

@testable import ZentrunkPlivo

@Suite("Filters of call records")
struct CallFilterTests {
    private static func now() throws -> UTCTime { try #require(UTCTime("2026-11-22 12:00:00")) }

    private static func query(_ change: (inout CallFilter) throws -> Void) throws -> [String] {
        var filter = CallFilter()
        try change(&filter)
        return try filter.query(at: now()).map { "\($0)=\($1)" }
    }

    @Test("Unused filters are not sent")
    func none() throws { #expect(try Self.query { _ in } == []) }

    @Test("Every filter has its parameter")
    func all() throws {
        let end = try #require(UTCTime("2026-11-20 10:15"))
        let query = try Self.query {
            $0.from = .init(try PhoneNumber("+14155550142"))
            $0.to = try .init("+1 (415)")
            $0.direction = .inbound
            $0.hangupCode = 4150
            $0.hangupSource = .zentrunk
            $0.verification = .notVerified
            $0.billSeconds = .init(exactly: 5, above: 1, atLeast: 2, below: 9, atMost: 8)
            $0.end = .init(
                exactly: end, above: end - .seconds(2), atLeast: end - .seconds(1), below: end + .seconds(2),
                atMost: end)
        }
        #expect(
            query == [
                "from_number=14155550142", "to_number=1415", "call_direction=inbound", "hangup_cause_code=4150",
                "hangup_source=zentrunk", "stir_verification=Not Verified", "bill_duration=5", "bill_duration__gt=1",
                "bill_duration__gte=2", "bill_duration__lt=9", "bill_duration__lte=8", "end_time=2026-11-20 10:15:00",
                "end_time__gt=2026-11-20 10:14:58", "end_time__gte=2026-11-20 10:14:59",
                "end_time__lt=2026-11-20 10:15:02", "end_time__lte=2026-11-20 10:15:00",
            ])
    }

    @Test("An upper bound without a lower one gets the earliest")
    func upperBound() throws {
        let query = try Self.query { $0.end.below = UTCTime("2026-11-20 00:00:00") }
        #expect(query == ["end_time__gte=2026-08-24 13:00:00", "end_time__lt=2026-11-20 00:00:00"])
    }

    @Test("90 days are the oldest range")
    func oldest() throws {
        #expect(try Self.query { $0.end.atLeast = UTCTime("2026-08-24 12:00:00") }.count == 1)
        for bound in [\CallFilter.end.atLeast, \.end.above, \.end.exactly, \.end.below, \.end.atMost] {
            let error = #expect(throws: ZentrunkError.self) {
                try Self.query { $0[keyPath: bound] = UTCTime("2026-08-24 11:59:59") }
            }
            #expect(error?.code == .invalid)
            #expect(
                error?.message
                    == "Plivo has call records of the last 90 days only: 2026-08-24 11:59:59 UTC is earlier than 2026-08-24 12:00:00 UTC"
            )
        }
    }

    @Test("Bounds that exclude each other, and negative seconds, are refused")
    func contradictions() throws {
        let day = try #require(UTCTime("2026-11-20 00:00:00"))
        let changes: [(inout CallFilter) -> Void] = [
            { $0.end = .init(atLeast: day, below: day - .seconds(1)) }, { $0.billSeconds = .init(above: 9, atMost: 8) },
            { $0.billSeconds.exactly = -1 },
        ]
        for change in changes {
            let error = #expect(throws: ZentrunkError.self) { try Self.query(change) }
            #expect(error?.code == .invalid)
        }
    }

    @Test("A number filter has digits only", arguments: ["+1 415-555-0142", "14155550142", "+14155550142"])
    func digits(text: String) throws { #expect(try CallFilter.Digits(text).description == "14155550142") }

    @Test("Other texts are not numbers", arguments: ["", "+", "anonymous", "1415x"])
    func noDigits(text: String) {
        #expect(throws: ZentrunkError.self) { try CallFilter.Digits(text) }
    }
}
