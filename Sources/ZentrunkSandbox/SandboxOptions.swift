/// How a sandbox starts.
public struct SandboxOptions: Sendable {
    /// Ports by vendor; 0, also for vendors left out, takes any free one.
    public var ports: [String: UInt16] = [:]
    /// How long after its arrival a request is answered.
    public var latency: Duration = .zero
    /// Faults in force from the start.
    public var faults: [SandboxFault] = []
    /// Rate limits by vendor; a vendor that is left out has none.
    public var rateLimits: [String: SandboxRateLimit] = [:]
    /// What Plivo is known or suspected to do differently from one account to the next.
    public var plivo = PlivoQuirks()
    /// The imitations of other vendors, such as platforms. Each vendor occurs once.
    ///
    /// A service keeps the state of one sandbox: give every sandbox services of its own.
    public var services: [any SandboxService] = []
    /// Fills the services, at the start and again after every reset.
    public var seed: (@Sendable (SandboxServices) -> Void)?

    public init(services: [any SandboxService] = []) { self.services = services }
}

/// How many requests a vendor accepts in any stretch of time. Refused requests count as well, as at the strictest vendors.
public struct SandboxRateLimit: Sendable, Hashable {
    public var requests: Int
    public var interval: Duration
    /// The `Retry-After` of a refusal, in seconds; nil leaves the field out, as Plivo's documentation does.
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
    /// All of them; the order in which they are listed and started.
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
