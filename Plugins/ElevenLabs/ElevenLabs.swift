import ZentrunkCore
import ZentrunkElevenLabs
import ZentrunkElevenLabsSandbox

extension PlatformPlugin {
    static let elevenLabs = PlatformPlugin(.elevenLabs, sandbox: ElevenLabsService.self)
}
