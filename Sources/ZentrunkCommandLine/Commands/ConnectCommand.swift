import ArgumentParser
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTemplateLint

/// `zentrunk connect vapi --number +14155550100 --assistant ID`
struct ConnectCommand: RunnableCommand, ConnectionCommand {
    static let configuration = CommandConfiguration(
        commandName: "connect",
        abstract: "Connect numbers to a platform, or change a connection.",
        discussion: """
            Creates missing objects on both sides; routes the numbers last. On an existing connection --number adds, and \
            options you omit keep their current value. Changing live objects asks on the terminal, or needs --yes. --dry-run \
            is the same as plan.

            zentrunk connect \(PlatformHelp.example(AdapterRegistry.exemplary))
            """)

    @OptionGroup var connection: ConnectionOptionGroup
    @Option(help: ArgumentHelp("Run only the plan with this digest.", valueName: "digest")) var expect: String?
    @OptionGroup var consent: ConsentOptions
    @OptionGroup var preview: DryRunOptions
    @OptionGroup var account: AccountOptions
    @OptionGroup var journal: JournalOptions
    @OptionGroup var running: RunOptions
    @OptionGroup var output: OutputOptions

    var usesJournal: Bool { journal.journal }

    func execute() async throws -> ExitStatus {
        guard !preview.dryRun else {
            return try await PlanShowing(account: account, journal: journal, output: output, expect: expect)
                .run(connection)
        }
        let request = try connection.request()
        let adapter = try AdapterRegistry.adapter(connection.platform)
        let template = try TemplateSource.given(adapter, file: connection.template)
        return try await ConnectingRun(
            adapter: adapter, account: account, usesJournal: usesJournal, running: running, consent: consent,
            output: output, template: template, expect: expect
        ).run(request)
    }
}

/// Plans a request and applies the plan: `connect`, `rotate` and `switch`.
struct ConnectingRun: ConnectionCommand {
    let adapter: any PlatformAdapter.Type
    let account: AccountOptions
    let usesJournal: Bool
    let running: RunOptions
    let consent: ConsentOptions
    let output: OutputOptions
    var template: Template?
    var expect: String?

    func run(_ request: ConnectionRequest) async throws -> ExitStatus {
        let printer = resultPrinter(adapter, output)
        let known = Connection(
            platform: adapter.platform.id, name: request.name, numbers: request.numbers, values: request.givenDirection)
        return try await printer.reporting(known) {
            try await inSession { session in
                let progress = session.progress
                let connector = try session.connector(adapter, template: template)
                let claim = try await running.claim(connector, request.name)
                defer { claim.release() }
                var made = try await progress.reading { try await connector.plan(request, under: claim, reporting: $0) }
                if let staleness = made.template?.staleness(on: TemplateSource.today) {
                    made.warnings.append(.staleTemplate(staleness))
                    // Otherwise the plan below shows it.
                    if output.json, !output.events { Terminal.err("\(Style().warning("!")) \(staleness)") }
                }
                made.warnings += ConnectionInput.warnings(made)
                try ConnectionInput.checkName(made)
                let plan = made
                if output.isForPeople { Terminal.err(lines: PlanPicture(plan).lines) }
                try plan.check(expecting: expect)
                try await plan.requireConsent(yes: consent.yes, isShown: output.isForPeople) {
                    try await progress.reading { try await connector.plan(request, under: claim, reporting: $0) }
                }
                // An answer at the prompt applies only to the plan that was shown.
                let mayPlanAgain = consent.yes || !plan.needsConsent
                let report = await progress.follow { events in
                    await connector.apply(
                        plan, consent: consent.yes || plan.needsConsent, expecting: expect, mayPlanAgain: mayPlanAgain,
                        under: claim, reporting: events)
                }
                printer.print(report, plan)
                return ExitStatus(report)
            }
        }
    }
}
