import HTTPTypes
import Synchronization
import Testing
@_spi(Adapter) import ZentrunkTestKit

@testable @_spi(Adapter) import ZentrunkCore

@Suite("Rate limits")
struct RateLimiterTests {
    private let clock = TestClock()
    private let limit = RateLimiter.Limit(requests: 300, per: .seconds(5))

    @Test("294 requests pass at once, the next one 5 seconds after the first response")
    func window() async throws {
        let limiter = RateLimiter(limit, clock: clock)
        for _ in 0..<294 { limiter.answered(try await limiter.pass()) }
        #expect(clock.sleeps.isEmpty)
        _ = try await limiter.admit()
        #expect(clock.sleeps == [.seconds(5)])
    }

    @Test("A request with a late response keeps its place until 5 seconds after the response")
    func lateAnswer() async throws {
        let limiter = RateLimiter(.init(requests: 1, per: .seconds(5)), clock: clock)
        let pass = try await limiter.pass()
        clock.advance(by: .seconds(4))
        limiter.answered(pass)
        _ = try await limiter.admit()
        #expect(clock.now.offset == .seconds(9))
    }

    @Test("The window slides: no period of 5 seconds has more than 300 requests")
    func sliding() async throws {
        let limiter = RateLimiter(limit, clock: clock)
        var passes: [Duration] = []
        for index in 0..<1500 {
            passes.append(try await limiter.pass())
            clock.advance(by: .milliseconds(index % 100 == 0 ? 400 : 3))
            limiter.answered(passes[index])
        }
        for index in passes.indices.dropFirst(300) {
            #expect(passes[index] - passes[index - 300] >= .seconds(5))
        }
        #expect(!clock.sleeps.isEmpty)
    }

    @Test("Slow traffic is never delayed")
    func slow() async throws {
        let limiter = RateLimiter(.init(requests: 2, per: .seconds(5)), clock: clock)
        for _ in 0..<10 {
            limiter.answered(try await limiter.pass())
            clock.advance(by: .milliseconds(2500))
        }
        #expect(clock.sleeps.isEmpty)
    }

    struct Refusal: Sendable {
        var limit: RateLimiter.Limit?
        var retryAfter: String?
        /// The pauses after the first refusal and after the second.
        var pauses: [Duration]

        static let all = [
            Refusal(limit: .init(requests: 300, per: .seconds(5)), pauses: [.milliseconds(5100), .milliseconds(5100)]),
            Refusal(
                limit: .init(requests: 300, per: .seconds(5)), retryAfter: "2",
                pauses: [.seconds(2), .milliseconds(5100)]),
            Refusal(pauses: [.seconds(1), .seconds(2)]),
            Refusal(retryAfter: "30", pauses: [.seconds(30), .seconds(30)]),
            Refusal(retryAfter: "0", pauses: [.milliseconds(250), .milliseconds(250)]),
        ]
    }

    @Test(
        "A refused read or write is sent again after a whole window, or after the pause that the server asks for",
        arguments: Refusal.all, [TransportRequest.Access.read, .write])
    func refused(_ example: Refusal, _ access: TransportRequest.Access) async throws {
        let headers = example.retryAfter.map { ["retry-after": $0] } ?? [:]
        let script = ScriptedTransport([
            .response(429, headers: headers), .response(429, headers: headers), .response(200),
        ])
        let limited = RateLimitedTransport(script, limiter: RateLimiter(example.limit, clock: clock))
        let events = RunEvents()
        let answer = try await events.observing { () async throws in
            try await RetryingTransport(limited, clock: clock).send(.example(access))
        }
        #expect(answer.head.status.code == 200)
        #expect(clock.sleeps == example.pauses)
        let reported = example.pauses.filter { $0 > .seconds(1) }
        #expect(
            await events.waits
                == reported.map { RetryNotice(host: "api.example.com", reason: .rateLimit, wait: $0) })
    }

    @Test("A pause of more than 30 seconds is returned to the caller at once and delays no other request")
    func longPause() async throws {
        let script = ScriptedTransport([.response(429, headers: ["retry-after": "900"]), .response(200)])
        let limited = RateLimitedTransport(script, limiter: RateLimiter(limit, clock: clock))
        #expect(try await RetryingTransport(limited, clock: clock).send(.example(.read)).head.status.code == 429)
        #expect(try await limited.send(.example(.read)).head.status.code == 200)
        #expect(clock.sleeps.isEmpty)
    }

    @Test("After 90 seconds of refusals the 429 is returned, and later requests fail without another 90 seconds")
    func patience() async throws {
        let script = ScriptedTransport(Array(repeating: .response(429), count: 100))
        let limited = RateLimitedTransport(script, limiter: RateLimiter(limit, clock: clock))
        let transport = RetryingTransport(limited, clock: clock)
        #expect(try await transport.send(.example(.write)).head.status.code == 429)
        #expect(clock.now.offset > .seconds(80) && clock.now.offset <= .seconds(90))
        let before = script.requests.count
        #expect(before < 20)
        // During the pause nothing is sent; afterwards a single request tries.
        for _ in 0..<5 { #expect(try await transport.send(.example(.read)).head.status.code == 429) }
        #expect(script.requests.count == before)
        clock.advance(by: .seconds(6))
        for _ in 0..<5 { #expect(try await transport.send(.example(.read)).head.status.code == 429) }
        #expect(script.requests.count == before + 1)
    }

    @Test("A pause delays all requests that share the limiter, in their order")
    func together() async throws {
        let limiter = RateLimiter(nil, clock: clock)
        let passes = [try await limiter.pass(), try await limiter.pass()]
        let response = TransportResponse(head: HTTPResponse(status: .tooManyRequests))
        for (pass, seconds) in zip(passes, [9, 2]) {
            _ = limiter.refused(pass, response, asked: .seconds(seconds))
        }
        for _ in 0..<3 { limiter.answered(try await limiter.pass()) }
        #expect(clock.sleeps == [.seconds(9)])
    }

    @Test("A refusal halves the pace once for all requests in flight, and windows without refusals restore it")
    func halving() {
        var pace = RequestPace(limit)
        for _ in 0..<64 { pace.pass(at: .zero) }
        for _ in 0..<64 { _ = pace.refused(passedAt: .zero, at: .milliseconds(50), asked: nil) }
        #expect(pace.share == 0.5)
        #expect(pace.wait(at: .milliseconds(50)) == .milliseconds(5100))
        var now = Duration.seconds(6)
        for _ in 0..<6 {
            pace.pass(at: now)
            pace.answered(passedAt: now, at: now)
            now += .seconds(5)
        }
        #expect(pace.share > 0.95)
    }

    @Test("When a run is stopped, its waits end, and so do those of requests behind it")
    func stopped() async throws {
        let limiter = RateLimiter(.init(requests: 1, per: .seconds(3600)))
        limiter.answered(try await limiter.pass())
        let signal = StopSignal()
        let ended = await StopSignal.$current.withValue(signal) {
            await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<5 {
                    group.addTask {
                        do { _ = try await limiter.admit() } catch is CancellationError { return true } catch {}
                        return false
                    }
                }
                signal.raise()
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
        }
        #expect(ended == 5)
    }
}

extension RateLimiter {
    /// The time at which a request passed.
    fileprivate func pass() async throws -> Duration {
        switch try await admit() {
        case .passed(let time): time
        case .refused: throw CancellationError()
        }
    }
}
