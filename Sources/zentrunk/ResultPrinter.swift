import ZentrunkCore
import ZentrunkJSON

/// Tells how a run ended, and what to do next.
struct ResultPrinter {
    let json: Bool
    let platform: PlatformDescription

    func print(_ report: Report, _ plan: Plan) { print(report, told: plan.warnings) }

    /// - Parameter told: Warnings that were printed already.
    func print(_ report: Report, told: [String] = []) {
        if json { Terminal.out(document: ReportDocument(report).text) }
        if let error = report.error {
            FailurePrinter(json: false).print(error)
            printEnding(report)
            return
        }
        for warning in report.warnings where !told.contains(warning) { Terminal.err("  ! \(warning)") }
        if !json { Terminal.out(lines: success(report)) }
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
            let error = ConnectionError(.cancelled, "interrupted before anything was written")
            return fail(connection, error)
        } catch let error as ConnectionError {
            return fail(connection, error)
        }
    }

    private func fail(_ connection: Connection, _ error: ConnectionError) -> ExitStatus {
        let report = Report(failed: connection, error)
        if json { Terminal.out(document: ReportDocument(report).text) }
        FailurePrinter(json: false).print(error)
        Terminal.err("Nothing was written.")
        return ExitStatus(report)
    }

    private func printEnding(_ report: Report) {
        switch report.undone {
        case true?: Terminal.err("Everything was put back: both accounts are as they were before.")
        case nil: Terminal.err("Nothing was written.")
        case false?:
            Terminal.err("Not everything could be put back:")
            for sentence in report.left { Terminal.err("  - \(sentence)") }
            guard report.error?.next.isEmpty != false else { return }
            let connection = report.connection
            Terminal.err(
                "Next: zentrunk show \(connection.platform) --name \(connection.name), then connect or disconnect again"
            )
        }
    }

    private func success(_ report: Report) -> [String] {
        let connection = report.connection
        let name = "\(connection.platform)/\(connection.name)"
        let time = "\(report.duration.rounded) s, \(report.requests.values.reduce(0, +)) requests"
        switch report.outcome {
        case .disconnected:
            guard report.resources.contains(where: { $0.action != .kept }) else {
                return ["\(name): nothing to disconnect."]
            }
            return ["Disconnected \(name) (\(time)). Its numbers are where they were before."]
        case .undone: return ["Took back run \(report.run ?? "") of \(name) (\(time)): all is as it was before it."]
        case .unchanged: return ["Unchanged: \(name) is as it should be."] + next(report)
        default: return ["Connected \(name) (\(time))."] + next(report)
        }
    }

    private func next(_ report: Report) -> [String] {
        let connection = report.connection
        let number = connection.numbers.first?.e164 ?? ""
        var lines: [String] = []
        if connection.direction != "outbound" { lines.append("  Call \(number) now: \(platform.title) answers.") }
        if connection.direction != "inbound" {
            lines.append("  Outbound calls go from \(number)\(report.trunkDomain.map { ", through \($0)" } ?? "").")
        }
        return lines
    }
}

/// A failure, for people on stderr or as one JSON object on stdout.
struct FailurePrinter {
    let json: Bool

    func print(_ error: ConnectionError) {
        if json {
            let document: JSONValue = ["outcome": "failed", "error": error.document, "undone": .null]
            Terminal.out(document: document.text(.pretty))
        }
        let style = Style()
        Terminal.err("\(style.bad("error")): \(error.message)")
        if let requestID = error.requestID { Terminal.err("  request id \(requestID)") }
        for step in error.nextSteps { Terminal.err("  next: \(step)") }
    }
}
