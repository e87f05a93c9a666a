import Testing
@_spi(Adapter) import ZentrunkTestKit

@Suite("Any call may fail in any way: the connection is complete, or the accounts are as before", .sweep(.fault))
struct FaultSweep {
    @Test("Each read or write of a connect, a change and a disconnect", arguments: AdapterConformance.all(.faults))
    func fault(_ check: AdapterConformance.Case) async throws { try await check.run() }
}
