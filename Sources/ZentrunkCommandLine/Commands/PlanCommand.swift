import ArgumentParser
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
import ZentrunkPairings
import ZentrunkPlanGraph
@_spi(Adapter) import ZentrunkTemplateLint

/// `zentrunk plan vapi --number +14155550100 --assistant ID`
struct PlanCommand: RunnableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Show what connect would do, without doing it.",
        discussion: """
            Sends only reads. To run exactly this plan later, pass its digest: connect --expect DIGEST.

            zentrunk plan \(PlatformHelp.example(AdapterRegistry.exemplary)) --direction inbound
            zentrunk plan \(PlatformHelp.example(AdapterRegistry.exemplary)) --graph dot | dot -Tsvg > plan.svg
            """)

    @OptionGroup var connection: ConnectionOptionGroup
    @Option(
        help: ArgumentHelp(
            "Draw the plan as a dependency graph, with the fields that steps wait for.", valueName: "mermaid|dot"))
    var graph: GraphFormat?
    @Flag(help: "List unchanged objects, too.") var all = false
    @Option(help: ArgumentHelp("Exit with 5 if the plan's digest is different.", valueName: "digest")) var expect:
        String?
    // Without effect. They let a connect command line work with plan, too.
    @Flag(name: [.customShort("y"), .long], help: .hidden) var yes = false
    @Flag(help: .hidden) var wait = false
    @OptionGroup var account: AccountOptions
    @OptionGroup var journal: JournalOptions
    @OptionGroup var output: OutputOptions

    func execute() async throws -> ExitStatus {
        try await PlanShowing(
            account: account, journal: journal, output: output, graph: graph, expect: expect, all: all
        ).run(connection)
    }
}

/// Makes a plan and shows it: `plan`, and `connect --dry-run`.
struct PlanShowing: ConnectionCommand {
    let account: AccountOptions
    let usesJournal: Bool
    let output: OutputOptions
    var graph: GraphFormat?
    var expect: String?
    var all = false

    init(
        account: AccountOptions, journal: JournalOptions, output: OutputOptions, graph: GraphFormat? = nil,
        expect: String? = nil, all: Bool = false
    ) {
        self.account = account
        usesJournal = journal.journal
        self.output = output
        self.graph = graph
        self.expect = expect
        self.all = all
    }

    func run(_ connection: ConnectionOptionGroup) async throws -> ExitStatus {
        let request = try connection.request()
        let adapter = try AdapterRegistry.adapter(connection.platform)
        return try await run(
            request, adapter, template: try TemplateSource.given(adapter, file: connection.template))
    }

    func run(
        _ request: ConnectionRequest, _ adapter: any PlatformAdapter.Type, template: Template? = nil
    ) async throws -> ExitStatus {
        if output.json, graph != nil {
            throw ZentrunkError(.invalid, "--json and --graph both print on stdout: leave one of them out")
        }
        return try await inSession(journal: .reading) { session in
            let connector = try session.connector(adapter, template: template)
            var plan = try await session.progress.reading { try await connector.plan(request, reporting: $0) }
            if let staleness = plan.template?.staleness(on: TemplateSource.today) {
                Terminal.err("\(Style().warning("!")) \(staleness)")
                if output.json { plan.warnings.append(.staleTemplate(staleness)) }
            }
            plan.warnings += ConnectionInput.warnings(plan)
            try ConnectionInput.checkName(plan)
            try plan.check(expecting: expect)
            guard let graph else { return Self.print(plan, json: output.json, all: all) }
            try Self.draw(plan, graph, adapter)
            return Self.end(plan)
        }
    }

    /// Shows a plan as the result of a command that sends nothing but reads.
    static func print(_ plan: Plan, json: Bool, all: Bool = false) -> ExitStatus {
        if json {
            JSONOutput.print(PlanDocument(plan).members)
        } else {
            Terminal.out(lines: PlanPicture(plan, all: all).lines)
        }
        return end(plan)
    }

    private static func end(_ plan: Plan) -> ExitStatus {
        EventLog.note(outcome: plan.isUnchanged ? "unchanged" : "planned")
        return plan.collisions.isEmpty ? .done : .refused
    }

    /// Prints only the graph on stdout, and the plan's collisions and warnings on stderr.
    private static func draw(_ plan: Plan, _ format: GraphFormat, _ adapter: any PlatformAdapter.Type) throws {
        let graph = PlanGraph(
            plan, kinds: try PairingCatalog.kinds(Platform(adapter)), names: PairingCatalog.names(Platform(adapter)))
        Terminal.out(document: format == .mermaid ? graph.mermaid : graph.dot)
        let style = Style()
        Terminal.err(lines: PlanPicture.remarks(plan, style, indent: ""))
    }
}

/// The languages in which a plan can be drawn.
enum GraphFormat: String, Choice { case mermaid, dot }
