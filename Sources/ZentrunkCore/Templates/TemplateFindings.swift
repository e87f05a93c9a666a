import ZentrunkJSON

/// The findings of template checks. Several checks can add to them, so that one error does not hide others.
struct TemplateFindings {
    struct Finding: Hashable {
        var path: JSONPointer
        var message: String
        var suggestion: String?
    }

    private(set) var errors: [Finding] = []
    private(set) var warnings: [Finding] = []

    mutating func error(_ path: JSONPointer, _ message: String, _ suggestion: String? = nil) {
        let finding = Finding(path: path, message: message, suggestion: suggestion)
        if !errors.contains(finding) { errors.append(finding) }
    }

    mutating func warn(_ path: JSONPointer, _ message: String, _ suggestion: String? = nil) {
        let finding = Finding(path: path, message: message, suggestion: suggestion)
        if !warnings.contains(finding) { warnings.append(finding) }
    }

    mutating func error(_ error: JSONDecodingError) {
        self.error(error.path, "expected \(error.expected), found \(error.found)")
    }

    /// Whether there is an error at this path or inside it.
    func hasError(within path: JSONPointer) -> Bool {
        errors.contains { $0.path.tokens.starts(with: path.tokens) }
    }

    /// Returns the findings with positions, in the order of the file.
    static func located(_ findings: [Finding], file: String, source: [UInt8]) -> [TemplateError] {
        guard !findings.isEmpty else { return [] }
        let map = JSONSourceMap(source)
        return findings.map { finding in
            TemplateError(
                file: file, position: map.position(of: finding.path), path: finding.path, message: finding.message,
                suggestion: finding.suggestion)
        }
        .sorted { ($0.position ?? .start, $0.message) < ($1.position ?? .start, $1.message) }
    }
}

extension JSONPosition {
    fileprivate static let start = JSONPosition(line: 1, column: 1)
}
