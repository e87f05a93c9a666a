import ZentrunkAcme
import ZentrunkAcmeSandbox
import ZentrunkCore

extension PlatformPlugin {
    static let acme = PlatformPlugin(.acme, sandbox: AcmeService.self)
}
