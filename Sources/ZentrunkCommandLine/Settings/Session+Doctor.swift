@_spi(Adapter) import ZentrunkCore
import ZentrunkDoctor
@_spi(Adapter) import ZentrunkPlivo
import ZentrunkProbe
import ZentrunkSandbox

extension Session {
    /// A connection that a command works on.
    struct Target: Sendable {
        var adapter: any PlatformAdapter.Type
        var name: ConnectionName
    }

    /// Returns the connections that a filter names: those in the journal, or the named one whether or not the journal has it.
    func connections(_ filter: ConnectionFilter) async throws -> [Target] {
        let account = carrierAccount
        let identities = try await journal.identities(of: account).filter { filter.matches($0.platform, $0.name) }
        let known = try await journal.connections(identities).map(\.identity)
        var targets: [Target] = []
        for adapter in AdapterRegistry.all {
            let names = Set(known.filter { $0.platform == adapter.platform.id }.map(\.name))
            targets += names.sorted { $0.description < $1.description }.map { Target(adapter: adapter, name: $0) }
        }
        if targets.isEmpty, let platform = filter.platform,
            let adapter = AdapterRegistry.all.first(where: { $0.platform.id == platform })
        {
            targets.append(Target(adapter: adapter, name: filter.name ?? .main))
        }
        return targets
    }

    /// Returns a doctor with the session's settings.
    ///
    /// - Parameter wire: Whether to probe SIP hosts. Those of a sandbox are never asked for elsewhere.
    func doctor(wire: Bool) async throws -> Doctor {
        var prober: Prober?
        if wire {
            let network = try await probeNetwork()
            // An older sandbox's environment has its account and does not say where its hosts are.
            prober = network.isSandbox || carrierAccount != PlivoService.authID ? network.prober : nil
        }
        return Doctor(
            carrier: settings(PlivoAccount.settings),
            platforms: AdapterRegistry.all.map { Doctor.PlatformAccount(Platform($0), settings(of: $0)) },
            over: doctorTransport, journal: journal, plainHosts: plainHTTP, probe: Self.probe(prober))
    }

    private static func probe(_ prober: Prober?) -> Doctor.Probe? {
        guard let prober else { return nil }
        let known = KnownProbes(prober: prober)
        return { try await known.finding($0) }
    }

    /// The values of a platform's settings, by variable.
    func settings(of adapter: any PlatformAdapter.Type) -> [String: String] { settings(adapter.platform.settings) }
}

/// The probes of one command: several connections of one platform share its hosts, and no host is asked twice.
private actor KnownProbes {
    private let prober: Prober
    private var running: [ProbeTarget: Task<WireFinding, any Error>] = [:]

    init(prober: Prober) { self.prober = prober }

    func finding(_ target: ProbeTarget) async throws -> WireFinding {
        if let task = running[target] { return try await task.value }
        let task = Task { [prober] in WireFinding(try await prober.probe(target)) }
        running[target] = task
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }
}
