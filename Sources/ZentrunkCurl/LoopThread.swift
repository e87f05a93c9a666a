#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// A system thread, because blocking work must not run in Swift's cooperative pool.
package enum LoopThread {
    private final class Work: Sendable {
        let run: @Sendable () -> Void

        init(_ run: @escaping @Sendable () -> Void) {
            self.run = run
        }
    }

    /// Runs `work` on a new detached thread.
    ///
    /// - Returns: Whether the thread could be created.
    package static func start(_ work: @escaping @Sendable () -> Void) -> Bool {
        let argument = Unmanaged.passRetained(Work(work))
        guard create(argument.toOpaque()) else {
            argument.release()
            return false
        }
        return true
    }

    private static func create(_ argument: UnsafeMutableRawPointer) -> Bool {
        #if canImport(Darwin)
            var thread: pthread_t?
        #else
            var thread: pthread_t = 0
        #endif
        return pthread_create(&thread, nil, runThread, argument) == 0
    }

    fileprivate static func run(_ argument: UnsafeMutableRawPointer) {
        pthread_detach(pthread_self())
        // With CURLOPT_NOSIGNAL, libcurl does not handle SIGPIPE, and writing to a closed TLS connection would end the
        // process. With the signal blocked in this thread, the write fails instead.
        // <https://curl.se/libcurl/c/CURLOPT_NOSIGNAL.html>
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().run()
    }
}

#if canImport(Darwin)
    private func runThread(_ argument: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
        LoopThread.run(argument)
        return nil
    }
#else
    private func runThread(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        if let argument { LoopThread.run(argument) }
        return nil
    }
#endif
