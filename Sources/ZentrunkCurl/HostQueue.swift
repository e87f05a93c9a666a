@_spi(Adapter) import ZentrunkCore

/// A request that waits in a ``HostQueue`` for its turn. It has no handle of libcurl yet, so that waiting costs little.
final class QueuedRequest {
    let job: Job
    let continuation: AnswerContinuation
    let queue: HostQueue
    /// When the wait began.
    let since: ContinuousClock.Instant
    /// The number of requests that were added to the queue before this one.
    fileprivate(set) var place = 0

    init(_ job: Job, _ continuation: AnswerContinuation, in queue: HostQueue, since: ContinuousClock.Instant) {
        self.job = job
        self.continuation = continuation
        self.queue = queue
        self.since = since
    }
}

@available(*, unavailable)
extension QueuedRequest: Sendable {}

/// The requests to one host and port: active ones in libcurl, and queued ones, first in, first out.
///
/// libcurl has a queue of its own (`CURLMOPT_MAX_HOST_CONNECTIONS`), but counts the time in it as time spent
/// connecting, so that a long queue would end in connection errors.
///
/// No operation depends on the length of the queue, apart from an occasional step that is paid for by earlier ones.
final class HostQueue {
    private let connections: Int
    /// The requests in the order of their places; nil for one that has left out of turn.
    private var line: [QueuedRequest?] = []
    /// The slots of ``line`` that have had their turn.
    private var passed = 0
    /// The place of the first slot in ``line``.
    private var firstPlace = 0
    private var active = 0
    /// Whether requests share a connection because the host uses HTTP/2. Known after the first response.
    private var isMultiplexed = false
    /// The number of requests that wait.
    private(set) var count = 0
    /// The number of slots looked at or moved so far, for tests: it grows with the number of requests, not with its
    /// square.
    private(set) var visits = 0

    /// libcurl's default limit of requests per connection.
    /// <https://curl.se/libcurl/c/CURLMOPT_MAX_CONCURRENT_STREAMS.html>
    private static let streamsPerConnection = 100

    init(connections: Int) {
        self.connections = connections
    }

    var isIdle: Bool { active == 0 && count == 0 }

    /// The limit of active requests.
    var limit: Int { isMultiplexed ? max(connections, Self.streamsPerConnection) : connections }

    func add(_ request: QueuedRequest) {
        request.place = firstPlace + line.count
        line.append(request)
        count += 1
    }

    /// Takes the next request out and counts it as active, until ``end(isMultiplexed:)``; nil if none waits or the limit
    /// is reached.
    func next() -> QueuedRequest? {
        guard active < limit, let request = removeFirst(where: { _ in true }) else { return nil }
        active += 1
        return request
    }

    /// Takes the first request out if it has waited since this moment or longer.
    func removeFirst(waitingSince moment: ContinuousClock.Instant) -> QueuedRequest? {
        removeFirst { $0.since <= moment }
    }

    /// When the first request began to wait; nil if none waits.
    var first: ContinuousClock.Instant? {
        skipGaps()
        return passed < line.count ? line[passed]?.since : nil
    }

    /// Takes a request out that does not wait for its turn any longer. It must be in this queue.
    func remove(_ request: QueuedRequest) {
        visits += 1
        line[request.place - firstPlace] = nil
        count -= 1
        if count == 0 {
            firstPlace += line.count
            line.removeAll(keepingCapacity: true)
            passed = 0
        }
    }

    /// Counts one active request less.
    ///
    /// - Parameter isMultiplexed: Whether the response came over HTTP/2; nil without a response.
    func end(isMultiplexed: Bool?) {
        if let isMultiplexed { self.isMultiplexed = isMultiplexed }
        active -= 1
    }

    private func removeFirst(where condition: (QueuedRequest) -> Bool) -> QueuedRequest? {
        skipGaps()
        guard passed < line.count, let request = line[passed], condition(request) else { return nil }
        line[passed] = nil
        passed += 1
        count -= 1
        if passed > line.count / 2 {
            // Each of the slots that move was preceded by one that had its turn.
            visits += line.count - passed
            line.removeFirst(passed)
            firstPlace += passed
            passed = 0
        }
        return request
    }

    private func skipGaps() {
        visits += 1
        while passed < line.count, line[passed] == nil {
            passed += 1
            visits += 1
        }
    }
}

@available(*, unavailable)
extension HostQueue: Sendable {}
