@_spi(Adapter) import ZentrunkCore

/// A command that works on connections, in a session with the vendors and the journal.
protocol ConnectionCommand: Sendable {
    var account: AccountOptions { get }
    /// Whether the journal in the state folder is used.
    var usesJournal: Bool { get }
}

extension ConnectionCommand {
    var usesJournal: Bool { true }

    /// Runs the command's work in a session with its account and its journal.
    func inSession(
        journal use: Session.JournalUse = .writing, _ work: @Sendable (Session) async throws -> ExitStatus
    ) async throws -> ExitStatus {
        try await Session.run(
            sandbox: account.sandbox, remembering: usesJournal, journal: use, timeout: account.requestTimeout, work)
    }

    /// Returns the printer of a run's result, including failures before the first write.
    func resultPrinter(_ adapter: any PlatformAdapter.Type, _ output: OutputOptions) -> ResultPrinter {
        ResultPrinter(json: output.json, platform: adapter.platform, isSandbox: account.sandbox)
    }
}
