import Testing
import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlivo

@Suite("Decimals and times of call records")
struct CallValueTests {
    @Test(
        "A decimal keeps its text, also one that no double equals",
        arguments: ["0.00650", "0", "-12.5", "0.1", "123456789012345.123456789012345678", "007"])
    func text(text: String) throws { #expect(try #require(ExactDecimal(text)).description == text) }

    @Test(
        "Other texts are not decimals",
        arguments: [
            "", ".", "1.", ".5", "+1", "1e3", "1,5", " 1", "1.2.3", "--1", "nan", "\u{0661}",
            "1234567890123456", "0.1234567890123456789",
        ])
    func refused(text: String) { #expect(ExactDecimal(text) == nil) }

    @Test("Numbers of JSON are read by their text")
    func json() {
        #expect(ExactDecimal(JSONValue.double(1450.0))?.description == "1450.0")
        #expect(ExactDecimal(JSONValue.integer(4))?.description == "4")
        #expect(ExactDecimal(JSONValue.string("4.1")) == ExactDecimal("4.10"))
        for other: JSONValue in [.null, .bool(true), "", [:], .double(1e300)] { #expect(ExactDecimal(other) == nil) }
    }

    @Test(
        "Sums are exact and have the longer fraction",
        arguments: [
            ("0.1", "0.2", "0.3"), ("0.00650", "1", "1.00650"), ("-0.05", "0.05", "0.00"), ("-1.5", "0.25", "-1.25"),
            ("999999999999999.99", "0.01", "1000000000000000.00"),
        ])
    func sums(left: String, right: String, sum: String) throws {
        let (left, right) = (try #require(ExactDecimal(left)), try #require(ExactDecimal(right)))
        #expect((left + right).description == sum)
        #expect((right + left).description == sum)
    }

    @Test("Numbers of the largest size can be added and compared without end")
    func largest() throws {
        let large = try #require(ExactDecimal("999999999999999"))
        let small = try #require(ExactDecimal("0.000000000000000001"))
        #expect((large + small).description == "999999999999999.000000000000000001")
        #expect(small < large && large != small)
        var (sum, debt) = (large + small, try #require(ExactDecimal("-999999999999999.9")) + small)
        for _ in 0..<100 {
            sum += sum
            debt += debt
        }
        #expect(sum > large && debt < small && sum + large >= sum)
    }

    @Test("Decimals compare by value, whatever their scale")
    func comparison() throws {
        let texts = ["-2", "-1.50", "0", "0.0065", "0.01", "1.9999", "2"]
        let numbers = try texts.map { try #require(ExactDecimal($0)) }
        #expect(numbers.reversed().sorted() == numbers)
        let (short, long) = (try #require(ExactDecimal("0.5")), try #require(ExactDecimal("0.500")))
        #expect(short == long && Set([short, long]).count == 1)
        #expect(ExactDecimal("-0") == .zero && ExactDecimal("7") == .whole(7))
    }

    @Test(
        "A time in each documented form is UTC",
        arguments: [
            ("2026-03-04 10:15:02", 1_772_619_302_000_000), ("2026-03-04 10:15", 1_772_619_300_000_000),
            ("2026-03-04 10:15:02.5", 1_772_619_302_500_000), ("2026-03-04 10:15:02.000001", 1_772_619_302_000_001),
            ("1970-01-01 00:00:00", 0), ("2024-02-29 23:59:59", 1_709_251_199_000_000),
        ] as [(String, Int64)])
    func times(text: String, microseconds: Int64) { #expect(UTCTime(text)?.microseconds == microseconds) }

    @Test(
        "Other forms are not times",
        arguments: [
            "", "2026-03-04", "2026-03-04T10:15:02", "2026-03-04 10:15:02Z", "2026-03-04 10:15:02+00:00",
            "2026-03-04 10:15:02.", "2026-03-04 10:15:02.1234567", "2026-02-29 10:15:02", "2026-13-01 10:15:02",
            "2026-03-04 24:00:00", "2026-03-04 10:60:00", "2026-03-04 10:15:60", "0000-00-00 00:00:00",
            "2026-03-04 10:1",
        ])
    func notTimes(text: String) { #expect(UTCTime(text) == nil) }

    @Test(
        "A time is written as it is read",
        arguments: [
            "2026-03-04 10:15:02", "1970-01-01 00:00:00", "1969-12-31 23:59:59", "2024-02-29 00:00:00",
            "2023-12-31 23:59:59.000100", "2400-02-29 12:00:00", "1900-03-01 01:02:03",
        ])
    func roundTrip(text: String) throws { #expect(try #require(UTCTime(text)).description == text) }

    @Test("Times and durations add up")
    func arithmetic() throws {
        let start = try #require(UTCTime("2026-02-28 23:59:59"))
        #expect((start + .seconds(1)).description == "2026-03-01 00:00:00")
        #expect((start - .milliseconds(1500)).description == "2026-02-28 23:59:57.500000")
        #expect(start + .seconds(90) - start == .seconds(90))
        #expect(start < start + .microseconds(1))
    }
}
