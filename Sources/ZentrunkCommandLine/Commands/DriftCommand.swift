import ArgumentParser
@_spi(Adapter) import ZentrunkCore
import ZentrunkDoctor
import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlivo

/// `zentrunk drift`
struct DriftCommand: RunnableCommand, ConnectionCommand {
    static let configuration = CommandConfiguration(
        commandName: "drift",
        abstract: "Compare connections with their live objects.",
        discussion: """
            Checks all connections in this machine's journal, or those of a platform, or one. Sends only reads. Exits with 8 if \
            something drifted; zentrunk connect repairs it.

            zentrunk drift
            zentrunk drift vapi --name support
            """)

    @Argument(
        help: "Only connections of this platform, or one connection as in vapi/main.",
        completion: Offer.platforms.completion)
    var connection: String?
    @Option(help: "Only the connection of this name.", completion: Offer.names.completion) var name: String?
    @Option(help: "The platform's region.") var region: String?
    @OptionGroup var account: AccountOptions
    @OptionGroup var journal: JournalOptions
    @Flag(help: "Print one JSON object on stdout, also on failure.") var json = false

    var usesJournal: Bool { journal.journal }

    func execute() async throws -> ExitStatus {
        let filter = try ConnectionFilter(connection, name: name)
        let values: [String: ParameterValue] = region.map { ["region": .text($0)] } ?? [:]
        return try await inSession(journal: .reading) { session in
            let drifts = try await session.progress.reading { events in
                var drifts: [Drift] = []
                for target in try await session.connections(filter) {
                    drifts.append(try await Self.drift(session, target, values, events))
                }
                return drifts
            }
            if json {
                JSONOutput.print([
                    "outcome": .string(Self.outcome(drifts)),
                    "connections": .array(drifts.map { .object($0.document) }),
                ])
            } else if drifts.isEmpty {
                Terminal.err("no connections in this machine's journal")
            } else {
                for drift in drifts { Terminal.out(lines: drift.lines(Style())) }
            }
            return Self.status(drifts)
        }
    }

    /// Settings that are missing or malformed concern one connection and not the others.
    private static func drift(
        _ session: Session, _ target: Session.Target, _ values: [String: ParameterValue], _ events: RunEvents
    ) async throws -> Drift {
        do {
            let connector = try session.connector(target.adapter)
            let drift = try await connector.drift(of: target.name, values: values, reporting: events)
            if case .unreadable(let error) = drift.state, error.code == .noNumber {
                throw ZentrunkError(
                    .notFound, "no connection \(target.adapter.platform.id)/\(target.name) was found",
                    remedies: [.line("zentrunk list")])
            }
            return drift
        } catch let error as ZentrunkError {
            return Drift(platform: target.adapter.platform.id, name: target.name, state: .unreadable(error))
        }
    }

    private static func outcome(_ drifts: [Drift]) -> String {
        drifts.map(\.word).contains("drifted")
            ? "drifted" : drifts.map(\.word).contains("unreadable") ? "unreadable" : "unchanged"
    }

    private static func status(_ drifts: [Drift]) -> ExitStatus {
        if outcome(drifts) == "drifted" { return .found }
        let errors = drifts.compactMap { if case .unreadable(let error) = $0.state { error } else { nil } }
        return errors.first.map { ExitStatus($0) } ?? .done
    }
}

extension Drift {
    /// The drift with the steps for people.
    fileprivate var document: JSONObject {
        var members = json
        if case .unreadable(let error) = state { members["error"] = error.document } else { members["error"] = .null }
        members["next"] = remedies.steps
        return members
    }

    /// The drift for people.
    fileprivate func lines(_ style: Style) -> [String] {
        let subject = style.strong("\(platform)/\(name)")
        let steps = RemedyText.current.steps(remedies).map { "  next: \($0)" }
        switch state {
        case .unchanged:
            return ["\(style.good("✓")) \(subject): unchanged"]
                + switched.sorted { $0.key < $1.key }.map { number, other in
                    "  \(number) is switched to \(other.platform)/\(other.name); back: zentrunk switch \(number) --back"
                }
        case .unreadable(let error):
            return ["\(style.warning("?")) \(subject): cannot be read: \(error.sentence)"] + steps
        case .drifted(let plan):
            let picture = PlanPicture(plan, style: style).lines.dropFirst().dropLast()
            return ["\(style.bad("✗")) \(subject): drifted (live → described)"] + picture + steps
        }
    }
}
