public import ZentrunkCore
import ZentrunkElevenLabs
import ZentrunkLiveKit
import ZentrunkVapi

/// A platform that this package can connect.
public struct Platform: Sendable {
    public let adapter: any PlatformAdapter.Type

    public init(_ adapter: any PlatformAdapter.Type) { self.adapter = adapter }
}

/// The platforms of this package. The only list in the code.
public enum Platforms {
    public static let all: [Platform] = [
        Platform(ElevenLabsAdapter.self),
        Platform(LiveKitAdapter.self),
        Platform(VapiAdapter.self),
    ]

    /// The platform in examples that name none.
    package static let exemplary = Platform(VapiAdapter.self)
}
