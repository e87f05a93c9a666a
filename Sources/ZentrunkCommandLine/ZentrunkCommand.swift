import ArgumentParser
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
@_spi(Adapter) public import ZentrunkPlatforms

/// The command `zentrunk`.
public enum ZentrunkCommand {
    /// Parses the process's arguments, runs the command, and exits with a documented code.
    ///
    /// An executable of your own that knows more platforms is this call:
    ///
    ///     await ZentrunkCommand.main(adding: [PlatformPlugin(.acme, sandbox: AcmeService.self)])
    ///
    /// Help, completions, templates and the sandbox include them.
    ///
    /// - Parameter platforms: Platforms besides the built-in ones, with names of their own.
    public static func main(adding platforms: [PlatformPlugin] = []) async -> Never {
        Hardening.apply()
        // Scripts ask for the version often, and the parser would first look up every command's type.
        if CommandLine.arguments.dropFirst().elementsEqual(["--version"]) {
            Terminal.out(Version.text)
            Terminal.exit((Terminal.failure() == nil ? ExitStatus.done : .unwritten).code)
        }
        if Set(CommandLine.arguments.dropFirst()) == ["--version", "--json"] {
            Invocation.$commandLine.withValue("zentrunk --version") {
                JSONOutput.print(["version": .string(Version.text)])
            }
            Terminal.exit(ExitStatus.done.code)
        }
        let status = await Invocation(Array(CommandLine.arguments.dropFirst()), adding: platforms).run()
        Terminal.exit(status.code)
    }
}

/// The root command with its subcommands.
struct RootCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "zentrunk",
        abstract: "Connect Plivo Zentrunk SIP trunks to AI voice platforms.",
        discussion: """
            Creates both sides from one description: trunks, credentials, origination URIs and routes at Plivo, and the SIP \
            configuration at the platform. Checks the current state before changing anything, and can remove them again.

            Try it without any account:
              zentrunk connect \(PlatformHelp.example(AdapterRegistry.exemplary)) --sandbox

            Exit codes: 0 done, 1 arguments or template, 2 key refused, 3 network or server, 4 rate limited, 5 conflicts \
            with the current state, 6 failed and rolled back, 7 failed and left changes behind, 8 a check found differences, \
            9 done but the output could not be written, 10 a bug in zentrunk.
            """,
        version: Version.text,
        subcommands: [
            ConnectCommand.self, PlanCommand.self, DisconnectCommand.self, ListCommand.self, ShowCommand.self,
            DoctorCommand.self, DriftCommand.self, TestCommand.self, CallsCommand.self, InventoryCommand.self,
            SwitchCommand.self, RotateCommand.self, RunsCommand.self, UndoCommand.self, ProbeCommand.self,
            ExplainCommand.self, TemplateCommand.self, SandboxCommand.self, CompletionsCommand.self,
            CompleteCommand.self,
        ],
        groupedSubcommands: [CarrierCommands.group])
}

/// The version of the command and the library.
enum Version {
    static let text = "0.1.0"
}

/// The exit codes, as documented in the architecture.
enum ExitStatus: Int32 {
    case done = 0
    case invalid = 1
    case unauthenticated = 2
    case unavailable = 3
    case rateLimited = 4
    case refused = 5
    case undone = 6
    case left = 7
    case found = 8
    /// Everything was done, but stdout could not be written.
    case unwritten = 9
    /// A bug in zentrunk, before anything was written.
    case internalFault = 10

    var code: Int32 { rawValue }

    /// The status of a failure before anything was written.
    init(_ error: ZentrunkError) {
        switch error.code {
        case .invalid, .unsupported, .journal, .noNumber: self = .invalid
        case .unauthenticated: self = .unauthenticated
        case .rateLimited: self = .rateLimited
        case .collision, .oneSided, .refused, .consent, .planChanged, .moved, .busy, .notFound: self = .refused
        // Interrupted while only reading: nothing was changed, nothing is left.
        case .cancelled: self = .undone
        case .unavailable, .incomplete: self = .unavailable
        // A code that is not listed here is forgotten: that is a bug, and waiting does not help.
        default: self = .internalFault
        }
    }

    init(_ report: Report) {
        guard let error = report.error else { self = .done; return }
        switch report.aftermath {
        case .undone?: self = .undone
        case .left?: self = .left
        case .nothingWritten?, nil: self = ExitStatus(error)
        }
    }
}
