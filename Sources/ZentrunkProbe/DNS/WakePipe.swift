import Synchronization

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// A pipe through which any thread ends the `poll` of another one.
final class WakePipe: Sendable {
    /// The end to poll.
    let readEnd: CInt
    private let writeEnd: CInt
    private let isWoken = Mutex(false)

    /// - Returns: nil if the system has no descriptors left.
    init?() {
        var ends: [CInt] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        readEnd = ends[0]
        writeEnd = ends[1]
    }

    deinit {
        close(readEnd)
        close(writeEnd)
    }

    /// Whether ``wake()`` was called.
    var hasWoken: Bool { isWoken.withLock { $0 } }

    /// Ends the other thread's `poll`, and all later ones.
    func wake() {
        isWoken.withLock { isWoken in
            guard !isWoken else { return }
            isWoken = true
            // The pipe is empty, so a byte always fits.
            _ = [0 as UInt8].withUnsafeBytes { write(writeEnd, $0.baseAddress, 1) }
        }
    }
}
