@_spi(Adapter) import ZentrunkCore
import ZentrunkDiagnosis

/// Explanations as people read them.
struct ExplanationText {
    let style: Style
    /// The columns of the terminal; nil for no limit.
    let width: Int?

    /// The lines of one explanation: every cause, or that the text is unknown.
    func lines(_ explanation: Explanation) -> [String] {
        guard explanation.isKnown else { return unknown(explanation) }
        var lines = explanation.causes.map { self.lines($0) }.joined(separator: [""]).map { $0 }
        let others = explanation.otherDirection.count
        if others > 0 {
            let words = others == 1 ? "1 more cause applies" : "\(others) more causes apply"
            lines += ["", style.faint("\(words) only to calls in the other direction.")]
        }
        return lines
    }

    private func unknown(_ explanation: Explanation) -> [String] {
        let text = explanation.query.shortened
        guard explanation.otherDirection.isEmpty else {
            return row(
                "",
                "\(text) is known for calls in the other direction only: leave out --direction \(explanation.direction.rawValue)"
            )
        }
        let place = explanation.platform.map { " for \($0)" } ?? ""
        return row("", "\(text) is unknown\(place): no source of a meaning is known, so it is shown as received")
    }

    /// The lines of one cause, with a margin before its details.
    func lines(_ cause: Cause) -> [String] {
        let names = cause.texts.joined(separator: " / ")
        var title = style.strong(cause.code + (cause.isPrefix ? "…" : ""))
        if !names.isEmpty { title += "  \(names)" }
        let calls = cause.direction == .any ? "" : ", \(cause.direction.rawValue) calls"
        var lines = [title] + row("  ", "\(cause.set.title)\(calls)")
        if let condition = cause.condition { lines += row("  when:", condition) }
        lines += row("  owner:", cause.owner.rawValue) + row("  meaning:", cause.meaning) + row("  next:", cause.step)
        for evidence in cause.evidence { lines += row("  evidence:", evidence.line) }
        return lines
    }

    private func row(_ label: String, _ text: String) -> [String] {
        text.hanging(behind: label.allSatisfy { $0 == " " } ? label : label.padding(to: 13), to: width)
    }
}

extension Cause.Evidence {
    /// The kind and the source on one line.
    fileprivate var line: String {
        let source = [title, url.map { "<\($0)>" }].compactMap { $0 }.joined(separator: " ")
        let kind = rawKind
        return source.isEmpty ? kind : "\(kind): \(source)"
    }

    private var rawKind: String { kind.rawValue.replacing("-", with: " ") }
}

extension String {
    /// Returns the text behind a label, wrapped to the width, with its further lines below its first one.
    func hanging(behind label: String, to width: Int?) -> [String] {
        let indent = String(repeating: " ", count: label.count)
        var lines = width.map { PlatformHelp.wrapped(indent + self, to: max(40, $0)) } ?? [indent + self]
        lines[0] = label + lines[0].dropFirst(label.count)
        return lines
    }

    /// The text in quotes, at most 200 characters of it.
    fileprivate var shortened: String { "\"\(prefix(200))\(count > 200 ? "…" : "")\"" }
}
