import HTTPTypes
import Synchronization

/// Lets requests pass no faster than a server allows, in the order in which they come, and holds all of them back after a
/// refusal.
///
/// One limiter belongs to one account at one host, however many connections use it: share it. Other processes need not be
/// known: it keeps some headroom below the published limit and slows down when the server refuses requests.
public final class RateLimiter: Sendable {
    /// The requests that a server allows in any stretch of time of that length.
    public struct Limit: Sendable, Hashable {
        public var requests: Int
        public var interval: Duration

        public init(requests: Int, per interval: Duration) {
            self.requests = requests
            self.interval = interval
        }
    }

    private let clock: any Clock<Duration>
    /// Time on the clock since this was made.
    private let now: @Sendable () -> Duration
    private let state: Mutex<(pace: RequestPace, lastRefusal: TransportResponse?)>
    private let turn = Turn()

    /// - Parameter limit: nil when the vendor publishes none; pauses after refusals still hold.
    public init<C: Clock<Duration>>(_ limit: Limit?, clock: C = ContinuousClock()) {
        self.clock = clock
        let start = clock.now
        now = { start.duration(to: clock.now) }
        state = Mutex((RequestPace(limit), nil))
    }

    /// What a request that asked to pass has to do.
    enum Admission: Sendable {
        /// It passed at that time: ``RateLimiter/answered(_:)`` or ``RateLimiter/refused(_:_:asked:)`` has to follow.
        case passed(Duration)
        /// Nothing passed for longer than is waited for. This is the last refusal.
        case refused(TransportResponse)
    }

    /// Waits until a request may pass.
    ///
    /// - Parameters:
    ///   - patience: How long refusals of all requests are waited out.
    ///   - onWait: Called before each wait, by the first request in the line only.
    /// - Throws: `CancellationError`.
    func admit(
        patience: Duration = RetryPolicy().patience, onWait: @Sendable (Duration) -> Void = { _ in }
    ) async throws -> Admission {
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
            onWait(wait)
            try await StopSignal.sleep(for: wait, clock: clock)
        }
    }

    /// The request that passed then ended, whatever came of it but a refusal.
    func answered(_ pass: Duration) { state.withLock { $0.pace.answered(passedAt: pass, at: now()) } }

    /// The server refused the request that passed then: all requests pause.
    ///
    /// - Parameter asked: The server's `Retry-After`.
    /// - Returns: When the pause ends, and since when every answer was a refusal.
    func refused(
        _ pass: Duration, _ response: TransportResponse, asked: Duration?
    ) -> (pausedUntil: Duration, refusedSince: Duration) {
        state.withLock { state in
            state.lastRefusal = response
            return state.pace.refused(passedAt: pass, at: now(), asked: asked)
        }
    }
}

/// A place that one task holds at a time; the others get it in the order in which they asked.
private final class Turn: Sendable {
    private struct State {
        var isTaken = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }
    private let state = Mutex(State())

    func take() async {
        // Waiting tasks need not watch for cancellation: the one in front does, and hands on at once when it is cancelled.
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                defer { state.isTaken = true }
                if state.isTaken { state.waiting.append(continuation) }
                return !state.isTaken
            }
            if isFree { continuation.resume() }
        }
    }

    func give() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard !state.waiting.isEmpty else {
                state.isTaken = false
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.resume()
    }
}

/// Sends requests no faster than their ``RateLimiter`` lets them pass, and again those that were refused with 429.
///
/// A refused request was not acted on, so a write is sent again as well. The time decides when to give up, not the number of
/// attempts: after 90 seconds of refusals, its own or those of all requests, or when the server asks for a pause of more than 30, the caller gets the 429.
public struct RateLimitedTransport: HTTPTransport {
    private let base: any HTTPTransport
    private let limiter: RateLimiter
    private let policy: RetryPolicy
    private let onWait: @Sendable (RetryNotice) -> Void
    /// Shorter waits are part of the pace.
    private static let shortestNotice = Duration.seconds(1)

    /// - Parameters:
    ///   - policy: Of it, `longestWait` and `patience`.
    ///   - onWait: Called when requests wait for more than a second; once for all that wait together.
    public init(
        _ base: any HTTPTransport, limiter: RateLimiter, policy: RetryPolicy = .init(),
        onWait: @escaping @Sendable (RetryNotice) -> Void = { _ in }
    ) {
        self.base = base
        self.limiter = limiter
        self.policy = policy
        self.onWait = onWait
    }

    public func send(_ request: TransportRequest) async throws -> TransportResponse {
        let host = request.head.authority ?? ""
        var firstRefusal: Duration?
        while true {
            let admission = try await limiter.admit(patience: policy.patience) { wait in
                guard wait > Self.shortestNotice else { return }
                onWait(RetryNotice(host: host, reason: .rateLimit, wait: wait))
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
            // A longer pause is not waited for: requests that come meanwhile get the server's own refusal.
            if let asked, asked > policy.longestWait {
                limiter.answered(pass)
                return response
            }
            let (pausedUntil, refusedSince) = limiter.refused(pass, response, asked: asked)
            // The first refusal of this request, or of all requests where none has passed since.
            let first = min(firstRefusal ?? pass, refusedSince)
            guard pausedUntil - first <= policy.patience else { return response }
            firstRefusal = firstRefusal ?? pass
        }
    }
}
