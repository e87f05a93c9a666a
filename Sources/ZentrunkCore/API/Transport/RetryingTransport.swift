import HTTPTypes

/// The limits of retries: number, waits and total time.
package struct RetryPolicy: Sendable {
    /// The total number of attempts, including the first; at least 1. Attempts refused with 429 do not count.
    package var attempts: Int
    /// The wait before the second attempt. It doubles with each attempt, and each wait is shortened at random by up to
    /// half.
    package var firstWait: Duration
    /// The longest wait, including `Retry-After`. If a server asks for more, its response is returned.
    package var longestWait: Duration
    /// The time after the first attempt in which further attempts may start. It bounds the attempts at a server that
    /// hangs.
    package var patience: Duration

    /// Creates a policy.
    package init(
        attempts: Int = 4, firstWait: Duration = .milliseconds(250), longestWait: Duration = .seconds(30),
        patience: Duration = .seconds(90)
    ) {
        self.attempts = attempts
        self.firstWait = firstWait
        self.longestWait = longestWait
        self.patience = patience
    }
}

/// A transport that repeats requests where this is safe.
///
/// Reads are repeated after lost connections, 429 and 5xx. Writes are repeated only if the server certainly did
/// nothing: the request was not sent, or the response is 429. After any other failure of a write the engine checks the
/// object first. Attempts after 429 are limited by time, not by number. A ``RateLimitedTransport`` directly below has
/// already waited, so its 429 is final. Each wait is reported to the run of this task.
package struct RetryingTransport: HTTPTransport {
    private let base: any HTTPTransport
    private let policy: RetryPolicy
    private let clock: any Clock<Duration>
    /// The time since the transport was created.
    private let now: @Sendable () -> Duration
    private let jitter: @Sendable () -> Double
    private let vendor: String?
    private let side: Side?

    /// Creates the transport.
    ///
    /// - Parameters:
    ///   - base: The transport to send through.
    ///   - vendor: The server's name in reports; by default its host.
    ///   - side: The side that the server is on.
    ///   - policy: The limits of retries.
    ///   - clock: Measures waits.
    ///   - jitter: Returns a number in 0...1; tests pass a constant.
    package init<C: Clock<Duration>>(
        _ base: any HTTPTransport, vendor: String? = nil, side: Side? = nil, policy: RetryPolicy = .init(),
        clock: C = ContinuousClock(),
        jitter: @escaping @Sendable () -> Double = { .random(in: 0...1) }
    ) {
        self.base = base
        self.policy = policy
        self.clock = clock
        let start = clock.now
        now = { start.duration(to: clock.now) }
        self.jitter = jitter
        self.vendor = vendor
        self.side = side
    }

    package func send(_ request: TransportRequest) async throws -> TransportResponse {
        let host = vendor ?? request.head.authority ?? ""
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
                // If the server asks for no pause and refuses again, the request is still delayed.
                wait = asked.map { max($0, policy.firstWait) } ?? jittered(backoff)
                if now() + wait > end { return response }
                RunScope.current?.report(RetryNotice(host: host, reason: .answered(status), wait: wait), at: side)
            } catch let error as TransportError {
                guard attempt < policy.attempts, Self.mayRepeat(request, after: error) else { throw error }
                attempt += 1
                wait = jittered(backoff)
                if now() + wait > end { throw error }
                RunScope.current?.report(RetryNotice(host: host, reason: .unreachable, wait: wait), at: side)
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

/// A wait before a request is sent or repeated, or for its response.
public struct RetryNotice: Sendable, Hashable {
    /// The reason for a wait.
    public enum Reason: Sendable, Hashable {
        /// The server answered with this status.
        case answered(Int)
        /// There was no response.
        case unreachable
        /// The account's rate limit is used up, or the server refused requests because of it.
        case rateLimit
        /// The request was sent, and there has been no response for the time in `wait`.
        case noAnswer
    }

    /// The server's host, or the vendor's name if it is known.
    public var host: String
    /// The reason for the wait.
    public var reason: Reason
    /// The length of the wait, or for `noAnswer` the time so far.
    public var wait: Duration

    /// Creates a notice.
    public init(host: String, reason: Reason, wait: Duration) {
        self.host = host
        self.reason = reason
        self.wait = wait
    }

    /// The status that caused the wait, if there was one.
    public var status: Int? { if case .answered(let status) = reason { status } else { nil } }
}
