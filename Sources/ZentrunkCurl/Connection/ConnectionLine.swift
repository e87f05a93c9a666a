import Synchronization

/// What a ``CurlConnection`` and the thread that owns its handles share.
final class ConnectionLine: Sendable {
    private struct State {
        var outgoing: [UInt8] = []
        var isClosed = false
        /// Set while the loop's multi handle exists.
        var waker: Waker?
        /// Resumed once, when the connection is open or has failed.
        var opening: CheckedContinuation<CurlConnectionFacts, any Error>?
    }

    private let state = Mutex(State())

    // MARK: For all threads

    /// Starts the loop and waits until the connection is open.
    func open(
        _ route: CurlConnection.Route, isVerified: Bool,
        _ received: AsyncThrowingStream<[UInt8], any Error>.Continuation
    ) async throws -> CurlConnectionFacts {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                state.withLock { $0.opening = continuation }
                let hasStarted = LoopThread.start { [self] in
                    ConnectionLoop(route: route, isVerified: isVerified, line: self, received: received).run()
                }
                guard hasStarted else {
                    return opened(.failure(CurlConnectionFailure(stage: .connection, words: "no thread could be made")))
                }
            }
        } onCancel: {
            close()
        }
    }

    func send(_ bytes: [UInt8]) {
        state.withLock { state in
            guard !state.isClosed else { return }
            state.outgoing += bytes
            state.waker?.wake()
        }
    }

    func close() {
        state.withLock { state in
            state.isClosed = true
            state.waker?.wake()
        }
    }

    // MARK: For the loop

    var isClosed: Bool { state.withLock { $0.isClosed } }

    func attach(_ waker: Waker) {
        state.withLock { $0.waker = waker }
    }

    /// Once this returns, the waker is not called again.
    func detach() {
        state.withLock { state in
            state.waker = nil
            state.isClosed = true
        }
    }

    /// Resumes the opening task, the first time only.
    func opened(_ result: Result<CurlConnectionFacts, any Error>) {
        let continuation = state.withLock { state in
            defer { state.opening = nil }
            return state.opening
        }
        continuation?.resume(with: result)
    }

    /// The bytes that are still to be sent; `sent` of the former ones are gone.
    func outgoing(removing sent: Int) -> [UInt8] {
        state.withLock { state in
            state.outgoing.removeFirst(sent)
            return state.outgoing
        }
    }
}
