@_spi(Adapter) import ZentrunkCore
import ZentrunkDiagnosis
import ZentrunkDoctor

/// Diagnoses as one page for a browser: it loads nothing, and every text in it is escaped.
struct DiagnosisPage {
    let text: String

    init(_ diagnoses: [Diagnosis]) {
        let body = diagnoses.map(Self.section).joined()
        text = """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>zentrunk doctor</title>
            <style>\(Self.style)</style></head><body><main>
            \(body)</main></body></html>

            """
    }

    private static let style = """
        :root{color-scheme:light dark;--line:#8885;--good:#1a7f37;--bad:#c62828;--warn:#9a6700}
        @media(prefers-color-scheme:dark){:root{--good:#4ac26b;--bad:#ff7b72;--warn:#e3b341}}
        body{font:16px/1.5 system-ui,sans-serif;margin:0}main{max-width:60rem;margin:auto;padding:1rem}
        h1{font-size:1.3rem;border-left:.4rem solid;padding-left:.6rem}
        .pass{color:var(--good)}.fail{color:var(--bad)}.warn,.unknown{color:var(--warn)}
        ol.path{list-style:none;display:flex;flex-wrap:wrap;gap:.4rem;padding:0}
        ol.path li{border:1px solid var(--line);border-top:.3rem solid currentColor;border-radius:.4rem;padding:.3rem .6rem}
        ol.path small{display:block;color:CanvasText;opacity:.75;overflow-wrap:anywhere;max-width:14rem}
        table{border-collapse:collapse;width:100%}td{border-top:1px solid var(--line);padding:.4rem;vertical-align:top}
        td:first-child{font-weight:600;white-space:nowrap}td div{opacity:.75;overflow-wrap:anywhere}
        code{background:#8882;padding:.1rem .3rem;border-radius:.2rem;overflow-wrap:anywhere}
        """

    private static func section(_ diagnosis: Diagnosis) -> String {
        let status =
            switch diagnosis.verdict {
            case .ready: "pass"
            case .willFail: "fail"
            case .cannotBeTold: "unknown"
            }
        let steps = RemedyText.current.steps(diagnosis.decisive?.remedies ?? []).prefix(1).map {
            "<p>Next: <code>\(escaped($0))</code></p>\n"
        }.joined()
        let owner = diagnosis.decisive.map { "<p>Owner: \(escaped($0.owner.rawValue))</p>\n" } ?? ""
        return """
            <h1 class="\(status)">\(escaped(diagnosis.subject)): \(escaped(diagnosis.sentence))</h1>
            \(owner)\(steps)\(diagnosis.paths.map(path).joined())<table>
            \(diagnosis.checks.map(row).joined())</table>

            """
    }

    private static func path(_ path: CallPath) -> String {
        let steps = path.steps.map { step in
            "<li class=\"\(step.status.rawValue)\">\(escaped(step.title))<small>\(escaped(step.label))</small></li>"
        }
        return "<h2>\(path.direction.rawValue) calls</h2>\n<ol class=\"path\">\(steps.joined())</ol>\n"
    }

    private static func row(_ check: DoctorCheck) -> String {
        let evidence = check.evidence.map { "<div>\(escaped($0))</div>" }.joined()
        let next = RemedyText.current.steps(check.remedies).map { "<div>Next: <code>\(escaped($0))</code></div>" }
        let owner = check.owner == .none ? "" : "<div>Owner: \(escaped(check.owner.rawValue))</div>"
        return
            "<tr><td class=\"\(check.status.rawValue)\">\(check.status.rawValue)</td><td>\(escaped(check.finding))\(owner)\(evidence)\(next.joined())</td></tr>\n"
    }

    /// Returns text for a place between tags.
    static func escaped(_ text: String) -> String {
        text.madeVisible().replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;").replacing("'", with: "&#39;")
    }
}
