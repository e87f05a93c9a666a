/// The place of a value inside a JSON document. <https://www.rfc-editor.org/rfc/rfc6901>
public struct JSONPointer: Sendable, Hashable {
    /// Member names and array indices from the outside in, unescaped.
    public var tokens: [String]

    /// The whole document.
    public static let root = JSONPointer([])

    /// The place that these steps lead to.
    public init(_ tokens: [String]) { self.tokens = tokens }

    /// Reads `/resources/line/body`; `~1` stands for a slash and `~0` for a tilde.
    ///
    /// - Returns: nil when the text is neither empty nor begins with a slash, or holds a stray tilde.
    public init?(_ text: String) {
        // By code points, as the RFC has it: to Swift, a slash and a combining accent are one character, and no slash.
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

    /// The place one step further in.
    public func appending(_ token: String) -> JSONPointer { JSONPointer(tokens + [token]) }

    /// The place of an array's element.
    public func appending(_ index: Int) -> JSONPointer { appending(String(index)) }

    /// The array index that a token stands for: digits without leading zeros. `-`, the place after the last element, is
    /// none, since nothing stands there. <https://www.rfc-editor.org/rfc/rfc6901#section-4>
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
    /// The pointer as text: empty for the whole document.
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
