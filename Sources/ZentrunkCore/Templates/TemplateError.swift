public import ZentrunkJSON

/// One thing that is wrong with a template, or deserves a look.
public struct TemplateError: Error, Sendable, Hashable {
    /// The file as it was named, or the built-in template's name.
    public var file: String
    /// Where in the file the mistake begins, as far as it is known.
    public var position: JSONPosition?
    /// Where in the document, as a JSON Pointer, when the JSON itself is sound.
    public var path: JSONPointer?
    /// What is wrong.
    public var message: String
    /// What would be right, when it can be told.
    public var suggestion: String?
}

extension TemplateError: CustomStringConvertible {
    /// `template mine.json:3:12 at /resources/acl/kind: there is no kind "x"; did you mean "y"?`
    public var description: String { "template \(summary)" }

    /// The same without the first word, as compilers write it; on one line, whatever the file holds.
    public var summary: String {
        let line = position.map { ":\($0)" } ?? ""
        let place = path.map { $0 == .root ? "" : " at \($0)" } ?? ""
        // Templates come from others, too, and what is quoted from them must not reach a terminal as a command.
        return "\(file)\(line)\(place): \(message)\(suggestion.map { "; \($0)" } ?? "")".madeVisible()
    }
}

extension TemplateError {
    /// The same as every other failure is reported.
    public var zentrunkError: ZentrunkError {
        ZentrunkError(.invalid, description, cause: self, remedies: [.validateTemplate(file: file)])
    }
}
