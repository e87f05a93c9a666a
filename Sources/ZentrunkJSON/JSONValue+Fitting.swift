extension JSONValue {
    /// The value as a JSON document for people. A value that fits is on one line; a longer one has one member or
    /// element a line, indented by two spaces.
    ///
    /// - Parameter width: The maximum length of a line, in characters; a single string may be longer.
    /// - Precondition: The value is nested at most ``maximumWritableDepth`` deep.
    public func text(fitting width: Int) -> String { fitted(width, at: 0, indent: 0) }

    /// - Parameters:
    ///   - column: The column of the value.
    ///   - indent: The indent of its line.
    private func fitted(_ width: Int, at column: Int, indent: Int) -> String {
        let line = line
        // A comma may follow.
        guard column + line.count >= width else { return line }
        let (margin, end) = (
            "\n" + String(repeating: " ", count: indent + 2), "\n" + String(repeating: " ", count: indent)
        )
        switch self {
        case .array(let elements) where !elements.isEmpty:
            let lines = elements.map { margin + $0.fitted(width, at: indent + 2, indent: indent + 2) }
            return "[" + lines.joined(separator: ",") + end + "]"
        case .object(let members) where !members.isEmpty:
            let lines = members.map { name, value in
                let name = JSONValue.string(name).text() + ": "
                return margin + name + value.fitted(width, at: indent + 2 + name.count, indent: indent + 2)
            }
            return "{" + lines.joined(separator: ",") + end + "}"
        default: return line
        }
    }

    /// The value on one line.
    private var line: String {
        switch self {
        case .array(let elements): "[" + elements.map(\.line).joined(separator: ", ") + "]"
        case .object(let members) where !members.isEmpty:
            "{ " + members.map { "\(JSONValue.string($0).text()): \($1.line)" }.joined(separator: ", ") + " }"
        default: text()
        }
    }
}
