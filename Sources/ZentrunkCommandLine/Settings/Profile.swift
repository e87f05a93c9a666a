@_spi(Adapter) import ZentrunkCore

/// Settings from a file, so that keys do not have to be in the environment of every shell.
///
/// One `NAME=value` a line. Comments begin with `#`, `export` may precede a name, and quotes around a value are
/// removed. Nothing is expanded and nothing is run: a `$` is a dollar sign. Only known settings are allowed, since a
/// misspelt one would silently have no effect. Errors name the line and never quote its value.
struct Profile: Sendable {
    /// The longest profile, in bytes; a longer file is refused.
    static let longest = 64 << 10

    /// The values by variable.
    let values: [String: Secret]

    /// - Parameters:
    ///   - file: The file's name, for messages.
    ///   - known: The settings that are allowed.
    ///   - environmentOnly: Variables that can be set only in the environment.
    /// - Throws: ``ZentrunkError`` `invalid` that names file and line.
    init(
        parsing bytes: [UInt8], file: String, known: [Setting], environmentOnly: Set<String> = []
    ) throws(ZentrunkError) {
        guard bytes.count <= Self.longest else {
            throw ZentrunkError(.invalid, "\(file) is longer than \(Self.longest >> 10) KiB, so it is not a profile")
        }
        guard let text = String(validating: bytes, as: UTF8.self), !text.unicodeScalars.contains("\0") else {
            throw ZentrunkError(.invalid, "\(file) contains bytes that are not text")
        }
        let variables = Set(known.map(\.variable))
        var values: [String: Secret] = [:]
        var lines: [String: Int] = [:]
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let place = "\(file):\(index + 1)"
            guard let (name, value) = try Self.assignment(in: line.drop { $0 == "\u{FEFF}" }, place) else { continue }
            guard !environmentOnly.contains(name) else {
                throw ZentrunkError(
                    .invalid, "\(place) sets \(name), which is read from the environment only: export it instead")
            }
            guard variables.contains(name) else {
                // The text may be a key that was pasted without its name, so only a misspelt known name is quoted.
                let slip = Spelling.nearest(to: name, among: variables)
                throw ZentrunkError(
                    .invalid,
                    slip.map { "\(place) sets \(name), which is not a setting; did you mean \($0)?" }
                        ?? "\(place) sets an unknown setting; the settings are \(variables.sorted().joined(separator: ", "))"
                )
            }
            if let first = lines.updateValue(index + 1, forKey: name) {
                throw ZentrunkError(.invalid, "\(place) sets \(name) again, after line \(first)")
            }
            values[name] = Secret(value)
        }
        self.values = values
    }

    /// - Returns: nil for a line that sets nothing.
    private static func assignment(
        in line: Substring, _ place: String
    ) throws(ZentrunkError) -> (name: String, value: String)? {
        var rest = String(line).withoutMargins()
        guard !rest.isEmpty, !rest.hasPrefix("#") else { return nil }
        if rest.hasPrefix("export "), let start = rest.dropFirst(7).firstIndex(where: { !$0.isWhitespace }) {
            rest = String(rest[start...])
        }
        guard let equals = rest.firstIndex(of: "=") else {
            throw ZentrunkError(.invalid, "\(place) is not NAME=value")
        }
        let name = String(rest[..<equals]).withoutMargins()
        guard name.isVariableName else {
            throw ZentrunkError(
                .invalid, "\(place) is not NAME=value: a name has capital letters, digits and underscores")
        }
        return (name, try value(in: String(rest[rest.index(after: equals)...]).withoutMargins(), "\(place): \(name)"))
    }

    private static func value(in text: String, _ place: String) throws(ZentrunkError) -> String {
        guard let quote = text.first, quote == "\"" || quote == "'" else {
            // A comment after the value begins with a blank; a # inside a value belongs to the value.
            let end = text.indices.first { index in
                text[index] == "#" && index != text.startIndex && text[text.index(before: index)].isWhitespace
            }
            return String(text[..<(end ?? text.endIndex)]).withoutMargins()
        }
        let inside = text.dropFirst()
        guard let end = inside.firstIndex(of: quote) else {
            throw ZentrunkError(.invalid, "\(place) has a quote that does not end on its line")
        }
        let behind = String(inside[inside.index(after: end)...]).withoutMargins()
        guard behind.isEmpty || behind.hasPrefix("#") else {
            throw ZentrunkError(.invalid, "\(place) has text after its closing quote")
        }
        return String(inside[..<end])
    }
}
