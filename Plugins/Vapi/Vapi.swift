import ZentrunkVapi
import ZentrunkVapiSandbox

extension Platform {
    static let vapi = Platform(VapiAdapter.self, sandbox: VapiService.self)
}
