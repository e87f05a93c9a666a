import Foundation
public import Testing
@_spi(Adapter) public import ZentrunkCore
public import ZentrunkSandbox

/// The checks that every platform adapter has to pass, run over the platform's imitation in a sandbox.
///
/// One call is the whole test:
///
///     @Test func conformance() async {
///         await AdapterConformance.run(AcmeAdapter.self, sandbox: AcmeService.self)
///     }
///
/// A suite that lists the cases has each of them as a test case of its own:
///
///     @Test(arguments: AdapterConformance(AcmeAdapter.self, sandbox: AcmeService.self).cases)
///     func conformance(_ check: AdapterConformance.Case) async throws { try await check.run() }
@_spi(Adapter) public struct AdapterConformance: Sendable {
    /// A table of cases with one promise.
    public enum Table: String, CaseIterable, Sendable {
        /// Each combination of options is connected, connected again without a write, and disconnected without a trace.
        case matrix
        /// Each option of a live connection is switched, and back.
        case switches
        /// Changes by hand are shown, and repaired with consent.
        case handChanges = "changes by hand"
        /// A login that was set by hand is named before it is lost.
        case handSetLogins = "logins by hand"
        /// A login of a record that is taken over is named before it is lost, and again when the record is given back.
        case adoptedLogins = "logins of adopted records"
        /// Members that the template does not set survive every option, and undo restores the accounts.
        case foreignMembers = "foreign members"
        /// What the platform cannot serve is refused with its reason, and nothing is written.
        case refusals
        /// One call fails: the command is done, or everything is as before.
        case faults
        /// Undo fails as well: what is left is named, and a later undo restores it.
        case undo
        /// An object is gone only when its API says so, or a complete list lacks it.
        case missingRoutes = "missing routes"
        /// Each secret is sent to its own vendor, in its own field.
        case secretPlaces = "places of secrets"
        /// No secret is in an event, plan, report, error or journal.
        case secrecy
        /// The template keeps passwords in write-only fields and uses every kind of the platform.
        case templateSecrets = "secrets in the template"
        /// What the SIP facts read in live objects is what the connection asked for.
        case sipFacts = "SIP facts"
        /// Every member that a kind says to divert calls is a field of the kind.
        case diversions
        /// Test calls are placed from objects of one of the platform's kinds.
        case calls = "test calls"
    }

    /// One check, with everything that it needs.
    public struct Case: Sendable, CustomTestStringConvertible {
        /// The platform, the table and what is special about this case.
        public var name: String
        private let check: @Sendable () async throws -> Void

        init(_ name: String, _ check: @escaping @Sendable () async throws -> Void) {
            self.name = name
            self.check = check
        }

        /// Runs the check in a sandbox of its own and records what fails as issues of the current test.
        public func run() async throws { try await check() }

        public var testDescription: String { name }
    }

    /// The adapter, its imitation and what is known about the platform.
    package let pairing: Pairing

    package init(_ pairing: Pairing) { self.pairing = pairing }

    /// - Parameters:
    ///   - adapter: The adapter to check.
    ///   - service: The imitation of its platform.
    ///   - file: A file in or below the folder that has `contract.openapi.json`, the contract of the platform's API. By
    ///     default the file of the call.
    public init(
        _ adapter: any PlatformAdapter.Type, sandbox service: any PlatformService.Type, file: String = #filePath
    ) {
        var folder = URL(fileURLWithPath: file).deletingLastPathComponent()
        let name = "contract.openapi.json"
        while folder.path != "/", !FileManager.default.fileExists(atPath: folder.appendingPathComponent(name).path) {
            folder.deleteLastPathComponent()
        }
        pairing = Pairing(adapter, service, contractFile: folder.appendingPathComponent(name))
    }

    /// All cases of all tables.
    public var cases: [Case] { Table.allCases.flatMap(cases) }

    /// The cases of one table. A table whose cases cannot be listed has one case, which fails with the reason.
    public func cases(_ table: Table) -> [Case] {
        do {
            // Tables are made from the template, and would be empty without one.
            _ = try pairing.template()
            return try list(table).map { named($0, table) }
        } catch {
            return [named(Case("listing the cases") { throw error }, table)]
        }
    }

    private func named(_ check: Case, _ table: Table) -> Case {
        var check = check
        check.name = "\(pairing.id), \(table.rawValue): \(check.name)"
        return check
    }

    private func list(_ table: Table) throws -> [Case] {
        switch table {
        case .matrix: MatrixChecks.cases(pairing)
        case .switches: SwitchingChecks.cases(pairing)
        case .handChanges: HandChangeChecks.cases(pairing)
        case .handSetLogins: HandSetLoginChecks.cases(pairing)
        case .adoptedLogins: AdoptedLoginChecks.cases(pairing)
        case .foreignMembers: MemberChecks.cases(pairing)
        case .refusals: try RefusalChecks.cases(pairing)
        case .faults: FaultChecks.cases(pairing)
        case .undo: UndoChecks.cases(pairing)
        case .missingRoutes: try MissingRouteChecks.cases(pairing)
        case .secretPlaces: SecretPlaceChecks.cases(pairing)
        case .secrecy: SecrecyChecks.cases(pairing)
        case .templateSecrets: [Case("passwords and kinds") { try FactChecks.templateSecrets(pairing) }]
        case .sipFacts: SIPFactChecks.cases(pairing)
        case .diversions: [Case("every member") { try FactChecks.diversions(pairing) }]
        case .calls: [Case("the calling object") { try FactChecks.calls(pairing) }]
        }
    }

    // MARK: All of it in one test

    /// Runs all cases side by side in the current test and prints their number. Each issue has the name of its case as its
    /// first comment.
    ///
    /// This takes some minutes. Where `ZENTRUNK_RELIABILITY` is `full`, every call fails in every form, which takes hours.
    ///
    /// - Parameters:
    ///   - adapter: The adapter to check.
    ///   - service: The imitation of its platform.
    ///   - tables: The tables to run.
    ///   - file: See ``init(_:sandbox:file:)``.
    public static func run(
        _ adapter: any PlatformAdapter.Type, sandbox service: any PlatformService.Type,
        tables: [Table] = Table.allCases, file: String = #filePath
    ) async {
        let conformance = AdapterConformance(adapter, sandbox: service, file: file)
        let checks = tables.flatMap(conformance.cases)
        await withTaskGroup { group in
            for check in checks { group.addTask { await record(check) } }
        }
        print("\(conformance.pairing.id): \(checks.count) cases in \(tables.count) tables")
    }

    private static func record(_ check: Case) async {
        let name = Comment(rawValue: check.name)
        let naming = IssueHandlingTrait.compactMapIssues { issue in
            var issue = issue
            issue.comments.insert(name, at: 0)
            return issue
        }
        do {
            guard let test = Test.current else { return try await check.run() }
            try await naming.provideScope(for: test, testCase: Test.Case.current) { try await check.run() }
        } catch { Issue.record(error, name) }
    }
}
