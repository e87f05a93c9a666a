import ArgumentParser
import ZentrunkCore
import ZentrunkJSON

/// `zentrunk plan vapi --number +14155550100`
struct PlanCommand: RunnableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Show what connect would do, without doing it.",
        discussion: """
            Sends nothing but reads. The digest tells plans apart: connect --expect DIGEST runs only this one.

            zentrunk plan vapi --number +14155550100 --direction inbound
            zentrunk plan vapi --number +14155550100 --graph dot | dot -Tsvg > plan.svg
            """)

    @OptionGroup var connection: ConnectionOptionGroup
    @Option(
        help: ArgumentHelp(
            "Draw the plan as a graph: what waits for what, by which field.", valueName: "mermaid|dot"))
    var graph: GraphFormat?
    @Flag(help: "List objects that stay as they are, too.") var all = false
    @OptionGroup var account: AccountOptions
    @OptionGroup var journal: JournalOptions
    @OptionGroup var output: OutputOptions

    func execute() async throws -> ExitStatus {
        let request = try connection.request()
        let adapter = try AdapterRegistry.adapter(connection.platform)
        let template = try TemplateSource.given(adapter, file: connection.template)
        let (json, events, graph, all) = (output.json, output.events, graph, all)
        if json, graph != nil {
            throw ConnectionError(.invalid, "stdout holds one thing: leave out --json, or --graph")
        }
        return try await Session.run(sandbox: account.sandbox, remembering: journal.journal, journal: .reading) {
            session in
            let connector = try await session.connector(
                adapter, name: request.name, region: request.values["region"] ?? nil, template: template, events: nil)
            var request = request
            request.fallbacks = session.fallbacks(adapter, connector.template)
            var plan = try await Progress(events: events).reading { [request] in
                try await connector.plan(request, reporting: $0)
            }
            if let staleness = connector.template.staleness(on: TemplateSource.today) {
                Terminal.err("\(Style().warning("!")) \(staleness)")
                if json { plan.warnings.append(staleness) }
            }
            plan.warnings += ConnectionInput.warnings(plan)
            try ConnectionInput.checkName(plan)
            if let graph {
                try Self.draw(plan, graph, adapter)
            } else if json {
                JSONOutput.print(PlanDocument(plan).members)
            } else {
                Terminal.out(lines: PlanPicture(plan, all: all).lines)
            }
            EventLog.note(outcome: plan.isEmpty ? "unchanged" : "planned")
            return plan.collisions.isEmpty ? .done : .refused
        }
    }

    /// The graph alone goes to stdout; what else a plan has to say goes to stderr.
    private static func draw(_ plan: Plan, _ format: GraphFormat, _ adapter: any PlatformAdapter.Type) throws {
        let graph = PlanGraph(
            plan, kinds: try PairingCatalog.kinds(adapter), names: PairingCatalog.names(adapter))
        Terminal.out(document: format == .mermaid ? graph.mermaid : graph.dot)
        let style = Style()
        for warning in plan.warnings { Terminal.err("\(style.warning("!")) \(warning)") }
        for collision in plan.collisions { Terminal.err("\(style.bad("✗")) \(collision.message)") }
    }
}

/// The languages in which a plan can be drawn.
enum GraphFormat: String, ExpressibleByArgument, CaseIterable { case mermaid, dot }
