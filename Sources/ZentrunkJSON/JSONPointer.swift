/// The path of a value inside a JSON document. <https://www.rfc-editor.org/rfc/rfc6901>
public struct JSONPointer: Sendable, Hashable {
    /// Member names and array indices, outermost first, unescaped.
    public var tokens: [String]

    /// The path of the entire document.
    public static let root = JSONPointer([])

    /// Creates a path from its tokens.
    public init(_ tokens: [String]) { self.tokens = tokens }

    /// Parses `/resources/line/body`; `~1` stands for a slash and `~0` for a tilde.
    ///
    /// - Returns: nil unless the text is empty or begins with a slash, and for an invalid escape.
    public init?(_ text: String) {
        // By code points, as in the RFC: Swift considers a slash followed by a combining accent a single character.
        let scalars = text.unicodeScalars
        guard let first = scalars.first else {
            self = .root
            return
        }
        guard first == "/" else { return nil }
        var tokens: [String] = []
        for part in scalars.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard let token = Self.unescape(part) else { return nil }
            tokens.append(token)
        }
        self.tokens = tokens
    }

    /// Returns the path of a member.
    public func appending(_ token: String) -> JSONPointer { JSONPointer(tokens + [token]) }

    /// Returns the path of an element.
    public func appending(_ index: Int) -> JSONPointer { appending(String(index)) }

    /// Returns the array index of a token: digits without leading zeros. `-`, the position after the last element, is
    /// not accepted, because it has no value. <https://www.rfc-editor.org/rfc/rfc6901#section-4>
    static func index(_ token: String) -> Int? {
        guard token == "0" || token.utf8.first != UInt8(ascii: "0"), token.utf8.allSatisfy(isDigit) else { return nil }
        return Int(token)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func unescape(_ part: Substring.UnicodeScalarView) -> String? {
        var token = String.UnicodeScalarView()
        var scalars = part.makeIterator()
        while let scalar = scalars.next() {
            guard scalar == "~" else {
                token.append(scalar)
                continue
            }
            switch scalars.next() {
            case "0": token.append("~")
            case "1": token.append("/")
            default: return nil
            }
        }
        return String(token)
    }
}

extension JSONPointer: CustomStringConvertible {
    /// The pointer as text; empty for the entire document.
    public var description: String {
        var text = String.UnicodeScalarView()
        for token in tokens {
            text.append("/")
            for scalar in token.unicodeScalars {
                switch scalar {
                case "~": text.append(contentsOf: "~0".unicodeScalars)
                case "/": text.append(contentsOf: "~1".unicodeScalars)
                default: text.append(scalar)
                }
            }
        }
        return String(text)
    }
}
