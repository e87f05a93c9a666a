import ArgumentParser
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlatforms

/// One run of the command: from the arguments to the exit code.
struct Invocation {
    let arguments: [String]
    /// Platforms besides the built-in ones.
    let platforms: [PlatformPlugin]

    init(_ arguments: [String], adding platforms: [PlatformPlugin] = []) {
        self.arguments = arguments
        self.platforms = platforms
    }

    /// The command line as it was typed, for hints that repeat it. Contains no secret.
    @TaskLocal static var commandLine = ""

    func run() async -> ExitStatus {
        let line = (["zentrunk"] + arguments.map(OriginationURI.masked)).map(\.shellWord).joined(separator: " ")
        // Around the report of a failure, too: its hints repeat the line.
        let status = await Self.$commandLine.withValue(line) {
            do {
                return try await AdapterRegistry.$current.withValue(AdapterRegistry(adding: platforms)) {
                    await runParsed()
                }
            } catch { return report(error) }
        }
        return checkingOutput(status)
    }

    /// Replaces success by a failure if the output could not be written.
    private func checkingOutput(_ status: ExitStatus) -> ExitStatus {
        guard let problem = Terminal.failure() else { return status }
        let done = status == .done && Interruption.hasWritten ? "; everything else was done" : ""
        Terminal.err("\(Style().bad("error")): the output could not be written: \(problem)\(done)")
        return status == .done ? .unwritten : status
    }

    private func runParsed() async -> ExitStatus {
        do {
            // Reading arguments may read files, and a file may be a pipe without data.
            return try await Interruption.watch(json: wantsJSON, events: arguments.contains("--events")) {
                let expanded = try PlatformArguments(arguments).expanded()
                let parsed = try await RootCommand.asyncParseAsRoot(expanded)
                guard let running = parsed as? any RunnableCommand else {
                    var command = parsed
                    try command.run()
                    return .done
                }
                Interruption.describe(stopping: running.stopping, afterwards: running.afterwards)
                return try await running.execute()
            }
        } catch {
            return report(error)
        }
    }

    private func report(_ error: any Error) -> ExitStatus {
        if let error = error as? ZentrunkError {
            FailurePrinter(json: wantsJSON).print(error)
            return ExitStatus(error)
        }
        if let declined = error as? Declined {
            FailurePrinter(json: wantsJSON).print(declined.error, saying: Declined.words)
            return ExitStatus(declined.error)
        }
        if error is CancellationError {
            FailurePrinter(json: wantsJSON).print(Interruption.cancelled)
            return .undone
        }
        let code = RootCommand.exitCode(for: error)
        let message = RootCommand.fullMessage(for: error)
        if code == .success {
            Terminal.out(document: message)
            return .done
        }
        // The parser checks arguments only; any other error has another code.
        guard code == .validationFailure else {
            let fault = error as? ZentrunkError ?? ZentrunkError(internalFault: error)
            FailurePrinter(json: wantsJSON).print(fault)
            return ExitStatus(fault)
        }
        // The parser's messages have no two spaces in a row; its help has them between an argument and its explanation.
        let help = message.split(separator: "\n").first { $0.hasPrefix("Help: ") }?.split(separator: "  ").last
        let words = ([RootCommand.message(for: error)] + (help.map { [String($0)] } ?? [])).map { text in
            arguments.filter { OriginationURI.masked($0) != $0 }.reduce(text) {
                $0.replacing($1, with: OriginationURI.masked($1))
            }
        }
        FailurePrinter(json: wantsJSON).print(
            ZentrunkError(
                .invalid, words.map(Self.sentence).joined(separator: ": "),
                remedies: [.line(PlatformArguments(arguments).helpLine)]))
        return .invalid
    }

    /// Returns the parser's message in the style of our errors: one line, in lower case at the start, without a full stop.
    private static func sentence(_ words: String) -> String {
        let line = words.split(whereSeparator: \.isNewline).joined(separator: " ")
        let body = line.hasSuffix(".") ? line.dropLast() : line[...]
        return body.prefix(1).lowercased() + body.dropFirst()
    }

    private var wantsJSON: Bool { arguments.contains("--json") }
}

/// A command that decides its exit code.
protocol RunnableCommand: AsyncParsableCommand, Sendable {
    func execute() async throws -> ExitStatus

    /// The effect of Ctrl-C after a write, in words.
    var stopping: String { get }
    /// Remedies after a second Ctrl-C; those about a run are added.
    var afterwards: [Remedy] { get }
}

extension RunnableCommand {
    func run() async throws { _ = try await execute() }

    var stopping: String { "finishing requests in flight, then rolling back" }
    var afterwards: [Remedy] { [.retry(after: .zero)] }
}
