import Testing
import ZentrunkElevenLabsSandbox
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("ElevenLabs' lists in the sandbox")
struct ElevenLabsListTests {
    /// Numbers +14155551000 and up with labels n0 and up. Every fifth is from Twilio; every second has an agent.
    private static func seeded(_ count: Int) -> SandboxOptions {
        var options = SandboxOptions()
        options.seed = { services in
            for index in 0..<count {
                services.service(ElevenLabsService.self).addPhoneNumber(
                    "+1415555\(1000 + index)", label: "n\(index)", provider: index % 5 == 0 ? .twilio : .sipTrunk,
                    more: ["agent_id": index % 2 == 0 ? "even" : .null, "branch_id": index == 7 ? "b" : .null])
            }
        }
        return options
    }

    private static func labels(_ value: JSONValue?) -> [String] {
        value?.array?.compactMap { $0["label"]?.string } ?? []
    }

    @Test(
        "The first version returns a bare array of all numbers that match the filters",
        arguments: [
            ("", (0..<120).map { "n\($0)" }), ("?provider=twilio", (0..<24).map { "n\($0 * 5)" }),
            ("?agent_id=even&provider=sip_trunk", (0..<60).map { $0 * 2 }.filter { $0 % 5 != 0 }.map { "n\($0)" }),
            ("?branch_id=b", ["n7"]), ("?agent_id=nobody", []),
        ])
    func bare(query: String, labels: [String]) async throws {
        try await withSandbox(options: Self.seeded(120)) { caller async throws in
            let reply = try await caller.elevenLabs("GET", Caller.numbers + query)
            #expect(Self.labels(reply.json) == labels)
            #expect(caller.sandbox.violations == [])
        }
    }

    @Test(
        "The second version filters and sorts",
        arguments: [
            ("phone_number=%2B14155551007", ["n7"]), ("phone_number=%2B1415555100", []),
            ("search=5551007", ["n7"]), ("search=N11", ["n11"]), ("label=n1", ["n1", "n10", "n11"]),
            ("provider=twilio", ["n0", "n5", "n10"]),
            ("agent_id=even&sort_by=phone_number&sort_direction=desc", ["n10", "n8", "n6", "n4", "n2", "n0"]),
            ("label=n1&sort_by=label&sort_direction=desc", ["n11", "n10", "n1"]), ("supports_outbound=false", []),
        ])
    func selected(query: String, labels: [String]) async throws {
        try await withSandbox(options: Self.seeded(12)) { caller async throws in
            let reply = try await caller.elevenLabs("GET", "\(Caller.pages)?\(query)")
            #expect(Self.labels(reply["/phone_numbers"]) == labels)
            #expect(reply["/has_more"] == false)
            #expect(reply["/next_cursor"] == .null)
            #expect(caller.sandbox.violations == [])
        }
    }

    @Test("A search finds a number by its id")
    func searchByID() async throws {
        try await withSandbox(options: Self.seeded(3)) { caller async throws in
            let id = try #require(caller.firstNumber?["id"]?.string)
            #expect(
                try await Self.labels(caller.elevenLabs("GET", "\(Caller.pages)?search=\(id)")["/phone_numbers"]) == [
                    "n0"
                ])
        }
    }

    @Test("Paging through the second version by cursor neither skips nor repeats a number")
    func walk() async throws {
        try await withSandbox(options: Self.seeded(125)) { caller async throws in
            let first = try await caller.elevenLabs("GET", Caller.pages)
            #expect(first["/phone_numbers"]?.array?.count == 100)
            var labels: [String] = []
            var query = "page_size=50"
            while true {
                let page = try await caller.elevenLabs("GET", "\(Caller.pages)?\(query)")
                labels += Self.labels(page["/phone_numbers"])
                guard page["/has_more"] == true, let cursor = page["/next_cursor"]?.string else { break }
                let escaped = cursor.replacing("/", with: "%2F").replacing("=", with: "%3D").replacing("+", with: "%2B")
                query = "page_size=50&cursor=\(escaped)"
            }
            #expect(labels == (0..<125).map { "n\($0)" })
            #expect(caller.sandbox.violations == [])
        }
    }

    @Test(
        "Invalid sizes, cursors and choices are refused",
        arguments: [
            ("page_size=0", 400, "invalid_page_size"), ("page_size=1001", 400, "invalid_page_size"),
            ("page_size=x", 400, "invalid_page_size"), ("cursor=x", 400, "invalid_cursor"), ("provider=plivo", 422, ""),
            ("sort_by=id", 422, ""), ("sort_direction=up", 422, ""), ("supports_outbound=maybe", 422, ""),
        ])
    func refused(query: String, status: Int, code: String) async throws {
        try await withSandbox { caller async throws in
            let reply = try await caller.elevenLabs("GET", "\(Caller.pages)?\(query)")
            #expect(reply.status == status)
            #expect(reply["/detail/code"]?.string ?? "" == code)
            let name = query.prefix { $0 != "=" }
            #expect(status == 400 || reply["/detail/0/loc"] == ["query", .string(String(name))])
        }
    }

    @Test("With the quirk, the number filter matches substrings")
    func inexact() async throws {
        var quirks = ElevenLabsQuirks()
        quirks.matchesNumbersExactly = false
        try await withSandbox(quirks, options: Self.seeded(12)) { caller async throws in
            let reply = try await caller.elevenLabs("GET", "\(Caller.pages)?phone_number=555101")
            #expect(Self.labels(reply["/phone_numbers"]) == ["n10", "n11"])
        }
    }

    @Test("Before autumn 2026, the second version does not exist")
    func onlyBare() async throws {
        var quirks = ElevenLabsQuirks()
        quirks.hasPagedList = false
        try await withSandbox(quirks) { caller async throws in
            let reply = try await caller.elevenLabs("GET", Caller.pages)
            #expect(reply.status == 404)
            #expect(reply.json == ["detail": "Not Found"])
        }
    }

    @Test(
        "An undocumented parameter is recorded as a violation",
        arguments: [Caller.numbers + "?page_size=5", Caller.pages + "?limit=5"])
    func notes(target: String) async throws {
        try await withSandbox { caller async throws in
            #expect(try await caller.elevenLabs("GET", target).status == 200)
            #expect(caller.sandbox.violations.count == 1)
        }
    }
}
