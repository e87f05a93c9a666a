import ArgumentParser
@_spi(Adapter) import ZentrunkCore
import ZentrunkInventory
import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlivo

/// `zentrunk inventory`
struct InventoryCommand: RunnableCommand, ConnectionCommand {
    static let configuration = CommandConfiguration(
        commandName: "inventory",
        abstract: "List everything at Plivo and at the platforms, joined, with what does not fit.",
        discussion: """
            Reads every list of the Plivo account, and of the platforms whose settings are present, once. Shows where each \
            number leads, which trunk each platform dials, and findings, whoever made the objects. Sends only reads. \
            Findings do not change the exit code; with --check, a problem makes it 8, and a note does not.

            zentrunk inventory --check
            zentrunk inventory --graph dot | dot -Tsvg > inventory.svg
            """)

    @Option(
        help: ArgumentHelp("Draw the objects and their references instead.", valueName: "mermaid|dot"))
    var graph: GraphFormat?
    @Option(help: ArgumentHelp("Write a page to a new file.", valueName: "file"), completion: .file())
    var html: String?
    @Flag(help: "Exit with 8 if there is a problem, or if a platform with settings could not be read.") var check =
        false
    @OptionGroup var account: AccountOptions
    @OptionGroup var journal: JournalOptions
    @Flag(help: "Print one JSON object on stdout, also on failure.") var json = false

    var usesJournal: Bool { journal.journal }

    func execute() async throws -> ExitStatus {
        if json, graph != nil {
            throw ZentrunkError(.invalid, "--json and --graph both print on stdout: leave one of them out")
        }
        let file = try html.map { (path) throws(ZentrunkError) in try WholeFile(path) }
        do {
            return try await inSession(journal: .reading) { session in
                let found = try await session.progress.reading { _ in try await Self.read(session) }
                try file?.finish(InventoryPage(found.inventory).text)
                print(found.inventory, found.problems)
                for problem in found.problems { problem.print() }
                if let html { Terminal.err("wrote \(html)") }
                let isIncomplete = found.problems.contains { $0.error != nil }
                return check && (found.inventory.hasProblems || isIncomplete) ? .found : .done
            }
        } catch {
            file?.discard()
            throw error
        }
    }

    private static func read(_ session: Session) async throws -> (inventory: Inventory, problems: [VendorProblem]) {
        let identities = try await session.journal.identities(of: session.carrierAccount)
        let accounts = PlatformAccounts(session, try await session.journal.connections(identities))
        let known = AdapterRegistry.all.map {
            InventorySource.KnownPlatform(id: $0.platform.id, title: $0.platform.title, facts: $0.sip)
        }
        let places = accounts.adapters.compactMap { adapter in
            known.first { $0.id == type(of: adapter).platform.id }.map { (platform: $0, adapter: adapter) }
        }
        let (source, failures) = try await InventorySource.read(
            session.carrier(), places: places, platforms: known)
        var problems = accounts.problems
        for (index, error) in failures.sorted(by: { $0.key < $1.key }) {
            problems.note(places[index].platform.title, error)
        }
        return (Inventory(source), problems)
    }

    private func print(_ inventory: Inventory, _ problems: [VendorProblem]) {
        if json {
            var members = inventory.json
            members["findings"] = .array(
                inventory.findings.map { $0.json.document(adding: ["next": $0.remedies.steps]) })
            members["problems"] = .array(problems.map(\.json))
            return JSONOutput.print(members)
        }
        if let graph {
            let drawing = InventoryGraph(inventory)
            Terminal.out(document: graph == .mermaid ? drawing.mermaid : drawing.dot)
            return
        }
        Terminal.out(lines: InventoryText(inventory, Style()).lines)
    }
}
