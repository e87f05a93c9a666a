public import ZentrunkJSON

/// An error or a warning about a template.
@_spi(Adapter) public struct TemplateError: Error, Sendable, Hashable {
    /// The file as it was named, or the built-in template's name.
    public var file: String
    /// The position in the file, as far as it is known.
    public var position: JSONPosition?
    /// The path in the document, if the JSON can be parsed.
    public var path: JSONPointer?
    /// The error.
    public var message: String
    /// The correction, if there is an obvious one.
    public var suggestion: String?
}

extension TemplateError: CustomStringConvertible {
    /// `template mine.json:3:12 at /resources/acl/kind: there is no kind "x"; did you mean "y"?`
    public var description: String { "template \(summary)" }

    /// The description without the first word, in the form of compiler messages; always a single line.
    public var summary: String {
        let line = position.map { ":\($0)" } ?? ""
        let place = path.map { $0 == .root ? "" : " at \($0)" } ?? ""
        // Templates may come from others, so quoted text must not be able to control a terminal.
        return "\(file)\(line)\(place): \(message)\(suggestion.map { "; \($0)" } ?? "")".madeVisible()
    }
}

extension TemplateError {
    /// The error in the form that commands report.
    public var zentrunkError: ZentrunkError {
        ZentrunkError(.invalid, description, cause: self, remedies: [.validateTemplate(file: file)])
    }
}
