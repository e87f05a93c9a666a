import Synchronization

/// A request to stop a run: no new write starts, and active ones are settled.
///
/// Writes are shielded from task cancellation, which would leave their outcomes unknown. Waits between attempts end at
/// this signal instead.
package final class StopSignal: Sendable {
    /// The signal that ends the waits of this task.
    @TaskLocal static var current: StopSignal?

    private struct State {
        var isRaised = false
        var nextID = 0
        var waiting: [Int: AsyncStream<Void>.Continuation] = [:]
    }
    private let state = Mutex(State())

    /// Creates a signal that is not raised.
    package init() {}

    /// Whether the run was asked to stop.
    package var isRaised: Bool { state.withLock { $0.isRaised } }

    /// Asks the run to stop; further calls have no effect.
    package func raise() {
        let waiting = state.withLock { state in
            state.isRaised = true
            defer { state.waiting = [:] }
            return state.waiting.values
        }
        for continuation in waiting { continuation.finish() }
    }

    /// Waits for the given time, unless the signal is raised.
    ///
    /// - Throws: `CancellationError` if the signal is or becomes raised, or the task is cancelled.
    static func sleep(for duration: Duration, clock: any Clock<Duration>) async throws {
        guard let signal = current else { return try await clock.sleep(for: duration) }
        try await signal.sleep(for: duration, clock: clock)
    }

    private func sleep(for duration: Duration, clock: any Clock<Duration>) async throws {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await clock.sleep(for: duration); return true
            }
            group.addTask {
                await self.wait(); return false
            }
            defer { group.cancelAll() }
            if try await group.next() == false { throw CancellationError() }
        }
    }

    private func wait() async {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        let id = state.withLock { state -> Int? in
            guard !state.isRaised else { return nil }
            state.nextID += 1
            state.waiting[state.nextID] = continuation
            return state.nextID
        }
        guard let id else { return }
        for await _ in stream {}
        state.withLock { _ = $0.waiting.removeValue(forKey: id) }
    }
}
