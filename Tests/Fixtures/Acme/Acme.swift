import ZentrunkCore
import ZentrunkAcme
import ZentrunkAcmeSandbox

extension PlatformPlugin {
    static let acme = PlatformPlugin(.acme, sandbox: AcmeService.self)
}
