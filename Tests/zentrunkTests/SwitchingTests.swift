import Testing
import ZentrunkTestKit

@Suite("Any option of a live connection can be switched, and back", .sweep(.switching))
struct SwitchingTests {
    @Test(
        "Each switch ends as a new connection would, from every state", arguments: AdapterConformance.all(.switches))
    func switches(_ check: AdapterConformance.Case) async throws { try await check.run() }
}
