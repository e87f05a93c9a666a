/// The name that a connection gives to its objects: `zc_<platform>_<connection>_<key>`.
///
/// Names are how live objects are recognised, so they are compared as a whole. No part holds an underscore, hence two
/// connections cannot be confused.
public struct OwnedName: Sendable, Hashable {
    public var platform: PlatformID
    public var connection: ConnectionName
    public var key: String

    public init(platform: PlatformID, connection: ConnectionName, key: String) {
        self.platform = platform
        self.connection = connection
        self.key = key
    }

    /// The name's parts, or nil when we would not have given such a name.
    public init?(parsing text: String) {
        let parts = text.split(separator: "_", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 4, parts[0] == "zc", !parts[1].isEmpty, let connection = try? ConnectionName(parts[2]),
            Self.isKey(parts[3])
        else { return nil }
        self.init(platform: PlatformID(parts[1]), connection: connection, key: parts[3])
    }

    /// Whether the text can be a resource's key: 1 to 16 lower-case letters, digits and hyphens.
    static func isKey(_ text: String) -> Bool {
        (1...16).contains(text.utf8.count) && text.allSatisfy(ConnectionName.isAllowed)
    }
}

extension OwnedName: CustomStringConvertible {
    public var description: String { "zc_\(platform)_\(connection)_\(key)" }
}

/// A platform's short name, as in commands and object names: `vapi`.
public struct PlatformID: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    public let description: String

    public init(_ text: String) { description = text }
    public init(stringLiteral text: String) { description = text }
}

/// The name of one connection of a pairing: 1 to 15 lower-case letters, digits and hyphens.
public struct ConnectionName: Sendable, Hashable, CustomStringConvertible {
    public let description: String

    /// The most characters that a name has.
    static let longest = 15

    /// The name used when none is given: `main`.
    public static let main = ConnectionName(unchecked: "main")

    /// - Throws: ``ConnectionError`` `invalid`.
    public init(_ text: String) throws(ConnectionError) {
        guard (1...Self.longest).contains(text.utf8.count), text.allSatisfy(Self.isAllowed) else {
            throw ConnectionError(.invalid, "\"\(text)\" is no connection name: use 1 to 15 of a-z, 0-9 and hyphen")
        }
        description = text
    }

    private init(unchecked text: String) { description = text }

    static func isAllowed(_ character: Character) -> Bool {
        character.isASCII && (character.isLowercase || character.isWholeNumber || character == "-")
    }
}

/// One instance of a resource: its key in the template and, when it exists once per number, the number.
public struct InstanceID: Sendable, Hashable, Comparable, CustomStringConvertible {
    public var key: String
    public var number: PhoneNumber?

    public init(_ key: String, number: PhoneNumber? = nil) {
        self.key = key
        self.number = number
    }

    /// `outbound-trunk`, or `line +14155550100`.
    public var description: String { number.map { "\(key) \($0)" } ?? key }

    public static func < (left: InstanceID, right: InstanceID) -> Bool {
        (left.key, left.number?.e164 ?? "") < (right.key, right.number?.e164 ?? "")
    }
}
