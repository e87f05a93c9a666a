import ArgumentParser
import Dispatch
import Synchronization
import ZentrunkCore
import ZentrunkJSON

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// One run of the command: from the arguments to the exit code.
struct Invocation {
    let arguments: [String]

    init(_ arguments: [String]) { self.arguments = arguments }

    /// The command line as it was typed, for hints that repeat it. It never holds a secret.
    @TaskLocal static var commandLine = ""

    func run() async -> ExitStatus {
        let line = (["zentrunk"] + arguments).map(\.shellWord).joined(separator: " ")
        // Around the report of a failure, too: its hints repeat the line.
        return await Self.$commandLine.withValue(line) { await runParsed() }
    }

    private func runParsed() async -> ExitStatus {
        do {
            let expanded = try PlatformArguments(arguments).expanded()
            let parsed = try await ZentrunkCommand.asyncParseAsRoot(expanded)
            guard let running = parsed as? any RunnableCommand else {
                var command = parsed
                try command.run()
                return .done
            }
            return try await Interruptible.run(saying: running.stopping) { try await running.execute() }
        } catch {
            return report(error)
        }
    }

    private func report(_ error: any Error) -> ExitStatus {
        if let error = error as? ConnectionError {
            FailurePrinter(json: wantsJSON).print(error)
            return ExitStatus(error)
        }
        if error is CancellationError {
            FailurePrinter(json: wantsJSON).print(
                ConnectionError(.cancelled, "interrupted before anything was written"))
            return .undone
        }
        let code = ZentrunkCommand.exitCode(for: error)
        let message = ZentrunkCommand.fullMessage(for: error)
        if code == .success {
            Terminal.out(document: message)
            return .done
        }
        // The parser's own words hold no blanks side by side; in its help they stand between an argument and what it is.
        let help = message.split(separator: "\n").first { $0.hasPrefix("Help: ") }?.split(separator: "  ").last
        let words = [ZentrunkCommand.message(for: error)] + (help.map { [String($0)] } ?? [])
        FailurePrinter(json: wantsJSON).print(
            ConnectionError(
                .invalid, words.map(Self.sentence).joined(separator: ": "),
                next: [PlatformArguments(arguments).helpLine]))
        return .invalid
    }

    /// The parser's words as our errors are written: one line, without a capital at its start and a full stop at its end.
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

    /// What Ctrl-C makes of it, in words.
    var stopping: String { get }
}

extension RunnableCommand {
    func run() async throws { _ = try await execute() }

    var stopping: String { "running writes are settled, then everything is put back" }
}

/// Ctrl-C: once asks the work to stop and to put back what it wrote, twice leaves at once.
enum Interruptible {
    static func run(saying words: String, _ work: @escaping @Sendable () async throws -> ExitStatus) async throws
        -> ExitStatus
    {
        let task = Task { try await work() }
        let count = Mutex(0)
        let sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                let times = count.withLock { count in
                    count += 1
                    return count
                }
                if times > 1 {
                    Terminal.err(
                        "stopped at once: what was written so far stays; run the same command again, or disconnect")
                    Terminal.exit(ExitStatus.left.code)
                }
                Terminal.err("stopping: \(words) (again to stop at once)")
                task.cancel()
            }
            source.resume()
            return source
        }
        defer { for source in sources { source.cancel() } }
        return try await task.value
    }
}
