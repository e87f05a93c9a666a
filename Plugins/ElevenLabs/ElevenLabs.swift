@_spi(Adapter) import ZentrunkCore
@_spi(Adapter) import ZentrunkElevenLabs
import ZentrunkElevenLabsSandbox

extension PlatformPlugin {
    static let elevenLabs = PlatformPlugin(.elevenLabs, sandbox: ElevenLabsService.self)
}
