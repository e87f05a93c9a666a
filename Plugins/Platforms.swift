public import ZentrunkCore
public import ZentrunkSandbox

/// The platforms that zentrunk-connect knows.
public enum Platforms {
    /// The platforms, one for each folder next to this file, in the order in which the command lists them.
    public static let all: [Platform] = [
        .elevenLabs,
        .liveKit,
        .vapi,
    ]

    /// The platform in examples that do not name one.
    public static let exemplary = Platform.vapi
}

/// A platform with its adapter and its imitation.
public struct Platform: Sendable {
    public let adapter: any PlatformAdapter.Type
    public let sandbox: any PlatformService.Type

    /// The name of the platform's folder, derived from the adapter's module.
    public var folder: String {
        String(String(reflecting: adapter).prefix { $0 != "." }.dropFirst("Zentrunk".count))
    }

    public init(_ adapter: any PlatformAdapter.Type, sandbox: any PlatformService.Type) {
        self.adapter = adapter
        self.sandbox = sandbox
    }
}

extension SandboxOptions {
    /// Returns the default options, with the imitations of all platforms.
    public static var platforms: SandboxOptions { SandboxOptions().withPlatforms() }

    /// Returns these options with the imitations of these platforms added that ``services`` does not have.
    public func withPlatforms(_ platforms: [Platform] = Platforms.all) -> SandboxOptions {
        var options = self
        let own = Set(services.map(\.vendor))
        options.services += platforms.filter { !own.contains($0.sandbox.vendor) }.map { $0.sandbox.init() }
        return options
    }
}
