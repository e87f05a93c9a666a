import Testing
@_spi(Adapter) import ZentrunkTestKit

@Suite("Switching options of a live connection", .sweep(.switching))
struct SwitchingTests {
    @Test(
        "Each switch ends as a new connection would, from every state", arguments: AdapterConformance.all(.switches))
    func switches(_ check: AdapterConformance.Case) async throws { try await check.run() }
}
