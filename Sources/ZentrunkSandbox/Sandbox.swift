public import ZentrunkJSON

/// Plivo and the voice platforms as real HTTP servers on loopback, with their paths, responses and pitfalls.
///
///     let sandbox = try await Sandbox.start(SandboxOptions(services: [VapiService()]))
///     defer { await sandbox.stop() }
///     // point your clients at sandbox.environment, run them, then look at
///     sandbox.requests; sandbox.state; sandbox.violations
///
/// Credentials are fixed and visibly fake. The Plivo account owns +14155550100 to +14155550109. Nothing leaves this
/// machine.
public final class Sandbox: Sendable {
    /// The imitated vendors. Use them to set up state for a test.
    public let services: SandboxServices
    private let engine: SandboxEngine
    private let servers: [(vendor: String, server: LoopbackServer)]

    private init(engine: SandboxEngine, servers: [(vendor: String, server: LoopbackServer)]) {
        self.engine = engine
        self.servers = servers
        services = engine.services
    }

    /// Starts one server for each vendor. They accept connections when this returns.
    ///
    /// - Throws: The socket's error if a port is in use.
    public static func start(_ options: SandboxOptions = SandboxOptions()) async throws -> Sandbox {
        let engine = SandboxEngine(options)
        var servers: [(vendor: String, server: LoopbackServer)] = []
        do {
            for service in engine.services.all {
                let server = try await LoopbackServer(port: options.ports[service.vendor] ?? 0) { request in
                    await engine.reply(to: request, from: service)
                }
                servers.append((service.vendor, server))
            }
        } catch {
            for started in servers { await started.server.stop() }
            throw error
        }
        return Sandbox(engine: engine, servers: servers)
    }

    /// Starts a sandbox, runs the body with it and stops it, even if the body throws.
    public static func run<Result>(
        _ options: SandboxOptions = SandboxOptions(), _ body: (Sandbox) async throws -> Result
    ) async throws -> Result {
        let sandbox = try await start(options)
        do {
            let result = try await body(sandbox)
            await sandbox.stop()
            return result
        } catch {
            await sandbox.stop()
            throw error
        }
    }

    /// Closes all connections, including unanswered ones, and releases the ports.
    public func stop() async {
        for entry in servers { await entry.server.stop() }
        engine.wire.stop()
    }

    // MARK: Location

    /// Returns a vendor's address, such as `http://127.0.0.1:40001`; nil if the sandbox does not have the vendor.
    public func url(of vendor: String) -> String? { servers.first { $0.vendor == vendor }?.server.url }

    /// Plivo's address, for `PLIVO_API_URL`.
    public var plivoURL: String { url(of: PlivoService.vendor) ?? "" }

    /// Returns the address of a platform's imitation.
    ///
    /// - Precondition: The sandbox was started with it.
    public func url(of type: (some PlatformService).Type) -> String {
        guard let url = url(of: type.vendor) else {
            preconditionFailure("the sandbox was started without \(type)")
        }
        return url
    }

    /// The environment variables that point zentrunk, or any other client that reads them, to this sandbox.
    public var environment: [String: String] {
        services.all.reduce(into: [:]) { variables, service in
            guard let url = url(of: service.vendor) else { return }
            variables.merge(service.environment(at: url)) { $1 }
        }.merging([SandboxLocation.variable: control]) { $1 }
    }

    /// The base address of `/_sandbox/…`.
    private var control: String { servers.first?.server.url ?? "" }

    var wire: SandboxWire { engine.wire }

    /// The data that another process needs to find and control this sandbox.
    public var location: SandboxLocation {
        SandboxLocation(
            urls: Dictionary(servers.map { ($0.vendor, $0.server.url) }) { $1 },
            control: control,
            environment: environment, process: SandboxLocation.ownProcess)
    }

    /// Returns the sandbox's service of that type, for setting up state.
    ///
    /// - Precondition: The sandbox was started with it.
    public func service<Service: SandboxService>(_ type: Service.Type) -> Service { services.service(type) }

    // MARK: Recorded requests

    /// All requests since the start or the last ``clearRequests()``, in the order of arrival.
    public var requests: [RecordedRequest] { engine.recorder.requests }

    /// Deletes the recorded requests. State and faults stay.
    public func clearRequests() { engine.recorder.clear() }

    /// The length of the longest chain of requests in which each began after the previous one had been answered,
    /// including latency.
    public var depth: Int { requests.depth }

    /// Uses of the vendors' APIs that are not documented as valid; empty if there are none. ``clearRequests()`` also
    /// clears these.
    public var violations: [String] { engine.violations }

    /// All objects by vendor, and the violations. Passwords are replaced with ``SandboxMarker``s.
    public var state: JSONValue { engine.state }

    // MARK: Control

    /// Sets the delay between a request's arrival and its response, for future requests.
    public func setLatency(_ latency: Duration) { engine.recorder.setLatency(latency) }

    /// Replaces all fault rules. Each starts counting from zero.
    public func setFaults(_ faults: [SandboxFault]) { engine.recorder.setFaults(faults) }

    /// The network that leads calls between the vendors and to phones. Use it to set what phones do, and how long calls
    /// last.
    public var exchange: SandboxExchange { engine.exchange }

    /// Places a call, and adds what the vendors keep of it. Its outcome follows from the state of both halves.
    @discardableResult
    public func call(_ call: SandboxCall) -> SandboxCallOutcome { exchange.place(call) }

    /// Resets state, calls, faults, SIP hosts and recorded requests, and applies the seed again. Keeps the latency.
    public func reset() { engine.reset() }

    /// Adds a number to the Plivo account, or changes one. See ``PlivoService/own(number:voiceEnabled:active:route:)``.
    public func own(number: String, voiceEnabled: Bool = true, application: String? = nil) {
        services.plivo.own(number: number, voiceEnabled: voiceEnabled, route: application.map { .application($0) })
    }
}
