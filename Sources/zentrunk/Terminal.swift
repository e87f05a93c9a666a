import ZentrunkCore
import ZentrunkJSON

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The two streams: results on stdout, everything else on stderr.
///
/// Everything that is written passes through here, and vendors, templates and files have a say in most of it. So whatever a
/// terminal would obey is written out, as in `\u001b`; only what ``Style`` paints gets through.
enum Terminal {
    /// Writes one line: a line break in it is written out, too, so that nothing foreign can pretend to be a line of ours.
    static func out(_ line: String) { write(visible(line) + "\n", to: STDOUT_FILENO) }
    /// The same on stderr.
    static func err(_ line: String) { err(lines: [line]) }
    /// Several lines, each by itself.
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
    /// The same on stderr.
    static func err(document: String) {
        guard !EventLog.isOn else { return err(document) }
        write(document.madeVisible(keepingLines: true) + "\n", to: STDERR_FILENO)
    }
    /// Without a line's end: for prompts and redrawn lines.
    static func draw(_ text: String) { write(visible(text), to: STDERR_FILENO) }
    /// Takes a redrawn line away.
    static func clearLine() { write("\r\u{1B}[2K", to: STDERR_FILENO) }

    private static func visible(_ line: String) -> String {
        line.madeVisible().replacing(Style.escape, with: "\u{1B}[")
    }

    /// Whether a person sees stderr as it is written.
    static var isInteractive: Bool {
        isatty(STDERR_FILENO) == 1 && environment("TERM") != "dumb" && !EventLog.isOn
    }
    /// Whether somebody can answer a question.
    static var canAsk: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }
    /// <https://no-color.org>
    static var hasColor: Bool { isInteractive && (environment("NO_COLOR") ?? "").isEmpty }

    static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    static func exit(_ code: Int32) -> Never {
        JSONOutput.printWhatIsDue(code)
        if let last = EventLog.end(code) { write(visible(last) + "\n", to: STDERR_FILENO) }
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
