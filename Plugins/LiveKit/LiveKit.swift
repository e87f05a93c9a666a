import ZentrunkCore
import ZentrunkLiveKit
import ZentrunkLiveKitSandbox

extension PlatformPlugin {
    static let liveKit = PlatformPlugin(.liveKit, sandbox: LiveKitService.self)
}
