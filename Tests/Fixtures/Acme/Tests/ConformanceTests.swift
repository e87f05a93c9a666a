import Testing
@_spi(Adapter) import ZentrunkAcme
import ZentrunkAcmeSandbox
@_spi(Adapter) import ZentrunkTestKit

@Test func conformance() async { await AdapterConformance.run(AcmeAdapter.self, sandbox: AcmeService.self) }
