import CCurl
import ZentrunkCore

/// One easy handle and everything that libcurl reads or calls by address while its transfer runs.
///
/// Belongs to the event loop's thread. The loop keeps it from before the handle enters the multi handle until after it has
/// left, and uses it again for a later request.
final class Transfer {
    /// How far a request has come; each phase has its own time limit.
    enum Phase {
        /// It waits for its turn, or libcurl looks for a connection, for which libcurl has a limit of its own.
        case connecting
        /// libcurl may have sent something.
        case exchanging(lastByte: ContinuousClock.Instant)
    }

    let easy: EasyHandle
    private let clock: LoopClock
    let proxies: ProxySettings
    /// Variables that say whom TLS trusts, and what they name.
    let authorities: [CurlConfiguration.Authority]
    private var headerList: HeaderList?
    private var sentBefore: Int64 = 0

    /// The request under way, and who waits for its answer.
    private(set) var job: Job?
    var continuation: AnswerContinuation?
    private(set) var started: ContinuousClock.Instant
    private(set) var phase = Phase.connecting
    /// How many times libcurl was about to send the request.
    private(set) var attempts = 0
    /// Whether libcurl was kept from sending a write a second time.
    private(set) var wasKeptFromRepeating = false
    /// Whether `localhost` turned out to be somewhere else.
    private(set) var leftThisMachine = false
    /// What the request goes through; nil for the direct way.
    private(set) var proxy: CurlProxy?
    var collector: AnswerCollector
    /// Where the loop keeps it among the running ones.
    var position = 0
    /// The queue of the request's host.
    private(set) var queue: HostQueue?
    /// Whether libcurl has been given the handle.
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

    /// Gives the handle a request. All options that differ between requests are set here, so nothing is left of the last one.
    func begin(_ job: Job, in queue: HostQueue) throws(CurlError) {
        self.job = job
        self.queue = queue
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
    }

    /// Resumes whoever waits, at most once, and forgets the request, its credentials included.
    func end(with outcome: Result<ReceivedAnswer, any Error>) {
        let waiting = continuation
        continuation = nil
        job = nil
        queue = nil
        collector.reset()
        waiting?.resume(with: outcome)
    }

    /// Drops libcurl's copies of the request, once the handle has left the multi handle.
    func clearRequest() throws(CurlError) {
        defer { headerList = nil }
        try HeaderList.clear(easy)
        try easy.clearBody()
    }

    /// Whether bytes have left since the last call; received ones are noted as they come.
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

// MARK: What libcurl's callbacks tell

extension Transfer {
    func noteByte() {
        phase = .exchanging(lastByte: clock.now)
    }

    /// Whether a new connection may be opened.
    ///
    /// One that would only repeat a write is not worth opening.
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

    /// Whether libcurl may now send the request over the connection that it has.
    ///
    /// libcurl sends a request again when a kept connection closes before the first byte of an answer, whatever the method,
    /// although the server may have acted on it. It asks here each time, so a write is stopped the second time.
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

/// The time at which the loop last woke, so that callbacks need not ask the system for each line.
final class LoopClock {
    private(set) var now = ContinuousClock.now

    func update() {
        now = .now
    }
}

@available(*, unavailable)
extension LoopClock: Sendable {}
