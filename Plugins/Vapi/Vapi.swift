import ZentrunkCore
import ZentrunkVapi
import ZentrunkVapiSandbox

extension PlatformPlugin {
    static let vapi = PlatformPlugin(.vapi, sandbox: VapiService.self)
}
