public import ZentrunkJSON

/// A template that cannot be used.
public struct TemplateError: Error, Sendable, Hashable {
    /// The file as it was named, or the built-in template's name.
    public var file: String
    /// Line and column of broken JSON, both from 1.
    public var position: Position?
    /// Where in the document, as a JSON Pointer, when the JSON itself is sound.
    public var path: JSONPointer?
    /// What is wrong and what would be right.
    public var message: String

    public struct Position: Sendable, Hashable {
        public var line: Int
        public var column: Int
    }
}

extension TemplateError: CustomStringConvertible {
    public var description: String {
        let place = position.map { ":\($0.line):\($0.column)" } ?? path.map { $0 == .root ? "" : " at \($0)" } ?? ""
        return "template \(file)\(place): \(message)"
    }
}

extension TemplateError {
    /// The same as every other failure is reported.
    public var connectionError: ConnectionError {
        ConnectionError(.invalid, description, next: ["zentrunk template validate \(file)"])
    }
}
