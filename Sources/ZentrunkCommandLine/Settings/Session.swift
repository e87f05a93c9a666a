import ZentrunkCore
import ZentrunkCurl
import ZentrunkJSON
import ZentrunkJournal
import ZentrunkPlivo
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
    /// Displays the events of the session's work and the waits of its transports.
    let progress = Progress()
    private let environment: [String: String]
    /// Settings that are empty in the environment and therefore hide a value of the profile.
    private let hidden: Set<String>
    private let plainHosts: PlainHTTPHosts
    private let curl: CurlTransport
    private let redactor = Redactor()
    private let meter = TrafficMeter()
    private let limiters: [Side: RateLimiter]

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
        if let timeout { network.limitRequests(to: timeout) }
        for secret in network.proxies.secrets { redactor.learn(secret) }
        do { curl = try CurlTransport(configuration: network) } catch {
            throw ZentrunkError(.invalid, "libcurl cannot be used: \(error)")
        }
        limiters = [.carrier: RateLimiter(PlivoCarrier.rateLimit), .platform: RateLimiter(nil)]
    }

    /// Returns the account at Plivo.
    func carrier() throws -> PlivoCarrier {
        try MissingSettings.check(PlivoCarrier.settings, in: environment, hidden: hidden)
        return try PlivoCarrier(settings: carrierSettings, transport: transport(.carrier, of: "Plivo"))
    }

    private var carrierSettings: PlatformSettings {
        PlatformSettings(values(PlivoCarrier.settings), plainHosts: plainHosts, redactor: redactor)
    }

    /// Returns the connector of a platform.
    ///
    /// - Parameter template: The requested template; nil for the one that each connection was created with.
    func connector(_ adapterType: any PlatformAdapter.Type, template: Template? = nil) throws -> Connector {
        let platform = Platform(adapterType)
        try MissingSettings.check(PlivoCarrier.settings + platform.settings, in: environment, hidden: hidden)
        return try Connector(
            carrier: carrier(), platform: platform, settings: settings(of: platform),
            transport: transport(.platform, of: platform.title), template: template, journal: journal, meter: meter,
            makeRunID: {
                let id = RunID.make()
                Interruption.note(run: id)
                EventLog.note(run: id)
                return id
            })
    }

    /// Returns the account at a platform that the values select.
    func adapter(
        _ adapterType: any PlatformAdapter.Type, values: [String: JSONValue]
    ) throws -> any PlatformAdapter {
        let platform = Platform(adapterType)
        return try adapterType.init(
            settings: settings(of: platform), values: values, transport: transport(.platform, of: platform.title))
    }

    private func settings(of platform: Platform) -> PlatformSettings {
        PlatformSettings(values(platform.settings), plainHosts: plainHosts, redactor: redactor)
    }

    /// Whether all required settings among these have a value.
    func has(_ settings: [Setting]) -> Bool { MissingSettings.missing(settings, in: environment).isEmpty }

    /// The Auth ID of the Plivo account; nil if it is missing or not a valid id.
    var carrierAccount: String? { try? PlivoCarrier.account(carrierSettings) }

    private func values(_ settings: [Setting]) -> [String: Secret] {
        Dictionary(
            uniqueKeysWithValues: settings.compactMap { setting in
                environment[setting.variable].map { (setting.variable, Secret($0)) }
            })
    }

    private func transport(_ side: Side, of vendor: String) -> any HTTPTransport {
        let report: @Sendable (RetryNotice) -> Void = { [progress] notice in
            var notice = notice
            notice.host = vendor
            progress.send(.waiting(notice))
        }
        let metered = MeteredTransport(WatchedTransport(base: curl), side: side, meter: meter)
        let watched = AnswerWatch(metered, vendor: vendor, onWait: report)
        let limited =
            limiters[side].map { limiter -> any HTTPTransport in
                RateLimitedTransport(watched, limiter: limiter, onWait: report)
            } ?? watched
        return RetryingTransport(limited, onWait: report)
    }
}

/// Run ids: the time in seconds, and enough randomness to make them unique.
enum RunID {
    /// Whether a text has the form of a run id, which no platform's name has.
    static func isOne(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        return parts.count == 3 && parts[0].utf8.count == 8 && parts[1].utf8.count == 6 && !parts[2].isEmpty
            && parts[0].allSatisfy(\.isNumber) && parts[1].allSatisfy(\.isNumber)
    }

    static func make() -> String {
        let parts = Calendar(identifier: .gregorian).dateComponents(
            in: TimeZone(secondsFromGMT: 0) ?? .current, from: Date())
        func two(_ value: Int?) -> String { let text = String(value ?? 0); return text.count < 2 ? "0" + text : text }
        let date = "\(parts.year ?? 0)\(two(parts.month))\(two(parts.day))"
        let time = "\(two(parts.hour))\(two(parts.minute))\(two(parts.second))"
        return "\(date)-\(time)-\(String(UInt32.random(in: 0...UInt32.max), radix: 36))"
    }
}
