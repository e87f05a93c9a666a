@_spi(Adapter) import ZentrunkCore
@_spi(Adapter) import ZentrunkCurl
import ZentrunkJSON
@_spi(Adapter) import ZentrunkJournal
@_spi(Adapter) import ZentrunkPlivo
@_spi(Adapter) import ZentrunkProbe
import ZentrunkSandbox

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The resources of a command that contacts the vendors: settings, transports and the journal.
struct Session: Sendable {
    /// How a command uses the journal.
    enum JournalUse: Sendable {
        /// Records its actions. Creates the state folder if it is missing.
        case writing
        /// Only reads. Takes no lock and creates no folder.
        case reading
        /// Does not use the journal.
        case none
    }

    let journal: any Journal
    /// Displays the events of the session's work and the waits of its requests.
    let progress = Progress()
    private let environment: [String: String]
    /// Settings that are empty in the environment and therefore hide a value of the profile.
    private let hidden: Set<String>
    private let plainHosts: PlainHTTPHosts
    private let curl: CurlTransport
    /// The file of trusted certificate authorities; nil for libcurl's default.
    private let authorityFile: String?
    private let network: CurlConfiguration
    /// Knows what every account's redactor has to know.
    private let redactor = Redactor()
    private let limiter = RateLimiter(PlivoAccount.rateLimit)

    /// Runs the work with a session. A sandbox started for the session stops with it.
    ///
    /// - Parameters:
    ///   - remembering: Whether to use the journal in the state folder. If false, existing objects are found by name,
    ///     and nothing is recorded.
    ///   - use: How the journal is used.
    ///   - timeout: The time limit of one request; nil for the transport's default.
    /// - Throws: The errors of the work, and ``ZentrunkError`` for settings and the journal.
    static func run<Result: Sendable>(
        sandbox wantsSandbox: Bool, remembering: Bool = true, journal use: JournalUse = .writing,
        timeout: Duration? = nil, _ work: @Sendable (Session) async throws -> Result
    ) async throws -> Result {
        let environment = ProcessInfo.processInfo.environment
        guard wantsSandbox else {
            let settings = try ProfileFile.settings(environment)
            let journal = try journal(remembering, use) { try StateDirectory.path(environment) }
            return try await work(Session(settings.values, hidden: settings.hidden, timeout, journal))
        }
        // A sandbox is given no key but its own, whatever its file says, and needs no profile.
        let secret = Set(AdapterRegistry.settings.filter(\.isSecret).map(\.variable))
        let open = environment.filter { !secret.contains($0.key) }
        let directory = try StateDirectory.path(environment)
        if let running = await SandboxLocation.find(in: directory) {
            let combined = open.merging(running.environment) { _, sandbox in sandbox }
            let journal = try journal(remembering, use) { StateDirectory.ofSandbox(in: directory) }
            return try await work(Session(combined, timeout, journal))
        }
        Terminal.err(
            "no sandbox is running: using a temporary one (zentrunk sandbox starts a lasting one)")
        let sandbox = try await Sandbox.start(AdapterRegistry.sandbox)
        let combined = open.merging(sandbox.environment) { _, sandbox in sandbox }
        do {
            // A temporary sandbox's objects are gone when it stops, so its runs are not recorded.
            let result = try await work(Session(combined, timeout, InMemoryJournal()))
            await sandbox.stop()
            return result
        } catch {
            await sandbox.stop()
            throw error
        }
    }

    private static func journal(
        _ remembering: Bool, _ use: JournalUse, in directory: () throws -> String
    ) throws -> any Journal {
        switch use {
        case .none: return InMemoryJournal()
        case .reading:
            guard remembering else { return InMemoryJournal() }
            return try SQLiteJournal.reading(directory: directory()) ?? InMemoryJournal()
        case .writing:
            if remembering { return try SQLiteJournal(directory: directory()) }
            // A run without a journal still meets the others at the lock.
            do { return InMemoryJournal(locks: OptionalLocks(try FileLocks(directory: directory()))) } catch {
                OptionalLocks.warn(error)
                return InMemoryJournal()
            }
        }
    }

    private init(
        _ environment: [String: String], hidden: Set<String> = [], _ timeout: Duration?, _ journal: any Journal
    ) throws {
        self.environment = environment
        self.hidden = hidden
        self.journal = journal
        plainHosts = try PlainHTTPHosts(environment[PlainHTTPHosts.variable] ?? "")
        var network: CurlConfiguration
        do { network = try CurlConfiguration(environment: environment) } catch {
            throw ZentrunkError(.invalid, "\(error)")
        }
        network.plainHosts = plainHosts
        authorityFile = network.certificateAuthorityFile
        if let timeout { network.limitRequests(to: timeout) }
        self.network = network
        for secret in network.proxies.secrets { redactor.learn(secret) }
        do { curl = try CurlTransport(configuration: network) } catch {
            throw ZentrunkError(.invalid, "libcurl cannot be used: \(error)")
        }
    }

