@_spi(Adapter) import ZentrunkCore
@_spi(Adapter) import ZentrunkCurl
import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlatforms
@_spi(Adapter) import ZentrunkPlivo
import ZentrunkSandbox

/// Changes a connection that is in the journal, alternately on an account with thousands of unrelated objects and on an
/// empty one. Prints one line of JSON with the medians.
///
///     account-bench RUNS [LATENCY_MS]
///     account-bench platforms
///
/// The second form prints a line for each platform, the exemplary one last: its name, how many round trips deep a connect may be,
/// the option for an agent, a value, and the title.
///
/// Each run connects a number to a new account, which is not measured. Then it adds a second number and enables
/// encryption, which is measured from the plan to the report.
@main
struct AccountBench {
    private static let trunks = 5000
    private static let numbers = 10_000

    static func main() async throws {
        let arguments = CommandLine.arguments
        if arguments.last == "platforms" { return listPlatforms() }
        guard arguments.count >= 2, let runs = Int(arguments[1]), runs > 0 else {
            print("usage: account-bench RUNS [LATENCY_MS]")
            throw Unusable(what: "arguments")
        }
        var options = SandboxOptions.platforms
        options.latency = .milliseconds(arguments.count > 2 ? Int(arguments[2]) ?? 50 : 50)
        var filled = SandboxOptions.platforms
        filled.latency = options.latency
        filled.seed = { $0.plivo.fill(trunks: trunks, numbers: numbers) }
        let (empty, big) = (try await Sandbox.start(options), try await Sandbox.start(filled))
        let benches = [
            AccountBench(sandbox: empty, curl: try CurlTransport()),
            AccountBench(sandbox: big, curl: try CurlTransport()),
        ]
        var seconds: [[Double]] = [[], []]
        // The first pair opens connections and warms caches; it is not counted.
        for run in 0...runs {
            // The order alternates, so that neither side has an advantage.
            for side in run.isMultiple(of: 2) ? [0, 1] : [1, 0] {
                let took = try await benches[side].change("run-\(run)-\(side)")
                if run > 0 { seconds[side].append(took) }
            }
        }
        print(
            """
            {"runs":\(runs),"trunks":\(trunks),"numbers":\(numbers),"lists":\(benches[1].lists),\
            "big_seconds":\(median(seconds[1])),"empty_seconds":\(median(seconds[0])),\
            "ratio":\(median(seconds[1]) / median(seconds[0]))}
            """)
        await empty.stop()
        await big.stop()
    }

    private static func listPlatforms() {
        let last = Platforms.exemplary.folder
        for platform in Platforms.all.filter({ $0.folder != last }) + [Platforms.exemplary] {
            let (about, facts) = (platform.adapter.platform, platform.sandbox.facts)
            print(about.id, facts.depth, "--\(facts.agent.option)", facts.agent.value, about.title)
        }
    }

    let sandbox: Sandbox
    let curl: CurlTransport

    /// The number of requests for Plivo's lists since the last change began.
    private var lists: Int {
        sandbox.requests.count { request in
            request.vendor == PlivoService.vendor && !request.isWrite
                && ["Trunk/", "URI/", "Credential/", "IPAccessControlList/", "Number/"].contains {
                    request.path.hasSuffix($0)
                }
        }
    }

    private func change(_ id: String) async throws -> Double {
        sandbox.reset()
        let journal = InMemoryJournal()
        _ = try await connect(journal, id + "-first", ["+14155550100"], isSecure: false)
        sandbox.clearRequests()
        return try await connect(journal, id, ["+14155550100", "+14155550101"], isSecure: true)
    }

    private func connect(
        _ journal: any Journal, _ id: String, _ numbers: [String], isSecure: Bool
    ) async throws -> Double {
        let began = ContinuousClock.now
        let connector = try connector(journal, id)
        let agent = Platforms.exemplary.sandbox.facts.agent
        let request = ConnectionRequest(
            numbers: try numbers.map { try PhoneNumber($0) },
            values: [agent.option: .text(agent.value), "secure": .flag(isSecure)])
        let plan = try await connector.plan(request)
        let report = await connector.apply(plan, consent: true)
        let elapsed = ContinuousClock.now - began
        guard report.outcome == .connected, sandbox.violations.isEmpty else {
            throw Unusable(what: "\(report.outcome): \(String(describing: report.error)), \(sandbox.violations)")
        }
        return elapsed / .seconds(1)
    }

    /// Built as in the command, with a pace of its own, which does not count the requests of the preparation.
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
