import ArgumentParser

/// Words of which an option takes one, in any case.
protocol Choice: ExpressibleByArgument, CaseIterable, RawRepresentable where RawValue == String {}

extension Choice {
    init?(argument: String) {
        guard let choice = Self.allCases.first(where: { $0.rawValue == argument.lowercased() }) else { return nil }
        self = choice
    }
}
