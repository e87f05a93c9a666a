import HTTPTypes

/// When and how often a request is sent again.
public struct RetryPolicy: Sendable {
    /// Attempts altogether, the first included; at least 1. Those that were refused with 429 do not count.
    public var attempts: Int
    /// Wait before the second attempt; it doubles from there, and each wait is shortened by up to half at random.
    public var firstWait: Duration
    /// No wait is longer, `Retry-After` included: a server that wants more is reported instead of waited for.
    public var longestWait: Duration
    /// No further attempt starts later than this after the first one: a server that hangs each time is not asked as often as
    /// one that answers at once.
    public var patience: Duration

    public init(
        attempts: Int = 4, firstWait: Duration = .milliseconds(250), longestWait: Duration = .seconds(30),
        patience: Duration = .seconds(90)
    ) {
        self.attempts = attempts
        self.firstWait = firstWait
        self.longestWait = longestWait
        self.patience = patience
    }
}

/// Sends again what may be sent again.
///
/// Reads are, after lost connections, 429 and 5xx. Writes are only when it is certain that nothing was done: the request
/// did not leave, or the answer is 429. Everything else about writes needs a look at the object first, which is the
/// engine's business. After 429 the time decides when to give up, not the number of attempts; a ``RateLimitedTransport``
/// directly below has waited already, and its 429 is final.
public struct RetryingTransport: HTTPTransport {
    private let base: any HTTPTransport
    private let policy: RetryPolicy
    private let clock: any Clock<Duration>
    /// Time on the clock since this was made.
    private let now: @Sendable () -> Duration
    private let jitter: @Sendable () -> Double
    private let onWait: @Sendable (RetryNotice) -> Void

    /// - Parameters:
    ///   - jitter: Gives numbers in 0...1; injected so that tests know the waits.
    ///   - onWait: Called before each wait, so that a person can be told.
    public init<C: Clock<Duration>>(
        _ base: any HTTPTransport, policy: RetryPolicy = .init(), clock: C = ContinuousClock(),
        jitter: @escaping @Sendable () -> Double = { .random(in: 0...1) },
        onWait: @escaping @Sendable (RetryNotice) -> Void = { _ in }
    ) {
        self.base = base
        self.policy = policy
        self.clock = clock
        let start = clock.now
        now = { start.duration(to: clock.now) }
        self.jitter = jitter
        self.onWait = onWait
    }

    public func send(_ request: TransportRequest) async throws -> TransportResponse {
        let host = request.head.authority ?? ""
        var backoff = policy.firstWait
        let end = now() + policy.patience
        var attempt = 1
        while true {
            let wait: Duration
            do {
                let response = try await base.send(request)
                let status = response.head.status.code
                if status == 429 {
                    guard !(base is RateLimitedTransport) else { return response }
                } else {
                    guard attempt < policy.attempts, Self.mayRepeat(request, after: status) else { return response }
                    attempt += 1
                }
                let asked = RetryAfter(response)?.duration
                if let asked, asked > policy.longestWait { return response }
                // A server that asks for no pause at all and refuses again is not asked without one.
                wait = asked.map { max($0, policy.firstWait) } ?? jittered(backoff)
                if now() + wait > end { return response }
                onWait(RetryNotice(host: host, reason: .answered(status), wait: wait))
            } catch let error as TransportError {
                guard attempt < policy.attempts, Self.mayRepeat(request, after: error) else { throw error }
                attempt += 1
                wait = jittered(backoff)
                if now() + wait > end { throw error }
                onWait(RetryNotice(host: host, reason: .unreachable, wait: wait))
            }
            try await StopSignal.sleep(for: wait, clock: clock)
            backoff = min(backoff * 2, policy.longestWait)
        }
    }

    private func jittered(_ wait: Duration) -> Duration { wait * (1 - jitter() / 2) }

    private static func mayRepeat(_ request: TransportRequest, after status: Int) -> Bool {
        request.access == .read && (500...599).contains(status)
    }

    private static func mayRepeat(_ request: TransportRequest, after error: TransportError) -> Bool {
        switch error.code {
        case .refused, .shutDown, .tls, .tooLarge, .proxyRefused: false
        default: request.access == .read || error.delivery == .notSent
        }
    }
}

/// A wait before a request is sent or sent again, or for its answer.
public struct RetryNotice: Sendable, Hashable {
    /// Why there is a wait.
    public enum Reason: Sendable, Hashable {
        /// The server answered with this status.
        case answered(Int)
        /// No answer came.
        case unreachable
        /// The account's rate limit is used up, or the server refused requests because of it.
        case rateLimit
        /// A request was sent, and no answer came for as long as `wait` says.
        case noAnswer
    }

    /// The server, or the vendor's name where it is known.
    public var host: String
    public var reason: Reason
    public var wait: Duration

    public init(host: String, reason: Reason, wait: Duration) {
        self.host = host
        self.reason = reason
        self.wait = wait
    }

    /// The status that made the wait necessary; nil when there was none.
    public var status: Int? { if case .answered(let status) = reason { status } else { nil } }
}
