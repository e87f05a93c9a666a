import Synchronization

/// Reports that a server takes long to answer, while it does; changes nothing about the request.
///
/// Belongs around the transport that sends, below the ones that wait before a request and between attempts.
public struct AnswerWatch: HTTPTransport {
    /// How long an answer may take without a word, and the time between reports.
    public static let interval = Duration.seconds(5)

    private let base: any HTTPTransport
    private let vendor: String
    private let clock: any Clock<Duration>
    private let onWait: @Sendable (RetryNotice) -> Void
    private let open = OpenRequests()

    /// - Parameters:
    ///   - vendor: The server's name for people.
    ///   - onWait: Called every five seconds, with the time so far; for the oldest request only, however many wait.
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
        // Cancelled, and waited for, when this returns.
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

/// The numbers of requests without an answer.
private final class OpenRequests: Sendable {
    private let state = Mutex((last: 0, open: Set<Int>()))

    func begin() -> Int {
        state.withLock { state in
            state.last += 1
            state.open.insert(state.last)
            return state.last
        }
    }

    func end(_ number: Int) { state.withLock { _ = $0.open.remove(number) } }

    func isOldest(_ number: Int) -> Bool { state.withLock { $0.open.min() == number } }
}
