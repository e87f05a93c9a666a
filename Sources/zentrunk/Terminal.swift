#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The two streams: results on stdout, everything else on stderr.
enum Terminal {
    static func out(_ text: String) { write(text + "\n", to: STDOUT_FILENO) }
    static func err(_ text: String) { write(text + "\n", to: STDERR_FILENO) }
    /// Without a line's end: for prompts and redrawn lines.
    static func draw(_ text: String) { write(text, to: STDERR_FILENO) }

    /// Whether a person sees stderr as it is written.
    static var isInteractive: Bool { isatty(STDERR_FILENO) == 1 && environment("TERM") != "dumb" }
    /// Whether somebody can answer a question.
    static var canAsk: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }
    /// <https://no-color.org>
    static var hasColor: Bool { isInteractive && (environment("NO_COLOR") ?? "").isEmpty }

    static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    static func exit(_ code: Int32) -> Never {
        fflush(nil)
        _exit(code)
    }

    /// Asks for a yes; anything else is a no.
    static func confirms(_ question: String) -> Bool {
        draw("\(question) [y/N] ")
        let answer = readLine()?.lowercased() ?? ""
        return answer == "y" || answer == "yes"
    }

    private static func write(_ text: String, to file: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { systemWrite(file, $0.baseAddress, $0.count) }
            // Nobody reads any more: a closed pipe is no reason to stop the work.
            if count < 0, errno != EINTR, errno != EAGAIN { return }
            if count > 0 { bytes = bytes.dropFirst(count) }
        }
    }

    private static func systemWrite(_ file: Int32, _ start: UnsafeRawPointer?, _ count: Int) -> Int {
        #if canImport(Glibc)
            Glibc.write(file, start, count)
        #else
            Darwin.write(file, start, count)
        #endif
    }
}
