import Testing
@_spi(Adapter) import ZentrunkCore

@Suite("Calendar days")
struct DayTests {
    @Test(
        "Days are counted by the calendar",
        arguments: [
            ("1970-01-01", 0), ("1970-01-02", 1), ("1972-03-01", 790), ("2000-02-29", 11016), ("2000-03-01", 11017),
            ("2026-11-22", 20779), ("2100-03-01", 47541), ("2400-12-31", 157419),
        ])
    func count(_ text: String, _ number: Int) throws {
        let day = try #require(Day(text))
        #expect(day.days(since: try #require(Day("1970-01-01"))) == number)
        #expect(Day(secondsSince1970: number * 86_400) == day)
        #expect(Day(secondsSince1970: number * 86_400 + 86_399).description == text)
        #expect(Day(secondsSince1970: (number + 1) * 86_400) > day)
    }

    @Test(
        "A text that is not a day is refused",
        arguments: [
            "", "2026", "2026-11", "2026-13-01", "2026-00-10", "2026-11-31", "2026-02-29", "2100-02-29", "2026-11-00",
            "26-11-22", "2026-1-22", "2026/11/22", "2026-11-22T00", "20261-1-22", "2026-+1-22", "２０２６-11-22",
        ])
    func refused(_ text: String) {
        #expect(Day(text) == nil)
    }
}
