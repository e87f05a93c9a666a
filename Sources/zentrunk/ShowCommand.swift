import ArgumentParser
import ZentrunkCore
import ZentrunkJSON

/// `zentrunk show vapi`
struct ShowCommand: RunnableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one connection: its options, its live objects, and what differs from its description.",
        discussion: """
            Sends nothing but reads. With a run's id, which zentrunk runs tells, it shows that run from the journal: what was \
            intended, what happened and what is left.

            zentrunk show vapi --name main
            """)

    @Argument(help: "The platform, or a run's id.", completion: Offer.platformsAndRuns.completion) var platform: String
    @Option(help: "The connection's name.", completion: Offer.names.completion) var name = "main"
    @Option(help: "The platform's region.") var region: String?
    @OptionGroup var account: AccountOptions
    @OptionGroup var journal: JournalOptions
    @Flag(help: "Print one JSON object on stdout.") var json = false

    func execute() async throws -> ExitStatus {
        if RunID.isOne(platform) {
            let told = try await RunStory.read(platform)
            if json {
                Terminal.out(document: told.json.text(.pretty))
            } else {
                Terminal.out(lines: told.lines(Style()))
            }
            return .done
        }
        let adapter = try AdapterRegistry.adapter(platform)
        let request = ConnectionRequest(name: try ConnectionName(name))
        let (json, region) = (json, region)
        return try await Session.run(sandbox: account.sandbox, remembering: journal.journal) { session in
            let connector = try await session.connector(
                adapter, name: request.name, region: region, template: nil, events: nil)
            let plan = try await connector.plan(request)
            if json {
                Terminal.out(document: PlanDocument(plan).shownText)
            } else {
                let options = plan.connection.values.sorted { $0.key < $1.key }.map {
                    "  \($0.key): \($0.value.string ?? $0.value.text())"
                }
                Terminal.out("\(plan.connection.platform)/\(plan.connection.name)")
                Terminal.out(lines: options + PlanPicture(plan).lines)
            }
            return .done
        }
    }
}
