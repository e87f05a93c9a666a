import ArgumentParser
@_spi(Adapter) import ZentrunkCore
import ZentrunkDiagnosis
import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlivo
@_spi(Adapter) import ZentrunkProbe

/// `zentrunk probe sip.example.com`
struct ProbeCommand: RunnableCommand, ConnectionCommand {
    static let configuration = CommandConfiguration(
        commandName: "probe",
        abstract: "Check that SIP hosts answer: DNS, TCP, TLS and one OPTIONS request.",
        discussion: """
            Takes hosts, or a platform: then the hosts of its connection, which are the live origination URIs and what the \
            platform dials for outbound calls. Probes them side by side from this machine, each host once, and says what the answers prove. \
            Exits with 8 unless every host answers: also if a host is silent over UDP, which proves nothing.

            zentrunk probe 'sip.example.com:5061;transport=tls'
            zentrunk probe vapi --name main
            """)

    @Argument(
        help: ArgumentHelp(
            "A host as 'HOST[:PORT][;transport=udp|tcp|tls]', or a platform, or a connection as in vapi/main.",
            valueName: "target"),
        completion: Offer.platforms.completion)
    var targets: [String]
    @Option(help: "The connection's name; main if it is left out.", completion: Offer.names.completion)
    var name: String?
    @Option(help: "The platform's region.") var region: String?
    @OptionGroup var account: AccountOptions
    @OptionGroup var journal: JournalOptions
    @Flag(help: "Print one JSON object on stdout, also on failure.") var json = false

    var usesJournal: Bool { journal.journal }

    /// The most hosts of one command, which are probed side by side.
    private static let maximumHosts = 16

    func execute() async throws -> ExitStatus {
        let given = try targets.map(GivenTarget.init)
        let asksForConnection = given.contains(where: \.isConnection)
        guard asksForConnection || (name == nil && region == nil) else {
            throw ZentrunkError(.invalid, "--name and --region belong to a platform, and only hosts are given")
        }
        return try await inSession(journal: asksForConnection ? .reading : .none) { session in
            var hosts = ProbedHosts()
            for target in given {
                switch target {
                case .host(let target): hosts.add(target)
                case .connection(let platform, let name): try await add(platform, name, to: &hosts, session)
                }
            }
            guard hosts.all.count <= Self.maximumHosts else {
                throw ZentrunkError(.invalid, "probe takes at most \(Self.maximumHosts) hosts at once")
            }
            let network = try await session.probeNetwork()
            let reports = try await Self.probe(hosts.all, network.prober)
            let verdict = Verdict(reports.map(\.result))
            if json {
                let causes = try CauseTable.bundled
                JSONOutput.print([
                    "outcome": .string(verdict.outcome),
                    "probes": .array(zip(hosts.all, reports).map { ProbeText.json($0, $1, causes) }),
                    "skipped": .array(hosts.skipped.map(\.json)), "sandbox": .bool(network.isSandbox),
                ])
            } else {
                let page = ProbeText(style: Style(), width: TextTable.terminalWidth, causes: try CauseTable.bundled)
                for (index, report) in reports.enumerated() {
                    if index > 0 { Terminal.out("") }
                    Terminal.out(lines: page.lines(hosts.all[index], report))
                }
                for skipped in hosts.skipped { Terminal.err("not probed: \(skipped.text): \(skipped.reason)") }
            }
            return verdict == .reachable ? .done : .found
        }
    }

    /// Adds the hosts of a connection.
    private func add(
        _ platform: any PlatformAdapter.Type, _ given: String?, to hosts: inout ProbedHosts, _ session: Session
    ) async throws {
        let request = ConnectionRequest(
            name: try ConnectionName(given ?? name ?? ConnectionName.main.description),
            values: region.map { ["region": .text($0)] } ?? [:])
        let plan = try await ShowCommand.plan(session.connector(platform), request, session.progress)
        let title = "\(platform.platform.id)/\(request.name)"
        hosts.add(plan, title, platform.sip)
        guard hosts.all.isEmpty, hosts.skipped.isEmpty else { return }
        throw ZentrunkError(
            .notFound, "\(title) has no live origination URI and no live outbound trunk, so there is no host to probe",
            remedies: [.line("zentrunk show \(platform.platform.id) --name \(request.name)")])
    }

    /// Probes all hosts side by side.
    private static func probe(_ hosts: [ProbedHosts.Host], _ prober: Prober) async throws -> [ProbeReport] {
        let names = hosts.map(\.target.host)
        Terminal.err("probing \(names.joined(separator: ", ")): at most 35 seconds")
        let reports = try await withThrowingTaskGroup(of: (Int, ProbeReport).self) { group in
            for (index, host) in hosts.enumerated() {
                group.addTask { (index, try await prober.probe(host.target)) }
            }
            var reports: [Int: ProbeReport] = [:]
            for try await (index, report) in group {
                reports[index] = report
                let waiting = names.indices.filter { reports[$0] == nil }.map { names[$0] }
                guard Terminal.isInteractive, !waiting.isEmpty else { continue }
                let words = "  … waiting for \(waiting.joined(separator: ", "))"
                Terminal.draw(words.cut(to: TerminalWidth.columns - 1))
            }
            return reports
        }
        Terminal.clearDrawnLine()
        return hosts.indices.compactMap { reports[$0] }
    }

    /// The result of all probes: the worst of them.
    private enum Verdict {
        case reachable, unreachable, unknown

        init(_ results: [ProbeReport.Result]) {
            self =
                results.contains(.unreachable) ? .unreachable : results.contains(.unknown) ? .unknown : .reachable
        }

        var outcome: String {
            switch self {
            case .reachable: "reachable"
            case .unreachable: "unreachable"
            case .unknown: "unknown"
            }
        }
    }
}

/// A target as it was given: a host, or a connection whose hosts are to be probed.
private enum GivenTarget {
    case host(ProbeTarget)
    case connection(any PlatformAdapter.Type, name: String?)

    /// - Throws: ``ZentrunkError`` `invalid`.
    init(_ text: String) throws(ZentrunkError) {
        let text = text.withoutMargins()
        // A host has no slash, and `sip:` before a host that is called like a platform makes it one.
        let isConnection = AdapterRegistry.names.contains(text) || (text.contains("/") && !text.contains("//"))
        if isConnection {
            let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            self = .connection(try AdapterRegistry.adapter(parts[0]), name: parts.count == 2 ? parts[1] : nil)
            return
        }
        do { self = .host(try ProbeTarget(text)) } catch {
            throw ZentrunkError(.invalid, OriginationURI.masked("\(error)"), remedies: [.line("zentrunk probe --help")])
        }
    }

    var isConnection: Bool { if case .connection = self { true } else { false } }
}
