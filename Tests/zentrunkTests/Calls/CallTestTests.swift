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
        /// What is left of messages by now, after so many looks; nil if the platform keeps none.
        private let log: Mutex<(looks: Int, messages: [SeenMessage])?>
        /// Whether every look after the call fails.
        private let isDown: Bool

        init(
            _ placing: Result<SeenCall, APIError>, listed: [SeenCall] = [], looks: [SeenCall] = [],
            messages: (after: Int, [SeenMessage])? = nil, isDown: Bool = false
        ) {
            log = Mutex(messages.map { (looks: $0.after, messages: $0.1) })
            self.isDown = isDown
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
            if isDown { throw Self.outage }
            return looks.withLock { $0.isEmpty ? call : $0.removeFirst() }
        }

        func recent(_ query: CallQuery) async throws -> [SeenCall] {
            if isDown, placed > 0 { throw Self.outage }
            return placed == 0 ? [] : listed
        }

        func messages(_ query: CallQuery) async throws -> [SeenMessage]? {
            // Also before the call: the messages may be another permission of the key.
            if isDown { throw Self.outage }
            return log.withLock { log in
                guard placed > 0 else { return log == nil ? nil : [] }
                log?.looks -= 1
                return log.map { $0.looks < 0 ? $0.messages : [] }
            }
        }

        private static let outage = APIError(
            .status(503), side: .platform, request: "GET /call", vendor: "Acme", keyVariable: "ACME_API_KEY")
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

    @Test("A call that ends with a challenge has failed, although a challenge is normal", arguments: [401, 407])
    func challenge(_ status: Int) async throws {
        let failed = SeenCall(id: "", stage: .ended, isAnswered: false, sipStatus: status)
        try await withTest(ScriptedCalls(.success(failed))) { test, _, _ async throws in
            let result = try await test.outbound(order())
            #expect(result.verdict == .failed)
            #expect(result.causes.allSatisfy { $0.owner != .none })
        }
    }

    @Test("An inbound call that is not answered in time is unknown, with what the platform waits for")
    func ringing() async throws {
        let waiting = SeenCall(id: "c1", stage: .ringing, ending: .init(set: "livekit.reply", code: "ringing"))
        let calls = ScriptedCalls(.success(waiting), listed: [waiting], looks: [waiting, waiting])
        try await withTest(calls) { test, clock, _ async throws in
            let query = CallQuery(isInbound: true, number: try order().number, objectID: "o1", since: 0)
            let result = try await test.inbound(query, from: nil, longest: 30, within: .seconds(60)) {
                _ = try await calls.place(order())
            }
            #expect(result.verdict == .unknown)
            #expect(result.call?.stage == .ringing)
            #expect(result.causes.first?.code == "ringing")
            #expect(result.causes.first?.owner == .platformConfig)
        }
    }

    @Test("A platform that cannot be read after the call is a remark, and the call's end is not an error")
    func unread() async throws {
        for placing in [.success(Self.ringing), Self.lost] {
            let calls = ScriptedCalls(placing, isDown: true)
            try await withTest(calls) { test, clock, _ async throws in
                let result = try await test.outbound(order())
                #expect(result.verdict == .unknown)
                #expect(result.unread.first?.contains("503") == true, "\(result.unread)")
                #expect(result.json["unread"]?.array?.isEmpty == false)
                #expect(calls.placed == 1)
            }
        }
    }

    private static func message(_ text: String, _ time: Int64, isIncoming: Bool = true, error: String? = nil)
        -> SeenMessage
    {
        SeenMessage(
            text.replacing("\n", with: "\r\n"), isIncoming: isIncoming, sipCallID: "id@example.com", error: error,
            microseconds: time)
    }

    @Test(
        "Where there is no record, the SIP messages that the platform kept name the cause",
        arguments: [
            ([message("SIP/2.0 403 Forbidden\nX-ZT-Hangup-Code: 4180\n\n", 2)], "4180", Cause.Owner.carrierConfig),
            ([message("SIP/2.0 407 Proxy Authentication Required\n\n", 2)], "407", .carrierConfig),
            (
                [message("", 2, isIncoming: false, error: "dial tcp: connect: connection timed out")],
                "connect-timeout", .wire
            ),
            // A challenge that is answered is no end.
            (
                [message("SIP/2.0 407 Proxy Authentication Required\n\n", 2), message("SIP/2.0 404 Not Found\n\n", 3)],
                "404", .customer
            ),
        ])
    func messages(_ kept: [SeenMessage], _ code: String, _ owner: Cause.Owner) async throws {
        let failed = SeenCall(
            id: "", stage: .ended, isAnswered: false, sipCallID: "id@example.com", words: "INVITE failed")
        // They appear late, and not in order.
        let log = [Self.message("INVITE sip:1@example.com SIP/2.0\n\n", 1, isIncoming: false)] + kept
        let calls = ScriptedCalls(.success(failed), messages: (after: 3, log.reversed()))
        try await withTest(calls) { test, clock, _ async throws in
            let result = try await test.outbound(order())
            #expect(result.verdict == .failed)
            #expect(result.messages == log)
            #expect(result.causes.first?.code == code)
            #expect(result.causes.first?.owner == owner)
            #expect(clock.sleeps.reduce(.zero, +) <= test.patience.messages + .seconds(15))
        }
    }

    @Test("Of a raw message only the start line, the Call-ID and Plivo's code are kept")
    func secrets() {
        let text =
            "SIP/2.0 200 OK\r\nCALL-ID : a@b\r\nProxy-Authorization: Digest response=\"canary\"\r\nx-zt-hangup-code:3000\r\n\r\na=crypto:1 inline:canary\r\n"
        let message = SeenMessage(text, isIncoming: true, microseconds: 1)
        #expect(message.status == 200 && message.phrase == "OK" && message.method == nil)
        #expect(message.sipCallID == "a@b" && message.hangupCode == 3000)
        #expect(!"\(message)\(message.json)".contains("canary"))
        let odd = ["", "\r\n", "SIP/2.0", "SIP/2.0 9 x", "INVITE", "GET / HTTP/1.1", "SIP/2.0 abc OK", "\0\u{ff}"]
        for text in odd {
            let message = SeenMessage(text, isIncoming: true, microseconds: 1)
            #expect(message.status == nil && message.method == nil, "\(text)")
        }
    }
}
