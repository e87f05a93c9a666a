import Synchronization

/// A progress counter that reports every tenth of many reads.
///
/// The total grows while reading, because only the first response of a list contains its length.
final class ReadingProgress: Sendable {
    /// The progress that pages read in this task belong to.
    @TaskLocal static var current: ReadingProgress?

    private struct State {
        var total: Int
        var done = 0
        var reported = 0
    }

    private static let many = 50
    private let events: RunEvents?
    private let state: Mutex<State>

    init(total: Int, events: RunEvents?) {
        state = Mutex(State(total: total))
        self.events = events
    }

    /// Adds reads to the total.
    func expect(_ more: Int) { state.withLock { $0.total += more } }

    func advance() {
        guard let events else { return }
        // Sent while holding the lock, so that the numbers never decrease.
        state.withLock { state in
            state.done += 1
            let tenth = state.done * 10 / max(1, state.total)
            guard state.total >= Self.many, tenth > state.reported else { return }
            state.reported = tenth
            events.send(.reading(done: state.done, total: state.total))
        }
    }
}
