import ArgumentParser

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// One command's options and arguments, as the parser itself describes them, so that no list of them is kept by hand.
struct CommandShape: Decodable, Sendable {
    /// An option, a flag or a positional argument.
    struct Argument: Decodable, Sendable {
        enum Kind: String, Decodable, Sendable { case positional, option, flag }

        struct Name: Decodable, Sendable {
            var kind: String
            var name: String

            /// The name as typed: `--number`, `-n`.
            var typed: String { (kind == "long" ? "--" : "-") + name }
        }

        /// The parser's own completion of it.
        struct Completion: Decodable, Sendable {
            struct Values: Decodable, Sendable { var values: [String] }
            struct Command: Decodable, Sendable { var command: String }
            struct Place: Decodable, Sendable {}

            var list: Values?
            var shellCommand: Command?
            var file: Place?
            var directory: Place?
        }

        var kind: Kind
        var names: [Name]?
        var valueName: String?
        var abstract: String?
        var isRepeating: Bool
        var shouldDisplay: Bool
        var completionKind: Completion?

        /// Whether it takes the path of a file.
        var isFile: Bool { completionKind?.file != nil }

        /// The long name, or the only one; nil for a positional argument.
        var option: String? { (names?.first { $0.kind == "long" } ?? names?.first)?.typed }
    }

    private struct Document: Decodable { var command: CommandShape }

    /// nil if there are none.
    private let arguments: [Argument]?

    init(_ command: any ParsableCommand.Type) {
        let document = try? JSONDecoder().decode(Document.self, from: Data(command._dumpHelp().utf8))
        arguments = document?.command.arguments
    }

    var positionals: [Argument] { (arguments ?? []).filter { $0.kind == .positional } }

    /// Options and flags.
    var options: [Argument] { (arguments ?? []).filter { $0.kind != .positional } }

    /// - Parameter name: The name as typed, without a value: `--number`, `-n`.
    func option(_ name: String) -> Argument? {
        options.first { $0.names?.contains { $0.typed == name } == true }
    }

    /// Whether the command takes a connection: `vapi --name support`, or `vapi/support`.
    var takesConnection: Bool { positionals.first?.valueName == "platform" && option("--name") != nil }

    /// Whether the parameters of a template are options of the command.
    var takesParameters: Bool { option("--set") != nil }
}

/// The commands that a line's first words name.
struct CommandPath {
    /// The root first.
    private(set) var commands: [any ParsableCommand.Type] = [RootCommand.self]
    /// The words after them.
    private(set) var rest: ArraySlice<String>

    init(_ words: some Sequence<String>) {
        rest = Array(words)[...]
        while let word = rest.first, let next = subcommands.first(where: { $0._commandName == word }) {
            commands.append(next)
            rest.removeFirst()
        }
    }

    var command: any ParsableCommand.Type { commands[commands.count - 1] }

    var subcommands: [any ParsableCommand.Type] { command.configuration.subcommands }

    var isRoot: Bool { commands.count == 1 }

    /// `zentrunk trunk create`
    var text: String { commands.map { $0._commandName }.joined(separator: " ") }
}
