@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON

/// Prints a run's result and the next steps.
struct ResultPrinter {
    let json: Bool
    let platform: PlatformDescription
    /// Whether the run was on the sandbox.
    var isSandbox = false

    func print(_ report: Report, _ plan: Plan) { print(report, printed: plan.warnings) }

    /// - Parameter printed: Warnings that were already printed.
    func print(_ report: Report, printed: [Warning] = []) {
        EventLog.note(run: report.run)
        EventLog.note(outcome: report.outcomeInWords)
        if json { JSONOutput.print(ReportDocument(report).members) }
        if let error = report.error {
            FailurePrinter(json: false).print(error)
            printEnding(report)
            return
        }
        for warning in report.warnings where !printed.contains(warning) { Terminal.err(lines: warning.lines(Style())) }
        if !report.verified { Terminal.err("  next: \(verification(report))") }
        if !json { Terminal.out(lines: ClosingLines(report, platform, isSandbox: isSandbox).lines) }
    }

    /// Runs a command's work, and reports a failure before the plan like any other.
    ///
    /// - Parameter connection: The connection as far as the arguments describe it.
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
        switch report.aftermath {
        case .undone?: Terminal.err("Everything was rolled back: both accounts are as they were before.")
        case .nothingWritten?, nil: Terminal.err("Nothing was written.")
        case .left(let leftovers)?:
            Terminal.err("Left behind:")
            for leftover in leftovers { Terminal.err("  - \(leftover.sentence)") }
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

    /// - Parameter sentence: The text to print instead of the error message.
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
