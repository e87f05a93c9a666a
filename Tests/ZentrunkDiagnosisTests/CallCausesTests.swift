import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlivo

@testable import ZentrunkDiagnosis

@Suite("Causes of calls")
struct CallCausesTests {
    private static func record(_ code: JSONValue, _ direction: JSONValue, name: JSONValue = "x") throws -> CallRecord {
        try CallRecord(
            JSONCursor([
                "call_uuid": "1", "hangup_cause_code": code, "call_direction": direction, "hangup_cause_name": name,
            ]))
    }

    @Test("A record has the cause of its code and direction, whatever the name of the hangup")
    func record() throws {
        let table = try CauseTable.bundled
        #expect(try table.causes(of: Self.record(4150, "inbound")).map(\.owner) == [.platformConfig])
        #expect(try table.causes(of: Self.record(4150, "outbound")).map(\.owner) == [.network])
        #expect(try table.causes(of: Self.record(4150, .null)).count == 2)
        #expect(try table.causes(of: Self.record(9999, "inbound", name: "user_busy")) == [])
        #expect(try table.causes(of: Self.record(.null, "inbound")) == [])
    }

    @Test("Every code has one cause for each direction that it occurs in")
    func unambiguous() throws {
        let table = try CauseTable.bundled
        for cause in table.causes where cause.set.id == .zentrunkHangupCode {
            for direction in [Cause.Direction.inbound, .outbound] {
                let causes = table.causes(of: cause.code, in: .zentrunkHangupCode, direction: direction)
                #expect(causes.count <= 1, "\(cause.code) \(direction)")
            }
        }
    }

    @Test("Failures are grouped by owner, the most frequent first")
    func owners() throws {
        var statistics = CallStatistics()
        for (code, direction, count) in [
            (4410, "inbound", 3), (4090, "inbound", 1), (4030, "inbound", 2), (4410, "outbound", 2),
            (9999, "outbound", 1),
        ] as [(Int64, JSONValue, Int)] {
            for _ in 0..<count { statistics.add(try Self.record(.integer(code), direction)) }
        }
        statistics.add(
            try CallRecord(JSONCursor(["call_uuid": "2", "hangup_cause_code": 3010, "call_duration": 5])))
        let failures = try CauseTable.bundled.failures(in: statistics)
        #expect(failures.map(\.owner) == [.platformConfig, .customer, Cause.Owner.none, .unknown])
        #expect(failures.map(\.count) == [4, 2, 2, 1])
        #expect(failures.first?.failures.map(\.hangup.code) == [4410, 4090])
        #expect(failures.last?.failures.map(\.cause) == [nil])
        let json = try #require(failures.first?.json)
        #expect(json["owner"] == "platform config" && json["count"] == 4)
        #expect(json["hangups"]?.array?.first?["direction"] == "inbound")
    }
}
