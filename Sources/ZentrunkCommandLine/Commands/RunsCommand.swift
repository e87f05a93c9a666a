import ArgumentParser
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
@_spi(Adapter) import ZentrunkJournal
@_spi(Adapter) import ZentrunkPlivo
import ZentrunkSandbox

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// `zentrunk runs`
struct RunsCommand: RunnableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs",
        abstract: "List past runs with their time, connection and outcome.",
        discussion: """
            Reads this machine's journal and contacts no vendor. Runs on a sandbox are kept apart: --sandbox lists those. The \
            next connect or disconnect of the connection resumes a run that died; zentrunk undo undoes it. Times are in this \
            machine's time zone; with --json in UTC.

            zentrunk runs vapi/main --limit 5
            zentrunk runs --json
            """)

    @Argument(
        help: "Only runs of this platform, or of one connection as in vapi/main.",
        completion: Offer.platforms.completion)
    var connection: String?
    @Option(help: "Only runs of connections of this name.", completion: Offer.names.completion) var name: String?
    @Option(help: "Only this many of the latest runs.") var limit: Int?
    @Flag(help: "List the runs on the sandbox.") var sandbox = false
    @Flag(help: "Print one JSON object on stdout, also on failure.") var json = false

    func execute() async throws -> ExitStatus {
        if let limit, limit < 1 { throw ZentrunkError(.invalid, "--limit must be 1 or more") }
        let filter = try ConnectionFilter(connection, name: name)
        let journal = try SQLiteJournal.ofThisMachine(sandbox: sandbox)
        // Objects made on a sandbox through its variables are gone when it stops.
        let isSandbox = ProcessInfo.processInfo.environment[PlivoAccount.authID.variable] == PlivoService.authID
        let all = try await journal.runs(of: nil)
        // The lock of a later run does not show whether an earlier run without an end is still working.
        let last = Dictionary(all.map { ($0.record.identity, $0.record.id) }) { _, later in later }
        let runs = all.filter { run in
            let identity = run.record.identity
            return (sandbox || isSandbox || identity.carrierAccount != PlivoService.authID)
                && filter.matches(identity.platform, identity.name)
        }
        var entries: [RunEntry] = []
        for run in runs.suffix(limit ?? runs.count) {
            entries.append(try await RunEntry(run, isLast: last[run.record.identity] == run.record.id, journal))
        }
        if json {
            JSONOutput.print(["runs": .array(entries.map { .object($0.members) })])
        } else if entries.isEmpty {
            Terminal.err("no runs")
        } else {
            var table = TextTable(
                header: ["RUN", "BEGUN", "CONNECTION", "OPERATION", "OUTCOME"], width: TextTable.terminalWidth)
            table.rows = entries.map(\.cells)
            Terminal.out(lines: table.lines)
        }
        return .done
    }
}

/// A run in one line.
struct RunEntry {
    let run: PastRun
    /// The process that works on it; nil for a run that ended or died.
    let holder: RunHolder?

    /// - Parameter isLast: Whether no later run of the connection began.
    init(_ run: PastRun, isLast: Bool, _ journal: any Journal) async throws {
        self.run = run
        holder = run.outcome == nil && isLast ? try await journal.locks.holder(of: run.record.identity) : nil
    }

    /// The outcome in one word.
    var outcome: String {
        switch run.outcome {
        case .done?, .gone?: "done"
        case .undone?: "undone"
        case .left?: "left"
        case nil: holder == nil ? "died" : "running"
        }
    }

    var name: String { "\(run.record.identity.platform)/\(run.record.identity.name)" }

    /// The columns of lists.
    var cells: [String] {
        let remark = (holder?.description ?? run.remark).map { "  \($0)" } ?? ""
        return [
            run.record.id, run.begun.map(LocalTime.text) ?? "?", name, run.record.operation.rawValue, outcome + remark,
        ]
    }

    var members: JSONObject {
        [
            "run": .string(run.record.id), "begun": run.begun.map { .string($0) } ?? .null,
            "ended": run.ended.map { .string($0) } ?? .null,
            "connection": .string(run.record.identity.name.description),
            "platform": .string(run.record.identity.platform.description),
            "numbers": .array(run.record.connection.numbers.map { .string($0.e164) }),
            "operation": .string(run.record.operation.rawValue), "outcome": .string(outcome),
            "remark": run.remark.map { .string($0) } ?? .null,
            "process": (holder?.process).map { .integer(Int64($0)) } ?? .null,
        ]
    }
}
