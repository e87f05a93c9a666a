@_spi(Adapter) import ZentrunkCore
import ZentrunkDiagnosis
import ZentrunkJSON
@_spi(Adapter) import ZentrunkProbe

/// The report of a probe as people and programs read it.
struct ProbeText {
    let style: Style
    /// The columns of the terminal; nil for no limit.
    let width: Int?
    /// The causes, for the next step.
    let causes: CauseTable

    /// The lines of one report.
    func lines(_ host: ProbedHosts.Host, _ report: ProbeReport) -> [String] {
        var lines = [title(report)]
        if let role = host.role { lines += row("", role) }
        for check in report.checks { lines += self.lines(check, report) }
        for sentence in report.proves { lines += row("proves", sentence) }
        for sentence in report.doesNotProve { lines += row("not proved", sentence) }
        if let cause = Self.cause(report, causes) {
            lines += row("owner", cause.owner.rawValue) + row("next", cause.step)
        }
        return lines
    }

    private func title(_ report: ProbeReport) -> String {
        let words = report.verdict.rawValue
        let painted =
            switch report.result {
            case .reachable: style.good(words)
            case .unreachable: style.bad(words)
            case .unknown: style.warning("\(words) (unknown)")
            }
        return "\(style.strong(report.target.description)): \(painted)"
    }

    private func lines(_ check: ProbeCheck, _ report: ProbeReport) -> [String] {
        let time = check.duration > .zero ? "  \(style.faint("\(check.duration.rounded) s"))" : ""
        var lines = row(check.stage.rawValue.uppercased(), "\(check.status.rawValue): \(check.detail)")
        lines[lines.count - 1] += time
        for lookup in check.lookups {
            let answer = lookup.records.isEmpty ? lookup.absence ?? "no record" : lookup.records.joined(separator: "; ")
            lines += row("", "\(lookup.kind.rawValue) \(lookup.name): \(answer)")
        }
        if check.stage == .dns, let dialled = report.dialled {
            lines += row("", "dialled: \(dialled.end) over \(dialled.transport.rawValue)")
        }
        if let certificate = check.certificate { lines += self.lines(certificate) }
        if let answer = check.answer { lines += self.lines(answer) }
        for reason in check.ignored { lines += row("", "ignored a message: \(reason)") }
        return lines
    }

    private func lines(_ certificate: ProbeCertificate) -> [String] {
        let validity = [certificate.notBefore, certificate.notAfter].map { $0?.description ?? "unknown" }
        return row("", "subject: \(certificate.subject)") + row("", "issuer: \(certificate.issuer)")
            + row("", "names: \(certificate.names.joined(separator: ", "))")
            + row("", "valid: \(validity[0]) to \(validity[1])")
    }

    private func lines(_ answer: SIPAnswer) -> [String] {
        let members = [
            ("allow", answer.allow), ("supported", answer.supported), ("retry after", answer.retryAfter),
            ("points to", answer.contacts.isEmpty ? nil : answer.contacts.joined(separator: ", ")),
            ("warning", answer.warnings.isEmpty ? nil : answer.warnings.joined(separator: ", ")),
        ]
        return members.flatMap { name, text in text.map { row("", "\(name): \($0)") } ?? [] }
    }

    private func row(_ label: String, _ text: String) -> [String] {
        text.hanging(behind: "  \(label)".padding(to: 14), to: width)
    }

    // MARK: For programs

    static func cause(_ report: ProbeReport, _ causes: CauseTable) -> Cause? {
        report.causeCode.flatMap { causes.causes(of: $0, in: .probe).first }
    }

    /// The report with its role and its cause.
    static func json(_ host: ProbedHosts.Host, _ report: ProbeReport, _ causes: CauseTable) -> JSONValue {
        let members = report.json.object ?? [:]
        return .object(
            members.merging([
                "role": host.role.map { .string($0) } ?? .null,
                "cause": cause(report, causes).map { .object($0.json) } ?? .null,
            ]))
    }
}
