import ArgumentParser
@_spi(Adapter) import ZentrunkCore

/// `zentrunk disconnect vapi`
struct DisconnectCommand: RunnableCommand, ConnectionCommand {
    static let configuration = CommandConfiguration(
        commandName: "disconnect",
        abstract: "Remove a connection and restore its numbers' previous routes.",
        discussion: """
            Finds the connection's objects by its name on both sides. Asks on the terminal first; a script needs --yes.

            zentrunk disconnect vapi
            """)

    @Argument(help: "The platform.", completion: Offer.platforms.completion) var platform: String
    @Option(help: "The connection's name.", completion: Offer.names.completion) var name = "main"
    @Option(
        name: [.customShort("n"), .long],
        help: ArgumentHelp("Remove only this number; repeatable.", valueName: "number"),
        completion: Offer.remembered.completion)
    var number: [String] = []
    @Option(
        help: ArgumentHelp("Remove only the numbers in this file; - reads stdin. Repeatable.", valueName: "file"),
        completion: .file())
    var numbers: [String] = []
    @Option(help: "The platform's region.") var region: String?
    @Option(
        help: ArgumentHelp(
            "Route for numbers whose previous route is unknown: app:ID or none.", valueName: "target"),
        completion: Offer.routes.completion)
    var routeTo: String?
    @Flag(help: "Continue without the platform's objects: the key is right, and they were deleted.")
    var oneSided = false
    @OptionGroup var consent: ConsentOptions
    @OptionGroup var preview: DryRunOptions
    @OptionGroup var account: AccountOptions
    @OptionGroup var journal: JournalOptions
    @OptionGroup var running: RunOptions
    @OptionGroup var output: OutputOptions

    var usesJournal: Bool { journal.journal }

    func execute() async throws -> ExitStatus {
        let adapter = try AdapterRegistry.adapter(platform)
        let given = try GivenNumbers(number, files: numbers)
        let request = DisconnectionRequest(
            name: try ConnectionName(name), numbers: given.numbers, withoutPlus: given.withoutPlus,
            values: region.map { ["region": .text($0)] } ?? [:], routeTo: try target(), mayBeOneSided: oneSided)
        let printer = resultPrinter(adapter, output)
        let known = Connection(
            platform: adapter.platform.id, name: request.name, numbers: request.numbers, values: [:])
        return try await printer.reporting(known) {
            try await inSession { session in
                let progress = session.progress
                let connector = try session.connector(adapter)
                guard !preview.dryRun else {
                    let plan = try await progress.reading { try await connector.plan(request, reporting: $0) }
                    return PlanShowing.print(plan, json: output.json)
                }
                let claim = try await running.claim(connector, request.name)
                defer { claim.release() }
                let plan = try await progress.reading { try await connector.plan(request, under: claim, reporting: $0) }
                if output.isForPeople { Terminal.err(lines: PlanPicture(plan).lines) }
                try await plan.requireConsent(yes: consent.yes, isShown: output.isForPeople) {
                    try await progress.reading { try await connector.plan(request, under: claim, reporting: $0) }
                }
                let report = await progress.follow { events in
                    await connector.apply(
                        plan, consent: consent.yes || plan.needsConsent, under: claim, reporting: events)
                }
                printer.print(report, plan)
                return ExitStatus(report)
            }
        }
    }

    private func target() throws(ZentrunkError) -> DisconnectionRequest.RouteTarget? {
        guard let routeTo else { return nil }
        if routeTo == "none" { return .nothing }
        guard routeTo.hasPrefix("app:"), routeTo.count > 4 else {
            throw ZentrunkError(.invalid, "--route-to takes app:ID or none, not \"\(routeTo)\"")
        }
        return .application(try ApplicationID.checked(String(routeTo.dropFirst(4)), of: "--route-to"))
    }
}
