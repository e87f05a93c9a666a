@_spi(Adapter) import ZentrunkCore
@_spi(Adapter) import ZentrunkPlatforms
import ZentrunkSandbox

/// The platforms that a command knows, and their adapters.
struct AdapterRegistry: Sendable {
    /// The registry of the command that runs in this task.
    @TaskLocal static var current = AdapterRegistry(platforms: Platforms.all)

    /// The platforms, in the order in which they are listed.
    let platforms: [PlatformPlugin]

    private init(platforms: [PlatformPlugin]) { self.platforms = platforms }

    /// The built-in platforms and these.
    ///
    /// - Throws: ``ZentrunkError`` `internalFault` if two platforms have the same name.
    init(adding more: [PlatformPlugin]) throws(ZentrunkError) {
        platforms = Platforms.all + more
        var names: Set<PlatformID> = []
        for platform in platforms where !names.insert(platform.adapter.platform.id).inserted {
            throw ZentrunkError(.internalFault, "two platforms are called \(platform.adapter.platform.id)")
        }
    }

    static var all: [any PlatformAdapter.Type] { current.platforms.map { $0.adapter } }

    /// The platform that examples use when none is named.
    static var exemplary: any PlatformAdapter.Type { Platforms.exemplary.adapter }

    /// The platforms' short names.
    static var names: [String] { all.map { $0.platform.id.description } }

    /// The options of a sandbox that imitates all platforms.
    static var sandbox: SandboxOptions { SandboxOptions().withPlatforms(current.platforms) }

    /// - Throws: ``ZentrunkError`` `invalid` that lists the platforms.
    static func adapter(_ name: String) throws(ZentrunkError) -> any PlatformAdapter.Type {
        let name = name.withoutMargins()
        guard let adapter = all.first(where: { $0.platform.id.description == name }) else {
            let hint = Spelling.hint(for: name, among: names)
            throw ZentrunkError(
                .invalid,
                "unknown platform \"\(OriginationURI.masked(name))\"\(hint.isEmpty ? "; choose \(names.joined(separator: ", "))" : hint)",
                remedies: [.command(["zentrunk", "template", "list"])])
        }
        return adapter
    }
}
