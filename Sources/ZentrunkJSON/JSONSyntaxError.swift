/// An error for a document that is not valid JSON, or that violates a limit of this parser.
public struct JSONSyntaxError: Error, Sendable, Hashable {
    /// The line of the first invalid character, counted from 1; lines end with a line feed.
    public var line: Int
    /// The column of that character, counted from 1 in Unicode code points, not bytes.
    public var column: Int
    /// The reason, for a person. It quotes nothing from the document except for the name of a duplicate key, because
    /// the rest could be a secret.
    public var reason: String

    /// Creates an error at a known position.
    public init(line: Int, column: Int, reason: String) {
        self.line = line
        self.column = column
        self.reason = reason
    }

    /// Creates an error at a byte of the document, or at its end if the offset is the number of bytes.
    init(at offset: Int, of bytes: [UInt8], reason: String) {
        let position = JSONPosition(at: offset, of: bytes)
        line = position.line
        column = position.column
        self.reason = reason
    }
}

extension JSONSyntaxError: CustomStringConvertible {
    /// Position and reason on one line: `line 2, column 7: a colon should stand here`.
    public var description: String { "line \(line), column \(column): \(reason)" }
}
