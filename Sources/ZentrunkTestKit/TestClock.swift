import Synchronization

/// A clock for tests: a sleep returns at once, advances the clock to its deadline, and is recorded.
public final class TestClock: Clock {
    /// A point in time, counted from the clock's creation.
    public struct Instant: InstantProtocol {
        public typealias Duration = Swift.Duration
        public var offset: Swift.Duration

        public func advanced(by duration: Swift.Duration) -> Instant { Instant(offset: offset + duration) }
        public func duration(to other: Instant) -> Swift.Duration { other.offset - offset }
        public static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private struct State {
        var now = Instant(offset: .zero)
        var sleeps: [Swift.Duration] = []
    }

    private let state = Mutex(State())

    /// A clock at zero.
    public init() {}

    /// The current time.
    public var now: Instant { state.withLock { $0.now } }
    public var minimumResolution: Swift.Duration { .zero }

    /// The lengths of all sleeps so far.
    public var sleeps: [Swift.Duration] { state.withLock { $0.sleeps } }

    /// Moves the clock forward without a sleep.
    public func advance(by duration: Swift.Duration) { state.withLock { $0.now = $0.now.advanced(by: duration) } }

    public func sleep(until deadline: Instant, tolerance: Swift.Duration?) async throws {
        try Task.checkCancellation()
        state.withLock { state in
            state.sleeps.append(state.now.duration(to: deadline))
            state.now = max(state.now, deadline)
        }
    }
}
