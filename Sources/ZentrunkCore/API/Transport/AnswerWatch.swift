import Synchronization

/// A transport that reports slow responses to their run while waiting for them, and leaves requests unchanged.
///
/// Wrap it directly around the transport that performs the request, inside those that wait before requests or between
/// attempts.
package struct AnswerWatch: HTTPTransport {
    /// The time without a response before the first report, and between reports.
    package static let interval = Duration.seconds(5)

    private let base: any HTTPTransport
    private let vendor: String
    private let side: Side?
    private let clock: any Clock<Duration>
    private let open = OpenRequests()

    /// Creates the transport.
    ///
    /// - Parameters:
    ///   - base: The transport that performs the request.
    ///   - vendor: The server's name in reports.
    ///   - side: The side that the server is on.
    ///   - clock: Measures the waiting time.
    package init(
        _ base: any HTTPTransport, vendor: String, side: Side? = nil, clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.base = base
        self.vendor = vendor
        self.side = side
        self.clock = clock
    }

    package func send(_ request: TransportRequest) async throws -> TransportResponse {
        guard let run = RunScope.current else { return try await base.send(request) }
        let number = open.begin(run)
        defer { open.end(number, run) }
        // Leaving the function cancels the report and waits for it to end.
        async let _: Void = report(number, run)
        return try await base.send(request)
    }

    /// Reports every five seconds, if no older request of the run waits.
    private func report(_ number: Int, _ run: RunScope) async {
        var waited = Duration.zero
        while (try? await clock.sleep(for: Self.interval)) != nil {
            waited += Self.interval
            guard open.isOldest(number, run) else { continue }
            run.report(RetryNotice(host: vendor, reason: .noAnswer, wait: waited), at: side)
        }
    }
}

/// The numbers of pending requests, by run.
///
/// Not inlined, because of the compiler's defect that `Scripts/check-locks` looks for.
private final class OpenRequests: Sendable {
    private let state = Mutex((last: 0, open: [ObjectIdentifier: Set<Int>]()))

    @inline(never)
    func begin(_ run: RunScope) -> Int {
        state.withLock { state in
            state.last += 1
            state.open[ObjectIdentifier(run), default: []].insert(state.last)
            return state.last
        }
    }

    @inline(never)
    func end(_ number: Int, _ run: RunScope) {
        state.withLock { state in
            state.open[ObjectIdentifier(run)]?.remove(number)
            if state.open[ObjectIdentifier(run)]?.isEmpty == true { state.open[ObjectIdentifier(run)] = nil }
        }
    }

    @inline(never)
    func isOldest(_ number: Int, _ run: RunScope) -> Bool {
        state.withLock { $0.open[ObjectIdentifier(run)]?.min() == number }
    }
}
