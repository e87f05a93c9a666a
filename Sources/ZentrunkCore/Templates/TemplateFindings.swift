package import ZentrunkJSON

/// The findings of template checks. Several checks can add to them, so that one error does not hide others.
package struct TemplateFindings {
    package struct Finding: Hashable {
        package var path: JSONPointer
        package var message: String
        package var suggestion: String?
    }

    package private(set) var errors: [Finding] = []
    package private(set) var warnings: [Finding] = []

    package init() {}

    package mutating func error(_ path: JSONPointer, _ message: String, _ suggestion: String? = nil) {
        let finding = Finding(path: path, message: message, suggestion: suggestion)
        if !errors.contains(finding) { errors.append(finding) }
    }

    package mutating func warn(_ path: JSONPointer, _ message: String, _ suggestion: String? = nil) {
        let finding = Finding(path: path, message: message, suggestion: suggestion)
        if !warnings.contains(finding) { warnings.append(finding) }
    }

    mutating func error(_ error: JSONDecodingError) {
        self.error(error.path, "expected \(error.expected), found \(error.found)")
    }

    /// Whether there is an error at this path or inside it.
    package func hasError(within path: JSONPointer) -> Bool {
        errors.contains { $0.path.tokens.starts(with: path.tokens) }
    }
}
