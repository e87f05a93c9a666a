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
            """)

    @OptionGroup var connection: ConnectionOptionGroup
    @OptionGroup var account: AccountOptions
    @OptionGroup var output: OutputOptions

    func execute() async throws -> ExitStatus {
        let request = try connection.request()
        let adapter = try AdapterRegistry.adapter(connection.platform)
        let template = try TemplateSource.load(adapter, file: connection.template)
        let (json, events) = (output.json, output.events)
        return try await Session.run(sandbox: account.sandbox) { session in
            let connector = try await session.connector(
                adapter, name: request.name, region: request.values["region"] ?? nil, template: template, events: nil)
            var request = request
            request.fallbacks = session.fallbacks(adapter, template)
            var plan = try await Progress(events: events).reading { [request] in
                try await connector.plan(request, reporting: $0)
            }
            if let staleness = template.staleness(on: TemplateSource.today) {
                Terminal.err("\(Style().warning("!")) \(staleness)")
                if json { plan.warnings.append(staleness) }
            }
            Terminal.out(json ? PlanDocument(plan).text : PlanPicture(plan).text)
            return plan.collisions.isEmpty ? .done : .refused
        }
    }
}
