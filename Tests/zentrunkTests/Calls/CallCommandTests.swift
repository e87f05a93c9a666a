import Foundation
import Testing
import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlivo
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

/// Call records for a desk.
enum CallRows {
    /// Returns a time that long ago, as Plivo writes it.
    static func time(ago seconds: Int64) -> JSONValue {
        let microseconds = UTCTime.now.microseconds / 1_000_000 * 1_000_000
        return .string((UTCTime(microseconds: microseconds) - .seconds(seconds)).description)
    }

    /// An answered outbound call, and four that failed.
    static var all: [JSONObject] {
        [
            ["call_uuid": "answered", "end_time": time(ago: 60)],
            [
                "call_uuid": "challenged", "end_time": time(ago: 120), "call_direction": "inbound",
                "from_number": "+442079460000", "to_number": "+14155550101", "call_duration": 0,
                "hangup_cause_code": 4150, "hangup_cause_name": "proxy_authentication_required",
                "hangup_source": "carrier", "trunk_domain": "20000000000002.ap-south-1.zt.plivo.com",
            ],
            [
                "call_uuid": "unauthorised", "end_time": time(ago: 7200), "call_duration": 0,
                "hangup_cause_code": 4180, "hangup_cause_name": "call_rejected_unauthorized",
            ],
            [
                "call_uuid": "strange", "end_time": time(ago: 3 * 86_400), "call_duration": 0,
                "hangup_cause_code": 9999, "hangup_cause_name": "=HYPERLINK(\"x\")", "from_number": "@evil",
            ],
            [
                "call_uuid": "empty", "end_time": time(ago: 40 * 86_400), "call_duration": 0,
                "hangup_cause_code": 3010,
            ],
        ]
    }
}

extension Desk {
    /// A desk whose account has calls.
    static func withCalls(_ calls: [JSONObject] = CallRows.all, _ body: (Desk) async throws -> Void) async throws {
        try await run { desk async throws in
            _ = try desk.sandbox.services.plivo.addCalls(calls)
            try await body(desk)
            #expect(desk.writes.isEmpty)
        }
    }

    func ids(_ arguments: String...) async throws -> [String] {
        let result = try await zentrunk(["calls", "list", "--json"] + arguments)
        #expect(result.status == 0, "\(result.stderr)")
        return try result.json["calls"]?.array?.compactMap { $0["call_uuid"]?.string } ?? []
    }
}

@Suite("The commands about call records as processes")
struct CallCommandTests {
    @Test("Each option selects calls")
    func selection() async throws {
        try await Desk.withCalls { desk async throws in
            #expect(try await desk.ids() == ["answered", "challenged", "unauthorised", "strange"])
            #expect(try await desk.ids("--since", "90d").last == "empty")
            // The last page of a long list is requested much later, with the same bound.
            for age in ["90d", "2160h", "129590m"] {
                desk.sandbox.clearRequests()
                _ = try await desk.ids("--since", age)
                let query = try #require(desk.sandbox.requests.last?.query)
                let text = try #require(query.first { $0.name == "end_time__gte" }?.value)
                let bound = try #require(UTCTime(text))
                #expect(bound > UTCTime.now - CallFilter.oldest + .seconds(3500), "\(age): \(text)")
            }
            #expect(try await desk.ids("--since", "1h") == ["answered", "challenged"])
            #expect(try await desk.ids("--since", "4d", "--until", "1h") == ["unauthorised", "strange"])
            #expect(try await desk.ids("--direction", "inbound") == ["challenged"])
            #expect(try await desk.ids("--failed", "--since", "1h") == ["challenged"])
            #expect(try await desk.ids("--number", "+14155550101") == ["challenged"])
            #expect(try await desk.ids("-n", "+14155550177", "-n", "+442079460000").count == 4)
            #expect(try await desk.ids("--limit", "2") == ["answered", "challenged"])
            #expect(try await desk.ids("--number", "+14155559999") == [])
        }
    }

    @Test("The calls of a connection are those over its trunks, and of its numbers over trunks that are gone")
    func connection() async throws {
        try await Desk.run { desk async throws in
            let connected = try await desk.zentrunk(Pairing.vapi.command("connect", "--json"))
            let number = try #require(try connected.json["numbers"]?.array?.first?.string)
            let trunks = PlivoState(desk.sandbox.state).rows("trunks")
            let inbound = try #require(trunks.first { $0["trunk_direction"] == "inbound" }?["trunk_id"]?.string)
            let other = desk.sandbox.services.plivo.addTrunk(name: "pbx", direction: "outbound")
            _ = try desk.sandbox.services.plivo.addCalls([
                [
                    "call_uuid": "own", "trunk_domain": .string("\(inbound).zt.plivo.com"),
                    "from_number": "+15550001111",
                ],
                ["call_uuid": "gone", "trunk_domain": "1234567890123456.zt.plivo.com", "from_number": .string(number)],
                [
                    "call_uuid": "other", "trunk_domain": .string("\(other).zt.plivo.com"),
                    "from_number": .string(number),
                ],
            ])
            #expect(Set(try await desk.ids("--connection", "vapi/main")) == ["own", "gone"])
            #expect(Set(try await desk.ids("--connection", "vapi")) == ["own", "gone"])
            let unknown = try await desk.zentrunk("calls", "list", "--connection", "vapi/nope", "--json")
            #expect(unknown.status == 5)
            #expect(try unknown.json["error"]?["code"] == "not-found")
        }
    }

