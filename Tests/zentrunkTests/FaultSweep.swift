import Testing
import ZentrunkTestKit

@Suite("Whatever call fails in whatever way, the connection stands or everything is as before", .sweep(.fault))
struct FaultSweep {
    @Test("Each read or write of a connect, a change and a disconnect", arguments: AdapterConformance.all(.faults))
    func fault(_ check: AdapterConformance.Case) async throws { try await check.run() }
}
