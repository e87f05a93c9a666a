import Synchronization

/// A transport that reports slow responses while waiting for them, and leaves requests unchanged.
///
/// Wrap it directly around the transport that performs the request, inside those that wait before requests or between
/// attempts.
public struct AnswerWatch: HTTPTransport {
    /// The time without a response before the first report, and between reports.
    public static let interval = Duration.seconds(5)

    private let base: any HTTPTransport
    private let vendor: String
    private let clock: any Clock<Duration>
    private let onWait: @Sendable (RetryNotice) -> Void
    private let open = OpenRequests()

    /// Creates the transport.
    ///
    /// - Parameters:
    ///   - base: The transport that performs the request.
    ///   - vendor: The server's name in reports.
    ///   - clock: Measures the waiting time.
    ///   - onWait: Called every five seconds with the time so far, for the oldest pending request only.
    public init(
        _ base: any HTTPTransport, vendor: String, clock: any Clock<Duration> = ContinuousClock(),
        onWait: @escaping @Sendable (RetryNotice) -> Void
    ) {
        self.base = base
        self.vendor = vendor
        self.clock = clock
        self.onWait = onWait
    }

    public func send(_ request: TransportRequest) async throws -> TransportResponse {
        let number = open.begin()
        defer { open.end(number) }
        // Leaving the function cancels the report and waits for it to end.
        async let _: Void = report(number)
        return try await base.send(request)
    }

    private func report(_ number: Int) async {
        var waited = Duration.zero
        while (try? await clock.sleep(for: Self.interval)) != nil {
            waited += Self.interval
            if open.isOldest(number) { onWait(RetryNotice(host: vendor, reason: .noAnswer, wait: waited)) }
        }
    }
}

/// The numbers of pending requests.
///
/// Not inlined: optimised code of Swift 6.3.1 reads the thread's id only once per async function, so that a lock taken after a
/// suspension, on another thread, fails with "Call to unlock Mutex on a thread which hasn't acquired the lock".
private final class OpenRequests: Sendable {
    private let state = Mutex((last: 0, open: Set<Int>()))

    @inline(never)
    func begin() -> Int {
        state.withLock { state in
            state.last += 1
            state.open.insert(state.last)
            return state.last
        }
    }

    @inline(never)
    func end(_ number: Int) { state.withLock { _ = $0.open.remove(number) } }

    @inline(never)
    func isOldest(_ number: Int) -> Bool { state.withLock { $0.open.min() == number } }
}
