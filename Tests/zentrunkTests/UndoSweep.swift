import Testing
import ZentrunkTestKit

@Suite("When putting back fails as well, what is left is named, and undo takes it back later", .sweep(.undo))
struct UndoSweep {
    @Test(
        "Each write of a connect or a change is refused, and then each write of its undo fails",
        arguments: AdapterConformance.all(.undo))
    func undo(_ check: AdapterConformance.Case) async throws { try await check.run() }
}
