#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Returns a function that returns the time since this call.
func stopwatch<C: Clock>(_ clock: C) -> @Sendable () -> Duration where C.Duration == Duration {
    let begin = clock.now
    return { begin.duration(to: clock.now) }
}

/// Runs work that ends early when its task is cancelled, and cancels it after a time.
///
/// - Returns: What the work returned, also after its cancellation, and whether the time was over before.
func within<Value: Sendable>(
    _ limit: Duration, _ clock: any Clock<Duration>, _ work: @escaping @Sendable () async -> Value
) async -> (value: Value?, isLate: Bool) {
    await withTaskGroup(of: Value?.self) { group in
        group.addTask { await work() }
        group.addTask {
            try? await clock.sleep(for: limit)
            return nil
        }
        var isLate = false
        while let next = await group.next() {
            group.cancelAll()
            if let next { return (next, isLate) }
            isLate = true
        }
        return (nil, isLate)
    }
}

extension UTCTime {
    /// The current time.
    package static var now: UTCTime { UTCTime(secondsSince1970: Int64(time(nil))) }
}
