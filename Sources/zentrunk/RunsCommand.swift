import ArgumentParser
import ZentrunkCore
import ZentrunkJSON
import ZentrunkJournal

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// `zentrunk runs`
struct RunsCommand: RunnableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs",
        abstract: "List past runs: when they were, of which connection, and how they ended.",
        discussion: """
            Asks the journal of this machine and nobody else. A run that died is taken up by the next connect or disconnect \
            of its connection, or taken back with zentrunk undo.

            zentrunk runs --json
            """)

    @Flag(help: "Print one JSON object on stdout.") var json = false

    func execute() async throws -> ExitStatus {
        let journal = try SQLiteJournal.ofThisMachine()
        let runs = try await journal.runs(of: nil)
        var entries: [RunEntry] = []
        for run in runs { entries.append(try await RunEntry(run, journal)) }
        if json {
            Terminal.out(
                document: JSONValue.object(["runs": .array(entries.map { .object($0.members) })]).text(.pretty))
        } else {
            for entry in entries { Terminal.out(entry.line) }
            if entries.isEmpty { Terminal.err("no run") }
        }
        return .done
    }
}

extension SQLiteJournal {
    /// The journal in the state folder.
    static func ofThisMachine() throws -> SQLiteJournal {
        try SQLiteJournal(directory: StateDirectory.path(ProcessInfo.processInfo.environment))
    }
}

/// A run in one line.
struct RunEntry {
    let run: PastRun
    /// Who works on it; nil for a run that ended or died.
    let holder: RunHolder?

    init(_ run: PastRun, _ journal: any Journal) async throws {
        self.run = run
        // A later run's lock says nothing of an earlier one without an end.
        let last = try await journal.runs(of: run.record.identity).last?.record.id
        let isLast = last == run.record.id
        holder = run.outcome == nil && isLast ? try await journal.locks.holder(of: run.record.identity) : nil
    }

    /// How it ended, in one word.
    var outcome: String {
        switch run.outcome {
        case .done?, .gone?: "done"
        case .undone?: "undone"
        case .left?: "left"
        case nil: holder == nil ? "died" : "running"
        }
    }

    var name: String { "\(run.record.identity.platform)/\(run.record.identity.name)" }

    var line: String {
        let remark = (holder?.description ?? run.remark).map { "  \($0)" } ?? ""
        return run.record.id.padding(to: 26) + (run.begun ?? "?").padding(to: 22) + name.padding(to: 24)
            + run.record.operation.rawValue.padding(to: 12) + outcome + remark
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
