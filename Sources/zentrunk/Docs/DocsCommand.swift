import ArgumentParser
import ZentrunkCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// `zentrunk docs --output docs/platforms`: for whoever changes this repository, so help does not list it.
struct DocsCommand: RunnableCommand {
    static let configuration = CommandConfiguration(
        commandName: "docs", abstract: "Write one page per platform, from its template and its adapter's facts.",
        discussion: "zentrunk docs --output docs/platforms --check", shouldDisplay: false)

    @Option(help: "The folder of the pages.", completion: .directory) var output: String
    @Flag(help: "Write nothing, and exit 8 when a page is not what it should be.") var check = false

    func execute() async throws -> ExitStatus {
        var stale: [String] = []
        var names: Set<String> = []
        for adapter in AdapterRegistry.all {
            let name = "\(adapter.platform.id).md"
            names.insert(name)
            let page = Data(try PlatformPage(adapter).text.utf8)
            let file = output + "/" + name
            guard FileManager.default.contents(atPath: file) != page else { continue }
            stale.append(name)
            if !check { try write(page, file) }
        }
        // A page of a platform that is gone tells what is no longer so.
        let found = (try? FileManager.default.contentsOfDirectory(atPath: output)) ?? []
        for name in found.sorted() where name.hasSuffix(".md") && !names.contains(name) {
            guard check else {
                throw ZentrunkError(.invalid, "\(output)/\(name) is no platform's page: remove it")
            }
            stale.append(name)
        }
        for name in stale {
            Terminal.err(check ? "\(output)/\(name) is stale: run make docs" : "wrote \(output)/\(name)")
        }
        return check && !stale.isEmpty ? .found : .done
    }

    private func write(_ page: Data, _ file: String) throws(ZentrunkError) {
        do {
            try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
            try page.write(to: URL(fileURLWithPath: file), options: .atomic)
        } catch {
            throw ZentrunkError(.invalid, "\(file) cannot be written: \(error)")
        }
    }
}
