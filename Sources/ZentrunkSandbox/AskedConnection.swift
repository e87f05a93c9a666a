/// The requested connection, as far as both sides must show it.
public struct AskedConnection: Sendable {
    /// The platform's short name, as used in object names.
    public var platform: String
    public var name: String
    /// The tag at the end of the names of the platform's objects.
    public var tag: String
    /// The numbers in E.164 form, with plus signs.
    public var numbers: [String]
    public var goesOut: Bool
    public var comesIn: Bool
    /// The authentication of outbound calls: `credentials` or `ip-acl`.
    public var authentication: String
    public var isSecure: Bool
    /// Whether the platform requires digest authentication from the carrier on inbound calls.
    public var asksInbound: Bool
    /// The fallback origination URI.
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

    /// Returns the name of the carrier's object with this key in the template.
    public func carrierName(_ key: String) -> String { "zc_\(platform)_\(name)_\(key)" }

    /// Returns the name of the platform's object with this key in the template.
    public func platformName(_ key: String) -> String { carrierName(key) + "_" + tag }
}

/// Collects disagreements between the sides of a connection.
public struct Agreement {
    /// One sentence for each disagreement.
    public private(set) var disagreements: [String] = []

    public init() {}

    /// Records a disagreement unless the condition holds.
    ///
    /// - Parameter sentence: The expected condition.
    public mutating func check(_ holds: Bool, _ sentence: @autoclosure () -> String) {
        if !holds { disagreements.append("this does not hold: " + sentence()) }
    }

    /// Records a disagreement unless both values are equal.
    ///
    /// - Parameter subject: A description of the values, such as `the trunk's host`.
    public mutating func check<Value: Equatable>(_ subject: String, is found: Value, _ wanted: Value) {
        if found != wanted { disagreements.append("\(subject) is \(found), not \(wanted)") }
    }
}
