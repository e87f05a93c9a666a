@_spi(Adapter) import ZentrunkCore
@_spi(Adapter) import ZentrunkLiveKit
import ZentrunkLiveKitSandbox

extension PlatformPlugin {
    static let liveKit = PlatformPlugin(.liveKit, sandbox: LiveKitService.self)
}
