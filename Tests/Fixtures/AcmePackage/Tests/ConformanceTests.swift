import Testing
import ZentrunkAcme
import ZentrunkAcmeSandbox
import ZentrunkTestKit

@Test func conformance() async throws {
    try await AdapterConformance.run(AcmeAdapter.self, sandbox: AcmeService.self, contract: "Acme/contract.openapi.json")
}
