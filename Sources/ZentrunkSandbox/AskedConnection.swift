/// What was asked of a connection, as far as both halves have to show it.
public struct AskedConnection: Sendable {
    /// The platform's short name, as it stands in the names of objects.
    public var platform: String
    public var name: String
    /// The characters at the end of the names of the platform's objects.
    public var tag: String
    /// In E.164 form, with their plus signs.
    public var numbers: [String]
    public var goesOut: Bool
    public var comesIn: Bool
    /// How outbound calls prove who they are: `credentials` or `ip-acl`.
    public var authentication: String
    public var isSecure: Bool
    /// Whether the platform asks the carrier for a username and password on inbound calls.
    public var asksInbound: Bool
    /// The origination URI to fall back to.
    public var failover: String?
    /// The value of the platform's option for an agent.
    public var agent: String?
    /// Further parameters of the template.
    public var values: [String: String]

    public init(
        platform: String, name: String, tag: String, numbers: [String], goesOut: Bool, comesIn: Bool,
        authentication: String, isSecure: Bool, asksInbound: Bool, failover: String?, agent: String?,
        values: [String: String]
    ) {
        self.platform = platform
        self.name = name
        self.tag = tag
        self.numbers = numbers
        self.goesOut = goesOut
        self.comesIn = comesIn
        self.authentication = authentication
        self.isSecure = isSecure
        self.asksInbound = asksInbound
        self.failover = failover
        self.agent = agent
        self.values = values
    }

    /// The name of the carrier's object with that key in the template.
    public func carrierName(_ key: String) -> String { "zc_\(platform)_\(name)_\(key)" }

    /// The name of the platform's object with that key in the template.
    public func platformName(_ key: String) -> String { carrierName(key) + "_" + tag }
}

/// Collects what does not agree.
public struct Agreement {
    /// One sentence for each disagreement.
    public private(set) var disagreements: [String] = []

    public init() {}

    /// Notes a disagreement unless the condition holds.
    ///
    /// - Parameter sentence: What should be so.
    public mutating func check(_ holds: Bool, _ sentence: @autoclosure () -> String) {
        if !holds { disagreements.append("this does not hold: " + sentence()) }
    }

    /// Notes a disagreement unless both values are equal.
    ///
    /// - Parameter subject: What the values are, such as `the trunk's host`.
    public mutating func check<Value: Equatable>(_ subject: String, is found: Value, _ wanted: Value) {
        if found != wanted { disagreements.append("\(subject) is \(found), not \(wanted)") }
    }
}
