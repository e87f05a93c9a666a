import Synchronization

/// A clock that stands still: a test waits for a sleep and ends it.
final class ManualClock: Clock {
    struct Instant: InstantProtocol {
        var offset: Duration

        func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - offset }
        static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private struct Sleep {
        var number: Int
        var length: Duration
        var deadline: Instant
        var continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var now = Instant(offset: .zero)
        var count = 0
        var sleeps: [Sleep] = []
        var cancelled: Set<Int> = []
        /// Tests that wait for a sleep.
        var waiting: [(length: Duration, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    var now: Instant { state.withLock { $0.now } }
    var minimumResolution: Duration { .zero }

    func advance(by duration: Duration) {
        state.withLock { $0.now = $0.now.advanced(by: duration) }
    }

    /// Waits until code under test sleeps for exactly this long, moves the clock to the end of that sleep, and ends it.
    func end(sleepOf length: Duration) async {
        while true {
            let sleep = state.withLock { state -> Sleep? in
                guard let index = state.sleeps.firstIndex(where: { $0.length == length }) else { return nil }
                let sleep = state.sleeps.remove(at: index)
                state.now = max(state.now, sleep.deadline)
                return sleep
            }
            if let sleep { return sleep.continuation.resume() }
            await withCheckedContinuation { continuation in
                let isThere = state.withLock { state in
                    if state.sleeps.contains(where: { $0.length == length }) { return true }
                    state.waiting.append((length, continuation))
                    return false
                }
                if isThere { continuation.resume() }
            }
        }
    }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        let number = state.withLock { state in
            state.count += 1
            return state.count
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let woken = state.withLock { state -> [CheckedContinuation<Void, Never>]? in
                    guard !state.cancelled.contains(number) else { return nil }
                    let length = state.now.duration(to: deadline)
                    state.sleeps.append(
                        Sleep(number: number, length: length, deadline: deadline, continuation: continuation))
                    let woken = state.waiting.filter { $0.length == length }.map(\.continuation)
                    state.waiting.removeAll { $0.length == length }
                    return woken
                }
                guard let woken else { return continuation.resume(throwing: CancellationError()) }
                for continuation in woken { continuation.resume() }
            }
        } onCancel: {
            let sleep = state.withLock { state -> Sleep? in
                guard let index = state.sleeps.firstIndex(where: { $0.number == number }) else {
                    state.cancelled.insert(number)
                    return nil
                }
                return state.sleeps.remove(at: index)
            }
            sleep?.continuation.resume(throwing: CancellationError())
        }
    }
}
