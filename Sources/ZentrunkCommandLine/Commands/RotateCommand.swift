import ArgumentParser
@_spi(Adapter) import ZentrunkCore

/// `zentrunk rotate elevenlabs`
struct RotateCommand: RunnableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Give both halves of a connection new SIP logins.",
        discussion: """
            Outbound calls never fail in the meantime: a second trunk with a new credential is made, each number at the \
            platform changes to it in one request, and then the old trunk and credential are deleted. Zentrunk has one \
            login per origination URI, so with --inbound-authentication digest inbound calls are refused for some \
            seconds; the plan says so. After an interruption, run the same command again.

            API keys are not changed: several can exist at once, so make a new one in the vendor's console.

            zentrunk rotate \(AdapterRegistry.exemplary.platform.id) --dry-run
            """)

    @Argument(help: "The platform.", completion: Offer.platforms.completion) var platform: String
    @Option(help: "The connection's name.", completion: Offer.names.completion) var name = "main"
    @Option(help: "The platform's region.") var region: String?
    @Option(help: ArgumentHelp("Run only the plan with this digest.", valueName: "digest")) var expect: String?
    @OptionGroup var consent: ConsentOptions
    @OptionGroup var preview: DryRunOptions
    @OptionGroup var account: AccountOptions
    @OptionGroup var journal: JournalOptions
    @OptionGroup var running: RunOptions
    @OptionGroup var output: OutputOptions

    func execute() async throws -> ExitStatus {
        let adapter = try AdapterRegistry.adapter(platform)
        var request = ConnectionRequest(
            name: try ConnectionName(name), values: region.map { ["region": .text($0)] } ?? [:])
        request.renewsLogins = true
        guard !preview.dryRun else {
            return try await PlanShowing(account: account, journal: journal, output: output, expect: expect)
                .run(request, adapter)
        }
        return try await ConnectingRun(
            adapter: adapter, account: account, usesJournal: journal.journal, running: running, consent: consent,
            output: output, expect: expect
        ).run(request)
    }
}
