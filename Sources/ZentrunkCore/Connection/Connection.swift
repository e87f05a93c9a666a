public import ZentrunkJSON

/// A named instance of a pairing, with platform, numbers and all parameters decided.
public struct Connection: Sendable, Hashable {
    /// The platform.
    public var platform: PlatformID
    /// The connection's name.
    public var name: ConnectionName
    /// The numbers, in the order in which they were given.
    public var numbers: [PhoneNumber]
    /// Every parameter that has a value: direction, secure, region, and those that the template declares.
    public var values: [String: JSONValue]
    /// The text of a template of the user's own; nil for the adapter's template.
    public var template: String?

    /// Creates a connection; `template` is nil for the adapter's template.
    public init(
        platform: PlatformID, name: ConnectionName, numbers: [PhoneNumber], values: [String: JSONValue],
        template: String? = nil
    ) {
        self.template = template
        self.platform = platform
        self.name = name
        self.numbers = numbers
        self.values = values
    }

    /// The directions in which the connection carries calls.
    public var direction: Direction { values["direction"]?.string.flatMap(Direction.init) ?? .both }

    /// Whether the two halves use TLS and SRTP.
    public var isSecure: Bool { values["secure"]?.bool ?? false }

    /// Returns the name of the object with this key.
    ///
    /// - Parameters:
    ///   - key: The resource's key in the template.
    ///   - tag: The tag of the carrier's account, for platform objects; nil for carrier objects.
    @_spi(Adapter) public func ownedName(_ key: String, tag: AccountTag? = nil) -> OwnedName {
        OwnedName(platform: platform, connection: name, key: key, tag: tag)
    }
}

/// What distinguishes a connection from all others.
public struct ConnectionIdentity: Sendable, Hashable {
    /// The carrier account's id.
    public var carrierAccount: String
    /// The platform.
    public var platform: PlatformID
    /// The platform account, as ``PlatformAdapter/account`` identifies it.
    public var platformAccount: String
    /// The connection's name.
    public var name: ConnectionName

    /// Creates an identity.
    public init(carrierAccount: String, platform: PlatformID, platformAccount: String, name: ConnectionName) {
        self.carrierAccount = carrierAccount
        self.platform = platform
        self.platformAccount = platformAccount
        self.name = name
    }
}

/// A request to connect. Whatever it leaves out keeps its value, or takes its default on a new connection.
public struct ConnectionRequest: Sendable, Hashable {
    /// The connection's name.
    public var name: ConnectionName
    /// Numbers to add.
    public var numbers: [PhoneNumber]
    /// Those of the numbers that were written without a plus, each with the place where it is written, for messages.
    /// Such a number is accepted if the carrier's account has exactly these digits, and refused otherwise: a country
    /// code is never guessed.
    public var withoutPlus: [PhoneNumber: String]
    /// Parameters by name; ``ParameterValue/unset`` takes a value away.
    public var values: [String: ParameterValue]
    /// What answers inbound calls: the value of the parameter that has this role in the platform's template, whatever
    /// its name. nil leaves it to ``values``.
    public var agent: String?
    /// Whether numbers that are routed elsewhere may be moved.
    public var mayReroute: Bool
    /// Whether a platform's record of a number may be taken over although it has a foreign name.
    public var mayAdopt: Bool
    /// Ids of foreign records that may be deleted and created again, because they cannot be changed in place. The
    /// deletion cannot be undone.
    public var replaceable: Set<String>
    /// Whether to continue although the platform has none of the connection's objects, because they were deleted there.
    /// The user vouches that the key is the right one.
    public var mayBeOneSided: Bool
    /// Whether both halves get new SIP logins, without a gap where the vendors allow it.
    public var renewsLogins = false
    /// Whether the request changes nothing that was chosen before.
    ///
    /// - Parameter selecting: Parameters that select an account: ``PlatformDescription/accountParameters``.
    func onlyLooks(_ selecting: [String]) -> Bool {
        numbers.isEmpty && values.keys.allSatisfy(selecting.contains)
    }
    /// Values, from the environment, of parameters that neither the request nor the connection sets.
    public var fallbacks: [String: String]

    /// Creates a request; by default it changes nothing about the connection `main`.
    public init(
        name: ConnectionName = .main, numbers: [PhoneNumber] = [], withoutPlus: [PhoneNumber: String] = [:],
        values: [String: ParameterValue] = [:], mayReroute: Bool = false, mayAdopt: Bool = false,
        fallbacks: [String: String] = [:],
        replaceable: Set<String> = [], mayBeOneSided: Bool = false
    ) {
        self.replaceable = replaceable
        self.mayBeOneSided = mayBeOneSided
        self.name = name
        self.numbers = numbers
        self.withoutPlus = withoutPlus
        self.values = values
        self.fallbacks = fallbacks
        self.mayReroute = mayReroute
        self.mayAdopt = mayAdopt
    }
}

extension ConnectionRequest {
    /// Creates a request of a program that knows numbers as texts and has no names of parameters.
    ///
    /// - Parameters:
    ///   - name: The connection's name.
    ///   - numbers: Numbers to add, with a plus and country code.
    ///   - agent: What answers inbound calls: ``agent``.
    ///   - direction: The directions of calls; nil for the connection's own, or both.
    ///   - isSecure: Whether the two halves use TLS and SRTP; nil for the connection's own, or not.
    ///   - values: Further parameters.
    /// - Throws: ``ZentrunkError`` `invalid` for a number.
    public init(
        name: ConnectionName = .main, connecting numbers: [String], agent: String? = nil,
        direction: Direction? = nil, isSecure: Bool? = nil, values: [String: ParameterValue] = [:]
    ) throws(ZentrunkError) {
        do { self.init(name: name, numbers: try numbers.map { try PhoneNumber($0) }, values: values) } catch {
            throw Connector.explain(error)
        }
        self.agent = agent
        if let direction { self.values["direction"] = .text(direction.rawValue) }
        if let isSecure { self.values["secure"] = .flag(isSecure) }
    }
}

/// A request to remove a connection, or some of its numbers.
public struct DisconnectionRequest: Sendable, Hashable {
    /// The connection's name.
    public var name: ConnectionName
    /// The numbers to remove; empty for the entire connection.
    public var numbers: [PhoneNumber]
    /// Those of the numbers that were written without a plus, each with the place where it is written, for messages.
    public var withoutPlus: [PhoneNumber: String]
    /// Values of ``PlatformDescription/accountParameters``, usually empty, because the journal has them.
    public var values: [String: ParameterValue]
    /// The new route of numbers whose former route is unknown.
    public var routeTo: RouteTarget?
    /// Whether to continue although the platform has none of the connection's objects, because they were deleted there.
    /// The user vouches that the key is the right one.
    public var mayBeOneSided: Bool

    /// Creates a request; by default it removes the entire connection `main`.
    public init(
        name: ConnectionName = .main, numbers: [PhoneNumber] = [], withoutPlus: [PhoneNumber: String] = [:],
        values: [String: ParameterValue] = [:], routeTo: RouteTarget? = nil, mayBeOneSided: Bool = false
    ) {
        self.values = values
        self.mayBeOneSided = mayBeOneSided
        self.name = name
        self.numbers = numbers
        self.withoutPlus = withoutPlus
        self.routeTo = routeTo
    }

    /// The new route of a number: `app:ID` or `none`.
    public enum RouteTarget: Sendable, Hashable {
        case application(String)
        case nothing
    }
}
