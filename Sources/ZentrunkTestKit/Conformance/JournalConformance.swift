public import Testing
@_spi(Adapter) public import ZentrunkCore

/// The rules of `Journal`, as cases that run against any implementation: how it keeps entries, and what the core knows
/// by them.
///
/// To test a journal, add one parameterised test:
///
///     @Test(arguments: JournalConformance.cases)
///     func conforms(rule: JournalConformance.Case) async throws {
///         try await rule.run { MyJournal() }
///     }
///
/// The cases do not crash the process, so a durable journal needs further tests of what survives.
public enum JournalConformance {
    /// One rule.
    public struct Case: Sendable, CustomTestStringConvertible {
        /// The rule, in one sentence.
        public let name: String
        private let body: @Sendable (any Journal) async throws -> Void

        init(_ name: String, _ body: @escaping @Sendable (any Journal) async throws -> Void) {
            self.name = name
            self.body = body
        }

        /// The rule, in one sentence.
        public var testDescription: String { name }

        /// Checks the rule, and records an issue for each violation.
        ///
        /// - Parameter make: Returns a new, empty journal.
        /// - Throws: The errors of the journal, and of requirements that are not met.
        public func run(on make: () async throws -> any Journal) async throws { try await body(make()) }
    }

    /// All rules, including those of ``ConnectionLocksConformance`` for the journal's locks.
    public static let cases: [Case] =
        storage + crashes + records + pastRuns + unfinishedRuns + runIdentifiers
        + ConnectionLocksConformance.cases.map { rule in
            Case("Locks: \(rule.name)") { journal in try await rule.run { (journal.locks, journal.locks) } }
        }

    /// Checks all rules in one test.
    ///
    /// - Parameter make: Returns a new, empty journal at each call.
    public static func run(on make: () async throws -> any Journal) async {
        for rule in cases {
            do { try await rule.run(on: make) } catch { Issue.record(error, Comment(rawValue: rule.name)) }
        }
    }
}