    @Test("Each failed call is explained beside its code, with the owner; an unknown code is shown as received")
    func rows() async throws {
        try await Desk.withCalls { desk async throws in
            let result = try await desk.zentrunk("calls", "list")
            let lines = result.stdout.split(separator: "\n").map(String.init)
            #expect(lines[0].hasPrefix("ENDED (UTC)"))
            #expect(lines[1].hasSuffix("0:47     3010  answered"))
            #expect(lines[2].contains("  in   +442079460000  +14155550101") && lines[2].contains("  4150  challenged"))
            #expect(lines[3].hasPrefix("    platform config: The platform challenged Plivo with 401 or 407"))
            #expect(result.stdout.contains("    carrier config: The outbound INVITE had wrong credentials"))
            #expect(result.stdout.contains("    unknown hangup \"=HYPERLINK(\"x\")\""))
            #expect(lines.count == 8)
            let none = try await desk.zentrunk("calls", "list", "--since", "1m", "--failed")
            #expect(none.status == 0 && none.stdout.isEmpty && none.stderr.contains("no call records match"))
        }
    }

    @Test("JSON has every member of the API and the causes")
    func document() async throws {
        try await Desk.withCalls { desk async throws in
            let calls = try await desk.zentrunk("calls", "list", "--json").json["calls"]?.array ?? []
            #expect(calls.count == 4)
            for call in calls {
                #expect(call.object?.names == CallRecord.names + ["successful", "causes"])
            }
            #expect(calls[1]["causes"]?.array?.first?["owner"] == "platform config")
            #expect(calls[0]["successful"] == true && calls[3]["causes"] == [])
            #expect(calls[0]["total_amount"] == "0.00650")
        }
    }

    @Test("CSV is that of RFC 4180, and no cell is a formula")
    func csv() async throws {
        try await Desk.withCalls { desk async throws in
            let result = try await desk.zentrunk("calls", "list", "--csv")
            #expect(result.status == 0)
            let records = result.stdout.components(separatedBy: "\r\n")
            #expect(records.count == 6 && records.last == "")
            #expect(records[0] == (CallRecord.names + ["owner", "cause", "step"]).joined(separator: ","))
            #expect(records[1].hasPrefix("answered,sandbox@198.51.100.20,outbound,+14155550100,+14155550177,"))
            #expect(records[2].contains(",platform config,\"The platform challenged Plivo with 401 or 407, and"))
            #expect(records[4].contains(",'@evil,") && records[4].contains(",\"'=HYPERLINK(\"\"x\"\")\","))
            let empty = try await desk.zentrunk("calls", "list", "--csv", "--number", "+14155559999")
            #expect(empty.stdout == records[0] + "\r\n")
        }
    }

    @Test(
        "Wrong options are refused before anything is sent",
        arguments: [
            (["--since", "91d"], "last 90 days"), (["--since", "2026-01-01"], "last 90 days"),
            (["--since", "yesterday"], "--since takes an age"), (["--since", "2026-11-30T10:00+01:00"], "in UTC"),
            (["--since", "1h", "--until", "2h"], "not after"), (["--until", "2020-01-01"], "last 90 days"),
            (["--limit", "0"], "1 or more"), (["--csv", "--json"], "both print on stdout"),
            (["--watch", "--until", "1m"], "leave --until out"), (["--interval", "5"], "belongs to --watch"),
            (["--watch", "--interval", "1"], "2 to 3600"), (["--number", "12"], "--number"),
            (["--connection", "nope"], "unknown platform"), (["--direction", "up"], "up"),
        ])
    func refused(_ options: [String], _ words: String) async throws {
        try await Desk.run { desk async throws in
            let result = try await desk.zentrunk(["calls", "list"] + options)
            #expect(result.status == 1)
            #expect(result.stderr.contains(words), "\(result.stderr)")
            #expect(desk.sandbox.requests.isEmpty)
        }
    }

