import ZentrunkLiveKit
import ZentrunkLiveKitSandbox

extension Platform {
    static let liveKit = Platform(LiveKitAdapter.self, sandbox: LiveKitService.self)
}
