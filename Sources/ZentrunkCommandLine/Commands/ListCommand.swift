import ArgumentParser
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlivo
import ZentrunkSandbox

/// `zentrunk list`
struct ListCommand: RunnableCommand, ConnectionCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List connections: those in this machine's journal and those that are live.",
        discussion: """
            Live connections are found by their objects' names, on platforms whose settings are present. Connections of other \
            Plivo accounts than the configured one are listed separately, without a lookup. A vendor that does not answer is \
            named, and the list continues without it. If no vendor answers, the exit code is that of the first error.

            zentrunk list --json
            zentrunk list vapi
            """)

    @Argument(help: "Only this platform, or one connection as in vapi/main.", completion: Offer.platforms.completion)
    var connection: String?
    @Option(help: "Only connections of this name.", completion: Offer.names.completion) var name: String?
    @OptionGroup var account: AccountOptions
    @OptionGroup var journal: JournalOptions
    @Flag(help: "Print one JSON object on stdout, also on failure.") var json = false

    var usesJournal: Bool { journal.journal }

    func execute() async throws -> ExitStatus {
        let filter = try ConnectionFilter(connection, name: name)
        return try await inSession(journal: .reading) { session in
            let account = session.carrierAccount
            let identities = try await session.journal.identities(of: nil).filter {
                // Objects made on a sandbox through its variables are gone when it stops.
                // Without an account, whether these are its variables is unknown.
                account == nil || $0.carrierAccount == account || $0.carrierAccount != PlivoService.authID
            }
            let records = try await session.journal.connections(identities)
            let survey = try await session.progress.reading { events in
                try await Survey.read(session, records, filter, events)
            }
            let list = ConnectionList(
                records, account: account, carrier: survey.carrier, places: survey.places, filter)
            if json {
                JSONOutput.print([
                    "carrier_account": account.map { .string($0) } ?? .null,
                    "connections": .array(list.rows.map(\.json)), "problems": .array(survey.problems.map(\.json)),
                ])
            } else {
                if list.rows.isEmpty {
                    Terminal.err(survey.hasAnswer ? "no connections" : "no connections in this machine's journal")
                }
                let isSet = session.has([PlivoAccount.authID])
                Self.print(
                    list, account,
                    others: account != nil
                        ? "whose keys are not set"
                        : "not looked up: \(PlivoAccount.authID.variable) \(isSet ? "is not a valid Auth ID" : "is not set")"
                )
            }
            for problem in survey.problems { problem.print() }
            guard let failure = survey.problems.lazy.compactMap(\.error).first, !survey.hasAnswer else { return .done }
            return ExitStatus(failure)
        }
    }

    /// - Parameter others: The reason why connections of other accounts were not looked up.
    private static func print(_ list: ConnectionList, _ account: String?, others: String) {
        let groups = Dictionary(grouping: list.rows, by: \.carrierAccount)
        let order = groups.keys.sorted { ($0 == account ? 0 : 1, $0) < ($1 == account ? 0 : 1, $1) }
        for group in order {
            if group != account {
                if group != order.first { Terminal.out("") }
                Terminal.out("Plivo account \(group), \(others):")
            }
            var table = TextTable(header: ["CONNECTION", "DIRECTION", "LIVE", "NUMBERS"])
            let rows = groups[group] ?? []
            for row in rows {
                let isAlone = rows.count { $0.platform == row.platform && $0.name == row.name } == 1
                let place = isAlone ? "" : row.platformAccount.map { " (\($0))" } ?? ""
                let title = AdapterRegistry.all.first { $0.platform.id == row.platform }?.platform.title
                table.rows.append([
                    "\(row.platform)/\(row.name)\(place)", row.connection?.direction.rawValue ?? "?",
                    row.live(title ?? row.platform.description),
                    row.connection?.shortNumbers ?? "not in this machine's journal",
                ])
            }
            Terminal.out(lines: table.lines)
        }
    }

    /// The vendors' answers.
    private struct Survey: Sendable {
        var carrier: [ConnectionSurvey.Owned]?
        var places: [ConnectionList.Place] = []
        var problems: [VendorProblem] = []

        var hasAnswer: Bool { carrier != nil || places.contains { $0.found != nil } }

        static func read(
            _ session: Session, _ records: [ConnectionRecord], _ filter: ConnectionFilter, _ events: RunEvents
        ) async throws -> Survey {
            var survey = Survey()
            guard session.has(PlivoAccount.settings) else {
                do { _ = try session.carrier() } catch let error as ZentrunkError {
                    survey.problems.note("Plivo", error)
                }
                return survey
            }
            let accounts = PlatformAccounts(session, records, platform: filter.platform)
            let adapters = accounts.adapters
            survey.problems += accounts.problems
            var carrier: [any ResourceKind] = []
            do { carrier = try session.carrier().kinds } catch let error as ZentrunkError {
                survey.problems.note("Plivo", error)
            }
            let answers = try await ConnectionSurvey.read([carrier] + adapters.map(\.kinds), reporting: events)
            if !carrier.isEmpty {
                survey.carrier = survey.take(answers[0], "Plivo")
            }
            for (adapter, answer) in zip(adapters, answers.dropFirst()) {
                let platform = type(of: adapter).platform
                survey.places.append(
                    ConnectionList.Place(
                        platform: platform.id, account: adapter.account, found: survey.take(answer, platform.title)))
            }
            return survey
        }

        private mutating func take(
            _ answer: Result<[ConnectionSurvey.Owned], ZentrunkError>, _ vendor: String
        ) -> [ConnectionSurvey.Owned]? {
            switch answer {
            case .success(let found): return found
            case .failure(let error):
                problems.note(vendor, error)
                return nil
            }
        }
    }
}
