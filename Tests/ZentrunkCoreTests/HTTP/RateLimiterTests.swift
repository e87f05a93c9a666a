import Testing

@testable import ZentrunkCore

@Suite("Rate limits")
struct RateLimiterTests {
    private let clock = TestClock()

    @Test("300 requests pass at once, and the next when the first lies 5 seconds back")
    func window() async throws {
        let limiter = RateLimiter(.init(requests: 300, per: .seconds(5)), clock: clock)
        for _ in 0..<300 { try await limiter.admit() }
        #expect(clock.sleeps.isEmpty)
        try await limiter.admit()
        #expect(clock.sleeps == [.seconds(5)])
    }

    @Test("The window slides: no stretch of 5 seconds ever holds more than 300")
    func sliding() async throws {
        let limiter = RateLimiter(.init(requests: 300, per: .seconds(5)), clock: clock)
        var passes: [Duration] = []
        for index in 0..<1500 {
            try await limiter.admit()
            passes.append(clock.now.offset)
            clock.advance(by: .milliseconds(index % 100 == 0 ? 400 : 3))
        }
        for index in passes.indices.dropFirst(300) {
            #expect(passes[index] - passes[index - 300] >= .seconds(5))
        }
        #expect(!clock.sleeps.isEmpty)
    }

    @Test("Slow traffic is never held back")
    func slow() async throws {
        let limiter = RateLimiter(.init(requests: 2, per: .seconds(5)), clock: clock)
        for _ in 0..<10 {
            try await limiter.admit()
            clock.advance(by: .milliseconds(2500))
        }
        #expect(clock.sleeps.isEmpty)
    }

    @Test("A pause holds everything back, the longer of two, with or without a limit")
    func pause() async throws {
        let limiter = RateLimiter(nil, clock: clock)
        limiter.pause(for: .seconds(9))
        limiter.pause(for: .seconds(2))
        try await limiter.admit()
        try await limiter.admit()
        #expect(clock.sleeps == [.seconds(9)])
    }

    @Test("A 429 pauses the requests of everyone who shares the limiter, unless it asks for more than is waited for")
    func tooManyRequests() async throws {
        let limiter = RateLimiter(nil, clock: clock)
        let script = ScriptedTransport([
            .response(429, headers: ["retry-after": "3"]), .response(503, headers: ["retry-after": "50"]),
            .response(429, headers: ["retry-after": "900"]), .response(429, headers: ["retry-after": "30"]),
        ])
        for _ in 0..<4 { _ = try await RateLimitedTransport(script, limiter: limiter).send(.example(.read)) }
        try await limiter.admit()
        #expect(clock.sleeps == [.seconds(3), .seconds(30)])
    }
}
