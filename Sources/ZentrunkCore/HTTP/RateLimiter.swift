import HTTPTypes
import Synchronization

/// Lets at most so many requests pass in any stretch of time, and holds all of them back while a server asked for a pause.
///
/// One limiter belongs to one host and account, however many connections use it: share it.
public final class RateLimiter: Sendable {
    /// Requests that may pass in each stretch, and its length.
    public struct Limit: Sendable, Hashable {
        public var requests: Int
        public var interval: Duration

        public init(requests: Int, per interval: Duration) {
            self.requests = requests
            self.interval = interval
        }
    }

    private struct State {
        /// When each of the last requests passes, oldest first; some lie ahead. Offsets from ``epoch``.
        var passes: [Duration] = []
        var pausedUntil = Duration.zero
    }

    private let limit: Limit?
    private let clock: any Clock<Duration>
    private let now: @Sendable () -> Duration
    private let state = Mutex(State())

    /// - Parameter limit: nil when the vendor publishes none; pauses still hold.
    public init<C: Clock<Duration>>(_ limit: Limit?, clock: C = ContinuousClock()) {
        self.limit = limit
        self.clock = clock
        let start = clock.now
        now = { start.duration(to: clock.now) }
    }

    /// Waits until a request may pass.
    ///
    /// - Throws: `CancellationError`.
    func admit() async throws {
        let wait = state.withLock { state -> Duration in
            let now = now()
            var pass = max(now, state.pausedUntil)
            if let limit {
                // A window that slides: the request that came `limit` places earlier must lie a whole stretch back.
                if state.passes.count >= limit.requests {
                    pass = max(pass, state.passes[state.passes.count - limit.requests] + limit.interval)
                }
                state.passes.append(pass)
                if state.passes.count > 2 * limit.requests { state.passes.removeFirst(limit.requests) }
            }
            return pass - now
        }
        if wait > .zero { try await StopSignal.sleep(for: wait, clock: clock) }
    }

    /// Holds back all requests for that long: the server said so in `Retry-After`.
    func pause(for duration: Duration) {
        state.withLock { $0.pausedUntil = max($0.pausedUntil, now() + duration) }
    }
}

/// Sends requests no faster than their ``RateLimiter`` lets them pass.
public struct RateLimitedTransport: HTTPTransport {
    private let base: any HTTPTransport
    private let limiter: RateLimiter
    private static let longestPause = RetryPolicy().longestWait

    public init(_ base: any HTTPTransport, limiter: RateLimiter) {
        self.base = base
        self.limiter = limiter
    }

    public func send(_ request: TransportRequest) async throws -> TransportResponse {
        try await limiter.admit()
        let response = try await base.send(request)
        // A longer pause is nothing that anybody waits for: whoever asks meanwhile hears the server say no himself.
        if response.head.status.code == 429, let wait = RetryAfter(response)?.duration, wait <= Self.longestPause {
            limiter.pause(for: wait)
        }
        return response
    }
}
