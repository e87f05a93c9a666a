import Synchronization

/// Records requests, selects the fault that applies, and holds the latency.
final class SandboxRecorder: Sendable {
    /// Instructions for handling a request.
    struct Ticket: Sendable {
        var sequence: Int
        var effect: SandboxFault.Effect?
        /// When to send the response, on the continuous clock.
        var due: ContinuousClock.Instant
    }

    private struct Log {
        var requests: [RecordedRequest] = []
        var next = 1
        var faults: [(rule: SandboxFault, seen: Int)] = []
        var latency: Duration
        /// Arrival times of each vendor's latest requests, as many as its limit requires, oldest first.
        var arrivals: [String: [ContinuousClock.Instant]] = [:]
    }

    private let rateLimits: [String: SandboxRateLimit]
    private let start = ContinuousClock.now
    private let log: Mutex<Log>

    init(latency: Duration, faults: [SandboxFault], rateLimits: [String: SandboxRateLimit] = [:]) {
        self.rateLimits = rateLimits
        log = Mutex(Log(faults: faults.map { ($0, 0) }, latency: latency))
    }

    var requests: [RecordedRequest] { log.withLock { $0.requests } }

    func clear() { log.withLock { $0.requests = [] } }

    var latency: Duration { log.withLock { $0.latency } }

    func setLatency(_ latency: Duration) { log.withLock { $0.latency = latency } }

    var faults: [SandboxFault] { log.withLock { $0.faults.map(\.rule) } }

    func setFaults(_ faults: [SandboxFault]) { log.withLock { $0.faults = faults.map { ($0, 0) } } }

    /// Records the arrival of a request.
    func begin(_ request: SandboxRequest, to service: any SandboxService) -> Ticket {
        return log.withLock { log in
            let arrival = ContinuousClock.now
            var effect = refusal(of: service.vendor, arrival, &log)
            for index in log.faults.indices where log.faults[index].rule.matches(request, to: service) {
                log.faults[index].seen += 1
                if effect == nil, log.faults[index].rule.hits(occurrence: log.faults[index].seen) {
                    effect = log.faults[index].rule.effect
                }
            }
            let sequence = log.next
            log.next += 1
            log.requests.append(
                RecordedRequest(
                    sequence: sequence, vendor: service.vendor, method: request.method, path: request.path,
                    query: request.query, body: request.body, document: request.json,
                    isWrite: service.isWrite(request), fault: effect, started: arrival - start))
            var wait = log.latency
            if case .delay(let more) = effect { wait += more }
            return Ticket(sequence: sequence, effect: effect, due: arrival + wait)
        }
    }

    /// Returns the refusal of a request that exceeds the limit. The request counts nevertheless.
    private func refusal(
        of vendor: String, _ arrival: ContinuousClock.Instant, _ log: inout Log
    ) -> SandboxFault.Effect? {
        guard let limit = rateLimits[vendor] else { return nil }
        var arrivals = log.arrivals.removeValue(forKey: vendor) ?? []
        defer {
            arrivals.append(arrival)
            if arrivals.count >= 2 * limit.requests { arrivals.removeFirst(arrivals.count - limit.requests) }
            log.arrivals[vendor] = arrivals
        }
        guard arrivals.count >= limit.requests, arrivals[arrivals.count - limit.requests] + limit.interval > arrival
        else { return nil }
        return .rateLimited(retryAfterSeconds: limit.retryAfter)
    }

    /// Records violations after the service has processed the request. The response may still be pending.
    func note(_ violations: [String], on sequence: Int) {
        update(sequence) { $0.violations += violations }
    }

    /// Records the end of a request: the response is sent or the connection closed.
    ///
    /// - Parameter status: nil if no status reaches the client.
    func finish(_ sequence: Int, status: Int?) {
        let end = ContinuousClock.now
        update(sequence) { request in
            request.status = status
            request.finished = end - start
        }
    }

    private func update(_ sequence: Int, _ change: (inout RecordedRequest) -> Void) {
        log.withLock { log in
            // The record was cleared meanwhile.
            guard let first = log.requests.first?.sequence, log.requests.indices.contains(sequence - first) else {
                return
            }
            change(&log.requests[sequence - first])
        }
    }
}
