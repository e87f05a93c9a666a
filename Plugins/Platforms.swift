@_spi(Adapter) public import ZentrunkCore
public import ZentrunkSandbox

/// The platforms that zentrunk-connect knows.
public enum Platforms {
    /// The platforms, one for each folder next to this file, in the order in which the command lists them.
    public static let all: [PlatformPlugin] = [
        .elevenLabs,
        .liveKit,
        .vapi,
    ]

    /// The platform in examples that do not name one.
    public static let exemplary = PlatformPlugin.vapi
}

/// A platform with its imitation.
public struct PlatformPlugin: Sendable {
    public let platform: Platform
    public let sandbox: any PlatformService.Type

    /// The name of the platform's folder, derived from the adapter's module.
    public var folder: String {
        String(String(reflecting: adapter).prefix { $0 != "." }.dropFirst("Zentrunk".count))
    }

    /// The platform's adapter.
    @_spi(Adapter) public var adapter: any PlatformAdapter.Type { platform.adapter }

    public init(_ platform: Platform, sandbox: any PlatformService.Type) {
        self.platform = platform
        self.sandbox = sandbox
    }
}

extension SandboxOptions {
    /// Returns the default options, with the imitations of all platforms.
    public static var platforms: SandboxOptions { SandboxOptions().withPlatforms() }

    /// Returns these options with the imitations of these platforms added that ``services`` does not have.
    public func withPlatforms(_ platforms: [PlatformPlugin] = Platforms.all) -> SandboxOptions {
        var options = self
        let own = Set(services.map(\.vendor))
        options.services += platforms.filter { !own.contains($0.sandbox.vendor) }.map { $0.sandbox.init() }
        return options
    }
}
