/// When requests to one account may pass: the rule of ``RateLimiter``, as a value without a clock.
///
/// A request takes up one place of the window from its start until one interval after its answer. The vendor counts it
/// somewhere in between, so however long requests are on their way, the vendor never counts more of them in any interval
/// than there are places.
///
/// The pace is adapted, since other processes and the customer's own traffic count against the same limit. A refusal pauses
/// all requests and halves the pace; each interval without a refusal gives a tenth of the full pace back. At less than the
/// full pace requests are spread evenly, so that a window that is still full refuses one of them and not a burst.
struct RequestPace: Sendable {
    /// Of the published limit, what one process uses at most. The rest is for what else happens on the account.
    private static let headroom = 0.98
    private static let recovery = 0.1
    private static let slowest = 1.0 / 16
    /// Pauses after refusals where no limit is published and the server names no time: the first, and the longest.
    private static let guesses = Duration.seconds(1)...Duration.seconds(30)
    private static let shortestPause = Duration.milliseconds(250)

    let limit: RateLimiter.Limit?
    /// The part of the full pace that is used now, more than 0 and at most 1.
    private(set) var share = 1.0
    private var inFlight = 0
    /// When the last requests were answered, oldest first.
    private var answers: [Duration] = []
    private var lastPass: Duration?
    private var pausedUntil = Duration.zero
    /// The last time that the pace was halved; requests that started earlier say nothing new about it.
    private var lastCut: Duration?
    private var lastChange = Duration.zero
    private var refusalsInARow = 0
    /// Since when every answer was a refusal.
    private var refusedSince: Duration?

    init(_ limit: RateLimiter.Limit?) { self.limit = limit }

    /// Requests that may pass per interval; nil without a published limit.
    private var places: Int? {
        limit.map { max(1, Int((Double($0.requests) * Self.headroom * share).rounded(.up))) }
    }

    /// How long the next request has to wait at least; zero when it may pass now. It is asked again after that time.
    mutating func wait(at now: Duration) -> Duration {
        var wait = max(.zero, pausedUntil - now)
        guard let limit, let places else { return wait }
        let stale = answers.prefix { $0 + limit.interval <= now }.count
        if stale > 0 { answers.removeFirst(stale) }
        let excess = inFlight + answers.count - places + 1
        if excess > 0 {
            // A request that is still on its way frees its place one interval from now at the earliest.
            wait = max(wait, excess <= answers.count ? answers[excess - 1] + limit.interval - now : limit.interval)
        }
        if share < 1, let lastPass { wait = max(wait, lastPass + limit.interval / places - now) }
        return wait
    }

    /// A request starts.
    mutating func pass(at now: Duration) {
        inFlight += 1
        lastPass = now
    }

    /// A request ended, whatever came of it but a refusal.
    mutating func answered(passedAt pass: Duration, at now: Duration) {
        end(at: now)
        refusedSince = nil
        guard lastCut.map({ pass >= $0 }) ?? true else { return }
        refusalsInARow = 0
        guard share < 1, let limit, now - lastChange >= limit.interval else { return }
        share = min(1, share + Self.recovery)
        lastChange = now
    }

    /// The server refused a request because there were too many.
    ///
    /// - Parameter asked: The server's `Retry-After`.
    /// - Returns: Until when all requests pause, and since when every answer was a refusal.
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
        // A server that refuses again after the pause that it asked for is left alone for a whole window.
        let least = refusalsInARow > 1 && limit != nil ? defaultPause : Self.shortestPause
        let pause = max(least, asked ?? defaultPause)
        pausedUntil = max(pausedUntil, now + pause)
        lastChange = pausedUntil
        return (pausedUntil, since)
    }

    /// Whether requests need not wait for their turn, since every answer was a refusal for longer than that and the next
    /// request is not sent yet.
    func isHopeless(at now: Duration, patience: Duration) -> Bool {
        guard let refusedSince else { return false }
        return now < pausedUntil && pausedUntil - refusedSince > patience
    }

    private var defaultPause: Duration {
        // A little more than a window, since the vendor's clock need not run like ours.
        if let limit { return limit.interval + limit.interval / 50 }
        let doublings = max(0, min(refusalsInARow, 10) - 1)
        return min(Self.guesses.upperBound, Self.guesses.lowerBound * (1 << doublings))
    }

    private mutating func end(at now: Duration) {
        inFlight -= 1
        if limit != nil { answers.append(now) }
    }
}
