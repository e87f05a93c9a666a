import Foundation
import HTTPTypes
import Synchronization
import TestSupport
import Testing
import ZentrunkCore
import ZentrunkCurl
import ZentrunkJSON
import ZentrunkJournal
import ZentrunkPlatforms
import ZentrunkPlivo
import ZentrunkSandbox

/// A sandbox, and connectors that use it like the command does: over sockets, with libcurl.
struct World: Sendable {
    let sandbox: Sandbox
    private let curl: CurlTransport
    /// The transport, without rate limit or retries.
    var transport: any HTTPTransport { curl }

    /// All tests share one transport, like a backend.
    private static let shared = Result { try CurlTransport() }
    private static let runs = Mutex(0)

    /// Runs the body with its own sandbox.
    static func run(_ options: SandboxOptions = SandboxOptions(), _ body: (World) async throws -> Void) async throws {
        let curl = try shared.get()
        try await Turnstile.sandboxes.pass {
            try await Sandbox.run(options.withPlatforms()) { try await body(World(sandbox: $0, curl: curl)) }
        }
    }

    /// Runs the body with two sandboxes, but waits only once: waiting for the second one separately could deadlock.
    static func runTwo(_ body: (World, World) async throws -> Void) async throws {
        let curl = try shared.get()
        try await Turnstile.sandboxes.pass {
            try await Sandbox.run(.platforms) { here async throws in
                try await Sandbox.run(.platforms) { there async throws in
                    try await body(World(sandbox: here, curl: curl), World(sandbox: there, curl: curl))
                }
            }
        }
    }

    /// - Parameters:
    ///   - template: A custom template; nil for the built-in one.
    ///   - platform: The sandbox that provides the platform; nil for this one.
    ///   - account: Another id for this sandbox's account at the carrier.
    ///   - clock: The clock for waits.
    ///   - limiter: The limiter of the carrier's account; nil for no limit.
    ///   - wrap: Wraps the transport that sends.
    func connector(
        _ pairing: Pairing, journal: any Journal = InMemoryJournal(), region: String? = nil,
        template: Template? = nil, platform: World? = nil, account: String? = nil,
        events: RunEvents? = nil, clock: any Clock<Duration> = ContinuousClock(), limiter: RateLimiter? = nil,
        wrap: (any HTTPTransport) -> any HTTPTransport = { $0 }
    ) throws -> Connector {
        let meter = TrafficMeter()
        let redactor = Redactor()
        let base = wrap(account.map { AliasTransport(base: curl, account: $0) } ?? curl)
        func transport(_ side: Side) -> any HTTPTransport {
            let metered = MeteredTransport(base, side: side, meter: meter)
            if side == .carrier, let limiter {
                return RetryingTransport(RateLimitedTransport(metered, limiter: limiter))
            }
            return RetryingTransport(
                metered,
                policy: RetryPolicy(attempts: 4, firstWait: .milliseconds(1), longestWait: .milliseconds(5)),
                onWait: { events?.send(.waiting($0)) })
        }
        var environment = sandbox.environment
        if let account { environment["PLIVO_AUTH_ID"] = account }
        let theirs = (platform ?? self).sandbox.environment.filter { !$0.key.hasPrefix("PLIVO_") }
        let values = environment.merging(theirs) { $1 }.mapValues { Secret($0) }
        let settings = PlatformSettings(values, region: region, redactor: redactor)
        return try Connector(
            carrier: PlivoCarrier(settings: settings, transport: transport(.carrier)),
            adapter: pairing.adapter.init(settings: settings, transport: transport(.platform)), template: template,
            journal: journal,
            meter: meter, clock: clock,
            makeRunID: {
                Self.runs.withLock {
                    $0 += 1; return "20261122-000000-\($0 + 100_000)"
                }
            })
    }

    /// Returns the carrier's typed client.
    func client(wrap: (any HTTPTransport) -> any HTTPTransport = { $0 }) throws -> ZentrunkClient {
        let settings = PlatformSettings(sandbox.environment.mapValues { Secret($0) }, redactor: Redactor())
        let policy = RetryPolicy(attempts: 2, firstWait: .milliseconds(1), longestWait: .milliseconds(2))
        return try ZentrunkClient(settings: settings, transport: RetryingTransport(wrap(curl), policy: policy))
    }

    /// Returns a kind of either side, to change objects like another user.
    func kind(_ name: String, of pairing: Pairing) throws -> any ResourceKind {
        let settings = PlatformSettings(sandbox.environment.mapValues { Secret($0) }, redactor: Redactor())
        let kinds =
            try PlivoCarrier(settings: settings, transport: curl).kinds
            + pairing.adapter.init(settings: settings, transport: curl).kinds
        return try #require(kinds.first { $0.description.name == name })
    }

    /// Returns the descriptions of all kinds of a pairing.
    static func kinds(of pairing: Pairing) throws -> [KindDescription] { try allKinds(of: pairing).map(\.description) }

    /// Returns all kinds of a pairing, to read their descriptions.
    static func allKinds(of pairing: Pairing) throws -> [any ResourceKind] {
        let vendors: [any SandboxService] = [PlivoService(), pairing.service.init()]
        let environment = vendors.reduce(into: [:]) { $0.merge($1.environment(at: "https://example.com")) { $1 } }
        let settings = PlatformSettings(environment.mapValues { Secret($0) }, redactor: Redactor())
        let curl = try shared.get()
        return try PlivoCarrier(settings: settings, transport: curl).kinds
            + pairing.adapter.init(settings: settings, transport: curl).kinds
    }

    /// Plans and applies.
    @discardableResult
    func connect(
        _ connector: Connector, _ request: ConnectionRequest, consent: Bool = true, events: RunEvents? = nil
    ) async throws -> Report {
        await connector.apply(try await connector.plan(request), consent: consent, reporting: events)
    }

    @discardableResult
    func disconnect(
        _ connector: Connector, _ request: DisconnectionRequest = DisconnectionRequest()
    ) async throws -> Report {
        await connector.apply(try await connector.plan(request), consent: true)
    }

    var writes: [RecordedRequest] { sandbox.requests.filter(\.isWrite) }

    /// Returns the violations of contracts and vendors' rules in the requests so far.
    func violations(_ pairing: Pairing) throws -> [String] {
        try ["plivo", pairing.vendor].flatMap { try Self.validator($0).violations(in: sandbox.requests) }
            + sandbox.violations
    }

    /// Returns the violations of Plivo's contract in requests.
    static func contractViolations(in requests: [RecordedRequest]) throws -> [String] {
        try validator("plivo").violations(in: requests)
    }

    private static let validators = Mutex<[String: ContractValidator]>([:])

    private static func validator(_ vendor: String) throws -> ContractValidator {
        try validators.withLock { known in
            if let validator = known[vendor] { return validator }
            let validator = try Contracts.validator(vendor)
            known[vendor] = validator
            return validator
        }
    }
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

/// Runs the body with a temporary folder.
func withFolder(_ body: (String) async throws -> Void) async throws {
    let folder = NSTemporaryDirectory() + "zentrunk-tests-\(UUID().uuidString)"
    try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await body(folder)
}
