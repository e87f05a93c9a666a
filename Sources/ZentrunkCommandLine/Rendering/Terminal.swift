import Synchronization
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The two streams: results on stdout, everything else on stderr.
///
/// All output passes through here, and most of it contains text of vendors, templates and files. So control characters are
/// escaped, as in `\u001b`; only the colours of ``Style`` get through.
enum Terminal {
    /// Writes one line. A line break in it is escaped, too, so that foreign text cannot forge a line.
    static func out(_ line: String) { write(visible(line) + "\n", to: STDOUT_FILENO) }
    /// The same on stderr.
    static func err(_ line: String) { err(lines: [line]) }
    /// Writes several lines, each escaped by itself.
    static func out(lines: [String]) { write(lines.map { visible($0) + "\n" }.joined(), to: STDOUT_FILENO) }
    /// The same on stderr.
    static func err(lines: [String]) {
        let lines = lines.map { EventLog.isOn ? EventLog.note($0) : $0 }
        write(lines.map { visible($0) + "\n" }.joined(), to: STDERR_FILENO)
    }
    /// An event, with time and run.
    static func err(event: JSONObject) { write(visible(EventLog.line(event)) + "\n", to: STDERR_FILENO) }
    /// A text whose line breaks are its own: JSON, a drawing, help.
    static func out(document: String) { write(document.madeVisible(keepingLines: true) + "\n", to: STDOUT_FILENO) }
    /// A record of a CSV file. Its line end is that of the format.
    static func out(csv record: String) { write(record.madeVisible() + "\r\n", to: STDOUT_FILENO) }
    /// The same on stderr as ``out(document:)`` on stdout.
    static func err(document: String) {
        guard !EventLog.isOn else { return err(document) }
        write(document.madeVisible(keepingLines: true) + "\n", to: STDERR_FILENO)
    }
    /// Without a line's end: for redrawn lines.
    static func draw(_ text: String) {
        clearDrawnLine()
        write(visible(text), to: STDERR_FILENO)
        state.withLock { $0.hasDrawn = true }
    }
    /// Removes the redrawn line, if there is one.
    static func clearDrawnLine() {
        let hasDrawn = state.withLock { state in
            defer { state.hasDrawn = false }
            return state.hasDrawn
        }
        if hasDrawn { write("\r\u{1B}[2K", to: STDERR_FILENO) }
    }

    /// Returns the line with control characters escaped.
    static func visible(_ line: String) -> String {
        let line = line.madeVisible().replacing(Style.escape, with: "\u{1B}[")
        return hasUnicode ? line : String(line.flatMap { plain[$0] ?? String($0) })
    }

    /// Whether a person sees stderr as it is written.
    static var isInteractive: Bool { isOnTerminal && environment("TERM") != "dumb" && !EventLog.isOn }
    /// The same if nothing may be redrawn.
    static var isOnTerminal: Bool { isatty(STDERR_FILENO) == 1 }
    /// Whether a person sees stderr, perhaps by way of another program such as tee.
    static var isSeen: Bool {
        var status = stat()
        return isOnTerminal || (fstat(STDERR_FILENO, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO)
    }
    /// <https://no-color.org>
    static var hasColor: Bool { isInteractive && (environment("NO_COLOR") ?? "").isEmpty }

    static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    static func exit(_ code: Int32) -> Never {
        JSONOutput.printWhatIsDue(code)
        if let last = EventLog.end(code) { write(visible(last) + "\n", to: STDERR_FILENO) }
        fflush(nil)
        _exit(code)
    }

    // MARK: Other character sets

    /// Whether the locale uses UTF-8. One without a character set, as in most containers, counts as UTF-8.
    private static let hasUnicode: Bool = {
        let named = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap(environment).first { !$0.isEmpty }
        guard let locale = named?.lowercased() else { return true }
        return locale.contains("utf-8") || locale.contains("utf8")
    }()

    /// ASCII substitutes for our own signs.
    private static let plain: [Character: String] = [
        "├": "|", "└": "`", "│": "|", "─": "-", "→": "->", "…": "...", "✓": "+", "✗": "x", "↩": "<", "±": "+-",
        "×": "x", "█": "#", "░": ".", "▁": "_", "▂": ".", "▃": ":", "▄": "-", "▅": "=", "▆": "+", "▇": "*",
    ]

    // MARK: Writing

    private struct State {
        /// Whether anything was written to stdout, so that no second JSON document may follow.
        var hasWritten = false
        /// The error of a write to stdout. Nothing more is written after it, because the output would have a gap.
        var failure: Int32?
        /// Whether the reader of stdout closed the pipe.
        var hasNoReader = false
        /// Whether the terminal shows a redrawn line, which the next output replaces.
        var hasDrawn = false
        /// Whether the process is ending, and only ``last(_:document:)`` may write.
        var isEnding = false
    }
    private static let state = Mutex(State())

    /// Writes the last message of a process that stops at once, and ends all other writing.
    ///
    /// Never waits: a reader that does not read, such as a pager, must not keep Ctrl-C from working.
    ///
    /// - Parameter document: Written to stdout, unless something was written there already.
    static func last(_ line: String, document: String?) {
        let isFirst = state.withLock { state in
            defer { state.isEnding = true }
            return !state.hasWritten && !state.isEnding && state.failure == nil
        }
        urgent(line)
        if let document, isFirst { put(document.madeVisible(keepingLines: true) + "\n", at: STDOUT_FILENO) }
    }

    /// One line on stderr, unless that would have to wait.
    static func urgent(_ line: String) { put(visible(line) + "\n", at: STDERR_FILENO) }

    private static func put(_ text: String, at file: Int32) {
        var place = pollfd(fd: file, events: Int16(POLLOUT), revents: 0)
        // A moment, for a reader that is only slow; never longer, or Ctrl-C would hang on one that does not read.
        guard poll(&place, 1, 200) == 1 else { return }
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes { systemWrite(file, $0.baseAddress, $0.count) }
    }

    /// Whether stdout could not be written, and why; closes it, since some file systems report errors only then.
    static func failure() -> String? {
        let (known, hasReader) = state.withLock { ($0.failure, !$0.hasNoReader) }
        if let known { return String(cString: strerror(known)) }
        guard close(STDOUT_FILENO) != 0, hasReader, errno != EBADF, errno != EINTR else { return nil }
        return String(cString: strerror(errno))
    }

    /// Whether the reader of stdout closed the pipe.
    static var hasNoReader: Bool { state.withLock { $0.hasNoReader } }

    private static func write(_ text: String, to file: Int32) {
        let isResult = file == STDOUT_FILENO
        let isOpen = state.withLock { state in
            if isResult, !state.isEnding { state.hasWritten = true }
            return !state.isEnding && !(isResult && (state.failure != nil || state.hasNoReader))
        }
        guard isOpen else { return }
        clearDrawnLine()
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { systemWrite(file, $0.baseAddress, $0.count) }
            if count >= 0 {
                bytes = bytes.dropFirst(count)
                continue
            }
            let problem = errno
            switch problem {
            case EINTR: continue
            case EAGAIN:
                var place = pollfd(fd: file, events: Int16(POLLOUT), revents: 0)
                poll(&place, 1, -1)
            // A closed pipe, as with `| head`, does not stop the work.
            case EPIPE,
                EIO where Interruption.hasHungUp:
                if isResult { state.withLock { $0.hasNoReader = true } }
                return
            default:
                if isResult { state.withLock { $0.failure = problem } }
                return
            }
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
