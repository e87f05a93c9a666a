import Foundation
import Testing
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTestKit

@testable import ZentrunkSandbox

@Suite("Plivo's call records in the sandbox")
struct PlivoCallRecordTests {
    private static func day(_ ago: Int) -> JSONValue { .string(PlivoCallRecord.time(ago: Double(ago) * 86_400)) }

    /// Four calls: of now, 10, 40 and 100 days ago.
    private static let calls: [JSONObject] = [
        ["call_uuid": "new", "hangup_cause_code": 4150, "hangup_source": "carrier", "bill_duration": 0],
        [
            "call_uuid": "recent", "end_time": day(10), "call_direction": "inbound", "from_number": "+442079460000",
            "bill_duration": 30,
        ],
        ["call_uuid": "old", "end_time": day(40), "stir_verification": "Not Verified"],
        ["call_uuid": "gone", "end_time": day(100)],
    ]

    private func withCalls(_ body: (Caller) async throws -> Void) async throws {
        var options = SandboxOptions()
        options.seed = { services in _ = try? services.plivo.addCalls(Self.calls) }
        try await withSandbox(options, body)
    }

    private func found(_ caller: Caller, _ query: String) async throws -> [String] {
        let reply = try await caller.plivo("GET", "Zentrunk/Call/" + query)
        #expect(reply.status == 200, "\(query): \(reply.json)")
        return reply["/objects"]?.array?.compactMap { $0["call_uuid"]?.string } ?? []
    }

    private static func time(_ daysAgo: Double) -> String {
        PlivoCallRecord.time(ago: daysAgo * 86_400).replacing(" ", with: "%20")
    }

    @Test("Without bounds, the calls of the last 30 days are listed, the latest first")
    func month() async throws {
        try await withCalls { caller async throws in #expect(try await found(caller, "") == ["new", "recent"]) }
    }

    @Test(
        "Each filter narrows the list",
        arguments: [
            ("?call_direction=inbound", ["recent"]), ("?hangup_cause_code=4150", ["new"]),
            ("?hangup_source=carrier", ["new"]), ("?from_number=44", ["recent"]),
            ("?from_number=442079460000", ["recent"]),
            ("?from_number=%2B44", []), ("?to_number=1415", ["new", "recent"]),
            ("?stir_verification=Verified", ["new", "recent"]),
            ("?bill_duration=30", ["recent"]), ("?bill_duration__gt=0", ["recent"]),
            ("?bill_duration__gte=0", ["new", "recent"]),
            ("?bill_duration__lt=30", ["new"]), ("?bill_duration__lte=30&hangup_cause_code=3010", ["recent"]),
            ("?end_time__gte=\(time(50))", ["new", "recent", "old"]), ("?end_time__gt=\(time(20))", ["new", "recent"]),
            ("?end_time__gte=\(time(50))&end_time__lt=\(time(5))", ["recent", "old"]),
            ("?end_time__gte=\(time(50))&end_time__lte=\(time(20))", ["old"]),
            ("?limit=1&offset=1", ["recent"]),
        ])
    func filters(query: String, ids: [String]) async throws {
        try await withCalls { caller async throws in
            #expect(try await found(caller, query) == ids)
            #expect(caller.sandbox.violations == [])
        }
    }

    @Test(
        "Filters that Plivo refuses are refused",
        arguments: [
            "?end_time__lt=\(time(5))", "?end_time__lte=\(time(5))", "?end_time__gte=\(time(91))",
            "?end_time=yesterday",
            "?end_time__gte=2026-03-04T10:15:02Z", "?from_number=", "?hangup_cause_code=x", "?bill_duration__gt=x",
            "?limit=21",
        ])
    func refused(query: String) async throws {
        try await withCalls { caller async throws in
            let reply = try await caller.plivo("GET", "Zentrunk/Call/" + query)
            #expect(reply.status == 400)
            #expect(reply["/Error"]?.string?.isEmpty == false)
        }
    }

    @Test("A filter by trunk is ignored and recorded as a violation")
    func trunk() async throws {
        try await withCalls { caller async throws in
            #expect(try await found(caller, "?trunk_domain=x") == ["new", "recent"])
            #expect(caller.sandbox.violations.count == 1)
        }
    }

    @Test("One record is flat, its quality has the record's parties, and both match the contract")
    func one() async throws {
        let plivo = try Contracts.validator("plivo")
        try await withCalls { caller async throws in
            for path in ["Zentrunk/Call/recent/", "Zentrunk/Call/recent/Insights/", "Zentrunk/Call/"] {
                let reply = try await caller.plivo("GET", path)
                #expect(reply.status == 200)
                let whole = "/v1/Account/\(PlivoService.authID)/\(path)"
                #expect(plivo.violations(inAnswer: reply.json, status: 200, to: "GET", whole) == [])
            }
            #expect(try await caller.plivo("GET", "Zentrunk/Call/recent/")["/from_number"] == "+442079460000")
            let insights = try await caller.plivo("GET", "Zentrunk/Call/recent/Insights/")
            #expect(insights["/from/number"] == "+442079460000" && insights["/rtt"] == "31")
        }
    }

    @Test(
        "Unknown calls and paths are not found, and nothing can be written",
        arguments: [
            ("GET", "Zentrunk/Call/nothing/", 404), ("GET", "Zentrunk/Call/nothing/Insights/", 404),
            ("GET", "Zentrunk/Call/new/Legs/", 404), ("GET", "Zentrunk/Call/new/Insights/1/", 404),
            ("GET", "Zentrunk/Call/new", 404), ("POST", "Zentrunk/Call/", 405), ("DELETE", "Zentrunk/Call/new/", 405),
        ])
    func missing(method: String, path: String, status: Int) async throws {
        try await withCalls { caller async throws in
            #expect(try await caller.plivo(method, path).status == status)
        }
    }

    @Test("Another process adds records, and a wrong one adds none")
    func control() async throws {
        try await withSandbox { caller async throws in
            let added = try await caller.control(
                "POST", "records", [["from_number": "+14155550123", "insights": ["rtt": "99"]], ["call_uuid": "b"]])
            let ids = try #require(added["/ids"]?.array?.compactMap { $0.string })
            #expect(added.status == 200 && ids.count == 2 && ids[1] == "b")
            #expect(try await caller.plivo("GET", "Zentrunk/Call/\(ids[0])/Insights/")["/rtt"] == "99")
            #expect(caller.sandbox.state["plivo"]?["calls"]?.array?.count == 2)
            for wrong: JSONValue in [
                [["trunk": "1"]], [["srtp": "yes"]], [["end_time": "now"]], [["insights": ["x": 1]]], [:],
            ] {
                #expect(try await caller.control("POST", "records", wrong).status == 400, "\(wrong)")
            }
            #expect(caller.sandbox.state["plivo"]?["calls"]?.array?.count == 2)
            #expect(try await caller.control("POST", "reset").status == 200)
            #expect(caller.sandbox.state["plivo"]?["calls"] == [])
        }
    }
}
