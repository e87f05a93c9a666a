import Synchronization
import ZentrunkCore
import ZentrunkJSON

/// Shows a run's events on stderr: redrawn on a terminal, plain lines elsewhere, or JSON lines.
struct Progress: Sendable {
    let events: RunEvents
    private let asJSON: Bool

    init(events asJSON: Bool) {
        self.asJSON = asJSON
        events = RunEvents()
    }

    /// Runs the work and shows its events until it ends.
    func follow(_ work: @escaping @Sendable (RunEvents) async -> Report) async -> Report {
        async let showing: Void = show(events)
        let report = await Interruption.settling { await work(events) }
        await showing
        return report
    }

    /// The same for work that may fail before it begins.
    func following(_ work: @escaping @Sendable (RunEvents) async throws -> Report) async throws -> Report {
        async let showing: Void = show(events)
        let report: Result<Report, any Error>
        do { report = .success(try await Interruption.settling { try await work(events) }) } catch {
            report = .failure(error)
        }
        events.finish()
        await showing
        return try report.get()
    }

    /// The same for the reads before a plan, which take long where there is much to read.
    func reading(_ work: @escaping @Sendable (RunEvents) async throws -> Plan) async throws -> Plan {
        let events = RunEvents()
        async let showing: Void = show(events)
        let plan: Result<Plan, any Error>
        do { plan = .success(try await work(events)) } catch { plan = .failure(error) }
        events.finish()
        await showing
        return try plan.get()
    }

    private func show(_ events: RunEvents) async {
        var line = ProgressLine()
        for await event in events {
            if case .started(_, .delete) = event { Interruption.noteDeletion() }
            if asJSON { Terminal.err(event.json.text()) } else { line.show(event) }
        }
        line.clear()
    }
}

/// Finished steps stay as lines; what is running stands in one line below that is drawn anew.
struct ProgressLine {
    private var running: [InstanceID] = []
    private let isInteractive = Terminal.isInteractive
    private let style = Style()

    mutating func show(_ event: RunEvent) {
        clear()
        switch event {
        case .started(let instance, _): running.append(instance)
        case .finished(let instance, let action, let id):
            running.removeAll { $0 == instance }
            Terminal.err(
                "  \(style.good("✓")) \(action.rawValue.padding(to: 9))\(instance.description.padding(to: 24))\(style.faint(id))"
            )
        case .waiting(let notice):
            let why = notice.status.map { "answered \($0)" } ?? "could not be reached"
            Terminal.err("  \(style.warning("…")) \(notice.host) \(why): again in \(notice.wait.rounded) s")
        case .undoing(let error):
            running = []
            Terminal.err("  \(style.bad("✗")) \(error.message)")
            Terminal.err("  putting everything back:")
        case .putBack(let instance): Terminal.err("  \(style.good("↩")) \(instance)")
        case .left(_, let sentence): Terminal.err("  \(style.bad("✗")) \(sentence)")
        case .reading(let done, let total):
            let text = "  … read \(done) of \(total)"
            if isInteractive { Terminal.draw(style.faint(text)) } else { Terminal.err(text) }
        case .planningAgain: Terminal.err("  \(style.warning("…")) planning again, from what is live now")
        case .readingBack: if !isInteractive { Terminal.err("  reading everything back") }
        }
        guard isInteractive, !running.isEmpty else { return }
        Terminal.draw(
            style.faint(
                "  … \(running.prefix(4).map(\.description).joined(separator: ", "))\(running.count > 4 ? ", …" : "")"))
    }

    func clear() { if isInteractive { Terminal.clearLine() } }
}

extension Duration {
    /// Seconds with one decimal.
    var rounded: String { String((seconds * 10).rounded() / 10) }
}

/// Colours, where they are wanted.
struct Style: Sendable {
    /// What a colour begins with until ``Terminal`` writes it: nobody else's text can contain it, since nobody can guess it.
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
