import ArgumentParser
@_spi(Adapter) import ZentrunkCore
@_spi(Adapter) import ZentrunkDiagnosis
import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlivo

/// `zentrunk calls`
struct CallsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calls", abstract: "List calls from Plivo's records and explain why they failed.",
        discussion: """
            Plivo has records of completed calls of the last 90 days. A call that rings or is active has none yet, and how \
            long after a call its record appears is unknown. Times are in UTC. Sends only reads.

            zentrunk calls list --failed --since 2h
            zentrunk calls list --connection vapi/main --watch
            """,
        subcommands: [CallListCommand.self, CallGetCommand.self, CallStatsCommand.self])
}

/// `zentrunk calls list`
struct CallListCommand: RunnableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List calls, with the cause of each hangup that was not normal.",
        discussion: """
            Calls of a connection are those over its trunks, and those of its numbers over trunks that no longer exist. \
            Records are printed as they are read, in Plivo's order. With --watch, new ones follow until Ctrl-C; those that \
            exist already are printed only with --since.

            --csv has the members of Plivo's API and three columns with the explanation. A value that a spreadsheet could \
            take for a formula gets an apostrophe; numbers such as +14155550100 do not.

            zentrunk calls list --number +14155550100 --since 7d
            zentrunk calls list --since 2026-11-30 --until 2026-11-30 --csv > calls.csv
            zentrunk calls list --failed --watch --json
            """)

    @OptionGroup var calls: CallOptions
    @Option(help: ArgumentHelp("Stop after this many calls.", valueName: "n")) var limit: Int?
    @Flag(help: "Print new calls as their records appear, until Ctrl-C.") var watch = false
    @Option(
        help: ArgumentHelp(
            "With --watch: the pause between two looks, from 2 to 3600 (default: 15).", valueName: "seconds")
    )
    var interval: Int?
    @Flag(help: "Print CSV.") var csv = false
    @OptionGroup var account: AccountOptions
    @Flag(help: "Print one JSON object on stdout, also on failure; with --watch, one per line.") var json = false

    private static let intervals = 2...3600
    private static let usualInterval = 15

    private func check() throws(ZentrunkError) {
        if let limit, limit < 1 { throw ZentrunkError(.invalid, "--limit must be 1 or more") }
        if csv, json { throw ZentrunkError(.invalid, "--csv and --json both print on stdout: leave one of them out") }
        if watch, calls.until != nil {
            throw ZentrunkError(.invalid, "--watch has no end: leave --until out")
        }
        guard let interval else { return }
        guard watch else { throw ZentrunkError(.invalid, "--interval belongs to --watch") }
        guard Self.intervals.contains(interval) else {
            throw ZentrunkError(.invalid, "--interval takes 2 to 3600 seconds")
        }
    }

    private var form: CallStream.Form { csv ? .csv : !json ? .rows : watch ? .lines : .document }

    func execute() async throws -> ExitStatus {
        try check()
        let selection = try calls.selection(at: .now)
        let owner = try calls.owner()
        let stream = CallStream(form, limit: limit, try CauseTable.bundled)
        return try await Session.run(
            sandbox: account.sandbox, journal: owner == nil ? .none : .reading, timeout: account.requestTimeout
        ) { session in
            let client = try ZentrunkClient(session.carrier())
            return try await session.progress.reading { _ in
                var selection = selection
                if let owner {
                    selection.belongs = try await CallOwners.read(session, client)
                        .belonging(to: owner, calls.connection ?? "")
                }
                if watch { return try await follow(client.calls, selection, stream) }
                // An open document is closed after Ctrl-C, too.
                guard json else { return try await list(client.calls, selection, stream) }
                return try await Interruption.serving(until: .undone) { [selection] in
                    try await list(client.calls, selection, stream)
                }
            }
        }
    }

    private func list(
        _ records: CallRecords, _ selection: CallSelection, _ stream: CallStream
    ) async throws -> ExitStatus {
        var stream = stream
        do {
            for try await record in try records.selected(selection) {
                stream.print(record)
                if stream.isFull { break }
            }
        } catch let error as ZentrunkError where stream.count > 0 {
            stream.end(error)
            return ExitStatus(error)
        } catch let error as CancellationError {
            guard stream.count > 0 else { throw error }
            stream.end(Interruption.cancelled)
            return .undone
        }
        stream.end()
        if stream.count == 0 {
            Terminal.err(
                "no call records\(calls.since == nil && calls.until == nil ? " of the last 30 days" : "")\(selects ? " match" : "")"
            )
        }
        return .done
    }

    private var selects: Bool {
        calls.connection != nil || !calls.number.isEmpty || calls.direction != nil || calls.failed
    }

    /// Prints new records until the signal that ends the command in good order.
    private func follow(
        _ records: CallRecords, _ selection: CallSelection, _ stream: CallStream
    ) async throws -> ExitStatus {
        let seconds = interval ?? Self.usualInterval
        return try await Interruption.serving(until: .done) {
            var stream = stream
            Terminal.err("watching for call records every \(seconds) s; press Ctrl-C to stop")
            do {
                try await CallWatch(records, selection, every: .seconds(seconds)).run { problem in
                    Terminal.err("  \(Style().warning("…")) \(problem.message); still watching")
                } each: { record in
                    stream.print(record)
                    return !stream.isFull
                }
            } catch is CancellationError {
            } catch let error as ZentrunkError where json && stream.count > 0 {
                stream.end(error)
                return ExitStatus(error)
            }
            stream.end()
            return .done
        }
    }
}
