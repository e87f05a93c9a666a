import HTTPTypes
import Synchronization

/// A sliding-window rate limiter that admits requests in order and pauses all of them after a refusal.
///
/// Share one limiter per account and host, however many connections use it. Other processes need not be known: the
/// limiter stays below the published limit and slows down when the server refuses requests.
package final class RateLimiter: Sendable {
    /// The number of requests that a server allows in any interval of this length.
    package struct Limit: Sendable, Hashable {
        /// The number of requests.
        package var requests: Int
        /// The length of the interval.
        package var interval: Duration

        /// Creates a limit of `requests` in any `interval`.
        package init(requests: Int, per interval: Duration) {
            self.requests = requests
            self.interval = interval
        }
    }

    private let clock: any Clock<Duration>
    /// The time since the limiter was created.
    private let now: @Sendable () -> Duration
    private let state: Mutex<(pace: RequestPace, lastRefusal: TransportResponse?)>
    private let turn = Turn()
    private let waiting = WaitingRuns()

    /// Creates a limiter.
    ///
    /// - Parameters:
    ///   - limit: The vendor's published limit; nil if there is none, so that only refusals cause pauses.
    ///   - clock: Measures intervals and pauses.
    package init<C: Clock<Duration>>(_ limit: Limit?, clock: C = ContinuousClock()) {
        self.clock = clock
        let start = clock.now
        now = { start.duration(to: clock.now) }
        state = Mutex((RequestPace(limit), nil))
    }

    /// The result of a request for admission.
    enum Admission: Sendable {
        /// The request was admitted at that time: ``RateLimiter/answered(_:)`` or ``RateLimiter/refused(_:_:asked:)``
        /// must follow.
        case passed(Duration)
        /// No request has been admitted for longer than the patience. Holds the last refusal.
        case refused(TransportResponse)
    }

    /// Waits until a request may be sent.
    ///
    /// - Parameters:
    ///   - patience: How long to wait while every request is refused.
    ///   - onWait: Called before each wait, once for all requests of a run that wait together.
    /// - Throws: `CancellationError`.
    func admit(
        patience: Duration = RetryPolicy().patience,
        onWait: @escaping @Sendable (RunScope, Duration) -> Void = { _, _ in }
    ) async throws -> Admission {
        let run = RunScope.current
        if let run { waiting.join(run, onWait) }
        defer { if let run { waiting.leave(run) } }
        await turn.take()
        defer { turn.give() }
        while true {
            let (admission, wait) = state.withLock { state -> (Admission?, Duration) in
                let time = now()
                let wait = state.pace.wait(at: time)
                if wait <= .zero {
                    state.pace.pass(at: time)
                    return (.passed(time), .zero)
                }
                if state.pace.isHopeless(at: time, patience: patience), let last = state.lastRefusal {
                    return (.refused(last), .zero)
                }
                return (nil, wait)
            }
            if let admission { return admission }
            waiting.announce(wait)
            try await StopSignal.sleep(for: wait, clock: clock)
        }
    }

    /// Records the end of the request that was admitted at that time, unless it was refused with 429.
    func answered(_ pass: Duration) { state.withLock { $0.pace.answered(passedAt: pass, at: now()) } }

    /// Records that the server refused the request admitted at that time, and pauses all requests.
    ///
    /// - Parameter asked: The server's `Retry-After`.
    /// - Returns: The end of the pause, and the time since which every response has been a refusal.
    func refused(
        _ pass: Duration, _ response: TransportResponse, asked: Duration?
    ) -> (pausedUntil: Duration, refusedSince: Duration) {
        state.withLock { state in
            state.lastRefusal = response
            return state.pace.refused(passedAt: pass, at: now(), asked: asked)
        }
    }
}

/// The runs with requests that wait for admission.
///
/// Not inlined, because of the compiler's defect that `Scripts/check-locks` looks for.
private final class WaitingRuns: Sendable {
    private struct Entry {
        var run: RunScope
        var requests: Int
        var onWait: @Sendable (RunScope, Duration) -> Void
    }

    private let state = Mutex<[ObjectIdentifier: Entry]>([:])

