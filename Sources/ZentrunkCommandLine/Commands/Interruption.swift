import Dispatch
import Synchronization
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The handling of Ctrl-C, SIGTERM and SIGHUP.
///
/// Before the first write there is nothing to roll back, so the process ends at once, whatever it waits for. From then on the
/// first signal asks the work to stop and to roll back, and Ctrl-C or SIGTERM again stops at once. A second SIGHUP does not,
/// because a terminal that closes sends several.
enum Interruption {
    private enum Phase {
        /// Reading, planning, asking.
        case looking
        /// A run that keeps a journal has begun, and cleans up after itself.
        case running
        /// A run has ended that way, and its result is being printed.
        case ended(ExitStatus)
        /// Serving until interrupted. A second signal ends the process at once, with that status.
        case serving(ExitStatus)
    }

    private struct State {
        var phase = Phase.looking
        /// Whether a request was sent that may have changed something.
        var hasSent = false
        /// Whether the run has begun to delete, after which it may not be rolled back.
        var mayHaveDeleted = false
        var signals = 0
        var hasHungUp = false
        /// Set when the process is about to end: from then on no write may be sent.
        var isStopping = false
        var run: String?
        var stopping = ""
        var afterwards: [Remedy] = []
        /// The command line, for the signal handler.
        var line = ""
        /// The terminal of an open question.
        var question: Int32?
        /// Files to remove.
        var temporaries: Set<String> = []
        var cancel: (@Sendable () -> Void)?
    }
    private static let state = Mutex(State())

    /// The failure of a process that ends before it has written anything.
    static let cancelled = ZentrunkError(.cancelled, "interrupted before anything was written")
    private static let cancelledWords = "Cancelled; nothing was changed."

    /// Runs a command's work under the signals.
    ///
    /// - Parameters:
    ///   - json: Whether stdout holds one JSON object, which it then does whatever happens.
    ///   - events: Whether stderr holds JSON lines.
    static func watch(
        json: Bool, events: Bool, _ work: @escaping @Sendable () async throws -> ExitStatus
    ) async throws -> ExitStatus {
        let task = Task { try await work() }
        state.withLock { $0.cancel = { task.cancel() } }
        // A queue of its own has a thread whatever else is blocked, and takes one signal after the other.
        let queue = DispatchQueue(label: "zentrunk.signals")
        let sources = [SIGINT, SIGTERM, SIGHUP].compactMap { number -> (any DispatchSourceSignal)? in
            let former = unsafeBitCast(signal(number, SIG_IGN), to: Int.self)
            // Under nohup SIGHUP is ignored, and stays so.
            if number == SIGHUP, former == unsafeBitCast(SIG_IGN, to: Int.self) { return nil }
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { take(number, json: json, events: events) }
            source.resume()
            return source
        }
        defer { for source in sources { source.cancel() } }
        return try await task.value
    }

    // MARK: State of the work

    /// - Parameters:
    ///   - stopping: The effect of the first signal after a write, in words.
    ///   - afterwards: Remedies after an immediate stop.
    static func describe(stopping: String, afterwards: [Remedy]) {
        let line = Invocation.commandLine
        state.withLock { ($0.stopping, $0.afterwards, $0.line) = (stopping, afterwards, line) }
    }

    /// A run that cleans up after itself when its task is cancelled.
    static func settling(_ run: () async throws -> Report) async rethrows -> Report {
        state.withLock { $0.phase = .running }
        do {
            let report = try await run()
            state.withLock { $0.phase = .ended(ExitStatus(report)) }
            return report
        } catch {
            state.withLock { $0.phase = .looking }
            throw error
        }
    }

    /// Work that the first signal ends in good order, by cancelling it.
    ///
    /// - Parameter status: The status of a process that a second signal ends at once.
    static func serving<Result>(
        until status: ExitStatus = .done, _ work: () async throws -> Result
    ) async rethrows -> Result {
        state.withLock { $0.phase = .serving(status) }
        return try await work()
    }

    /// Called just before a request that may change something; does not return when the process is ending.
    static func willWrite() async {
        let isStopping = state.withLock { state in
            if !state.isStopping { state.hasSent = true }
            return state.isStopping
        }
        while isStopping { try? await Task.sleep(for: .seconds(3600)) }
    }

