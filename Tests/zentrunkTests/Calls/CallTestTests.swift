import Synchronization
import Testing
import ZentrunkCallTest
@_spi(Adapter) import ZentrunkCore
import ZentrunkDiagnosis
import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlivo
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("The engine of test calls")
struct CallTestTests {
    /// A platform that answers as the test says.
    private final class ScriptedCalls: PlatformCalls {
        let callerKind = "acme.number"
        private let placing: Result<SeenCall, APIError>
        /// What lists show once a call was placed.
        private let listed: [SeenCall]
        private let looks: Mutex<[SeenCall]>
        private let count = Mutex(0)

        init(_ placing: Result<SeenCall, APIError>, listed: [SeenCall] = [], looks: [SeenCall] = []) {
            self.placing = placing
            self.listed = listed
            self.looks = Mutex(looks)
        }

        /// How often a call was placed.
        var placed: Int { count.withLock { $0 } }

        func place(_ order: CallOrder) async throws -> SeenCall {
            count.withLock { $0 += 1 }
            return try placing.get()
        }

        func look(at call: SeenCall) async throws -> SeenCall {
            looks.withLock { $0.isEmpty ? call : $0.removeFirst() }
        }

        func recent(_ query: CallQuery) async throws -> [SeenCall] { placed == 0 ? [] : listed }
    }

    private static let ringing = SeenCall(id: "c1", stage: .ringing)
    private static let ended = SeenCall(id: "c1", stage: .ended, isAnswered: true, sipCallID: "id@example.com")

    private static func failure(_ cause: APIError.Cause) -> Result<SeenCall, APIError> {
        .failure(
            APIError(cause, side: .platform, request: "POST /call", vendor: "Acme", keyVariable: "ACME_API_KEY"))
    }

    private static let lost = failure(
        .transport(TransportError(code: .timeout, delivery: .unknown, message: "no answer")))

    private func order() throws -> CallOrder {
        CallOrder(
            objectID: "o1", fields: [:], number: try PhoneNumber("+14155550100"), to: try PhoneNumber("+442079460000"),
            longest: 30, ringing: 45, reference: "r1")
    }

    private func withTest(
        _ calls: ScriptedCalls, _ body: (CallTest, TestClock, World) async throws -> Void
    ) async throws {
        let pairing = try #require(Pairing.all.first)
        try await World.run(for: pairing) { world async throws in
            let clock = TestClock()
            let test = CallTest(
                platform: pairing.platform, placing: calls, reading: calls, records: try world.client().calls,
                causes: try CauseTable.bundled, clock: clock
            ) { _ in }
            try await body(test, clock, world)
        }
    }

    @Test("A call is followed until it has ended, and its record is found by the Call-ID")
    func followed() async throws {
        let talking = SeenCall(id: "c1", stage: .talking, isAnswered: true)
        let calls = ScriptedCalls(.success(Self.ringing), looks: [Self.ringing, talking, Self.ended])
        try await withTest(calls) { test, clock, world async throws in
            let result = try await test.outbound(order())
            #expect(result.verdict == .works)
            #expect(result.call == Self.ended)
            #expect(result.record == nil)
            // Nothing came, although the test waited.
            #expect(clock.sleeps.reduce(.zero, +) >= test.patience.record)
            #expect(calls.placed == 1)
        }
    }

    @Test("A call whose answer is lost is looked up, and placed once")
    func found() async throws {
        let calls = ScriptedCalls(Self.lost, listed: [Self.ended])
        try await withTest(calls) { test, _, _ async throws in
            let result = try await test.outbound(order())
            #expect(result.verdict == .works)
            #expect(result.lost?.contains("no answer") == true)
            #expect(calls.placed == 1)
        }
    }

    @Test(
        "If neither side shows the call, the verdict is unknown after a bounded time",
        arguments: [lost, failure(.status(502)), failure(.status(504)), failure(.unreadable(status: 200, "not JSON"))])
    func unknown(placing: Result<SeenCall, APIError>) async throws {
        let calls = ScriptedCalls(placing)
        try await withTest(calls) { test, clock, _ async throws in
            let result = try await test.outbound(order())
            #expect(result.verdict == .unknown)
            #expect(calls.placed == 1)
            #expect(clock.sleeps.reduce(.zero, +) <= test.patience.lost)
        }
    }

    @Test("A refused request is an error: no call was placed", arguments: [400, 401, 402, 429])
    func refused(status: Int) async throws {
        let calls = ScriptedCalls(Self.failure(.status(status)))
        try await withTest(calls) { test, clock, _ async throws in
            await #expect(throws: ZentrunkError.self) { try await test.outbound(order()) }
            #expect(calls.placed == 1)
            #expect(clock.sleeps == [])
        }
    }

    @Test("The record of an earlier call between the same numbers is not taken for the test's")
    func earlier() async throws {
        let failed = SeenCall(id: "", stage: .ended, isAnswered: false, sipStatus: 403)
        let calls = ScriptedCalls(.success(failed))
        try await withTest(calls) { test, _, world async throws in
            try world.sandbox.services.plivo.addCalls([
                ["from_number": "+14155550100", "to_number": "+442079460000", "call_direction": "outbound"]
            ])
            let result = try await test.outbound(order())
            #expect(result.record == nil)
            #expect(result.verdict == .failed)
            #expect(result.causes.first?.set.id == .sipStatus)
        }
    }
}
