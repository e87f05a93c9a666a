/// The place of a value inside a JSON document. <https://www.rfc-editor.org/rfc/rfc6901>
public struct JSONPointer: Sendable, Hashable {
    /// Member names and array indices from the outside in, unescaped.
    public var tokens: [String]

    /// The whole document.
    public static let root = JSONPointer([])

    public init(_ tokens: [String]) { self.tokens = tokens }

    /// Reads `/resources/line/body`; `~1` stands for a slash and `~0` for a tilde.
    ///
    /// - Returns: nil when the text is neither empty nor begins with a slash, or holds a stray tilde.
    public init?(_ text: String) {
        guard !text.isEmpty else { self = .root; return }
        guard text.first == "/" else { return nil }
        var tokens: [String] = []
        for part in text.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard let token = Self.unescape(part) else { return nil }
            tokens.append(token)
        }
        self.tokens = tokens
    }

    /// The place one step further in.
    public func appending(_ token: String) -> JSONPointer { JSONPointer(tokens + [token]) }

    /// The place of an array's element.
    public func appending(_ index: Int) -> JSONPointer { appending(String(index)) }

    static func index(_ token: String) -> Int? {
        guard token == "0" || (token.first != "0" && token.allSatisfy { $0.isASCII && $0.isNumber }) else { return nil }
        return Int(token)
    }

    private static func unescape(_ part: Substring) -> String? {
        var token = ""
        var characters = part.makeIterator()
        while let character = characters.next() {
            guard character == "~" else { token.append(character); continue }
            switch characters.next() {
            case "0": token.append("~")
            case "1": token.append("/")
            default: return nil
            }
        }
        return token
    }
}

extension JSONPointer: CustomStringConvertible {
    /// The pointer as text: empty for the whole document.
    public var description: String {
        tokens.map { token in
            "/" + token.reduce(into: "") { text, character in
                switch character {
                case "~": text += "~0"
                case "/": text += "~1"
                default: text.append(character)
                }
            }
        }.joined()
    }
}
