@_spi(Adapter) import ZentrunkAcme
import ZentrunkAcmeSandbox
@_spi(Adapter) import ZentrunkCore

extension PlatformPlugin {
    static let acme = PlatformPlugin(.acme, sandbox: AcmeService.self)
}
