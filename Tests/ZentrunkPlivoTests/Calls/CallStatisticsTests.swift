import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlivo

@Suite("Statistics of calls")
struct CallStatisticsTests {
    private static func record(
        _ seconds: Int64, _ code: Int64, _ amount: JSONValue = "0.01", direction: JSONValue = "inbound",
        trunk: JSONValue = "7.zt.plivo.com"
    ) throws -> CallRecord {
        try CallRecord(
            JSONCursor([
                "call_uuid": "1", "call_duration": .integer(seconds), "hangup_cause_code": .integer(code),
                "total_amount": amount, "call_direction": direction, "trunk_domain": trunk,
                "from_number": "+14155550142", "to_number": "+14155550100",
            ]))
    }

    private static func insights(_ delay: JSONValue, _ loss: JSONValue) throws -> CallInsights {
        try CallInsights(
            JSONCursor(["call_uuid": "1", "post_dial_delay": delay, "packet_loss": loss, "jitter": "x"]))
    }

    @Test("No calls have no rates")
    func none() {
        let statistics = CallStatistics()
        #expect(statistics.answerRate == nil && statistics.meanDuration == nil && statistics.jitter.mean == nil)
        #expect(statistics.cost == .zero && statistics.jitter.least == nil)
    }

    @Test("Counts, durations and cost are sums")
    func sums() throws {
        var statistics = CallStatistics()
        statistics.add(try Self.record(30, 3010, "0.1"))
        statistics.add(try Self.record(11, 3020, "0.2"))
        statistics.add(try Self.record(0, 3010, .null))
        statistics.add(try Self.record(0, 4410, "0.00"))
        #expect(statistics.attempts == 4 && statistics.answered == 2 && statistics.successful == 1)
        #expect(statistics.answerRate == 0.5)
        #expect(statistics.meanDuration == .milliseconds(20_500))
        #expect(statistics.cost.description == "0.30")
        #expect(
            statistics.failures == [
                .init(code: 3020, direction: .inbound): 1, .init(code: 3010, direction: .inbound): 1,
                .init(code: 4410, direction: .inbound): 1,
            ])
    }

    @Test("Only calls with a measurement count for its mean")
    func quality() throws {
        var statistics = CallStatistics()
        statistics.add(try Self.record(30, 3010), quality: try Self.insights(1450.5, "0"))
        statistics.add(try Self.record(30, 3010), quality: try Self.insights(1000, ""))
        statistics.add(try Self.record(30, 3010))
        #expect(statistics.postDialDelay.mean == 1225.25)
        #expect(
            statistics.postDialDelay.least == .whole(1000) && statistics.postDialDelay.most == ExactDecimal("1450.5"))
        #expect(statistics.packetLoss.count == 1 && statistics.packetLoss.mean == 0)
        #expect(statistics.jitter.count == 0)
    }

    @Test("The sum of two statistics is that of all calls")
    func merging() throws {
        var (all, left, right) = (CallStatistics(), CallStatistics(), CallStatistics())
        for index in 0..<10 {
            let record = try Self.record(Int64(index % 3), index.isMultiple(of: 2) ? 3010 : 4170)
            let insights = try Self.insights(.integer(Int64(index)), "0.5")
            all.add(record, quality: insights)
            if index < 4 { left.add(record, quality: insights) } else { right.add(record, quality: insights) }
        }
        left.add(right)
        #expect(left == all)
        left.add(CallStatistics())
        #expect(left == all)
    }

    @Test("Calls are grouped by trunk or number, and the total has them all")
    func groups() throws {
        var trunks = CallBreakdown { $0.trunkID }
        var numbers = CallBreakdown { $0.accountNumber?.e164 }
        for record in [
            try Self.record(1, 3010), try Self.record(1, 3010, trunk: "7.eu.zt.plivo.com"),
            try Self.record(1, 3010, direction: "outbound", trunk: "8.zt.plivo.com"),
            try Self.record(1, 3010, direction: .null, trunk: .null),
        ] {
            trunks.add(record)
            numbers.add(record)
        }
        #expect(trunks.groups.mapValues(\.attempts) == ["7": 2, "8": 1])
        #expect(numbers.groups.mapValues(\.attempts) == ["+14155550100": 2, "+14155550142": 1])
        #expect(trunks.total.attempts == 4 && numbers.total.attempts == 4)
    }
}
