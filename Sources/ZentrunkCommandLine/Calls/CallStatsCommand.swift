import ArgumentParser
@_spi(Adapter) import ZentrunkCore
@_spi(Adapter) import ZentrunkDiagnosis
import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlivo

/// `zentrunk calls stats`
struct CallStatsCommand: RunnableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "Sum up calls: answer rate, durations, quality, and why calls failed.",
        discussion: """
            Groups calls by connection, by the account's number, and by who has to act on a failure. An answered call is one \
            that lasted. Plivo has the quality of each call under a path of its own, so it is read for a sample of the \
            answered calls; the same calls give the same sample.

            --html writes one page with plots. It loads nothing from the network, and it has the account's numbers.

            zentrunk calls stats --since 7d
            zentrunk calls stats --connection vapi/main --html calls.html
            """)

    @OptionGroup var calls: CallOptions
    @Option(
        help: ArgumentHelp(
            "Read the quality of at most this many answered calls, one request each; 0 for none (default: 200).",
            valueName: "n"))
    var sample: Int?
    @Option(help: ArgumentHelp("Write a page with plots to a new file.", valueName: "file"), completion: .file())
    var html: String?
    @OptionGroup var account: AccountOptions
    @Flag(help: "Print one JSON object on stdout, also on failure.") var json = false

    private static let usualSample = 200
    private static let largestSample = 100_000

    func execute() async throws -> ExitStatus {
        let size = sample ?? Self.usualSample
        guard (0...Self.largestSample).contains(size) else {
            throw ZentrunkError(.invalid, "--sample takes 0 to \(Self.largestSample) calls")
        }
        let now = UTCTime.now
        let selection = try calls.selection(at: now)
        let period = try calls.period(at: now)
        let owner = try calls.owner()
        let table = try CauseTable.bundled
        // Before the work, since a file that cannot be written is noticed early.
        let file = try html.map { (path) throws(ZentrunkError) in try WholeFile(path) }
        do {
            return try await Session.run(
                sandbox: account.sandbox, journal: .reading, timeout: account.requestTimeout
            ) { session in
                let survey = try await session.progress.reading { _ in
                    let client = try ZentrunkClient(session.carrier())
                    let owners = try await CallOwners.read(session, client)
                    var selection = selection
                    if let owner { selection.belongs = try owners.belonging(to: owner, calls.connection ?? "") }
                    var survey = CallSurvey(from: period.start, to: period.end, owners: owners, sampling: size)
                    for try await record in try client.calls.selected(selection) { survey.add(record) }
                    try await client.calls.measure(&survey)
                    return survey
                }
                try file?.finish(CallStatsPage(survey, table, scope: scope).text)
                if json {
                    JSONOutput.print(survey.json(table))
                } else {
                    Terminal.out(lines: CallStatsPicture(survey, table, scope: scope).lines)
                }
                if let html { Terminal.err("wrote \(html)") }
                return .done
            }
        } catch {
            file?.discard()
            throw error
        }
    }

    /// The selected calls in words; nil for all.
    private var scope: String? {
        let parts = [
            calls.failed ? "failed" : nil, calls.direction?.rawValue, calls.connection.map { "of \($0)" },
            calls.number.isEmpty ? nil : "from or to \(calls.number.joined(separator: ", "))",
        ].compactMap { $0 }
        return parts.isEmpty ? nil : "only calls: " + parts.joined(separator: ", ")
    }
}
