import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlivo
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("Call records of the sandbox's account")
struct CallSandboxTests {
    private func withClient(
        _ options: SandboxOptions = SandboxOptions(), _ body: (ZentrunkClient, Sandbox) async throws -> Void
    ) async throws {
        try await World.run(options) { world async throws in
            let sandbox = world.sandbox
            let account = try PlivoAccount(
                authID: PlivoService.authID, authToken: PlivoService.authToken, apiURL: sandbox.plivoURL,
                over: world.transport)
            try await body(ZentrunkClient(account), sandbox)
            #expect(try Contracts.validator("plivo").violations(in: sandbox.requests) == [])
            #expect(sandbox.violations == [])
        }
    }

    @Test("All records are read, with every filter as the contract has it")
    func filters() async throws {
        var options = SandboxOptions()
        options.seed = { services in
            let calls = (0..<45).map { index -> JSONObject in
                [
                    "call_uuid": .string("call-\(index)"), "hangup_cause_code": index.isMultiple(of: 3) ? 4150 : 3010,
                    "bill_duration": .integer(Int64(index)), "call_direction": index < 20 ? "inbound" : "outbound",
                ]
            }
            _ = try? services.plivo.addCalls(calls)
        }
        try await withClient(options) { client, sandbox async throws in
            func ids(_ change: (inout CallFilter) throws -> Void = { _ in }) async throws -> Set<String> {
                var filter = CallFilter()
                try change(&filter)
                var ids: Set<String> = []
                for try await record in try client.calls.list(filter) { ids.insert(record.id) }
                return ids
            }
            #expect(try await ids().count == 45)
            #expect(sandbox.requests.count == 3)
            #expect(try await ids { $0.hangupCode = 4150 }.count == 15)
            #expect(try await ids { $0.direction = .inbound }.count == 20)
            #expect(try await ids { $0.billSeconds = .init(atLeast: 40, below: 44) }.count == 4)
            #expect(try await ids { $0.billSeconds = .init(exactly: 40, above: 1, atMost: 44) } == ["call-40"])
            let earlier = UTCTime.now - .seconds(600)
            #expect(try await ids { $0.end = .init(atLeast: earlier, atMost: .now + .seconds(600)) }.count == 45)
            #expect(try await ids { $0.end.below = earlier } == [])
            #expect(try await ids { $0.end.above = earlier }.count == 45)
            #expect(try await ids { $0.from = try .init("+1415") }.count == 45)
            #expect(try await ids { $0.to = .init(try PhoneNumber("+14155550199")) } == [])
            #expect(try await ids { $0.hangupSource = .carrier } == [])
            #expect(try await ids { $0.verification = .verified }.count == 45)
        }
    }

    @Test("One record and its quality are read; of an unknown call, neither")
    func one() async throws {
        try await withClient { client, sandbox async throws in
            let ids = try sandbox.services.plivo.addCalls([
                ["call_duration": 32, "insights": ["jitter": "12", "plivo_quality_score": "2.4"]]
            ])
            let id = try #require(ids.first)
            #expect(try await client.calls.get(id: id)?.duration == .seconds(32))
            let insights = try #require(try await client.calls.insights(id: id))
            #expect(insights.jitterMilliseconds == ExactDecimal("12") && insights.quality == .fair)
            #expect(try await client.calls.get(id: "5a6b7c8d-9e0f-4a1b-8c2d-3e4f5a6b7c8d") == nil)
            #expect(try await client.calls.insights(id: "5a6b7c8d-9e0f-4a1b-8c2d-3e4f5a6b7c8d") == nil)
        }
    }
}
