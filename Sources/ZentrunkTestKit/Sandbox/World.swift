import Foundation
import HTTPTypes
import Synchronization
import Testing
@_spi(Adapter) package import ZentrunkCore
@_spi(Adapter) import ZentrunkCurl
import ZentrunkJSON
@_spi(Adapter) import ZentrunkJournal
@_spi(Adapter) package import ZentrunkPlivo
package import ZentrunkSandbox

/// A sandbox, and connectors that reach it as the command does: over sockets, through libcurl.
///
/// What the connectors log at debug level, count and trace is recorded. When a body of `run` ends, no secret may be in it.
package struct World: Sendable {
    package let sandbox: Sandbox
    private let curl: CurlTransport
    /// What the connectors of this world logged, counted and traced.
    package let recorders = Recorders()
    /// The keys of the pairings whose connectors were asked for.
    private let keys = Keys()
    /// What sends requests, without pace or retries.
    package var transport: any HTTPTransport { curl }

    /// All tests share one transport, like a backend.
    private static let shared = Result { try CurlTransport() }
    private static let runs = Mutex(0)

    /// Runs the body with a sandbox that has the pairing's platform.
    package static func run(for pairing: Pairing, _ body: (World) async throws -> Void) async throws {
        try await run(SandboxOptions(services: [pairing.service.init()]), body)
    }

    /// Runs the body with a sandbox of its own.
    package static func run(_ options: SandboxOptions, _ body: (World) async throws -> Void) async throws {
        let curl = try shared.get()
        try await Turnstile.sandboxes.pass {
            try await Sandbox.run(options) { try await World(sandbox: $0, curl: curl).observed(body) }
        }
    }

    /// Runs the body with two sandboxes. They pass the turnstile together, so that no two bodies wait for each other.
    package static func runTwo(
        _ options: () -> SandboxOptions, _ body: (World, World) async throws -> Void
    ) async throws {
        let curl = try shared.get()
        try await Turnstile.sandboxes.pass {
            try await Sandbox.run(options()) { here async throws in
                try await Sandbox.run(options()) { there async throws in
                    let there = World(sandbox: there, curl: curl)
                    try await World(sandbox: here, curl: curl).observed { here in
                        try await there.observed { try await body(here, $0) }
                    }
                }
            }
        }
    }

    /// Runs the body, and checks that nothing that was recorded meanwhile has a key or a password in it.
    private func observed(_ body: (World) async throws -> Void) async throws {
        try await body(self)
        let passwords = sandbox.requests.flatMap { $0.isWrite ? Canary.passwords(in: $0.document ?? .null) : [] }
        let canary = Canary(Array(keys.all.union(passwords)))
        #expect(canary.found(in: recorders.text) == [], "in a log, a metric or a span")
    }

    /// - Parameters:
    ///   - template: A template other than the adapter's.
    ///   - platform: The world whose platform is the other half; this world by default.
    ///   - account: Another id for this sandbox's account at the carrier.
    ///   - clock: The clock by which a run waits for other runs.
    ///   - limiter: The rate limiter of the carrier's account; without one, no request is delayed.
    ///   - wrap: Wraps the transport that sends.
    package func connector(
        _ pairing: Pairing, journal: any Journal = InMemoryJournal(),
        template: Template? = nil, platform: World? = nil, account: String? = nil,
        clock: any Clock<Duration> = ContinuousClock(), limiter: RateLimiter? = nil,
        wrap: (any HTTPTransport) -> any HTTPTransport = { $0 }
    ) throws -> Connector {
        let base = wrap(account.map { AliasTransport(base: curl, account: $0) } ?? curl)
        keys.insert(Canary.keys(sandbox, pairing))
        var environment = sandbox.environment
        if let account { environment["PLIVO_AUTH_ID"] = account }
        let theirs = (platform ?? self).sandbox.environment.filter { !$0.key.hasPrefix("PLIVO_") }
        // What comes from the environment is for each test to say.
        let parameters = (try? pairing.template().parameters) ?? []
        for variable in parameters.compactMap(\.environment) { environment[variable] = nil }
        let values = environment.merging(theirs.filter { environment[$0.key] != nil }) { $1 }.mapValues { Secret($0) }
        let plivo = try PlivoAccount(
            PlatformSettings(values, redactor: Redactor()), over: base, limiter: limiter,
            retries: limiter == nil ? Self.retries : RetryPolicy())
        let stack = TransportStack.over(
            base, side: .platform, vendor: pairing.platform.title, limiter: nil, retries: Self.retries)
        return try Connector(
            plivo, pairing.platform,
            settings: PlatformSettings(values, redactor: Redactor(extending: plivo.redactor)), stack: stack,
            journal: journal, template: template, clock: clock,
            instruments: recorders.instruments,
            makeRunID: {
                Self.runs.withLock {
                    $0 += 1; return "20261122-000000-\($0 + 100_000)"
                }
            })
    }

    /// Retries without long waits.
    private static let retries = RetryPolicy(
        attempts: 4, firstWait: .milliseconds(1), longestWait: .milliseconds(5))

    /// The carrier's typed client.
    package func client(wrap: (any HTTPTransport) -> any HTTPTransport = { $0 }) throws -> ZentrunkClient {
        let settings = PlatformSettings(sandbox.environment.mapValues { Secret($0) }, redactor: Redactor())
        let policy = RetryPolicy(attempts: 2, firstWait: .milliseconds(1), longestWait: .milliseconds(2))
        return ZentrunkClient(
            try PlivoAccount(settings, over: wrap(curl), limiter: nil, retries: policy))
    }

    /// A kind of either side, to change objects from outside the program.
    package func kind(_ name: String, of pairing: Pairing) throws -> any ResourceKind {
        let settings = PlatformSettings(sandbox.environment.mapValues { Secret($0) }, redactor: Redactor())
        let kinds =
            try PlivoAccount(settings, stack: curl).kinds
            + pairing.adapter.init(settings: settings, values: [:], transport: curl).kinds
        return try #require(kinds.first { $0.description.name == name })
    }

    /// The descriptions of all kinds of a pairing.
    package static func kinds(of pairing: Pairing) throws -> [KindDescription] {
        try allKinds(of: pairing).map(\.description)
    }

    /// All kinds of a pairing, to be described and not called.
    package static func allKinds(of pairing: Pairing) throws -> [any ResourceKind] {
        try PlivoAccount(settings(of: pairing), stack: shared.get()).kinds + adapter(of: pairing).kinds
    }

    /// An adapter of a pairing, to be described and not called.
    package static func adapter(of pairing: Pairing) throws -> any PlatformAdapter {
        try pairing.adapter.init(settings: settings(of: pairing), values: [:], transport: shared.get())
    }

    /// Settings with which no vendor can be reached.
    private static func settings(of pairing: Pairing) -> PlatformSettings {
        let vendors: [any SandboxService] = [PlivoService(), pairing.service.init()]
        let environment = vendors.reduce(into: [:]) { $0.merge($1.environment(at: "https://example.com")) { $1 } }
        return PlatformSettings(environment.mapValues { Secret($0) }, redactor: Redactor())
    }

    /// Plans and applies.
    @discardableResult
    package func connect(
        _ connector: Connector, _ request: ConnectionRequest, consent: Bool = true, events: RunEvents? = nil
    ) async throws -> Report {
        await connector.apply(
            try await connector.plan(request, reporting: events), consent: consent, reporting: events)
    }

    @discardableResult
    package func disconnect(
        _ connector: Connector, _ request: DisconnectionRequest = DisconnectionRequest()
    ) async throws -> Report {
        await connector.apply(try await connector.plan(request), consent: true)
    }

    package var writes: [RecordedRequest] { sandbox.requests.filter(\.isWrite) }

    /// What the requests so far did that a contract or a vendor does not allow. Empty when all is well.
    package func violations(_ pairing: Pairing) throws -> [String] {
        try Self.contractViolations(in: sandbox.requests)
            + Self.validator(pairing.vendor, pairing.contract).violations(in: sandbox.requests) + sandbox.violations
    }

    /// What the requests to Plivo did that its contract does not allow.
    package static func contractViolations(in requests: [RecordedRequest]) throws -> [String] {
        try validator(PlivoService.vendor) { try Contracts.document(PlivoService.vendor) }.violations(in: requests)
    }

    private static let validators = Mutex<[String: ContractValidator]>([:])

    private static func validator(_ vendor: String, _ contract: () throws -> JSONValue) throws -> ContractValidator {
        try validators.withLock { known in
            if let validator = known[vendor] { return validator }
            let validator = try ContractValidator(vendor: vendor, contract: contract())
            known[vendor] = validator
            return validator
        }
    }
}

/// The keys of a world, which is a value.
private final class Keys: Sendable {
    private let known = Mutex<Set<String>>([])

    var all: Set<String> { known.withLock { $0 } }

    func insert(_ more: [String]) { known.withLock { $0.formUnion(more) } }
}

/// Makes a sandbox's account at the carrier available under another id.
private struct AliasTransport: HTTPTransport {
    let base: any HTTPTransport
    let account: String

    func send(_ request: TransportRequest) async throws -> TransportResponse {
        var request = request
        let own = "/v1/Account/\(account)/"
        guard let path = request.head.path, path.hasPrefix(own) else { return try await base.send(request) }
        request.head.path = "/v1/Account/\(PlivoService.authID)/" + path.dropFirst(own.count)
        let key = Data("\(PlivoService.authID):\(PlivoService.authToken)".utf8).base64EncodedString()
        request.head.headerFields[.authorization] = "Basic \(key)"
        return try await base.send(request)
    }
}

/// Runs the body with a new folder, and removes the folder afterwards.
package func withFolder(_ body: (String) async throws -> Void) async throws {
    let folder = NSTemporaryDirectory() + "zentrunk-tests-\(UUID().uuidString)"
    try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await body(folder)
}
