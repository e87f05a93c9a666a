import Synchronization

/// Tells at every tenth how many of many reads are done.
///
/// How many there are turns out on the way: a list says only in its first answer how long it is.
final class ReadingProgress: Sendable {
    /// The progress that pages read in this task belong to.
    @TaskLocal static var current: ReadingProgress?

    private struct State {
        var total: Int
        var done = 0
        var told = 0
    }

    private static let many = 50
    private let events: RunEvents?
    private let state: Mutex<State>

    init(total: Int, events: RunEvents?) {
        state = Mutex(State(total: total))
        self.events = events
    }

    /// There is so much more to read.
    func expect(_ more: Int) { state.withLock { $0.total += more } }

    func advance() {
        guard let events else { return }
        // Sent under the lock, so that numbers never go down.
        state.withLock { state in
            state.done += 1
            let tenth = state.done * 10 / max(1, state.total)
            guard state.total >= Self.many, tenth > state.told else { return }
            state.told = tenth
            events.send(.reading(done: state.done, total: state.total))
        }
    }
}
