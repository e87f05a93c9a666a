/// Options for starting a sandbox.
public struct SandboxOptions: Sendable {
    /// Ports by vendor. 0, which is the default, selects a free port.
    public var ports: [String: UInt16] = [:]
    /// The delay between a request's arrival and its response.
    public var latency: Duration = .zero
    /// Faults that apply from the start.
    public var faults: [SandboxFault] = []
    /// Rate limits by vendor. Vendors without an entry have no limit.
    public var rateLimits: [String: SandboxRateLimit] = [:]
    /// Options for Plivo behaviours that differ between accounts or are not confirmed.
    public var plivo = PlivoQuirks()
    /// Imitations of other vendors, such as platforms, at most one for each vendor.
    ///
    /// A service holds the state of a single sandbox, so give every sandbox its own services.
    public var services: [any SandboxService] = []
    /// Sets up the state of the services, at the start and after every reset.
    public var seed: (@Sendable (SandboxServices) -> Void)?

    public init(services: [any SandboxService] = []) { self.services = services }
}

/// The number of requests that a vendor accepts in any period of the given length. Refused requests count as well, as
/// with the strictest vendors.
public struct SandboxRateLimit: Sendable, Hashable {
    public var requests: Int
    public var interval: Duration
    /// The `Retry-After` of a refusal, in seconds; nil omits it, as in Plivo's documentation.
    public var retryAfter: Int?

    public init(requests: Int, per interval: Duration, retryAfter: Int? = nil) {
        self.requests = requests
        self.interval = interval
        self.retryAfter = retryAfter
    }

    /// 300 requests in 5 seconds. <https://www.plivo.com/docs/voice/concepts/account-limits>
    public static let plivo = SandboxRateLimit(requests: 300, per: .seconds(5))
}

/// The vendors of one sandbox.
public struct SandboxServices: Sendable {
    public let plivo: PlivoService
    /// All services, in the order in which they are listed and started.
    public let all: [any SandboxService]

    init(_ options: SandboxOptions) {
        plivo = PlivoService(quirks: options.plivo)
        all = [plivo] + options.services
    }

    /// Returns the sandbox's service of that type.
    ///
    /// - Precondition: The sandbox was started with it.
    public func service<Service: SandboxService>(_ type: Service.Type) -> Service {
        for case let service as Service in all { return service }
        preconditionFailure("the sandbox was started without \(type)")
    }
}
