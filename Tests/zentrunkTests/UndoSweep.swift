import Testing
@_spi(Adapter) import ZentrunkTestKit

@Suite("If undo fails as well, remaining objects are named, and a later undo removes them", .sweep(.undo))
struct UndoSweep {
    @Test(
        "Each write of a connect or a change is refused, and then each write of its undo fails",
        arguments: AdapterConformance.all(.undo))
    func undo(_ check: AdapterConformance.Case) async throws { try await check.run() }
}
