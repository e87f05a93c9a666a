import Crypto

/// The name that a connection gives to its objects: `zc_<platform>_<connection>_<key>`, at platforms followed by `_<tag>`.
///
/// Names are how live objects are recognised, so they are compared as a whole. No part holds an underscore, hence two
/// connections cannot be confused. An account of a platform may serve several accounts of the carrier; the tag tells whose
/// connection an object there belongs to. Platform objects without a tag were named by version 0.1 and need other evidence.
public struct OwnedName: Sendable, Hashable {
    public var platform: PlatformID
    public var connection: ConnectionName
    public var key: String
    /// The tag of the carrier's account; nil at the carrier, and in names that version 0.1 gave.
    public var tag: AccountTag?

    public init(platform: PlatformID, connection: ConnectionName, key: String, tag: AccountTag? = nil) {
        self.platform = platform
        self.connection = connection
        self.key = key
        self.tag = tag
    }

    /// The name's parts, or nil when we would not have given such a name.
    public init?(parsing text: String) {
        let parts = text.split(separator: "_", omittingEmptySubsequences: false).map(String.init)
        guard (4...5).contains(parts.count), parts[0] == "zc", !parts[1].isEmpty,
            let connection = try? ConnectionName(parts[2]), Self.isKey(parts[3])
        else { return nil }
        let tag = parts.count == 5 ? AccountTag(parsing: parts[4]) : nil
        guard parts.count == 4 || tag != nil else { return nil }
        self.init(platform: PlatformID(parts[1]), connection: connection, key: parts[3], tag: tag)
    }

    /// The key in the name that an object gets while the one that replaces it takes its own.
    static func oldKey(_ key: String, of kind: KindDescription) -> String {
        // Where the vendor limits names, the tag takes the place of the key's end.
        "old-" + key.prefix(kind.longestName == nil ? 12 : 6)
    }

    /// Whether this is the key that an object with another key got while it was replaced.
    static func isOldKey(_ key: String, of other: String) -> Bool {
        key == "old-" + other.prefix(12) || key == "old-" + other.prefix(6)
    }

    /// Whether the text can be a resource's key: 1 to 16 lower-case letters, digits and hyphens.
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
    public var description: String { "zc_\(platform)_\(connection)_\(key)\(tag.map { "_\($0)" } ?? "")" }
}

/// Five characters that stand for an account of the carrier in the names of platform objects.
///
/// Derived from the account's id alone, so every machine finds the same. Two accounts share a tag once in 60 million pairs.
public struct AccountTag: Sendable, Hashable, CustomStringConvertible {
    public let description: String

    /// The characters of a tag.
    static let length = 5
    private static let digits = Array("0123456789abcdefghijklmnopqrstuvwxyz")

    /// - Parameter account: The carrier's id of the account.
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

    /// The tag that a text is, or nil.
    init?(parsing text: String) {
        guard text.utf8.count == Self.length, text.allSatisfy(Self.digits.contains) else { return nil }
        description = text
    }
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

    /// - Throws: ``ZentrunkError`` `invalid`.
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
