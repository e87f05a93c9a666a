@_spi(Adapter) public import ZentrunkCore

extension Connector {
    /// Creates a connector for one account at Plivo and the accounts of one platform that the settings are for.
    ///
    /// The connector retries and paces its requests, and removes secrets from what vendors say. Connectors of one account
    /// at Plivo share its pace, and those with the same settings also the platform's.
    ///
    /// - Parameters:
    ///   - account: The account at Plivo.
    ///   - platform: The platform, as in `.vapi`.
    ///   - settings: The values of the platform's `Platform.settings`, by variable.
    ///   - transport: Sends the requests to the platform.
    ///   - journal: Records the runs.
    ///   - plainHosts: Hosts, in addition to loopback, that plain HTTP is allowed for.
    ///   - instruments: Receive logs, metrics and spans.
    ///   - makeRunID: Returns unique ids that sort by time.
    /// - Throws: `ZentrunkError` `invalid` for settings, and for a template that does not match the kinds.
    public init(
        _ account: PlivoAccount, _ platform: Platform, settings: [String: String], over transport: any HTTPTransport,
        journal: any Journal, plainHosts: PlainHTTPHosts = .none, instruments: Instruments = Instruments(),
        makeRunID: @escaping @Sendable () -> String = RunID.make
    ) throws {
        try self.init(
            carrier: account, platform, settings: settings, over: transport, journal: journal, template: nil,
            plainHosts: plainHosts, instruments: instruments, makeRunID: makeRunID)
    }

    /// Creates a connector whose connections all have one template.
    ///
    /// - Parameter template: The template; nil: a connection has the one that it was created with, and a new one the
    ///   platform's.
    @_spi(Adapter) public init(
        _ account: PlivoAccount, _ platform: Platform, settings: [String: String], over transport: any HTTPTransport,
        journal: any Journal, template: Template?, plainHosts: PlainHTTPHosts = .none,
        instruments: Instruments = Instruments(), makeRunID: @escaping @Sendable () -> String = RunID.make
    ) throws {
        try self.init(
            carrier: account, platform, settings: settings, over: transport, journal: journal, template: template,
            plainHosts: plainHosts, instruments: instruments, makeRunID: makeRunID)
    }
}
