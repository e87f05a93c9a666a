@_spi(Adapter) import ZentrunkCore
@_spi(Adapter) import ZentrunkVapi
import ZentrunkVapiSandbox

extension PlatformPlugin {
    static let vapi = PlatformPlugin(.vapi, sandbox: VapiService.self)
}
