/// A document that was refused because it is no JSON, or no JSON that we are willing to read.
public struct JSONSyntaxError: Error, Sendable, Hashable {
    /// The line of the first character that is wrong, from 1; lines end with a line feed.
    public var line: Int
    /// That character's place in its line, from 1, counted in Unicode code points, not bytes.
    public var column: Int
    /// What is wrong, for a person. Of the document it quotes no more than the name of a duplicate key: the rest could
    /// be a secret.
    public var reason: String

    /// An error at a place that is already known.
    public init(line: Int, column: Int, reason: String) {
        self.line = line
        self.column = column
        self.reason = reason
    }

    /// An error at a byte of the document, or at its end when the offset is the number of bytes.
    init(at offset: Int, of bytes: [UInt8], reason: String) {
        let position = JSONPosition(at: offset, of: bytes)
        line = position.line
        column = position.column
        self.reason = reason
    }
}

extension JSONSyntaxError: CustomStringConvertible {
    /// Place and reason in one line: `line 2, column 7: a colon should stand here`.
    public var description: String { "line \(line), column \(column): \(reason)" }
}
