import ArgumentParser
import ZentrunkCore
import ZentrunkJSON

/// `zentrunk undo 20261122-081530-1f3k9x`
struct UndoCommand: RunnableCommand {
    static let configuration = CommandConfiguration(
        commandName: "undo",
        abstract: "Take a run back: what it made goes, what it changed becomes what it was before.",
        discussion: """
            For a run that died or left something, and for a connect that was done, as long as no later run rests on it and \
            nothing of it was deleted. What somebody else changed or uses since stays, and is named. When something cannot be \
            put back the exit code is 7, and the same command goes on from there. On a terminal it asks first; in a script the \
            command itself is the consent.

            zentrunk runs
            zentrunk undo 20261122-081530-1f3k9x
            """)

    @Argument(help: "The run's id.") var run: String
    @Option(help: ArgumentHelp("The template that the run used, if it was your own.", valueName: "file"))
    var template: String?
    @Flag(name: [.customShort("y"), .long], help: "Do not ask.") var yes = false
    @OptionGroup var running: RunOptions
    @OptionGroup var account: AccountOptions
    @OptionGroup var output: OutputOptions

    var stopping: String { "no further write starts; the same command goes on later" }

    func execute() async throws -> ExitStatus {
        let (run, template, yes, running) = (run, template, yes, running)
        let (json, events) = (output.json, output.events)
        return try await Session.run(sandbox: account.sandbox) { session in
            let story = try await RunStory.read(run, session.journal)
            let record = story.entry.run.record
            let adapter = try AdapterRegistry.adapter(record.identity.platform.description)
            let printer = ResultPrinter(json: json, platform: adapter.platform)
            return try await printer.reporting(record.connection) {
                if !json, !events { Terminal.err(lines: story.lines(Style())) }
                let progress = Progress(events: events)
                let connector = try await session.connector(
                    adapter, name: record.identity.name, region: record.connection.values["region"]?.string,
                    template: try TemplateSource.load(adapter, file: template), events: progress.events)
                let claim = try await running.claim(connector, record.identity.name)
                defer { claim.release() }
                if !yes, Terminal.canAsk, !Terminal.confirms("Put back what it wrote?") {
                    throw ConnectionError(
                        .consent, "nobody agreed that the run is taken back",
                        next: ["run the command again with --yes"])
                }
                let report = try await progress.following { try await connector.undo(run, under: claim, reporting: $0) }
                if report.outcome == .unchanged, !json {
                    Terminal.out("Nothing is left of run \(run).")
                } else {
                    printer.print(report)
                }
                return ExitStatus(report)
            }
        }
    }
}
