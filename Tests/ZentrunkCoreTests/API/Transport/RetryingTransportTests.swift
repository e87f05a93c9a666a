import HTTPTypes
import Synchronization
import Testing
@_spi(Adapter) import ZentrunkTestKit

@testable @_spi(Adapter) import ZentrunkCore

@Suite("Retries")
struct RetryingTransportTests {
    typealias Answer = ScriptedTransport.Answer

    struct Case: Sendable {
        var access: TransportRequest.Access
        var first: Answer
        var isRepeated: Bool

        init(_ access: TransportRequest.Access, _ first: Answer, _ isRepeated: Bool) {
            self.access = access
            self.first = first
            self.isRepeated = isRepeated
        }
    }

    private func transport(_ script: ScriptedTransport, _ clock: TestClock, _ policy: RetryPolicy = .init())
        -> RetryingTransport
    {
        RetryingTransport(script, policy: policy, clock: clock, jitter: { 0 })
    }

    @Test(
        "Reads are retried after lost responses, 429 and 5xx; writes only if they cannot have had an effect",
        arguments: [
            Case(.read, .response(500), true), Case(.read, .response(503), true), Case(.read, .response(599), true),
            Case(.read, .response(429), true), Case(.read, .response(404), false), Case(.read, .response(401), false),
            Case(.read, .response(408), false),
            Case(.write, .response(500), false), Case(.write, .response(503), false),
            Case(.write, .response(429), true),
            Case(.write, .response(400), false), Case(.write, .response(409), false),
            Case(.read, .lost(.notSent), true), Case(.read, .lost(.unknown), true), Case(.read, .lost(.answered), true),
            Case(.write, .lost(.notSent), true), Case(.write, .lost(.unknown), false),
            Case(.write, .lost(.answered), false),
            Case(.write, .lost(.notSent, .connect), true), Case(.write, .lost(.unknown, .timeout), false),
            Case(.read, .lost(.unknown, .timeout), true),
            Case(.read, .lost(.notSent, .refused), false), Case(.read, .lost(.notSent, .tls), false),
            Case(.read, .lost(.notSent, .shutDown), false), Case(.read, .lost(.answered, .tooLarge), false),
        ])
    func repetition(_ example: Case) async throws {
        let script = ScriptedTransport([example.first, .response(200)])
        let clock = TestClock()
        let answer = try? await transport(script, clock).send(.example(example.access))
        #expect(script.requests.count == (example.isRepeated ? 2 : 1))
        #expect((answer?.head.status.code == 200) == example.isRepeated)
        #expect(clock.sleeps.count == (example.isRepeated ? 1 : 0))
    }

    @Test("Waits double up to the maximum, and the number of attempts is limited")
    func backoff() async throws {
        let script = ScriptedTransport(Array(repeating: .response(503), count: 9))
        let clock = TestClock()
        let policy = RetryPolicy(attempts: 5, firstWait: .seconds(1), longestWait: .seconds(3))
        let answer = try await transport(script, clock, policy).send(.example(.read))
        #expect(answer.head.status.code == 503)
        #expect(script.requests.count == 5)
        #expect(clock.sleeps == [.seconds(1), .seconds(2), .seconds(3), .seconds(3)])
    }

