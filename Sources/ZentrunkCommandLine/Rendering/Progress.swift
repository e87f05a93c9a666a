@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Shows events on stderr during work: redrawn on a terminal, plain lines elsewhere, or JSON lines.
///
/// Waits of requests outside of work are not shown.
struct Progress: Sendable {
    /// Runs work that writes and shows its events until it ends.
    func follow(_ work: @escaping @Sendable (RunEvents) async -> Report) async -> Report {
        await showing { events in await Interruption.settling { await work(events) } }
    }

    /// The same for work that may fail before it begins.
    func following(_ work: @escaping @Sendable (RunEvents) async throws -> Report) async throws -> Report {
        try await reading { events in try await Interruption.settling { try await work(events) } }
    }

    /// The same for reads, which take long on a large account.
    func reading<Found: Sendable>(
        _ work: @escaping @Sendable (RunEvents) async throws -> Found
    ) async throws -> Found {
        try await showing { events -> Result<Found, any Error> in
            do { return .success(try await work(events)) } catch { return .failure(error) }
        }.get()
    }

    private func showing<Outcome: Sendable>(
        _ work: @escaping @Sendable (RunEvents) async -> Outcome
    ) async -> Outcome {
        let events = RunEvents()
        async let shown: Void = show(events)
        let result = await events.observing { await work(events) }
        events.finish()
        await shown
        return result
    }

    private func show(_ events: RunEvents) async {
        var line = ProgressLine()
        for await event in events {
            if case .started(_, [.remove]) = event.kind { Interruption.noteDeletion() }
            if EventLog.isOn { Terminal.err(event: event.json.object ?? [:]) } else { line.show(event) }
        }
        line.clear()
    }
}

/// Finished steps remain as lines. Running steps and waits share one line below them, which is redrawn.
struct ProgressLine {
    /// The minimum interval between reports of waits where lines cannot be redrawn.
    private static let noticeInterval = Duration.seconds(5)

    private var running: [InstanceID] = []
    private var lastNotice: ContinuousClock.Instant?
    private let isInteractive = Terminal.isInteractive
    private let style = Style()

    mutating func show(_ event: RunEvent) {
        clear()
        var line: String?
        switch event.kind {
        case .started(let instance, _): running.append(instance)
        case .finished(let instance, let deeds, let id):
            running.removeAll { $0 == instance }
            Terminal.err(
                "  \(style.good("✓")) \(deeds.doneWord.padding(to: 9))\(instance.description.padding(to: 24))\(style.faint(id))"
            )
        case .waiting(let notice):
            line = notice.sentence
            if !isInteractive, isDue() { Terminal.err("  \(style.warning("…")) \(notice.sentence)") }
        case .undoing(let error):
            running = []
            Terminal.err("  \(style.bad("✗")) \(error.message)")
            Terminal.err("  rolling back:")
        case .putBack(let instance): Terminal.err("  \(style.good("↩")) \(instance)")
        case .left(_, let sentence): Terminal.err("  \(style.bad("✗")) \(sentence)")
        case .reading(let done, let total):
            line = "read \(done) of \(total)"
            if !isInteractive { Terminal.err("  … read \(done) of \(total)") }
        case .planningAgain: Terminal.err("  \(style.warning("…")) planning again, from what is live now")
        case .readingBack: if !isInteractive { Terminal.err("  reading everything back") }
        }
        guard isInteractive, let text = line ?? runningText else { return }
        Terminal.draw(style.faint("  … \(text)".cut(to: TerminalWidth.columns - 1)))
    }

    func clear() { Terminal.clearDrawnLine() }

    private var runningText: String? {
        guard !running.isEmpty else { return nil }
        return "\(running.prefix(4).map(\.description).joined(separator: ", "))\(running.count > 4 ? ", …" : "")"
    }

    private mutating func isDue() -> Bool {
        let now = ContinuousClock.now
        if let lastNotice, now - lastNotice < Self.noticeInterval { return false }
        lastNotice = now
        return true
    }
}

extension RetryNotice {
    /// The wait in words.
    var sentence: String {
        switch reason {
        case .rateLimit: "waiting for \(host)'s rate limit (\(Int(wait.seconds.rounded(.up))) s)"
        case .noAnswer: "waiting for \(host) (\(Int(wait.seconds.rounded())) s)"
        case .answered(let status): "\(host) answered \(status): retrying in \(wait.rounded) s"
        case .unreachable: "\(host) could not be reached: retrying in \(wait.rounded) s"
        }
    }
}

/// The width of the terminal that stderr is written to.
enum TerminalWidth {
    /// The width in columns; 80 if the terminal does not report it.
    static var columns: Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }
}

extension String {
    /// Returns the text, shortened with an ellipsis if it is wider than that many columns.
    ///
    /// A line that is wider than the terminal wraps, and only its last row can be redrawn.
    func cut(to columns: Int) -> String {
        guard reduce(0, { $0 + $1.columns }) > columns else { return self }
        var room = columns - 1
        let kept = prefix { character in
            room -= character.columns
            return room >= 0
        }
        return kept + "…"
    }
}

extension Character {
    /// Columns on a terminal: two for East Asian wide characters and emoji, an upper bound for anything unusual.
    fileprivate var columns: Int {
        // An escaped scalar, as in \u001b, takes up to eight columns.
        unicodeScalars.reduce(0) { sum, scalar in
            switch scalar.value {
            case 0x20...0x7E, 0xA0...0x2FF, 0x370...0x10FF, 0x2010...0x2027, 0x2030...0x205E, 0x2190...0x21FF: sum + 1
            case 0x1100...0xD7FF, 0xF900...0xFFDC, 0x1F000...0x3FFFD: sum + 2
            default: sum + 8
            }
        }
    }
}

extension Duration {
    /// Seconds with one decimal.
    var rounded: String { String((seconds * 10).rounded() / 10) }
}

/// Colours, if the output supports them.
struct Style: Sendable {
    /// The start of a colour until ``Terminal`` writes it. It is random, so that foreign text cannot contain it.
    static let escape = "\u{F8FF}\(String(UInt64.random(in: 0...UInt64.max), radix: 36))["
    private let hasColor: Bool

    init(_ hasColor: Bool = Terminal.hasColor) { self.hasColor = hasColor }

    func good(_ text: String) -> String { paint(text, "32") }
    func bad(_ text: String) -> String { paint(text, "31") }
    func warning(_ text: String) -> String { paint(text, "33") }
    func faint(_ text: String) -> String { paint(text, "2") }
    func strong(_ text: String) -> String { paint(text, "1") }

    private func paint(_ text: String, _ code: String) -> String {
        hasColor ? "\(Self.escape)\(code)m\(text)\(Self.escape)0m" : text
    }
}
