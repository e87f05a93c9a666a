/// The admission rule of ``RateLimiter``: when the requests to one account may be sent, as a value without a clock.
///
/// A request occupies one place of the window from its start until one interval after its response. The vendor counts
/// it at some time in between. Therefore the vendor never counts more requests in an interval than there are places,
/// however long requests take.
///
/// The pace adapts, because other processes and the customer's own traffic count against the same limit. A refusal
/// pauses all requests and halves the pace; each interval without a refusal restores a tenth of the full pace. Below
/// the full pace, requests are spread evenly, so that a full window refuses one request and not a burst.
struct RequestPace: Sendable {
    /// The share of the published limit that one process may use. The rest is left for other traffic of the account.
    private static let headroom = 0.98
    private static let recovery = 0.1
    private static let slowest = 1.0 / 16
    /// The shortest and the longest pause after a refusal, if no limit is published and the server specifies no time.
    private static let guesses = Duration.seconds(1)...Duration.seconds(30)
    private static let shortestPause = Duration.milliseconds(250)

    let limit: RateLimiter.Limit?
    /// The current share of the full pace, greater than 0 and at most 1.
    private(set) var share = 1.0
    private var inFlight = 0
    /// The times of recent responses, oldest first.
    private var answers: [Duration] = []
    private var lastPass: Duration?
    private var pausedUntil = Duration.zero
    /// The time at which the pace was last halved. Refusals of requests that started earlier do not halve it again.
    private var lastCut: Duration?
    private var lastChange = Duration.zero
    private var refusalsInARow = 0
    /// The time since which every response has been a refusal.
    private var refusedSince: Duration?

    init(_ limit: RateLimiter.Limit?) { self.limit = limit }

    /// The number of requests per interval; nil without a published limit.
    private var places: Int? {
        limit.map { max(1, Int((Double($0.requests) * Self.headroom * share).rounded(.up))) }
    }

    /// Returns the minimum wait before the next request; zero if it may be sent now. Call it again after that time.
    mutating func wait(at now: Duration) -> Duration {
        var wait = max(.zero, pausedUntil - now)
        guard let limit, let places else { return wait }
        let stale = answers.prefix { $0 + limit.interval <= now }.count
        if stale > 0 { answers.removeFirst(stale) }
        let excess = inFlight + answers.count - places + 1
        if excess > 0 {
            // The place of a pending request becomes free one interval from now at the earliest.
            wait = max(wait, excess <= answers.count ? answers[excess - 1] + limit.interval - now : limit.interval)
        }
        if share < 1, let lastPass { wait = max(wait, lastPass + limit.interval / places - now) }
        return wait
    }

    /// Records the start of a request.
    mutating func pass(at now: Duration) {
        inFlight += 1
        lastPass = now
    }

    /// Records the end of a request that was not refused with 429.
    mutating func answered(passedAt pass: Duration, at now: Duration) {
        end(at: now)
        refusedSince = nil
        guard lastCut.map({ pass >= $0 }) ?? true else { return }
        refusalsInARow = 0
        guard share < 1, let limit, now - lastChange >= limit.interval else { return }
        share = min(1, share + Self.recovery)
        lastChange = now
    }

    /// Records a refusal with 429.
    ///
    /// - Parameter asked: The server's `Retry-After`.
    /// - Returns: The end of the pause of all requests, and the time since which every response has been a refusal.
    mutating func refused(
        passedAt pass: Duration, at now: Duration, asked: Duration?
    ) -> (pausedUntil: Duration, refusedSince: Duration) {
        end(at: now)
        let since = refusedSince ?? now
        refusedSince = since
        if lastCut.map({ pass >= $0 }) ?? true {
            share = max(Self.slowest, share / 2)
            lastCut = now
            refusalsInARow += 1
        }
        // After a repeated refusal, the pause lasts at least a whole window, even if the server asked for less.
        let least = refusalsInARow > 1 && limit != nil ? defaultPause : Self.shortestPause
        let pause = max(least, asked ?? defaultPause)
        pausedUntil = max(pausedUntil, now + pause)
        lastChange = pausedUntil
        return (pausedUntil, since)
    }

    /// Whether a request should fail instead of waiting, because every response has been a refusal for longer than
    /// `patience` and the pause has not ended.
    func isHopeless(at now: Duration, patience: Duration) -> Bool {
        guard let refusedSince else { return false }
        return now < pausedUntil && pausedUntil - refusedSince > patience
    }

    private var defaultPause: Duration {
        // Slightly longer than a window, because the vendor's clock may run at a different rate.
        if let limit { return limit.interval + limit.interval / 50 }
        let doublings = max(0, min(refusalsInARow, 10) - 1)
        return min(Self.guesses.upperBound, Self.guesses.lowerBound * (1 << doublings))
    }

    private mutating func end(at now: Duration) {
        inFlight -= 1
        if limit != nil { answers.append(now) }
    }
}
