import Foundation
import Testing
import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlivo
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("Statistics of calls as a process")
struct CallStatsTests {
    /// Ten answered calls of each of two numbers, and failures of three owners, within a week.
    private static var week: [JSONObject] {
        let answered = (0..<20).map { index -> JSONObject in
            [
                "call_uuid": .string("a\(index)"), "end_time": CallRows.time(ago: 3600 * (1 + Int64(index) * 7)),
                "call_duration": .integer(Int64(5 + index * index * 3)), "call_direction": "inbound",
                "from_number": "+442079460000", "to_number": .string("+1415555010\(index % 2)"),
                "insights": ["plivo_quality_score": .string("\(3 + index % 2).\(index % 10)")],
            ]
        }
        let failed = (0..<9).map { index -> JSONObject in
            [
                "call_uuid": .string("f\(index)"), "end_time": CallRows.time(ago: 3600 * (2 + Int64(index) * 11)),
                "call_duration": 0, "hangup_cause_code": [4150, 4180, 4410][index % 3],
                "call_direction": index % 3 == 0 ? "inbound" : "outbound", "to_number": "+14155550100",
            ]
        }
        return answered + failed
    }

    @Test("The figures are those of the records")
    func figures() async throws {
        try await Desk.withCalls(Self.week) { desk async throws in
            let document = try await desk.zentrunk("calls", "stats", "--since", "7d", "--json").json
            #expect(document["outcome"] == "done")
            let total = try #require(document["total"])
            #expect(total["attempts"] == 29 && total["answered"] == 20 && total["successful"] == 20)
            #expect(total["score"]?["count"] == 20 && document["quality"] == ["sampled": 20, "measured": 20])
            let owners = total["owners"]?.array?.compactMap { $0["owner"]?.string } ?? []
            #expect(Set(owners) == ["platform config", "carrier config", "none"])
            let numbers = document["numbers"]?.array ?? []
            #expect(numbers.map { $0["number"] } == ["+14155550100", "+14155550101"])
            #expect(numbers.map { $0["answered"] } == [10, 10])
            let parts = document["series"]?["parts"]?.array ?? []
            #expect(parts.compactMap { $0["answered"]?.integer }.reduce(0, +) == 20)
            #expect(parts.compactMap { $0["unanswered"]?.integer }.reduce(0, +) == 9)
            #expect(document["durations"]?.array?.compactMap { $0["count"]?.integer }.reduce(0, +) == 20)
        }
    }

    @Test("The quality of no more calls is read than the sample has")
    func sample() async throws {
        try await Desk.withCalls(Self.week) { desk async throws in
            for (size, count) in [("0", 0), ("7", 7), ("50", 20)] {
                desk.sandbox.clearRequests()
                let result = try await desk.zentrunk("calls", "stats", "--sample", size, "--json")
                #expect(try result.json["quality"]?["sampled"]?.integer == Int64(count))
                #expect(desk.sandbox.requests.count { $0.path.contains("/Insights/") } == count)
            }
        }
    }

    @Test("On a terminal there are bars and sparklines; other character sets get plain signs")
    func picture() async throws {
        try await Desk.withCalls(Self.week) { desk async throws in
            let words = ["calls", "stats", "--since", "7d"]
            let text = try await desk.zentrunk(words).stdout
            #expect(text.contains("  answered          20, 69.0 %  ██████████████░░░░░░"))
            #expect(text.contains("per 3 hours") && text.contains("    answered  "))
            #expect(text.contains("    platform config   3       █"))
            #expect(text.contains("4150 inbound: The platform challenged Plivo"))
            #expect(text.contains("  +14155550100  19"))
            let plain = try await desk.zentrunk(words, with: ["LC_ALL": "C"]).stdout
            #expect(plain.utf8.allSatisfy { $0 < 0x80 } && plain.contains("##############......"))
            let none = try await desk.zentrunk("calls", "stats", "--number", "+14155559999")
            #expect(none.status == 0 && none.stdout.contains("  attempts          0"))
        }
    }

    @Test("Calls are grouped by connection")
    func connections() async throws {
        try await Desk.run { desk async throws in
            _ = try await desk.zentrunk(Pairing.vapi.command("connect"))
            let trunks = PlivoState(desk.sandbox.state).rows("trunks")
            let id = try #require(trunks.first { $0["trunk_direction"] == "inbound" }?["trunk_id"]?.string)
            _ = try desk.sandbox.services.plivo.addCalls([
                ["trunk_domain": .string("\(id).zt.plivo.com")], ["from_number": "+14155550109"],
            ])
            let document = try await desk.zentrunk("calls", "stats", "--json").json
            let rows = document["connections"]?.array ?? []
            #expect(rows.count == 1 && rows[0]["connection"] == "main" && rows[0]["platform"] == "vapi")
            #expect(document["total"]?["attempts"] == 2)
            let one = try await desk.zentrunk("calls", "stats", "--connection", "vapi", "--json").json
            #expect(one["total"]?["attempts"] == 1)
        }
    }

    @Test("The page is one file with the figures, for its owner only; an existing file is kept")
    func page() async throws {
        try await Desk.withCalls(Self.week) { desk async throws in
            let path = desk.folder + "/calls.html"
            let result = try await desk.zentrunk("calls", "stats", "--html", path, "--json")
            #expect(result.status == 0, "\(result.stderr)")
            #expect(try result.json["outcome"] == "done")
            let page = try String(contentsOfFile: path, encoding: .utf8)
            #expect(page.hasPrefix("<!doctype html>") && page.contains("69.0 %") && page.contains("platform config"))
            #expect(!page.contains("http://") && !page.contains("https://"))
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            let again = try await desk.zentrunk("calls", "stats", "--html", path)
            #expect(again.status == 1 && again.stderr.contains("cannot be created"))
        }
    }

    @Test("A failure leaves no file")
    func failure() async throws {
        try await Desk.withCalls { desk async throws in
            desk.sandbox.setFaults([SandboxFault(vendor: "plivo", effect: .answer(.json(400, ["Error": "no"])))])
            let path = desk.folder + "/calls.html"
            let result = try await desk.zentrunk("calls", "stats", "--html", path)
            #expect(result.status != 0)
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: desk.folder).allSatisfy { !$0.contains("html") })
        }
    }

    @Test("The page in a browser: no errors, the figures, and something to see", .enabled(if: Browser.isInstalled))
    func browser() async throws {
        let evil = "<img src=x onerror=alert(1)>"
        let hostile: [JSONObject] = [
            [
                "call_uuid": "evil", "call_duration": 0, "hangup_cause_code": 9999,
                "hangup_cause_name": .string(evil), "from_number": .string(evil),
            ]
        ]
        try await Desk.withCalls(Self.week + hostile) { desk async throws in
            let path = desk.folder + "/calls.html"
            _ = try await desk.zentrunk("calls", "stats", "--since", "7d", "--html", path)
            for width in [1200, 390] {
                let view = try await Browser.open(path, width: width, in: desk.folder)
                #expect(view.errors == [])
                for figure in ["30", "66.7 %", "4150 inbound", "+14155550101", "The code has no known meaning."] {
                    #expect(view.text.contains(figure), "\(figure)")
                }
                // Columns of the calls over time, one per part.
                #expect(view.text.matches(of: /<rect class="t"/).count >= 57)
                #expect(view.weight > 4, "the screenshot is blank")
            }
        }
    }
}
