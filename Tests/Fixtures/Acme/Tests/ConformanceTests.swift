import Testing
import ZentrunkAcme
import ZentrunkAcmeSandbox
import ZentrunkTestKit

@Test func conformance() async { await AdapterConformance.run(AcmeAdapter.self, sandbox: AcmeService.self) }
