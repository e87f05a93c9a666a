@_spi(Adapter) import ZentrunkCore

/// Reports all required settings without a value in one error.
enum MissingSettings {
    static func missing(_ settings: [Setting], in values: [String: String]) -> [Setting] {
        settings.filter { $0.isRequired && (values[$0.variable] ?? "").withoutMargins().isEmpty }
    }

    /// - Parameter hidden: Variables that are empty in the environment and set in the profile.
    /// - Throws: ``ZentrunkError`` `invalid` with each missing setting and where to find its value.
    static func check(
        _ settings: [Setting], in values: [String: String], hidden: Set<String>
    ) throws(ZentrunkError) {
        let missing = missing(settings, in: values)
        let (covered, unset) = (
            missing.map(\.variable).filter(hidden.contains), missing.filter { !hidden.contains($0.variable) }
        )
        guard !missing.isEmpty else { return }
        var sentences: [String] = []
        var remedies: [Remedy] = []
        if !covered.isEmpty {
            sentences.append(
                "\(list(covered)) \(covered.count == 1 ? "is" : "are") empty in the environment, which takes precedence over the profile \(ProfileFile.place ?? "")"
            )
            remedies.append(.unset(covered))
        }
        if let only = unset.first, unset.count == 1 {
            sentences.append("\(only.variable) is not set: \(only.help)")
        } else if !unset.isEmpty {
            let places = unset.map { "\($0.variable) is \($0.help)" }.joined(separator: "; ")
            sentences.append("\(list(unset.map(\.variable))) are not set: \(places)")
        }
        if !unset.isEmpty { remedies.append(.set(unset.map { .init($0.variable) })) }
        throw ZentrunkError(.invalid, sentences.joined(separator: "; "), remedies: remedies)
    }

    /// Joins names: `A`, `A and B`, `A, B and C`.
    private static func list(_ names: [String]) -> String {
        guard let last = names.last, names.count > 1 else { return names.first ?? "" }
        return names.dropLast().joined(separator: ", ") + " and " + last
    }
}
