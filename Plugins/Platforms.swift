public import ZentrunkCore
public import ZentrunkSandbox

/// The platforms that zentrunk-connect knows.
public enum Platforms {
    /// One line for each folder beside this file, in the order in which the command lists them.
    public static let all: [Platform] = [
        .elevenLabs,
        .liveKit,
        .vapi,
    ]

    /// The one that examples show where no platform is named.
    public static let exemplary = Platform.vapi
}

/// A platform: its adapter and its imitation.
public struct Platform: Sendable {
    public let adapter: any PlatformAdapter.Type
    public let sandbox: any PlatformService.Type

    /// The name of the platform's folder; the adapter's module is named after it.
    public var folder: String {
        String(String(reflecting: adapter).prefix { $0 != "." }.dropFirst("Zentrunk".count))
    }

    public init(_ adapter: any PlatformAdapter.Type, sandbox: any PlatformService.Type) {
        self.adapter = adapter
        self.sandbox = sandbox
    }
}

extension SandboxOptions {
    /// The default options, with the imitation of every platform.
    public static var platforms: SandboxOptions { SandboxOptions().withPlatforms() }

    /// These options, with the imitation of every platform that has none among ``services`` yet.
    public func withPlatforms() -> SandboxOptions {
        var options = self
        let own = Set(services.map(\.vendor))
        options.services += Platforms.all.filter { !own.contains($0.sandbox.vendor) }.map { $0.sandbox.init() }
        return options
    }
}
