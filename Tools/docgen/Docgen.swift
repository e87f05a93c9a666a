import ArgumentParser
import Foundation

/// Writes the generated documentation; `make docs` calls it.
@main
struct Docgen: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "docgen",
        abstract: "Write the platforms' pages and the lists in other pages, from templates, adapters and guides.")

    @Option(help: "The folder of the checkout.", completion: .directory) var root = "."
    @Flag(help: "Write nothing, and exit 1 when a page is stale.") var check = false

    func run() throws {
        let documentation = Documentation(root: root)
        let paths = check ? try documentation.stale() : try documentation.update()
        for path in paths {
            FileHandle.standardError.write(Data((check ? "\(path) is stale: run make docs\n" : "wrote \(path)\n").utf8))
        }
        if check, !paths.isEmpty { throw ExitCode.failure }
    }
}
