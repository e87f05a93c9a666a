/// A position in the text of a document.
public struct JSONPosition: Sendable, Hashable, Comparable {
    /// The line, counted from 1; lines end with a line feed.
    public var line: Int
    /// The column, counted from 1 in Unicode code points, not bytes.
    public var column: Int

    /// Creates a known position.
    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// Creates the position of a byte, or of the end if the offset is the number of bytes.
    init(at offset: Int, of bytes: [UInt8]) {
        line = 1
        column = 1
        for byte in bytes.prefix(offset) {
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if byte & 0b1100_0000 != 0b1000_0000 {
                // Every byte except continuation bytes begins a code point.
                // <https://www.rfc-editor.org/rfc/rfc3629#section-3>
                column += 1
            }
        }
    }

    /// Whether this position precedes the other.
    public static func < (left: JSONPosition, right: JSONPosition) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

extension JSONPosition: CustomStringConvertible {
    /// `3:12`, as in compiler messages.
    public var description: String { "\(line):\(column)" }
}

/// The positions of all values in a valid document, to report the line of a JSON Pointer.
public struct JSONSourceMap: Sendable {
    private let bytes: [UInt8]
    private var offsets: [JSONPointer: Int] = [:]

    /// Creates the map in one pass over the document.
    ///
    /// - Parameter bytes: A document that ``JSONValue`` has accepted; of an invalid one, only the part before the error
    ///   is mapped.
    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
        var walk = JSONTokenWalk(bytes)
        // An accepted document has no errors in its strings.
        _ = try? enter(.root, &walk, walk.next())
    }

    /// Whether there is a member or an element at this path.
    public func contains(_ pointer: JSONPointer) -> Bool { offsets[pointer] != nil }

    /// Returns the position of the member's name or the array's element; for a missing value, that of its closest
    /// parent.
    public func position(of pointer: JSONPointer) -> JSONPosition {
        var tokens = pointer.tokens
        while !tokens.isEmpty {
            if let offset = offsets[JSONPointer(tokens)] { return JSONPosition(at: offset, of: bytes) }
            tokens.removeLast()
        }
        return JSONPosition(at: offsets[.root] ?? 0, of: bytes)
    }

    /// Records the positions of a value and everything in it; the token is its first.
    private mutating func enter(
        _ place: JSONPointer, _ walk: inout JSONTokenWalk, _ token: JSONTokenWalk.Token?
    ) throws(JSONTokenWalk.StringFault) {
        guard let token else { return }
        // The position of a member is that of its name.
        if offsets[place] == nil { offsets[place] = token.range.lowerBound }
        guard token.kind == .punctuation else { return }
        switch bytes[token.range.lowerBound] {
        case UInt8(ascii: "["):
            var index = 0
            while let next = try walk.next(), !next.isClosingBracket(in: bytes) {
                if next.isComma(in: bytes) { continue }
                try enter(place.appending(index), &walk, next)
                index += 1
            }
        case UInt8(ascii: "{"):
            while let name = try walk.next(), !name.isClosingBracket(in: bytes) {
                guard name.kind == .string else { continue }
                let text = (try? JSONValue(parsing: Array(bytes[name.range])))?.string ?? ""
                offsets[place.appending(text)] = name.range.lowerBound
                _ = try walk.next()
                try enter(place.appending(text), &walk, walk.next())
            }
        default: return
        }
    }
}
