import Testing
@_spi(Adapter) import ZentrunkTestKit

@Suite("Life cycle of a connection", .sweep(.law))
struct ConnectionTests {
    @Test(
        "Both halves agree, a second run writes nothing, and disconnecting leaves the accounts as before",
        arguments: AdapterConformance.all(.matrix))
    func lifeCycle(_ check: AdapterConformance.Case) async throws { try await check.run() }
}
