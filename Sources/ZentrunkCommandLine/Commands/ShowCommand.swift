import ArgumentParser
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
@_spi(Adapter) import ZentrunkJournal
@_spi(Adapter) import ZentrunkPlivo

/// `zentrunk show vapi`
struct ShowCommand: RunnableCommand, ConnectionCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a connection with its options, live objects and drift, or a past run.",
        discussion: """
            Sends only reads. Drift is printed as live → described; with --exit-code it makes the exit code 8. With a run's \
            id, from zentrunk runs, shows that run from the journal: what was intended, what happened and what is left.

            zentrunk show vapi --name main
            """)

    @Argument(help: "The platform, or a run's id.", completion: Offer.platformsAndRuns.completion) var platform: String
    @Option(help: "The connection's name.", completion: Offer.names.completion) var name = "main"
    @Option(help: "The platform's region.") var region: String?
    @Flag(help: "Exit with 8 if there is drift.") var exitCode = false
    @OptionGroup var account: AccountOptions
    @OptionGroup var journal: JournalOptions
    @Flag(help: "Print one JSON object on stdout, also on failure.") var json = false

    var usesJournal: Bool { journal.journal }

    func execute() async throws -> ExitStatus {
        if RunID.isOne(platform) {
            let story = try await RunText.read(
                platform, account.sandbox ? SQLiteJournal.ofThisMachine(sandbox: true) : nil)
            if json { JSONOutput.print(story.json) } else { Terminal.out(lines: story.lines(Style())) }
            return .done
        }
        let adapter = try AdapterRegistry.adapter(platform)
        let request = ConnectionRequest(
            name: try ConnectionName(name), values: region.map { ["region": .text($0)] } ?? [:])
        return try await inSession(journal: .reading) { session in
            let connector = try session.connector(adapter)
            let plan = try await Self.plan(connector, request, session.progress)
            let page = try await session.progress.reading { _ in
                ConnectionPage(
                    plan: plan, domainField: try session.carrier().domainField,
                    lastRun: try await session.journal.runs(of: plan.identity).last,
                    unrecorded: try await connector.unrecordedNumbers(of: plan))
            }
            if json { JSONOutput.print(page.json) } else { Terminal.out(lines: page.lines(Style())) }
            return exitCode && page.hasDrift ? .found : .done
        }
    }

    /// Returns the plan of a request that changes nothing, also where only one half of the connection exists.
    static func plan(
        _ connector: Connector, _ request: ConnectionRequest, _ progress: Progress
    ) async throws -> Plan {
        do {
            return try await progress.reading { try await connector.plan(request, reporting: $0) }
        } catch let error as ZentrunkError {
            let platform = connector.platform
            guard error.code == .oneSided else {
                throw error.code == .noNumber ? unknown(platform, request.name) : error
            }
            // Still shows the description and the live objects.
            var all = request
            all.mayBeOneSided = true
            var plan = try await progress.reading { [all] in try await connector.plan(all, reporting: $0) }
            plan.warnings.append(
                Warning(
                    .oneSided, error.message,
                    remedies: [.line("zentrunk plan \(platform.id) --name \(request.name) --one-sided")]))
            return plan
        }
    }

    private static func unknown(_ platform: Platform, _ name: ConnectionName) -> ZentrunkError {
        ZentrunkError(
            .notFound, "no connection \(platform.id)/\(name) was found", remedies: [.line("zentrunk list")])
    }
}

/// One connection as `show` prints it.
struct ConnectionPage: Sendable {
    let plan: Plan
    /// The field of a trunk that holds the domain which the platform dials.
    let domainField: String
    let lastRun: PastRun?
    /// Numbers that are live under the connection's name but missing from its description.
    let unrecorded: [PhoneNumber]

    /// Whether anything live differs from the description.
    var hasDrift: Bool { !plan.isUnchanged || !unrecorded.isEmpty }

    private var trunkDomain: String? {
        plan.resources.lazy.compactMap { $0.liveFields?[domainField]?.string }.first { !$0.isEmpty }
    }

    func lines(_ style: Style) -> [String] {
        let connection = plan.connection
        var lines = [style.strong("\(connection.platform)/\(connection.name)")]
        func add(_ title: String, _ text: String?) { if let text { lines.append("  \(title.padding(to: 20))\(text)") } }
        add("trunk domain:", trunkDomain)
        add("numbers:", connection.numbers.map(\.e164).joined(separator: ", "))
        add("last run:", lastRun.map(Self.text) ?? "none on this machine")
        for (name, value) in connection.values.sorted(by: { $0.key < $1.key }) {
            add("\(name):", value.string ?? value.text())
        }
        let resources = plan.resources.map { resource in
            "    \(resource.instance)  \(style.faint(resource.kind))  \(resource.id ?? style.bad("missing"))"
        }
        lines += ["  objects:"] + resources
        if !unrecorded.isEmpty {
            lines.append(
                "  \(style.warning("!")) live under this name, but not in its description: "
                    + unrecorded.map(\.e164).joined(separator: ", ")
            )
        }
        guard !plan.isEmpty else {
            lines += PlanPicture.remarks(plan, style, indent: "  ")
            return hasDrift ? lines : lines + ["No drift: the live state matches the description."]
        }
        lines.append("Drift (live → described):")
        return lines + PlanPicture(plan, style: style).lines.dropFirst().dropLast()
    }

    private static func text(_ run: PastRun) -> String {
        let outcome = run.outcome.map { $0 == .gone ? "done" : $0.rawValue } ?? "unfinished"
        let begun = run.begun.map(LocalTime.text) ?? "at an unknown time"
        return "\(begun), \(run.record.operation.rawValue), \(outcome) (\(run.record.id))"
    }

    var json: JSONObject {
        var members = PlanDocument(plan).shown
        members["outcome"] = hasDrift ? "drift" : "unchanged"
        members["trunk_domain"] = trunkDomain.map { .string($0) } ?? .null
        members["unrecorded_numbers"] = .array(unrecorded.map { .string($0.e164) })
        members["last_run"] =
            lastRun.map { run in
                [
                    "run": .string(run.record.id), "begun": run.begun.map { .string($0) } ?? .null,
                    "operation": .string(run.record.operation.rawValue),
                    "outcome": run.outcome.map { .string($0.rawValue) } ?? .null,
                ]
            } ?? .null
        return members
    }
}
