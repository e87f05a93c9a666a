import ZentrunkAcme
import ZentrunkAcmeSandbox

extension Platform {
    static let acme = Platform(AcmeAdapter.self, sandbox: AcmeService.self)
}
