@_spi(Adapter) import ZentrunkCore
@_spi(Adapter) import ZentrunkCurl
import ZentrunkJSON
@_spi(Adapter) import ZentrunkJournal
@_spi(Adapter) import ZentrunkPlatforms
@_spi(Adapter) import ZentrunkPlivo
import ZentrunkSandbox

/// Connects one number in both directions to a sandbox, alternately with the SQLite journal and the in-memory one.
/// Prints one line of JSON with the medians.
///
///     journal-bench RUNS FOLDER [LATENCY_MS]
///
/// Each run starts with an empty account and an empty journal in a new folder below FOLDER. Opening the journal is
/// included.
@main
struct JournalBench {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count >= 3, let runs = Int(arguments[1]), runs > 0 else {
            print("usage: journal-bench RUNS FOLDER [LATENCY_MS]")
            throw Unusable(what: "arguments")
        }
        var options = SandboxOptions.platforms
        options.latency = .milliseconds(arguments.count > 3 ? Int(arguments[3]) ?? 50 : 50)
        let folder = arguments[2]
        try await Sandbox.run(options) { sandbox in
            let bench = JournalBench(sandbox: sandbox, curl: try CurlTransport())
            var sqlite: [Double] = []
            var memory: [Double] = []
            // The first pair opens connections and warms caches; it is not counted.
            for run in 0...runs {
                // The order alternates, so that neither side has an advantage.
                for isSQLite in run.isMultiple(of: 2) ? [true, false] : [false, true] {
                    let seconds = try await bench.connect("run-\(run)-\(isSQLite ? "sqlite" : "memory")") {
                        if isSQLite { return try SQLiteJournal(directory: "\(folder)/\(run)") }
                        return InMemoryJournal()
                    }
                    guard run > 0 else { continue }
                    if isSQLite { sqlite.append(seconds) } else { memory.append(seconds) }
                }
            }
            print(
                """
                {"runs":\(runs),"depth":\(sandbox.depth),"sqlite_seconds":\(median(sqlite)),\
                "memory_seconds":\(median(memory)),"ratio":\(median(sqlite) / median(memory))}
                """)
        }
    }

    let sandbox: Sandbox
    let curl: CurlTransport

    /// Returns the duration of one connect in seconds, from opening the journal to the report.
    private func connect(_ id: String, _ open: () throws -> any Journal) async throws -> Double {
        sandbox.reset()
        let began = ContinuousClock.now
        let connector = try connector(try open(), id)
        let agent = Platforms.exemplary.sandbox.facts.agent
        let request = ConnectionRequest(
            numbers: [try PhoneNumber("+14155550100")],
            values: [agent.option: .text(agent.value)])
        let plan = try await connector.plan(request)
        let report = await connector.apply(plan, consent: true)
        let elapsed = ContinuousClock.now - began
        guard report.outcome == .connected, sandbox.violations.isEmpty else {
            throw Unusable(what: "\(report.outcome): \(String(describing: report.error)), \(sandbox.violations)")
        }
        return elapsed / .seconds(1)
    }

    /// Builds a connector like the command does.
    private func connector(_ journal: any Journal, _ id: String) throws -> Connector {
        let environment = sandbox.environment
        let plivo = try PlivoAccount(
            authID: environment[PlivoAccount.authID.variable] ?? "",
            authToken: environment[PlivoAccount.authToken.variable] ?? "",
            apiURL: environment[PlivoAccount.apiURL.variable], over: curl)
        return try Connector(
            plivo, Platforms.exemplary.platform, settings: environment, over: curl, journal: journal,
            makeRunID: { id })
    }
}

private func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
}

private struct Unusable: Error {
    var what: String
}
