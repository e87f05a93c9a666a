import CCurl
@_spi(Adapter) import ZentrunkCore

/// An easy handle, together with everything that libcurl accesses by address during its transfer.
///
/// Used on the event loop's thread only. The loop keeps it from before the handle enters the multi handle until after
/// it has left, and reuses it for later requests.
final class Transfer {
    /// The progress of a request. Each phase has its own time limit.
    enum Phase {
        /// libcurl is establishing a connection, which has a time limit in libcurl.
        case connecting
        /// libcurl may have sent something.
        case exchanging(lastByte: ContinuousClock.Instant)
    }

    let easy: EasyHandle
    private let clock: LoopClock
    let proxies: ProxySettings
    /// The variables that name certificate authorities, and their values.
    let authorities: [CurlConfiguration.Authority]
    private var headerList: HeaderList?
    private var sentBefore: Int64 = 0

    /// The active request, and the continuation that receives its response.
    private(set) var job: Job?
    private var continuation: AnswerContinuation?
    private(set) var started: ContinuousClock.Instant
    private(set) var phase = Phase.connecting
    /// The number of times that libcurl was about to send the request.
    private(set) var attempts = 0
    /// Whether libcurl was prevented from sending a write a second time.
    private(set) var wasKeptFromRepeating = false
    /// Whether `localhost` resolved to a remote address.
    private(set) var leftThisMachine = false
    /// The proxy of the request; nil for a direct connection.
    private(set) var proxy: CurlProxy?
    var collector: AnswerCollector
    /// The index among the running transfers.
    var position = 0
    /// The queue of the request's host.
    private(set) var queue: HostQueue?
    /// Whether the handle is in the multi handle.
    var isInMulti = false

    init(configuration: CurlConfiguration, sessions: borrowing SharedSessions, clock: LoopClock) throws(CurlError) {
        easy = try EasyHandle()
        collector = AnswerCollector(configuration: configuration)
        self.clock = clock
        proxies = configuration.proxies
        authorities = configuration.authorities
        started = clock.now
        try easy.setUp(configuration)
        try sessions.apply(to: easy)
        try easy.setCallbacks(owner: Unmanaged.passUnretained(self).toOpaque())
    }

    /// Configures the handle for a request. Sets every option that differs between requests, so that nothing of the
    /// previous one remains. If that succeeds, ``end(with:)`` resumes the request's caller.
    func begin(_ request: QueuedRequest) throws(CurlError) {
        let job = request.job
        self.job = job
        queue = request.queue
        started = clock.now
        phase = .connecting
        attempts = 0
        wasKeptFromRepeating = false
        leftThisMachine = false
        sentBefore = 0
        easy.forgetLastWords()
        let list = try HeaderList(lines: job.request.headerLines)
        try list.apply(to: easy)
        headerList = consume list
        proxy = proxies.proxy(for: job.request.endpoint)
        try easy.setProxy(proxy)
        try easy.setRequest(job.request, bodyLimit: collector.maximumBodyBytes)
        continuation = request.continuation
    }

    /// Resumes the caller, at most once, and forgets the request, including its credentials.
    func end(with outcome: Result<ReceivedAnswer, any Error>) {
        let waiting = continuation
        continuation = nil
        job = nil
        queue = nil
        collector.reset()
        waiting?.resume(with: outcome)
    }

    /// Frees libcurl's copies of the request, after the handle has left the multi handle.
    func clearRequest() throws(CurlError) {
        defer { headerList = nil }
        try HeaderList.clear(easy)
        try easy.clearBody()
    }

    /// Whether bytes were sent since the last call; received bytes are recorded as they arrive.
    func notesUpload() -> Bool {
        let sent = easy.uploadedBytes
        defer { sentBefore = sent }
        guard sent != sentBefore else { return false }
        noteByte()
        return true
    }
}

@available(*, unavailable)
extension Transfer: Sendable {}

// MARK: Callbacks of libcurl

extension Transfer {
    func noteByte() {
        phase = .exchanging(lastByte: clock.now)
    }

    /// Whether a new connection may be opened.
    ///
    /// Not for the repetition of a write.
    func mayConnect(to address: SocketDestination) -> Bool {
        guard let request = job?.request else { return false }
        if attempts > 0, request.access == .write {
            wasKeptFromRepeating = true
            return false
        }
        guard !request.endpoint.mustStayHere || address.isLoopback else {
            leftThisMachine = true
            return false
        }
        return true
    }

    /// Whether libcurl may send the request over its connection.
    ///
    /// If a reused connection closes before the first byte of the response, libcurl repeats the request, whatever its
    /// method, although the server may have processed it. It calls this before each attempt, so a write is stopped at
    /// the second one.
    func maySend() -> Bool {
        if attempts > 0, job?.request.access != .read {
            wasKeptFromRepeating = true
            return false
        }
        attempts += 1
        noteByte()
        return true
    }
}

/// The time at which the loop last woke up, so that callbacks need no system call per line.
final class LoopClock {
    private(set) var now = ContinuousClock.now

    func update() {
        now = .now
    }
}

@available(*, unavailable)
extension LoopClock: Sendable {}