    @Test("The last error is thrown when all attempts are used")
    func lastError() async throws {
        let script = ScriptedTransport(Array(repeating: .lost(.unknown), count: 9))
        await #expect(throws: TransportError.self) { () async throws in
            _ = try await transport(script, TestClock()).send(.example(.read))
        }
        #expect(script.requests.count == 4)
    }

    @Test("Jitter shortens a wait by at most half")
    func jitter() async throws {
        let clock = TestClock()
        let script = ScriptedTransport([.response(503), .response(200)])
        let policy = RetryPolicy(firstWait: .seconds(1))
        _ = try await RetryingTransport(script, policy: policy, clock: clock, jitter: { 1 }).send(.example(.read))
        #expect(clock.sleeps == [.milliseconds(500)])
    }

    @Test("Retry-After determines the wait; one beyond the time limit is returned at once")
    func retryAfter() async throws {
        let clock = TestClock()
        let script = ScriptedTransport([.response(429, headers: ["retry-after": "7"]), .response(200)])
        let answer = try await transport(script, clock).send(.example(.write))
        #expect(answer.head.status.code == 200)
        #expect(clock.sleeps == [.seconds(7)])

        let patient = ScriptedTransport([.response(429, headers: ["retry-after": "31"]), .response(200)])
        #expect(try await transport(patient, clock).send(.example(.write)).head.status.code == 429)
        #expect(patient.requests.count == 1)
    }

    @Test("429 is retried until 90 seconds have passed, regardless of the number of attempts")
    func tooManyRequests() async throws {
        let clock = TestClock()
        let passing = ScriptedTransport(Array(repeating: .response(429), count: 6) + [.response(200)])
        #expect(try await transport(passing, clock).send(.example(.write)).head.status.code == 200)
        let lasting = ScriptedTransport(Array(repeating: .response(429), count: 50))
        let later = TestClock()
        #expect(try await transport(lasting, later).send(.example(.read)).head.status.code == 429)
        #expect(later.now.offset > .seconds(60) && later.now.offset <= .seconds(90))
        #expect(lasting.requests.count < 15)
    }

    /// A transport whose attempts each take as long as given.
    private struct Hanging: HTTPTransport {
        let base: ScriptedTransport
        let clock: TestClock
        let length: Duration

        func send(_ request: TransportRequest) async throws -> TransportResponse {
            clock.advance(by: length)
            return try await base.send(request)
        }
    }

    @Test(
        "A server that hangs is given up at the time limit, before all attempts are used",
        arguments: [(10, 4), (30, 3), (60, 2), (100, 1)])
    func patience(_ seconds: Int, _ attempts: Int) async throws {
        let clock = TestClock()
        let script = ScriptedTransport(Array(repeating: .lost(.unknown, .timeout), count: 9))
        let retrying = RetryingTransport(
            Hanging(base: script, clock: clock, length: .seconds(seconds)), clock: clock, jitter: { 0 })
        await #expect(throws: TransportError.self) { () async throws in
            _ = try await retrying.send(.example(.read))
        }
        #expect(script.requests.count == attempts)
        #expect(clock.now.offset <= .seconds(90 + seconds))
    }

    @Test("Waits requested by a server end at the time limit, and the last response is returned")
    func patienceWithWaits() async throws {
        let clock = TestClock()
        let script = ScriptedTransport(Array(repeating: .response(429, headers: ["retry-after": "30"]), count: 9))
        let policy = RetryPolicy(attempts: 9, patience: .seconds(70))
        let answer = try await transport(script, clock, policy).send(.example(.write))
        #expect(answer.head.status.code == 429)
        #expect(clock.sleeps == [.seconds(30), .seconds(30)])
        #expect(script.requests.count == 3)
    }

    @Test("Each wait is announced with host, status and duration")
    func notices() async throws {
        let script = ScriptedTransport([.response(503), .lost(.unknown), .response(200)])
        let retrying = RetryingTransport(
            script, policy: .init(firstWait: .seconds(1)), clock: TestClock(), jitter: { 0 })
        let events = RunEvents()
        _ = try await events.observing { () async throws in try await retrying.send(.example(.read)) }
        #expect(
            await events.waits == [
                RetryNotice(host: "api.example.com", reason: .answered(503), wait: .seconds(1)),
                RetryNotice(host: "api.example.com", reason: .unreachable, wait: .seconds(2)),
            ])
    }

    @Test("When a run is stopped, its waits end")
    func stopped() async throws {
        let signal = StopSignal()
        signal.raise()
        let script = ScriptedTransport([.response(503), .response(200)])
        let retrying = RetryingTransport(script, clock: StuckClock())
        await #expect(throws: CancellationError.self) { () async throws in
            _ = try await StopSignal.$current.withValue(signal) { try await retrying.send(.example(.read)) }
        }
        #expect(script.requests.count == 1)
    }
}

/// A clock whose sleeps end only by cancellation.
private struct StuckClock: Clock {
    var now: ContinuousClock.Instant { ContinuousClock().now }
    var minimumResolution: Duration { .zero }

    func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
        for await _ in AsyncStream<Void>.makeStream().stream {}
        throw CancellationError()
    }
}
