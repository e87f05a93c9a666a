import ZentrunkCore

/// A command about connections: it works in a session with the vendors and the journal.
protocol ConnectionCommand: Sendable {
    var account: AccountOptions { get }
    /// Whether the journal in the state folder is used.
    var usesJournal: Bool { get }
}

extension ConnectionCommand {
    var usesJournal: Bool { true }

    /// Does the command's work with its account and its journal.
    func inSession(
        journal use: Session.JournalUse = .writing, _ work: @Sendable (Session) async throws -> ExitStatus
    ) async throws -> ExitStatus {
        try await Session.run(
            sandbox: account.sandbox, remembering: usesJournal, journal: use, timeout: account.requestTimeout, work)
    }

    /// Prints how a run ended, also when it failed before anything was written.
    func resultPrinter(_ adapter: any PlatformAdapter.Type, _ output: OutputOptions) -> ResultPrinter {
        ResultPrinter(json: output.json, platform: adapter.platform, isSandbox: account.sandbox)
    }
}
