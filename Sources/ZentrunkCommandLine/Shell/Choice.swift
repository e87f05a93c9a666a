import ArgumentParser

/// The values of an option, in upper or lower case.
protocol Choice: ExpressibleByArgument, CaseIterable, RawRepresentable where RawValue == String {}

extension Choice {
    init?(argument: String) {
        guard let choice = Self.allCases.first(where: { $0.rawValue == argument.lowercased() }) else { return nil }
        self = choice
    }
}