    /// Whether a request was sent that may have changed something.
    static var hasWritten: Bool { state.withLock { $0.hasSent } }

    /// Whether the terminal is gone.
    static var hasHungUp: Bool { state.withLock { $0.hasHungUp } }

    static func note(run: String) { state.withLock { $0.run = run } }
    static func noteDeletion() { state.withLock { $0.mayHaveDeleted = true } }
    static func note(question: Int32?) { state.withLock { $0.question = question } }
    static func note(temporary path: String, exists: Bool) {
        state.withLock { state in
            if exists { state.temporaries.insert(path) } else { state.temporaries.remove(path) }
        }
    }

    // MARK: Signals

    private enum Answer { case stop(String), wait, leave(ExitStatus, State) }

    private static func take(_ number: Int32, json: Bool, events: Bool) {
        let answer = state.withLock { state -> Answer in
            if number == SIGHUP { state.hasHungUp = true }
            if number == SIGHUP, state.signals > 0 { return .wait }
            state.signals += 1
            let isFirst = state.signals == 1
            var status: ExitStatus = state.hasSent ? .left : .undone
            switch state.phase {
            case .looking where state.hasSent && isFirst, .running where isFirst:
                state.cancel?()
                return .stop(words(state))
            case .serving where isFirst:
                state.cancel?()
                return .wait
            // The result is about to be printed.
            case .ended where isFirst: return .wait
            case .ended(let ended): status = ended
            case .serving(let last): status = last
            case .looking, .running: break
            }
            state.isStopping = true
            return .leave(status, state)
        }
        switch answer {
        case .wait: return
        case .stop(let words): Terminal.urgent(line(words, events))
        case .leave(let status, let state): leave(status, state, json, events)
        }
    }

    private static func words(_ state: State) -> String {
        guard state.hasSent else { return "Interrupted: stopping before the first write." }
        let what = state.stopping + (state.mayHaveDeleted ? " unless an object is already deleted" : "")
        return "Interrupted: \(what). Press Ctrl-C again to stop now."
    }

    private static func leave(_ status: ExitStatus, _ state: State, _ json: Bool, _ events: Bool) -> Never {
        for path in state.temporaries { unlink(path) }
        var words = cancelledWords
        var document: JSONObject = ["outcome": "failed", "error": cancelled.document]
        if status == .left {
            words = "Stopped: the outcome of requests in flight is unknown, and earlier writes may remain."
            let remedies = (state.run.map { [Remedy.undo(run: $0)] } ?? []) + state.afterwards
            let error = ZentrunkError(.cancelled, words, remedies: remedies)
            let next = RemedyText(commandLine: state.line).steps(remedies)
            words += next.isEmpty ? "" : " Next: \(next.joined(separator: ", or "))"
            document = [
                "outcome": "interrupted", "run": state.run.map { .string($0) } ?? .null,
                "error": Invocation.$commandLine.withValue(state.line) { error.document },
                "undone": false, "left": [.string(error.message)],
            ]
        } else if case .ended = state.phase {
            // It was done, or failed, before the signal.
            Terminal.exit(status.code)
        } else if case .serving = state.phase {
            Terminal.exit(status.code)
        }
        if let file = state.question { ControllingTerminal.show(words, at: file) }
        Terminal.last(line(words, events), document: json ? JSONOutput.text(document) : nil)
        if events, let end = EventLog.end(status.code, outcome: "interrupted") { Terminal.urgent(end) }
        Terminal.exit(status.code)
    }

    private static func line(_ words: String, _ events: Bool) -> String {
        guard events else { return words }
        return EventLog.line(["event": "interrupted", "message": .string(words)])
    }
}

/// A transport that reports the first write just before it is sent. Wrap it directly around the transport that sends.
struct WatchedTransport: HTTPTransport {
    let base: any HTTPTransport

    func send(_ request: TransportRequest) async throws -> TransportResponse {
        if request.access == .write { await Interruption.willWrite() }
        return try await base.send(request)
    }
}
