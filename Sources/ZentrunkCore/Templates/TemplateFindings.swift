package import ZentrunkJSON

/// What the checks of a template find; one check goes on where another stopped.
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

    /// Whether something at that place, or within it, is wrong.
    package func hasError(within path: JSONPointer) -> Bool {
        errors.contains { $0.path.tokens.starts(with: path.tokens) }
    }
}
