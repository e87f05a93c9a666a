import ArgumentParser
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON

/// `zentrunk undo 20261122-081530-1f3k9x`
struct UndoCommand: RunnableCommand, ConnectionCommand {
    static let configuration = CommandConfiguration(
        commandName: "undo",
        abstract: "Undo a run: delete what it created and restore what it changed.",
        discussion: """
            For a run that died or left changes behind, and for a completed connect, as long as no later run depends on it. \
            Objects that a change of options, or a disconnect that stopped, deleted are created again, with new ids. \
            Nothing is undone while other objects use what the run created. Objects that were changed by hand since are \
            kept and named. If something cannot be restored, the exit code is 7, and the same command resumes the undo. \
            Asks on the terminal first; a script needs --yes.

            zentrunk runs
            zentrunk undo 20261122-081530-1f3k9x
            """)

    @Argument(help: "The run's id.", completion: Offer.runs.completion) var run: String
    @Option(
        help: ArgumentHelp(
            "The run's custom template, if the journal does not have it.", valueName: "file"),
        completion: .file())
    var template: String?
    @Flag(help: "Continue without the platform's objects: the key is right, and they were deleted.")
    var oneSided = false
    @OptionGroup var consent: ConsentOptions
    @OptionGroup var preview: DryRunOptions
    @OptionGroup var running: RunOptions
    @OptionGroup var account: AccountOptions
    @OptionGroup var output: OutputOptions

    var stopping: String { "finishing requests in flight; the same command resumes the undo" }
    var afterwards: [Remedy] { [] }

    func execute() async throws -> ExitStatus {
        try await inSession { session in
            let story = try await RunText.read(run, session.journal)
            let record = story.entry.run.record
            EventLog.note(run: run)
            let adapter = try AdapterRegistry.adapter(record.identity.platform.description)
            let printer = resultPrinter(adapter, output)
            return try await printer.reporting(record.connection) {
                if output.isForPeople { Terminal.err(lines: story.lines(Style())) }
                let progress = session.progress
                let connector = try session.connector(
                    adapter, template: try TemplateSource.given(adapter, file: template))
                let claim = try await running.claim(connector, record.identity.name)
                defer { claim.release() }
                let plan = try await progress.reading {
                    try await connector.planUndo(run, mayBeOneSided: oneSided, under: claim, reporting: $0)
                }
                let picture = UndoPicture(plan)
                if preview.dryRun {
                    if output.json { JSONOutput.print(plan.json) } else { Terminal.out(lines: picture.lines) }
                    return .done
                }
                if output.isForPeople { Terminal.err(lines: picture.lines) }
                if !plan.isUndone {
                    var question = Consent(action: picture.action)
                    if !output.isForPeople || !Terminal.isSeen { question.details = picture.lines }
                    try await question.require(yes: consent.yes)
                }
                Interruption.note(run: run)
                let report = try await progress.following {
                    try await connector.undo(run, mayBeOneSided: oneSided, under: claim, reporting: $0)
                }
                printer.print(report)
                return ExitStatus(report)
            }
        }
    }
}
