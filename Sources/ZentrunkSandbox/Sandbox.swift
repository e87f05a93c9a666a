public import ZentrunkJSON

/// Plivo and the voice platforms as real HTTP servers on loopback: their paths, their answers and their traps.
///
///     let sandbox = try await Sandbox.start(SandboxOptions(services: [VapiService()]))
///     defer { await sandbox.stop() }
///     // point your clients at sandbox.environment, run them, then look at
///     sandbox.requests; sandbox.state; sandbox.violations
///
/// Credentials are fixed and plainly fake; the Plivo account owns +14155550100 to +14155550109. Nothing leaves this
/// machine.
public final class Sandbox: Sendable {
    /// The imitated vendors; this is where state is put in for a test.
    public let services: SandboxServices
    private let engine: SandboxEngine
    private let servers: [(vendor: String, server: LoopbackServer)]

    private init(engine: SandboxEngine, servers: [(vendor: String, server: LoopbackServer)]) {
        self.engine = engine
        self.servers = servers
        services = engine.services
    }

    /// Starts one server for each vendor; they accept connections when this returns.
    ///
    /// - Throws: The socket's error when a port is taken.
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

    /// Starts a sandbox, runs the body with it and stops it, whatever the body does.
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

    /// Closes all connections, unanswered ones too, and gives the ports back.
    public func stop() async {
        for entry in servers { await entry.server.stop() }
    }

    // MARK: Where it is

    /// Where a vendor listens, such as `http://127.0.0.1:40001`; nil when the sandbox does not have it.
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

    /// The variables that make zentrunk, or any client that honours them, talk to this sandbox.
    public var environment: [String: String] {
        services.all.reduce(into: [:]) { variables, service in
            guard let url = url(of: service.vendor) else { return }
            variables.merge(service.environment(at: url)) { $1 }
        }
    }

    /// What another process needs to find and steer this sandbox.
    public var location: SandboxLocation {
        SandboxLocation(
            urls: Dictionary(servers.map { ($0.vendor, $0.server.url) }) { $1 },
            control: servers.first?.server.url ?? "",
            environment: environment, process: SandboxLocation.ownProcess)
    }

    /// Returns the sandbox's service of that type, to put state in.
    ///
    /// - Precondition: The sandbox was started with it.
    public func service<Service: SandboxService>(_ type: Service.Type) -> Service { services.service(type) }

    // MARK: What happened

    /// Every request since the start or the last ``clearRequests()``, in the order of arrival.
    public var requests: [RecordedRequest] { engine.recorder.requests }

    /// Forgets the recorded requests, and nothing else.
    public func clearRequests() { engine.recorder.clear() }

    /// The longest chain of requests of which each began after the one before had been answered, latency included.
    public var depth: Int { requests.depth }

    /// What clients did that the vendors do not promise to forgive; empty when all is well. Cleared with the requests.
    public var violations: [String] { engine.violations }

    /// All objects of all vendors by name of the vendor, and the violations. Passwords appear as ``SandboxMarker``s.
    public var state: JSONValue { engine.state }

    // MARK: What shall happen

    /// From now on requests are answered that long after their arrival.
    public func setLatency(_ latency: Duration) { engine.recorder.setLatency(latency) }

    /// Replaces all fault rules; each begins to count anew.
    public func setFaults(_ faults: [SandboxFault]) { engine.recorder.setFaults(faults) }

    /// Puts state, faults and recorded requests back to the start; the seed is applied again, the latency stays.
    public func reset() { engine.reset() }

    /// Makes the Plivo account own a number, or changes one that it owns. See
    /// ``PlivoService/own(number:voiceEnabled:route:)``.
    public func own(number: String, voiceEnabled: Bool = true, application: String? = nil) {
        services.plivo.own(number: number, voiceEnabled: voiceEnabled, route: application.map { .application($0) })
    }
}
