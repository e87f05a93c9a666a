import Testing
@_spi(Adapter) import ZentrunkCore
@_spi(Adapter) import ZentrunkDiagnosis
import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlivo

@Suite("A survey of calls")
struct CallSurveyTests {
    private static func record(
        _ id: String, ended: String = "2026-11-22 10:00:00", seconds: Int64 = 30, code: Int64 = 3010,
        to: String = "+14155550100"
    ) throws -> CallRecord {
        try CallRecord(
            JSONCursor([
                "call_uuid": .string(id), "end_time": .string(ended), "call_duration": .integer(seconds),
                "hangup_cause_code": .integer(code), "call_direction": "inbound", "to_number": .string(to),
                "trunk_domain": "7.zt.plivo.com", "total_amount": "0.01",
            ]))
    }

    private static func survey(
        _ start: String, _ end: String, owners: CallOwners = CallOwners(trunks: [], connections: []),
        sampling size: Int = 3
    ) throws -> CallSurvey {
        CallSurvey(
            from: try #require(UTCTime(start)), to: try #require(UTCTime(end)), owners: owners, sampling: size)
    }

    @Test(
        "A period has at most 96 parts, which begin at round times",
        arguments: [
            ("2026-11-22 10:00:30", "2026-11-22 10:30:00", 60, "2026-11-22 10:00:00", 30),
            ("2026-11-22 10:07", "2026-11-22 12:07", 300, "2026-11-22 10:05:00", 25),
            ("2026-11-21 10:00", "2026-11-22 10:00", 3600, "2026-11-21 10:00:00", 24),
            ("2026-11-15 10:30", "2026-11-22 10:30", 10_800, "2026-11-15 09:00:00", 57),
            ("2026-10-23 10:30", "2026-11-22 10:30", 86_400, "2026-10-23 00:00:00", 31),
            ("2026-08-24 10:30", "2026-11-22 10:30", 86_400, "2026-08-24 00:00:00", 91),
            ("2026-11-22 10:00", "2026-11-22 10:00", 60, "2026-11-22 10:00:00", 1),
        ])
    func parts(start: String, end: String, seconds: Int64, first: String, count: Int) throws {
        let survey = try Self.survey(start, end)
        #expect(survey.step == .seconds(seconds))
        #expect(survey.parts.first?.start.description == first)
        #expect(survey.parts.count == count)
    }

    @Test("Each call counts in the part in which it ended; one outside counts at the edge")
    func places() throws {
        var survey = try Self.survey("2026-11-22 10:00", "2026-11-22 10:10")
        for (id, ended, seconds) in [
            ("a", "2026-11-22 10:00:00", 1), ("b", "2026-11-22 10:00:59.5", 0), ("c", "2026-11-22 10:09:59", 1),
            ("d", "2026-11-22 11:00:00", 1), ("e", "2026-11-22 09:00:00", 0),
        ] as [(String, String, Int64)] {
            survey.add(try Self.record(id, ended: ended, seconds: seconds))
        }
        #expect(survey.parts.map(\.answered) == [1, 0, 0, 0, 0, 0, 0, 0, 0, 2])
        #expect(survey.parts.map(\.unanswered) == [2, 0, 0, 0, 0, 0, 0, 0, 0, 0])
        #expect(survey.total.attempts == 5)
    }

    @Test("A value that equals a bound counts above it")
    func histogram() {
        var histogram = Histogram(bounds: [1, 2])
        for value in [0.5, 1, 1.5, 2, 9] { histogram.add(value) }
        #expect(histogram.counts == [1, 2, 2] && histogram.total == 5)
    }

    @Test("The sample has answered calls only, and does not depend on their order")
    func sample() throws {
        let ids = (0..<500).map { "call-\($0)" }
        func sample(_ ids: [String]) throws -> [String] {
            var survey = try Self.survey("2026-11-22 10:00", "2026-11-22 11:00", sampling: 50)
            for id in ids { survey.add(try Self.record(id, seconds: id.hasSuffix("7") ? 0 : 5)) }
            return survey.sample.map(\.id)
        }
        let chosen = try sample(ids)
        #expect(chosen.count == 50 && Set(chosen).count == 50 && !chosen.contains { $0.hasSuffix("7") })
        #expect(try sample(ids.reversed()) == chosen)
        // Both halves of the list are in it.
        #expect(chosen.compactMap { Int($0.dropFirst(5)) }.count { $0 < 250 } > 10)
        #expect(chosen.compactMap { Int($0.dropFirst(5)) }.count { $0 >= 250 } > 10)
        #expect(try sample(Array(ids.prefix(5))).count == 5)
    }

    @Test("Quality is added to the call's connection and number, and calls of a connection are grouped")
    func groups() throws {
        let trunk = Trunk(
            LiveObject(id: "7", fields: ["trunk_id": "7", "name": "zc_vapi_main_inbound-trunk"]))
        var survey = try Self.survey(
            "2026-11-22 09:00", "2026-11-22 11:00", owners: CallOwners(trunks: [trunk], connections: []))
        survey.add(try Self.record("a"))
        survey.add(try Self.record("b", seconds: 0, code: 4150, to: "+14155550101"))
        let insights = try CallInsights(
            JSONCursor(["call_uuid": "a", "plivo_quality_score": "4.1", "jitter": "4", "post_dial_delay": 1450.5]))
        for record in survey.sample { survey.measure(record, insights) }
        #expect(survey.sample.map(\.id) == ["a"] && survey.measured == 1)
        #expect(survey.scores.counts == [0, 0, 0, 0, 1, 0])
        let owner = CallOwners.Owner(platform: "vapi", name: .main)
        #expect(survey.connections.groups[owner]?.attempts == 2)
        #expect(survey.connections.groups[owner]?.score.mean == 4.1)
        #expect(survey.numbers.groups[try PhoneNumber("+14155550101")]?.score.mean == nil)
        #expect(survey.numbers.groups[try PhoneNumber("+14155550100")]?.postDialDelay.mean == 1450.5)

        let json = survey.json(try CauseTable.bundled)
        #expect(json["period"]?["since"] == "2026-11-22T09:00:00Z")
        #expect(json["total"]?["answer_rate"] == 0.5 && json["total"]?["cost_usd"] == "0.02")
        #expect(json["total"]?["owners"]?.array?.first?["owner"] == "platform config")
        #expect(json["connections"]?.array?.first?["connection"] == "main")
        #expect(json["numbers"]?.array?.count == 2 && json["quality"] == ["sampled": 1, "measured": 1])
        #expect(json["scores"]?.array?[4] == ["from": 4.0, "to": 4.5, "count": 1])
    }
}
