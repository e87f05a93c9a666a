import Synchronization
import ZentrunkCore

/// A request on its way to the event loop. The loop keys on its identity.
final class Job: Sendable {
    let request: PreparedRequest
    /// Set before the loop is told, so that a job that is cancelled before it starts never starts.
    let isCancelled = Atomic(false)

    init(_ request: PreparedRequest) {
        self.request = request
    }
}

typealias AnswerContinuation = CheckedContinuation<ReceivedAnswer, any Error>

/// What other threads tell the event loop.
enum LoopMessage: Sendable {
    case start(Job, AnswerContinuation)
    case cancel(Job)
}

/// The only way to the event loop: messages under a lock, and a wake-up when the loop sleeps.
///
/// Both the transport and the loop hold the inbox, neither holds the other. So the loop ends when the transport goes, and
/// the transport can go while the loop still cleans up.
final class Inbox: Sendable {
    private struct State {
        var messages: [LoopMessage] = []
        var isClosed = false
        var loopSleeps = false
        /// There while the loop's multi handle is.
        var waker: Waker?

        mutating func wakeLoop() {
            guard loopSleeps, let waker else { return }
            loopSleeps = false
            waker.wake()
        }
    }

    private let state = Mutex(State())

    // MARK: For everybody

    /// Hands the job over. The loop resumes the continuation; a closed inbox does so at once.
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

    /// After this nobody calls the waker, and nothing more comes in.
    func detach() {
        state.withLock { state in
            state.waker = nil
            state.isClosed = true
        }
    }

    /// Moves the waiting messages to `messages`, whose storage the next ones reuse.
    ///
    /// - Returns: Whether the loop must go on; false when the inbox is closed.
    func collect(into messages: inout [LoopMessage]) -> Bool {
        messages.removeAll(keepingCapacity: true)
        return state.withLock { state in
            swap(&messages, &state.messages)
            state.loopSleeps = false
            return !state.isClosed
        }
    }

    /// - Returns: Whether the loop may sleep; false when a message came in since it last looked.
    func prepareToSleep() -> Bool {
        state.withLock { state in
            state.loopSleeps = state.messages.isEmpty && !state.isClosed
            return state.loopSleeps
        }
    }
}
