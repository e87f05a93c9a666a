import ArgumentParser
@_spi(Adapter) import ZentrunkCore
@_spi(Adapter) import ZentrunkPlivo

/// `zentrunk switch +14155550100 --to elevenlabs`
struct SwitchCommand: RunnableCommand, ConnectionCommand {
    static let configuration = CommandConfiguration(
        commandName: "switch",
        abstract: "Move numbers' inbound calls to another connection, and back.",
        discussion: """
            Prepares everything at the other platform first, and then changes the number's route in one request: calls in \
            progress keep their way. The former connection keeps its objects, so --back needs that one request alone. \
            Outbound calls do not depend on the route: both platforms can place them.

            zentrunk switch +14155550100 --to \(AdapterRegistry.exemplary.platform.id)/second --dry-run
            zentrunk switch +14155550100 --back
            """)

    @Argument(
        help: ArgumentHelp("The numbers, with + and country code.", valueName: "number"),
        completion: Offer.remembered.completion)
    var numbers: [String]
    @Option(
        help: ArgumentHelp("The platform that answers from now on, or platform/name.", valueName: "platform"),
        completion: Offer.platforms.completion)
    var to: String?
    @Flag(help: "Return to the connection that each number had before.") var back = false
    @Option(
        help: ArgumentHelp("What answers at the platform: the id or name of an agent.", valueName: "id"))
    var agent: String?
    @Option(
        help: ArgumentHelp(
            "Set a parameter of the platform's template. Repeatable.", valueName: "parameter=value"))
    var set: [String] = []
    @Option(help: ArgumentHelp("Run only the plan with this digest.", valueName: "digest")) var expect: String?
    @OptionGroup var consent: ConsentOptions
    @OptionGroup var preview: DryRunOptions
    @OptionGroup var account: AccountOptions
    @OptionGroup var running: RunOptions
    @OptionGroup var output: OutputOptions

    func execute() async throws -> ExitStatus {
        let given = try GivenNumbers(numbers, files: [])
        guard back == (to == nil) else { throw ZentrunkError(.invalid, "give either --to PLATFORM or --back") }
        guard !back || (agent == nil && set.isEmpty) else {
            throw ZentrunkError(.invalid, "--back keeps what answers: leave --agent and --set out")
        }
        let target: Target
        if let to { target = try Self.target(to) } else { target = try await former(of: given.numbers) }
        let adapter = try AdapterRegistry.adapter(target.platform.description)
        var request = ConnectionRequest(
            name: target.name, numbers: given.numbers, withoutPlus: given.withoutPlus,
            values: try ConnectionOptionGroup.values(set), mayReroute: true)
        request.agent = agent
        let journal = try JournalOptions.parse([])
        guard !preview.dryRun else {
            return try await PlanShowing(account: account, journal: journal, output: output, expect: expect)
                .run(request, adapter)
        }
        return try await ConnectingRun(
            adapter: adapter, account: account, usesJournal: true, running: running, consent: consent, output: output,
            expect: expect
        ).run(request)
    }

    private typealias Target = (platform: PlatformID, name: ConnectionName)

    /// Reads `vapi` or `vapi/main`.
    private static func target(_ text: String) throws -> Target {
        let filter = try ConnectionFilter(text)
        return (try filter.platform ?? AdapterRegistry.adapter(text).platform.id, filter.name ?? .main)
    }

    /// Returns the connection that all of the numbers had before.
    private func former(of numbers: [PhoneNumber]) async throws -> Target {
        try await Session.run(
            sandbox: account.sandbox, journal: .reading, timeout: account.requestTimeout
        ) { session in
            let carrier = try session.carrier()
            let routes = try carrier.routes
            let identities = try await session.journal.identities(of: carrier.account)
            let search = FormerRoute(
                try await session.journal.connections(identities), route: routes.description)
            let interrupted = try await session.journal.interruptedRuns(of: identities)
            let found = try await session.progress.reading { _ in
                try await concurrently(numbers) { number in
                    guard let live = try await routes.read(number.digits) else {
                        throw ZentrunkError(
                            .noNumber, "\(number) is not on the carrier's account", at: .carrier,
                            remedies: [.listNumbers])
                    }
                    let now = try search.current(number, live).identity
                    let writes = try await session.journal.interruptedWrites(of: now)
                    return try search.connection(of: number, live, after: writes, interrupted: interrupted).identity
                }
            }
            let targets = Set(found)
            guard let target = targets.first, targets.count == 1 else {
                let names = targets.map { "\($0.platform)/\($0.name)" }.sorted().joined(separator: " and ")
                throw ZentrunkError(
                    .invalid,
                    "the numbers were routed through different connections before: \(names); switch them one by one")
            }
            return (target.platform, target.name)
        }
    }
}
