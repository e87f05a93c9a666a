@_spi(Adapter) import ZentrunkCore
import ZentrunkDiagnosis
import ZentrunkDoctor

/// A diagnosis for people: the verdict with the next command, the path of calls, and every check that is not a pass.
struct DiagnosisPicture {
    let lines: [String]

    init(_ diagnosis: Diagnosis, style: Style = Style()) {
        var lines = [Self.title(diagnosis, style)]
        if let decisive = diagnosis.decisive {
            lines.append("  owner: \(decisive.owner.rawValue)")
            lines += RemedyText.current.steps(decisive.remedies).prefix(1).map { "  next: \($0)" }
        }
        for path in diagnosis.paths { lines += [""] + Self.lines(path, style) }
        let open = diagnosis.checks.filter { $0.status != .pass }
        if !open.isEmpty { lines.append("") }
        for check in open { lines += Self.lines(check, style) }
        let passes = diagnosis.count(.pass).counted("check passes", "checks pass")
        let requests = diagnosis.requests.values.reduce(0, +).counted("request")
        lines.append(
            style.faint("\(passes); \(requests), \(diagnosis.depth.counted("round trip")) deep"))
        self.lines = lines
    }

    private static func title(_ diagnosis: Diagnosis, _ style: Style) -> String {
        let subject = style.strong(diagnosis.subject)
        let warnings = diagnosis.count(.warn)
        switch diagnosis.verdict {
        case .ready:
            let remark = warnings > 0 ? ", with \(warnings.counted("warning"))" : ""
            return "\(style.good("✓")) \(subject): \(diagnosis.sentence)\(remark)"
        case .willFail: return "\(style.bad("✗")) \(subject): \(diagnosis.sentence)"
        case .cannotBeTold: return "\(style.warning("?")) \(subject): \(diagnosis.sentence)"
        }
    }

    /// One line for each link, in the order in which a call passes them.
    private static func lines(_ path: CallPath, _ style: Style) -> [String] {
        let width = (path.steps.map(\.title.count).max() ?? 0) + 2
        return ["  \(path.direction.rawValue) calls"]
            + path.steps.enumerated().map { index, step in
                let mark = index == 0 && step.status == .pass ? " " : mark(step.status, style, pass: "→")
                let line = "    \(mark) \(step.title.padding(to: width))"
                return step.label.isEmpty
                    ? line.trimmed : line + (step.status == .fail ? step.label : style.faint(step.label))
            }
    }

    private static func lines(_ check: DoctorCheck, _ style: Style) -> [String] {
        let hasOwner = check.owner != .none && !(check.isInformation && check.status == .unknown)
        let owner = !hasOwner ? "" : style.faint("  (\(check.owner.rawValue))")
        return ["  \(mark(check.status, style, pass: "✓")) \(check.finding)\(owner)"]
            + check.evidence.map { "      \(style.faint($0))" }
            + RemedyText.current.steps(check.remedies).map { "      next: \($0)" }
    }

    private static func mark(_ status: DoctorCheck.Status, _ style: Style, pass: String) -> String {
        switch status {
        case .pass: style.good(pass)
        case .warn: style.warning("!")
        case .fail: style.bad("✗")
        case .unknown: style.warning("?")
        }
    }
}

extension String {
    /// The text without blanks at its end.
    fileprivate var trimmed: String { String(reversed().drop { $0 == " " }.reversed()) }
}