    /// Returns the account at Plivo.
    ///
    /// - Parameter sendingOnce: Whether every request is sent at most once.
    func carrier(sendingOnce: Bool = false) throws -> PlivoAccount {
        try MissingSettings.check(PlivoAccount.settings, in: environment, hidden: hidden)
        if sendingOnce { return try PlivoAccount(carrierSettings, stack: once(.carrier, "Plivo")) }
        return try PlivoAccount(carrierSettings, over: WatchedTransport(base: curl), limiter: limiter)
    }

    private var carrierSettings: PlatformSettings {
        PlatformSettings(values(PlivoAccount.settings), plainHosts: plainHosts, redactor: redactor)
    }

    /// Returns the connector of a platform.
    ///
    /// - Parameter template: The requested template; nil for the one that each connection was created with.
    func connector(_ adapterType: any PlatformAdapter.Type, template: Template? = nil) throws -> Connector {
        let platform = Platform(adapterType)
        try MissingSettings.check(PlivoAccount.settings + platform.settings, in: environment, hidden: hidden)
        return try Connector(
            carrier(), platform, settings: values(platform.settings).mapValues { $0.reveal() },
            over: WatchedTransport(base: curl), journal: journal, template: template, plainHosts: plainHosts,
            makeRunID: {
                let id = RunID.make()
                Interruption.note(run: id)
                EventLog.note(run: id)
                return id
            })
    }

    /// Returns a transport that sends every request at most once, over connections of its own.
    private func once(_ side: Side, _ vendor: String) throws -> any HTTPTransport {
        let curl: CurlTransport
        do { curl = try CurlTransport(configuration: network) } catch {
            throw ZentrunkError(.invalid, "libcurl cannot be used: \(error)")
        }
        return TransportStack.once(WatchedTransport(base: curl), side: side, vendor: vendor)
    }

    /// Returns the account at a platform that the values select.
    ///
    /// - Parameter sendingOnce: Whether every request is sent at most once.
    func adapter(
        _ adapterType: any PlatformAdapter.Type, values: [String: JSONValue], sendingOnce: Bool = false
    ) throws -> any PlatformAdapter {
        let platform = Platform(adapterType)
        let settings = PlatformSettings(
            self.values(platform.settings), plainHosts: plainHosts, redactor: Redactor(extending: redactor))
        let transport =
            try sendingOnce
            ? once(.platform, platform.title)
            : TransportStack.over(
                WatchedTransport(base: curl), side: .platform, vendor: platform.title, limiter: RateLimiter(nil))
        return try adapterType.init(settings: settings, values: values, transport: transport)
    }

    /// Returns what probes SIP hosts: those of the sandbox, if the session or the environment has one.
    ///
    /// - Throws: ``ZentrunkError`` `unavailable` if the sandbox does not answer.
    func probeNetwork() async throws -> (prober: Prober, isSandbox: Bool) {
        guard let control = environment[SandboxLocation.variable], !control.isEmpty else {
            return (Prober(authorityFile: authorityFile), false)
        }
        do {
            let document = try await SandboxLocation.sipDocument(at: control)
            let network = SandboxNetwork(document) { name in
                try await SandboxLocation.sipDocument(of: name, at: control)
            }
            return (Prober(network), true)
        } catch let error as SandboxLocation.NoAnswer {
            throw ZentrunkError(
                .unavailable, "\(SandboxLocation.variable) is \(control), and \(error)",
                remedies: [.unset([SandboxLocation.variable])])
        }
    }

    /// Whether all required settings among these have a value.
    func has(_ settings: [Setting]) -> Bool { MissingSettings.missing(settings, in: environment).isEmpty }

    /// The Auth ID of the Plivo account; nil if it is missing or not a valid id.
    var carrierAccount: String? { try? PlivoAccount.account(carrierSettings) }

    /// The values of settings in the environment or the profile, by variable.
    func settings(_ settings: [Setting]) -> [String: String] { values(settings).mapValues { $0.reveal() } }

    /// Sends the requests of a diagnosis.
    var doctorTransport: any HTTPTransport { WatchedTransport(base: curl) }

    /// Hosts that plain HTTP is allowed for.
    var plainHTTP: PlainHTTPHosts { plainHosts }

    private func values(_ settings: [Setting]) -> [String: Secret] {
        Dictionary(
            uniqueKeysWithValues: settings.compactMap { setting in
                environment[setting.variable].map { (setting.variable, Secret($0)) }
            })
    }
}
