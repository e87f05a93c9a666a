/// How a sandbox starts.
public struct SandboxOptions: Sendable {
    /// Ports by vendor; 0, also for vendors left out, takes any free one.
    public var ports: [String: UInt16] = [:]
    /// How long after its arrival a request is answered.
    public var latency: Duration = .zero
    /// Faults in force from the start.
    public var faults: [SandboxFault] = []
    /// What Plivo is known or suspected to do differently from one account to the next.
    public var plivo = PlivoQuirks()
    /// The same for Vapi.
    public var vapi = VapiQuirks()
    /// The same for ElevenLabs.
    public var elevenLabs = ElevenLabsQuirks()
    /// The same for LiveKit.
    public var liveKit = LiveKitQuirks()
    /// Further vendors, beside the built-in ones. Their names must differ from theirs.
    public var extraServices: [any SandboxService] = []
    /// Fills the services, at the start and again after every reset.
    public var seed: (@Sendable (SandboxServices) -> Void)?

    public init() {}
}

/// The vendors of one sandbox.
public struct SandboxServices: Sendable {
    public let plivo: PlivoService
    public let vapi: VapiService
    public let elevenLabs: ElevenLabsService
    public let liveKit: LiveKitService
    /// All of them; the order in which they are listed and started.
    public let all: [any SandboxService]

    init(_ options: SandboxOptions) {
        plivo = PlivoService(quirks: options.plivo)
        vapi = VapiService(quirks: options.vapi)
        elevenLabs = ElevenLabsService(quirks: options.elevenLabs)
        liveKit = LiveKitService(quirks: options.liveKit)
        all = [plivo, elevenLabs, liveKit, vapi] + options.extraServices
    }
}
