import ArgumentParser
import Foundation

/// Writes the generated documentation; `make docs` and `make install` call it.
@main
struct Docgen: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "docgen", abstract: "Write the documentation that is made from the code.",
        subcommands: [Pages.self, Man.self], defaultSubcommand: Pages.self)

    struct Pages: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write the platforms' pages and the lists in other pages, from templates, adapters and guides.")

        @Option(help: "The folder of the checkout.", completion: .directory) var root = "."
        @Flag(help: "Write nothing, and exit 1 when a page is stale.") var check = false

        func run() throws {
            let documentation = Documentation(root: root)
            let paths = check ? try documentation.stale() : try documentation.update()
            for path in paths {
                let line = check ? "\(path) is stale: run make docs\n" : "wrote \(path)\n"
                FileHandle.standardError.write(Data(line.utf8))
            }
            if check, !paths.isEmpty { throw ExitCode.failure }
        }
    }

    struct Man: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write one manual page per command.",
            discussion: "zentrunk --experimental-dump-help | docgen man --version 0.1.0 --output man1")

        @Option(help: "The command's version.") var version: String
        @Option(help: "The folder of the pages.", completion: .directory) var output: String

        func run() throws {
            let input = FileHandle.standardInput.readDataToEndOfFile()
            let command = try JSONDecoder().decode(CommandDump.Root.self, from: input).command
            try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
            for (name, text) in ManPage.pages(of: command, version: version) {
                try Data(text.utf8).write(to: URL(fileURLWithPath: "\(output)/\(name)"), options: .atomic)
            }
        }
    }
}
