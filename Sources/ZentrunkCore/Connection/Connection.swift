public import ZentrunkJSON

/// One named instance of a pairing: platform, direction, numbers, parameters, all decided.
public struct Connection: Sendable, Hashable {
    public var platform: PlatformID
    public var name: ConnectionName
    /// In the order in which they were given.
    public var numbers: [PhoneNumber]
    /// Every parameter that has a value: direction, secure, region, what the template declares.
    public var values: [String: JSONValue]
    /// The text of the template that it was made with; nil for the adapter's own.
    public var template: String?

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

    /// `outbound` (the agent calls), `inbound` (the agent is called) or `both`.
    public var direction: String { values["direction"]?.string ?? "both" }

    /// Whether TLS and SRTP are used between the halves.
    public var isSecure: Bool { values["secure"]?.bool ?? false }

    /// The name of the object with this key.
    ///
    /// - Parameter tag: The tag of the carrier's account, for an object of the platform.
    public func ownedName(_ key: String, tag: AccountTag? = nil) -> OwnedName {
        OwnedName(platform: platform, connection: name, key: key, tag: tag)
    }
}

/// What tells a connection from all others.
public struct ConnectionIdentity: Sendable, Hashable {
    public var carrierAccount: String
    public var platform: PlatformID
    public var platformAccount: String
    public var name: ConnectionName

    public init(carrierAccount: String, platform: PlatformID, platformAccount: String, name: ConnectionName) {
        self.carrierAccount = carrierAccount
        self.platform = platform
        self.platformAccount = platformAccount
        self.name = name
    }
}

/// What a user asks for; whatever is left out stays as it is, or takes its default on a new connection.
public struct ConnectionRequest: Sendable, Hashable {
    public var name: ConnectionName
    /// Numbers to add.
    public var numbers: [PhoneNumber]
    /// Those of them that were written without a plus, with the place where they stand, for messages. They are taken when the
    /// carrier's account has exactly these digits, and refused otherwise: a country code is never guessed.
    public var withoutPlus: [PhoneNumber: String]
    /// Parameters by name, as written; nil takes the value away.
    public var values: [String: String?]
    /// Move numbers that are routed elsewhere.
    public var mayReroute: Bool
    /// Take over a platform's record of a number that carries another label.
    public var mayAdopt: Bool
    /// Ids of others' records that may be deleted and made anew, because they cannot be changed in place. They do not come back.
    public var replaceable: Set<String>
    /// Go on although the platform has none of the connection's objects: they were deleted there, and the key is the right one.
    public var mayBeOneSided: Bool
    /// Whether nothing is asked for, so that the connection shall be what it is.
    var onlyLooks: Bool { numbers.isEmpty && values.isEmpty }
    /// Parameters that take this value when neither the request nor the connection has one: from the environment.
    public var fallbacks: [String: String]

    public init(
        name: ConnectionName = .main, numbers: [PhoneNumber] = [], withoutPlus: [PhoneNumber: String] = [:],
        values: [String: String?] = [:], mayReroute: Bool = false, mayAdopt: Bool = false,
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

/// A connection to be taken down, whole or in part.
public struct DisconnectionRequest: Sendable, Hashable {
    public var name: ConnectionName
    /// Only these numbers; empty for all of the connection.
    public var numbers: [PhoneNumber]
    /// Numbers that were written without a plus, and where, for messages.
    public var withoutPlus: [PhoneNumber: String]
    /// Where numbers go whose former route nobody remembers.
    public var routeTo: RouteTarget?
    /// Go on although the platform has none of the connection's objects: they were deleted there, and the key is the right one.
    public var mayBeOneSided: Bool

    public init(
        name: ConnectionName = .main, numbers: [PhoneNumber] = [], withoutPlus: [PhoneNumber: String] = [:],
        routeTo: RouteTarget? = nil, mayBeOneSided: Bool = false
    ) {
        self.mayBeOneSided = mayBeOneSided
        self.name = name
        self.numbers = numbers
        self.withoutPlus = withoutPlus
        self.routeTo = routeTo
    }

    /// `app:ID` or `none`.
    public enum RouteTarget: Sendable, Hashable {
        case application(String)
        case nothing
    }
}
