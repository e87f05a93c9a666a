#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Removes capabilities that could expose secrets, before the command reads a key.
enum Hardening {
    static func apply() {
        // A crash would write keys and passwords into a core file. Linux checks the limit of 0 only where it writes the file
        // itself; of 1 it gives no program the dump either. <https://man7.org/linux/man-pages/man5/core.5.html>
        var limit = rlimit(rlim_cur: 1, rlim_max: 1)
        #if canImport(Glibc)
            setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit)
        #else
            setrlimit(RLIMIT_CORE, &limit)
        #endif
        // If it is still set from debugging a browser, libcurl would write the keys of our connections to that file.
        // <https://everything.curl.dev/usingcurl/tls/sslkeylogfile.html>
        unsetenv("SSLKEYLOGFILE")
        // A closed pipe, as with `| head`, must not kill a run between two writes.
        signal(SIGPIPE, SIG_IGN)
        reserveStandardStreams()
    }

    /// Reserves closed standard streams. Otherwise the next opened file would take their place, and output could end up
    /// in the journal or in a request. The replacements are opened in the wrong direction, so that using them is an
    /// error.
    private static func reserveStandardStreams() {
        for (file, mode) in [(STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_RDONLY)]
        where fcntl(file, F_GETFD) < 0 {
            // The lowest free number is taken, and those below it are open by now.
            _ = open("/dev/null", mode)
        }
    }
}
