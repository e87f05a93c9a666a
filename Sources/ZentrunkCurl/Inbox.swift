import Synchronization
@_spi(Adapter) import ZentrunkCore

/// A request on its way to the event loop, identified by reference.
final class Job: Sendable {
    let request: PreparedRequest
    /// Set before the loop is notified, so that a job cancelled before its start never starts.
    let isCancelled = Atomic(false)

    init(_ request: PreparedRequest) {
        self.request = request
    }
}

typealias AnswerContinuation = CheckedContinuation<ReceivedAnswer, any Error>

/// A message from another thread to the event loop.
enum LoopMessage: Sendable {
    case start(Job, AnswerContinuation)
    case cancel(Job)
}

/// The only access to the event loop: a locked list of messages, and a wake-up for a sleeping loop.
///
/// Both the transport and the loop hold the inbox, and neither holds the other. So the loop ends with the transport,
/// and the transport can be freed while the loop still cleans up.
final class Inbox: Sendable {
    private struct State {
        var messages: [LoopMessage] = []
        var isClosed = false
        var loopSleeps = false
        /// Set while the loop's multi handle exists.
        var waker: Waker?

        mutating func wakeLoop() {
            guard loopSleeps, let waker else { return }
            loopSleeps = false
            waker.wake()
        }
    }

    private let state = Mutex(State())

    // MARK: For all threads

    /// Submits a job. The loop resumes the continuation; if the inbox is closed, this method does.
    func submit(_ job: Job, _ continuation: AnswerContinuation) {
        let isAccepted = state.withLock { state in
            guard !state.isClosed else { return false }
            state.messages.append(.start(job, continuation))
            state.wakeLoop()
            return true
        }
        if !isAccepted {
            continuation.resume(throwing: TransportError.shutDown(job.request.endpoint, delivery: .notSent))
        }
    }

    func cancel(_ job: Job) {
        job.isCancelled.store(true, ordering: .releasing)
        state.withLock { state in
            guard !state.isClosed else { return }
            state.messages.append(.cancel(job))
            state.wakeLoop()
        }
    }

    func close() {
        state.withLock { state in
            state.isClosed = true
            state.wakeLoop()
        }
    }

    // MARK: For the loop

    func attach(_ waker: Waker) {
        state.withLock { $0.waker = waker }
    }

    /// Closes the inbox. Afterwards the waker is no longer called, and no message is accepted.
    func detach() {
        state.withLock { state in
            state.waker = nil
            state.isClosed = true
        }
    }

    /// Moves the pending messages to `messages`, whose storage is reused.
    ///
    /// - Returns: Whether the loop has to continue; false if the inbox is closed.
    func collect(into messages: inout [LoopMessage]) -> Bool {
        messages.removeAll(keepingCapacity: true)
        return state.withLock { state in
            swap(&messages, &state.messages)
            state.loopSleeps = false
            return !state.isClosed
        }
    }

    /// Announces that the loop is about to sleep.
    ///
    /// - Returns: Whether the loop may sleep; false if there are messages.
    func prepareToSleep() -> Bool {
        state.withLock { state in
            state.loopSleeps = state.messages.isEmpty && !state.isClosed
            return state.loopSleeps
        }
    }
}
