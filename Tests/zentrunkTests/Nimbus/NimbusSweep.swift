import Testing
@_spi(Adapter) import ZentrunkTestKit

@Suite("A platform whose id is the number keeps every promise when calls fail", .sweep(.fault))
struct NimbusFaultSweep {
    @Test(
        "Each call, and each delete that no server knows",
        arguments: [.faults, .missingRoutes].flatMap(NimbusTests.conformance.cases))
    func fault(_ check: AdapterConformance.Case) async throws { try await check.run() }
}

@Suite("A platform whose id is the number keeps every promise when undo fails", .sweep(.undo))
struct NimbusUndoSweep {
    @Test("Each write, and then each write of its undo", arguments: NimbusTests.conformance.cases(.undo))
    func undo(_ check: AdapterConformance.Case) async throws { try await check.run() }
}