    @Test("One call is shown with its quality and the cause; JSON has the same")
    func get() async throws {
        try await Desk.withCalls { desk async throws in
            let answered = try await desk.zentrunk("calls", "get", "answered")
            #expect(answered.stdout.contains("  time on the line:   0:47"))
            // An amount with more digits than can be added is shown as in the list.
            let long = "0.0065000000000000000000001"
            _ = try desk.sandbox.services.plivo.addCalls([
                ["call_uuid": "long", "total_amount": .string(long), "billed_duration": 60]
            ])
            #expect(try await desk.zentrunk("calls", "get", "long").stdout.contains("USD \(long)"))
            #expect(answered.stdout.contains("    quality score     4.1 of 5, excellent"))
            #expect(answered.stdout.contains("✓ The platform ended an answered call."))
            let failed = try await desk.zentrunk("calls", "get", "challenged")
            #expect(failed.stdout.contains("✗ platform config: The platform challenged Plivo"))
            #expect(failed.stdout.contains("  next: "))
            let document = try await desk.zentrunk("calls", "get", "challenged", "--json").json
            #expect(document["call"]?["trunk_domain"] == "20000000000002.ap-south-1.zt.plivo.com")
            #expect(document["insights"]?["plivo_quality_score"] == "4.1")
            #expect(document["causes"]?.array?.first?["code"] == "4150" && document["successful"] == false)
        }
    }

    @Test("An unknown id says which other product may have it")
    func missing() async throws {
        try await Desk.withCalls { desk async throws in
            let result = try await desk.zentrunk("calls", "get", "5a6b7c8d-9e0f-4a1b-8c2d-3e4f5a6b7c8d")
            #expect(result.status == 5)
            #expect(result.stderr.contains("Plivo's Voice API") && result.stderr.contains("next: zentrunk calls list"))
            let odd = try await desk.zentrunk("calls", "get", "a b")
            #expect(odd.status == 1)
        }
    }

    @Test("A watch prints new records as they come, and Ctrl-C ends it in good order", arguments: [[], ["--json"]])
    func watch(_ options: [String]) async throws {
        try await Desk.withCalls { desk async throws in
            let words = ["calls", "list", "--watch", "--interval", "2"] + options
            let sandbox = desk.sandbox
            let result = try await Program(words, sandbox: sandbox, state: desk.folder).run(until: "watching") {
                // The records of the start are read before new ones are added.
                while sandbox.requests.isEmpty { await Task.yield() }
                let before = sandbox.requests.count
                while sandbox.requests.count < before + 1 { await Task.yield() }
                _ = try sandbox.services.plivo.addCalls([["call_uuid": "new", "hangup_cause_code": 4410]])
                let added = sandbox.requests.count
                while sandbox.requests.count < added + 2 { await Task.yield() }
                $0.interrupt()
            }
            #expect(result.status == 0, "\(result.stderr)")
            let lines = result.stdout.split(separator: "\n").map(String.init)
            guard !options.isEmpty else {
                #expect(lines.count == 2 || lines.count == 3, "\(lines)")
                #expect(lines[1].hasSuffix("4410  new"))
                return
            }
            #expect(try lines.map { try JSONValue(parsing: $0)["call_uuid"] } == ["new", nil])
            #expect(try JSONValue(parsing: lines[1]) == ["outcome": "done", "calls": .null, "error": .null])
        }
    }

    @Test("A list that fails in the middle still prints one document")
    func brokenList() async throws {
        let many = (0..<45).map { index -> JSONObject in ["call_uuid": .string("\(index)")] }
        try await Desk.withCalls(many) { desk async throws in
            let no = SandboxAnswer.json(400, ["Error": "no"])
            desk.sandbox.setFaults([SandboxFault(vendor: "plivo", hits: .from(3), effect: .answer(no))])
            let result = try await desk.zentrunk("calls", "list", "--json")
            #expect(result.status == 5 || result.status == 3, "\(result.stderr)")
            let document = try result.json
            #expect(document["outcome"] == "failed" && document["calls"]?.array?.count == 40)
            #expect(document["error"]?["message"]?.string?.isEmpty == false)
        }
    }

    @Test("Foreign texts in records cannot control the terminal", arguments: [[], ["--json"], ["--csv"]])
    func hostile(_ options: [String]) async throws {
        let evil = JSONValue.string(TerminalSafetyTests.evil)
        let call: JSONObject = [
            "call_uuid": "evil", "hangup_cause_name": evil, "hangup_cause_code": 9999, "from_number": evil,
        ]
        try await Desk.withCalls([call]) { desk async throws in
            var result = try await desk.zentrunk(["calls", "list"] + options)
            result.stdout = result.stdout.replacing("\r\n", with: "\n")
            TerminalSafetyTests.check(result)
            guard options != ["--csv"] else { return }
            TerminalSafetyTests.check(try await desk.zentrunk(["calls", "get", "evil"] + options))
        }
    }
}
