import ZentrunkCore
import ZentrunkJSON

/// Tells how a run ended, and what to do next.
struct ResultPrinter {
    let json: Bool
    let platform: PlatformDescription
    /// Whether the vendors were imitations.
    var isSandbox = false

    func print(_ report: Report, _ plan: Plan) { print(report, told: plan.warnings) }

    /// - Parameter told: Warnings that were printed already.
    func print(_ report: Report, told: [Warning] = []) {
        EventLog.note(run: report.run)
        EventLog.note(outcome: report.outcomeInWords)
        if json { JSONOutput.print(ReportDocument(report).members) }
        if let error = report.error {
            FailurePrinter(json: false).print(error)
            printEnding(report)
            return
        }
        for warning in report.warnings where !told.contains(warning) { Terminal.err(lines: warning.lines(Style())) }
        if !report.verified { Terminal.err("  next: \(verification(report))") }
        if !json { Terminal.out(lines: ClosingLines(report, platform, isSandbox: isSandbox).lines) }
    }

    /// Runs a command's work; when it fails before there is a plan, that is reported like any other failure.
    ///
    /// - Parameter connection: What is known of it from the arguments.
    func reporting(
        _ connection: Connection, _ work: () async throws -> ExitStatus
    ) async throws -> ExitStatus {
        do {
            return try await work()
        } catch is CancellationError {
            let error = ZentrunkError(.cancelled, "interrupted before anything was written")
            return fail(connection, error)
        } catch let error as ZentrunkError {
            return fail(connection, error)
        }
    }

    private func fail(_ connection: Connection, _ error: ZentrunkError) -> ExitStatus {
        let report = Report(failed: connection, error)
        if json { JSONOutput.print(ReportDocument(report).members) }
        FailurePrinter(json: false).print(error)
        Terminal.err("Nothing was written.")
        return ExitStatus(report)
    }

    private func printEnding(_ report: Report) {
        switch report.undone {
        case true?: Terminal.err("Everything was put back: both accounts are as they were before.")
        case nil: Terminal.err("Nothing was written.")
        case false?:
            Terminal.err("What is left:")
            for sentence in report.left { Terminal.err("  - \(sentence)") }
            guard report.error?.remedies.isEmpty != false else { return }
            let connection = report.connection
            Terminal.err(
                "Next: zentrunk show \(connection.platform) --name \(connection.name), then connect or disconnect again"
            )
        }
    }

    /// The command that verifies what could not be read back.
    private func verification(_ report: Report) -> String {
        let connection = report.connection
        return report.outcome == .connected
            ? "zentrunk show \(connection.platform) --name \(connection.name)" : "zentrunk number list"
    }
}

/// A failure, for people on stderr or as one JSON object on stdout.
struct FailurePrinter {
    let json: Bool

    /// - Parameter sentence: What to say instead of the error, where it is none.
    func print(_ error: ZentrunkError, saying sentence: String? = nil) {
        if json { JSONOutput.print(["outcome": "failed", "error": error.document]) }
        guard !EventLog.isOn else {
            var event: JSONObject = ["event": "error"]
            for (name, value) in error.document.object ?? [:] { event[name] = value }
            return Terminal.err(event: event)
        }
        if let sentence { return Terminal.err(sentence) }
        let style = Style()
        var lines = error.items.isEmpty ? [error.sentence] : error.lines
        lines[0] = "\(style.bad("error")): \(lines[0])"
        Terminal.err(lines: lines)
        if let requestID = error.requestID { Terminal.err("  request id \(requestID)") }
        for step in error.nextSteps { Terminal.err("  next: \(step)") }
    }
}
