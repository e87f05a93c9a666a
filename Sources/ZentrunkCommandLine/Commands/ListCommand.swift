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
        var problems: [Problem] = []

        var hasAnswer: Bool { carrier != nil || places.contains { $0.found != nil } }

        static func read(
            _ session: Session, _ records: [ConnectionRecord], _ filter: ConnectionFilter, _ events: RunEvents
        ) async throws -> Survey {
            var survey = Survey()
            guard session.has(PlivoAccount.settings) else {
                do { _ = try session.carrier() } catch let error as ZentrunkError { survey.note("Plivo", error) }
                return survey
            }
            let adapters = survey.adapters(session, records, filter)
            var carrier: [any ResourceKind] = []
            do { carrier = try session.carrier().kinds } catch let error as ZentrunkError {
                survey.note("Plivo", error)
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

        /// The accounts to query: each platform's usual one, and those of connections in the journal.
        private mutating func adapters(
            _ session: Session, _ records: [ConnectionRecord], _ filter: ConnectionFilter
        ) -> [any PlatformAdapter] {
            var adapters: [any PlatformAdapter] = []
            for type in AdapterRegistry.all where filter.platform == nil || filter.platform == type.platform.id {
                guard session.has(type.platform.settings) else {
                    problems.append(Problem(vendor: type.platform.title))
                    continue
                }
                let known = records.filter {
                    $0.identity.carrierAccount == session.carrierAccount && $0.identity.platform == type.platform.id
                }
                let selecting = type.platform.accountParameters
                let accounts = Set(known.map { $0.connection.values.filter { selecting.contains($0.key) } })
                for values in [[:]] + accounts.sorted(by: { "\($0)" < "\($1)" }) {
                    do {
                        let adapter = try session.adapter(type, values: values)
                        let isNew = !adapters.contains {
                            Swift.type(of: $0).platform.id == type.platform.id && $0.account == adapter.account
                        }
                        if isNew { adapters.append(adapter) }
                    } catch {
                        let error = error as? ZentrunkError ?? ZentrunkError(internalFault: error)
                        note(type.platform.title, error)
                    }
                }
            }
            return adapters
        }

        private mutating func take(
            _ answer: Result<[ConnectionSurvey.Owned], ZentrunkError>, _ vendor: String
        ) -> [ConnectionSurvey.Owned]? {
            switch answer {
            case .success(let found): return found
            case .failure(let error):
                note(vendor, error)
                return nil
            }
        }

        /// Adds a problem, once: accounts of one platform often fail alike.
        private mutating func note(_ vendor: String, _ error: ZentrunkError) {
            let isKnown = problems.contains { $0.vendor == vendor && $0.error?.message == error.message }
            if !isKnown { problems.append(Problem(vendor: vendor, error: error)) }
        }
    }

    /// The reason why a vendor's objects are missing from the list.
    private struct Problem: Sendable {
        var vendor: String
        /// nil when its settings are missing, so that it was not asked.
        var error: ZentrunkError?

        func print() {
            guard let error else { return Terminal.err("\(vendor) was not queried: its settings are missing") }
            Terminal.err("\(vendor) could not be queried: \(error.message)")
            for step in error.nextSteps { Terminal.err("  next: \(step)") }
        }

        var json: JSONValue {
            [
                "vendor": .string(vendor), "code": .string(error?.code.description ?? "not-asked"),
                "message": .string(error?.message ?? "its settings are missing"),
                "next": .array((error?.nextSteps ?? []).map { .string($0) }),
                "remedies": (error?.remedies ?? []).json,
            ]
        }
    }
}
