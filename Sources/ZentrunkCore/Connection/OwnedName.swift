import Crypto

/// The name of a connection's object: `zc_<platform>_<connection>_<key>`, at platforms followed by `_<tag>`.
///
/// Live objects are recognised by their entire names. No part contains an underscore, so names of two connections
/// cannot be confused. One platform account may serve several carrier accounts; the tag identifies the carrier account
/// that a platform object belongs to. Version 0.1 gave platform objects names without a tag; these need other evidence
/// of ownership.
@_spi(Adapter) public struct OwnedName: Sendable, Hashable {
    /// The platform.
    public var platform: PlatformID
    /// The connection's name.
    public var connection: ConnectionName
    /// The resource's key in the template.
    public var key: String
    /// The tag of the carrier's account; nil for carrier objects and in names given by version 0.1.
    public var tag: AccountTag?

    /// Creates a name from its parts.
    public init(platform: PlatformID, connection: ConnectionName, key: String, tag: AccountTag? = nil) {
        self.platform = platform
        self.connection = connection
        self.key = key
        self.tag = tag
    }

    /// Parses a name; nil if no connection would give such a name.
    public init?(parsing text: String) {
        let parts = text.split(separator: "_", omittingEmptySubsequences: false).map(String.init)
        guard (4...5).contains(parts.count), parts[0] == "zc", !parts[1].isEmpty,
            let connection = try? ConnectionName(parts[2]), Self.isKey(parts[3])
        else { return nil }
        let tag = parts.count == 5 ? AccountTag(parsing: parts[4]) : nil
        guard parts.count == 4 || tag != nil else { return nil }
        self.init(platform: PlatformID(parts[1]), connection: connection, key: parts[3], tag: tag)
    }

    /// Returns the key in the temporary name of an object while its replacement takes its name.
    static func oldKey(_ key: String, of kind: KindDescription) -> String {
        // If the vendor limits the length, the tag needs the space of the end of the key.
        "old-" + key.prefix(kind.longestName == nil ? 12 : 6)
    }

    /// Whether `key` is the temporary key of an object that had the key `other` before its replacement.
    static func isOldKey(_ key: String, of other: String) -> Bool {
        key == "old-" + other.prefix(12) || key == "old-" + other.prefix(6)
    }

    /// Whether the text is a valid key: 1 to 16 lower-case letters, digits and hyphens.
    static func isKey(_ text: String) -> Bool {
        (1...16).contains(text.utf8.count) && text.allSatisfy(ConnectionName.isAllowed)
    }
}

extension OwnedName {
    /// The remedy that takes numbers out of the connection of that name.
    public func disconnecting(_ numbers: [String]) -> Remedy {
        .disconnect(.init(platform, connection), numbers: numbers)
    }
}

extension OwnedName: CustomStringConvertible {
    /// The name as the vendors store it.
    public var description: String { "zc_\(platform)_\(connection)_\(key)\(tag.map { "_\($0)" } ?? "")" }
}

/// Five characters that identify a carrier account in the names of platform objects.
///
/// Derived from the account's id alone, so that every machine computes the same tag. Two random accounts share a tag
/// with a probability of 1 in 60 million.
@_spi(Adapter) public struct AccountTag: Sendable, Hashable, CustomStringConvertible {
    /// The five characters.
    public let description: String

    /// The length of a tag in characters.
    static let length = 5
    private static let digits = Array("0123456789abcdefghijklmnopqrstuvwxyz")

    /// Derives the tag of a carrier account.
    ///
    /// - Parameter account: The account's id.
    public init(of account: String) {
        var value = SHA256.hash(data: Array("zentrunk-connect carrier account \(account)".utf8)).prefix(8)
            .reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        var text = ""
        for _ in 0..<Self.length {
            text.append(Self.digits[Int(value % 36)])
            value /= 36
        }
        description = text
    }

    /// Parses a tag; nil if the text is not one.
    init?(parsing text: String) {
        guard text.utf8.count == Self.length, text.allSatisfy(Self.digits.contains) else { return nil }
        description = text
    }
}

/// A platform's short name, as in commands and object names: `vapi`.
public struct PlatformID: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The name as text.
    public let description: String

    /// Creates an id; the text is not checked.
    public init(_ text: String) { description = text }
    /// Creates an id from a literal; the text is not checked.
    public init(stringLiteral text: String) { description = text }
}

/// The name of one connection of a pairing: 1 to 15 lower-case letters, digits and hyphens.
public struct ConnectionName: Sendable, Hashable, CustomStringConvertible {
    /// The name as text.
    public let description: String

    /// The length limit of a name in characters.
    static let longest = 15

    /// The default name: `main`.
    public static let main = ConnectionName(unchecked: "main")

    /// Creates a name.
    ///
    /// - Throws: ``ZentrunkError`` `invalid` if the text is not a valid name.
    public init(_ text: String) throws(ZentrunkError) {
        guard (1...Self.longest).contains(text.utf8.count), text.allSatisfy(Self.isAllowed) else {
            throw ZentrunkError(
                .invalid, "\"\(text)\" is not a valid connection name: use 1 to 15 of a-z, 0-9 and hyphen")
        }
        description = text
    }

    private init(unchecked text: String) { description = text }

    static func isAllowed(_ character: Character) -> Bool {
        character.isASCII && (character.isLowercase || character.isWholeNumber || character == "-")
    }
}

/// One instance of a resource: its key in the template and, if it exists once per number, the number.
public struct InstanceID: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The resource's key in the template.
    public var key: String
    /// The number, for a resource that exists once per number.
    public var number: PhoneNumber?

    /// Creates an id.
    public init(_ key: String, number: PhoneNumber? = nil) {
        self.key = key
        self.number = number
    }

    /// `outbound-trunk`, or `line +14155550100`.
    public var description: String { number.map { "\(key) \($0)" } ?? key }

    /// Orders by key, then by number.
    public static func < (left: InstanceID, right: InstanceID) -> Bool {
        (left.key, left.number?.e164 ?? "") < (right.key, right.number?.e164 ?? "")
    }
}
