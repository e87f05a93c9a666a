import ZentrunkElevenLabs
import ZentrunkElevenLabsSandbox

extension Platform {
    static let elevenLabs = Platform(ElevenLabsAdapter.self, sandbox: ElevenLabsService.self)
}