    @inline(never)
    func join(_ run: RunScope, _ onWait: @escaping @Sendable (RunScope, Duration) -> Void) {
        state.withLock {
            $0[ObjectIdentifier(run), default: Entry(run: run, requests: 0, onWait: onWait)].requests += 1
        }
    }

    @inline(never)
    func leave(_ run: RunScope) {
        state.withLock { state in
            state[ObjectIdentifier(run)]?.requests -= 1
            if state[ObjectIdentifier(run)]?.requests == 0 { state[ObjectIdentifier(run)] = nil }
        }
    }

    @inline(never)
    func announce(_ wait: Duration) {
        for entry in state.withLock({ Array($0.values) }) { entry.onWait(entry.run, wait) }
    }
}

/// A first-in, first-out mutex for tasks.
private final class Turn: Sendable {
    private struct State {
        var isTaken = false
        var waiting = WaitingLine<CheckedContinuation<Void, Never>>()
    }
    private let state = Mutex(State())

    func take() async {
        // Waiting tasks need not react to cancellation: the one in front does, and releases the mutex at once.
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                defer { state.isTaken = true }
                if state.isTaken { state.waiting.add(continuation) }
                return !state.isTaken
            }
            if isFree { continuation.resume() }
        }
    }

    func give() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            let next = state.waiting.next()
            if next == nil { state.isTaken = false }
            return next
        }
        next?.resume()
    }
}

/// A transport that sends requests no faster than its ``RateLimiter`` admits them, and repeats those refused with 429.
///
/// The server does not act on a refused request, so writes are repeated as well. Attempts are limited by time, not by
/// number. The caller receives the 429 after 90 seconds of refusals of this request or of all requests, or if the
/// server asks for a pause of more than 30 seconds. Waits of more than one second are reported to the runs that wait.
package struct RateLimitedTransport: HTTPTransport {
    private let base: any HTTPTransport
    private let limiter: RateLimiter
    private let policy: RetryPolicy
    private let vendor: String?
    private let side: Side?
    /// Shorter waits are part of normal pacing and are not reported.
    private static let shortestNotice = Duration.seconds(1)

    /// Creates the transport.
    ///
    /// - Parameters:
    ///   - base: The transport that performs the request.
    ///   - limiter: The limiter of the account; share it.
    ///   - vendor: The server's name in reports; by default its host.
    ///   - side: The side that the server is on.
    ///   - policy: Only `longestWait` and `patience` apply.
    package init(
        _ base: any HTTPTransport, limiter: RateLimiter, vendor: String? = nil, side: Side? = nil,
        policy: RetryPolicy = .init()
    ) {
        self.base = base
        self.limiter = limiter
        self.policy = policy
        self.vendor = vendor
        self.side = side
    }

    package func send(_ request: TransportRequest) async throws -> TransportResponse {
        let host = vendor ?? request.head.authority ?? ""
        var firstRefusal: Duration?
        while true {
            let admission = try await limiter.admit(patience: policy.patience) { [side] run, wait in
                guard wait > Self.shortestNotice else { return }
                run.report(RetryNotice(host: host, reason: .rateLimit, wait: wait), at: side)
            }
            let pass: Duration
            switch admission {
            case .passed(let time): pass = time
            case .refused(let response): return response
            }
            let response: TransportResponse
            do { response = try await base.send(request) } catch {
                limiter.answered(pass)
                throw error
            }
            guard response.head.status.code == 429 else {
                limiter.answered(pass)
                return response
            }
            let asked = RetryAfter(response)?.duration
            // The server wants a longer pause than is acceptable: return its refusal.
            if let asked, asked > policy.longestWait {
                limiter.answered(pass)
                return response
            }
            let (pausedUntil, refusedSince) = limiter.refused(pass, response, asked: asked)
            // The time of this request's first refusal, or of the first in an unbroken series of refusals of all
            // requests.
            let first = min(firstRefusal ?? pass, refusedSince)
            guard pausedUntil - first <= policy.patience else { return response }
            firstRefusal = firstRefusal ?? pass
        }
    }
}
